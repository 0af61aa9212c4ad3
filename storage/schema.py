"""The whole schema: importing this file makes every table known."""

from __future__ import annotations

from sqlalchemy import MetaData

from storage.columns import Base
from storage.rows import (
    access,
    agreements,
    areas,
    cases,
    chat,
    checks,
    follow,
    guarding,
    handovers,
    matters,
    meetings,
    people,
    platform,
    privacy,
    questions,
)

CONCERNS = (
    cases,
    people,
    areas,
    meetings,
    agreements,
    follow,
    access,
    chat,
    platform,
    privacy,
    handovers,
    questions,
    checks,
    guarding,
    matters,
)
SCHEMA: MetaData = Base.metadata
