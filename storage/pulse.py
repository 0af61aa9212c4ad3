"""What a database says of the time: its own clock, and the newest thing that happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import Unavailable
from storage.engines import is_sqlite, job_engine
from storage.rows.cases import EventRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The times of a ledger."""

    clock: datetime | None  #: of the server; None where there is none but this machine's
    newest: datetime | None  #: event; None in an empty ledger


def is_there(url: str) -> bool:
    """Is there a database?  Opening a file of SQLite would make one."""
    return not is_sqlite(url) or Path(str(make_url(url).database)).is_file()


def pulse(url: str) -> Pulse:
    """Look at the times; raises Unavailable."""
    if not is_there(url):
        raise Unavailable("there is no ledger")
    engine = job_engine(url)
    try:
        with engine.connect() as connection:
            newest = connection.execute(select(func.max(EventRow.at))).scalar()
            clock = None
            if not is_sqlite(url):
                clock = connection.execute(select(func.clock_timestamp())).scalar()
            return Pulse(clock=clock, newest=newest)
    except SQLAlchemyError as error:
        raise Unavailable(f"the database does not answer ({type(error).__name__})") from error
    finally:
        engine.dispose()
