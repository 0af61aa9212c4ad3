"""Names as strangers may see them."""

from __future__ import annotations


def masked(name: str) -> str:
    """Hide the middle of a name: 张三 becomes 张*, 王𬱖㛃 becomes 王*㛃."""
    if len(name) < 3:  # noqa: PLR2004 - two characters: family name and given name
        return name[:1] + "*" * max(len(name) - 1, 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]
