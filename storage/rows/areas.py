"""The table of the areas of the country."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base


class AreaRow(Base):
    """One area; a province lies in nothing, so its ``parent`` is empty."""

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    parent: Mapped[str] = mapped_column(Text, index=True)
