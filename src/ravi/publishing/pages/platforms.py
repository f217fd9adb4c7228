"""The order of platforms on a page, and what they are called there."""

from collections.abc import Iterable

from ravi.directory.names import platform_name as name

# The order of the columns of a board and of the forks of a composer: what most people here read comes first.
ORDER = (
    "telegram", "bale", "eitaa", "rubika", "soroush", "wordpress", "feeds", "email", "instagram", "aparat", "youtube", "x",
    "linkedin", "facebook", "threads", "mastodon", "bluesky", "matrix",
)  # fmt: skip


def in_order(platforms: Iterable[str]) -> list[str]:
    """Each platform once, in the order of columns."""
    return sorted(set(platforms), key=lambda key: (ORDER.index(key) if key in ORDER else len(ORDER), key))


__all__ = ["ORDER", "in_order", "name"]
