"""How a reply looks as one text message."""

from __future__ import annotations

from domain.conversations import Reply

#: WeChat takes 2048 bytes of text, and cuts nothing itself: it refuses (45002).
LONGEST_TEXT = 2048


def as_text(reply: Reply) -> str:
    """Put the links under the words; a phone makes an address open by a tap."""
    links = "".join(f"\n\n{link.title}：{link.url}" for link in reply.links)
    room = LONGEST_TEXT - len(links.encode())
    return f"{_cut(reply.text, room)}{links}"


def _cut(words: str, room: int) -> str:
    """Cut to so many bytes of UTF-8, never within a character."""
    if len(words.encode()) <= room:
        return words
    return f"{words.encode()[: max(room - 6, 0)].decode(errors='ignore')}……"
