"""Which answers of the chat are long enough for a page of their own, in large print and to hear."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from domain.conversations import Link, Reply

LONG_ANSWER = 150  #: characters; a longer one stands on a page and can be listened to
PAGE = "/m/said"  #: of the latest ones; the name of an answer behind it is that answer's


def name_of(key: str) -> str:
    """Name an answer by its message's key, so that the name gives nothing away."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def lead_to_its_page(reply: Reply, door: Link | None, *, key: str) -> Reply:
    """Add the link to its page to a reply that is long, once nothing is missing in its words.

    The door is the way to that page, all but the name; a reply without one gets no link.
    """
    if door is None or len(reply.text) <= LONG_ANSWER:
        return reply
    link = replace(door, url=f"{door.url}/{name_of(key)}")
    return replace(reply, links=(*reply.links, link))


def has_a_page(reply: Reply) -> bool:
    """Was the person led to this answer's page?"""
    return any(PAGE in link.url for link in reply.links)
