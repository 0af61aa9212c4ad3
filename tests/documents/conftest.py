"""Fonts and one whole ceremony, made once for all tests of papers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from documents.fonts import FontSet
from documents.verifying import Trust
from tests.documents.ceremonies import an_office, hold
from tools.fonts import fetch_faces, make_fonts

FONTS = Path(__file__).parents[2] / "data" / "fonts"


@pytest.fixture(scope="session")
def fonts_folder():
    make_fonts(FONTS)
    fetch_faces(FONTS)
    return FONTS


@pytest.fixture(scope="session")
def fonts(fonts_folder):
    return FontSet.at(fonts_folder)


@pytest.fixture(scope="session")
def now():
    """The machine's time: pdfsig and openssl know no other."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="session")
def office(tmp_path_factory, fonts, now):
    """An office whose root has been offline for a month."""
    return an_office(tmp_path_factory.mktemp("pki"), fonts, now - timedelta(days=30))


@pytest.fixture(scope="session")
def ceremony(office, now):
    return hold(office, now)


@pytest.fixture(scope="session")
def root_pem(office):
    return office.authority.folder / "root.pem"


@pytest.fixture(scope="session")
def trust(root_pem):
    return Trust.in_pem(root_pem.read_bytes())
