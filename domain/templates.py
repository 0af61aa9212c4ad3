"""Which template of the platform carries which notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.notices import NoticeKind, Way

EVERY = "*"  #: a template for every kind of notice that has none of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template by its platform's id; its fields take the title and the lines in this order."""

    id: str
    fields: tuple[str, ...] = ("thing1", "thing2", "thing3", "thing4", "thing5")
    long_term: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A notice as a template shows it: a title, labelled lines, and the page that it opens."""

    template: Template
    title: str
    lines: Mapping[str, str]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """One line of the book: this kind goes by this template this way."""

    way: Way
    kind: str  #: a kind of notice, or ``*``
    template: Template


@dataclass(frozen=True, slots=True)
class TemplateBook:
    """The centre's templates, as the settings name them."""

    uses: Sequence[TemplateUse] = ()

    def find(self, way: Way, kind: NoticeKind) -> Template | None:
        """Return the template for a kind of notice: its own, else the one for every kind."""
        named = {one.kind: one.template for one in self.uses if one.way is way}
        return named.get(kind, named.get(EVERY))

    def by_id(self, template_id: str) -> Template | None:
        """Return the template with this id of the platform."""
        return next((one.template for one in self.uses if one.template.id == template_id), None)

    def of_way(self, way: Way) -> tuple[Template, ...]:
        """Return the templates of one way, each once, in the order of the settings."""
        return tuple(dict.fromkeys(one.template for one in self.uses if one.way is way))
