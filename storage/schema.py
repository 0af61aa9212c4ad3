"""The whole schema: importing this file makes every table known."""

from __future__ import annotations

from sqlalchemy import MetaData

from storage.columns import Base
from storage.rows import access, agreements, cases, chat, follow, meetings, people

CONCERNS = (cases, people, meetings, agreements, follow, access, chat)
SCHEMA: MetaData = Base.metadata
