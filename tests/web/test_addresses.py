"""Where a request comes from, and where a link may lead."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from web.addresses import client_address, comes_through_strangers
from web.sites.site import own_path

PROXIES = (ip_network("10.0.0.0/8"),)


class Line:
    """A connection from an address."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get_extra_info(self, name, default=None):
        return (self.address, 4711) if name == "peername" else default


def asked(remote: str, *forwarded: str) -> str:
    headers = CIMultiDict({"X-Forwarded-For": ", ".join(forwarded)} if forwarded else {})
    request = make_mocked_request("GET", "/", headers=headers, transport=Line(remote))
    return client_address(request, PROXIES)


def test_without_a_proxy_the_header_is_not_believed():
    assert asked("203.0.113.9", "198.51.100.7") == "203.0.113.9"


def test_behind_a_proxy_the_nearest_foreign_address_counts():
    assert asked("10.0.0.1", "1.1.1.1", "198.51.100.7", "10.0.0.2") == "198.51.100.7"


def test_what_is_no_address_ends_the_search():
    assert asked("10.0.0.1", "198.51.100.7", "nonsense") == "10.0.0.1"


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "evil", ""],
)
def test_a_link_never_leads_to_another_site(address):
    assert own_path(address, "/m/") == "/m/"


def test_a_path_of_ours_is_kept():
    assert own_path("/m/cases?x=1", "/m/") == "/m/cases?x=1"


@pytest.mark.parametrize(
    ("remote", "header", "unknown"),
    [
        ("127.0.0.1", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, True),
        ("127.0.0.1", {"Forwarded": "for=8.8.8.8"}, True),
        ("10.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, False),
    ],
    ids=["straight", "unknown proxy", "unknown proxy, RFC 7239", "own proxy"],
)
def test_a_proxy_that_nobody_told_of_hides_who_asks(remote, header, unknown):
    request = make_mocked_request("GET", "/", headers=CIMultiDict(header), transport=Line(remote))

    assert comes_through_strangers(request, PROXIES) is unknown
