"""Domain values as JSON and back; what does not fit exactly is refused, never guessed."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class Form(Generic[T]):
    """Writes and reads one kind of frozen dataclass."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)

    def write(self, thing: T) -> str:
        """Return the JSON of the thing."""
        return self._adapter.dump_json(thing).decode()

    def read(self, text: str) -> T:
        """Return the thing; raises ValueError for a missing, unknown or wrong field."""
        return self._adapter.validate_json(text, extra="forbid")
