from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from storage.chance import SystemChance
from storage.passwords import Argon2Passwords

PASSWORDS = Argon2Passwords()
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890"


def test_a_password_matches_its_own_hash_only():
    hashed = PASSWORDS.hash("枫桥-正确-的-口令")

    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert PASSWORDS.matches("枫桥-正确-的-口令", hashed)
    assert not PASSWORDS.matches("枫桥-正确-的-口今", hashed)
    assert hashed != PASSWORDS.hash("枫桥-正确-的-口令")


@pytest.mark.parametrize("hashed", ["", "!", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_what_is_no_hash_matches_nothing(hashed: str):
    assert not PASSWORDS.matches("x", hashed)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str):
    at = datetime.fromtimestamp(seconds, UTC)

    assert PASSWORDS.totp_step(SECRET, code, at=at) == seconds // 30


@pytest.mark.parametrize(("off", "known"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_off(off: int, *, known: bool):
    at = datetime.fromtimestamp(1111111109 + off, UTC)

    assert (PASSWORDS.totp_step(SECRET, "081804", at=at) == 1111111109 // 30) is known


@pytest.mark.parametrize("code", ["", "08180", "0818040", "abcdef", "０８１８０４"])
def test_what_is_no_code_is_none(code: str):
    assert PASSWORDS.totp_step(SECRET, code, at=datetime.fromtimestamp(1111111109, UTC)) is None


def test_a_secret_may_be_typed_small_and_a_broken_one_has_no_step():
    at = datetime.fromtimestamp(59, UTC) + timedelta(0)

    assert PASSWORDS.totp_step(SECRET.lower(), " 287082 ", at=at) == 1
    assert PASSWORDS.totp_step("not base32!", "287082", at=at) is None


def test_ids_are_long_plain_and_never_twice():
    ids = {SystemChance().id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(re.fullmatch(r"[a-z2-7]{26}", one) for one in ids)


def test_codes_keep_their_leading_zeros():
    codes = [SystemChance().digits(6) for _ in range(500)]

    assert all(re.fullmatch(r"\d{6}", one) for one in codes)
    assert any(one.startswith("0") for one in codes)
