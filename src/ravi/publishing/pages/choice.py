"""Which channels a post goes to, said in words instead of boxes: all, by platform and group, or singly. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

ALL, SOME, SINGLY = "all", "some", "singly"


@dataclass(frozen=True)
class Place:
    """One channel as a choice sees it."""

    channel_id: int
    unit_id: int
    platform: str
    group: str


@dataclass(frozen=True)
class Choice:
    """How the chosen set can be said: everything, platforms times groups of units, or one by one."""

    reach: str
    platforms: frozenset[str]
    groups: frozenset[str]


def named(chosen: Collection[int], places: Collection[Place]) -> Choice:
    """The shortest way to say `chosen`. Nothing chosen yet counts as "some" with nothing ticked."""
    picked = [place for place in places if place.channel_id in chosen]
    platforms = frozenset(place.platform for place in picked)
    groups = frozenset(place.group for place in picked)
    if picked and len(picked) == len(places):
        return Choice(ALL, platforms, groups)
    if {place.channel_id for place in picked} == set(channels(platforms, groups, places)):
        return Choice(SOME, platforms, groups)
    return Choice(SINGLY, platforms, groups)


def channels(platforms: Collection[str], groups: Collection[str], places: Iterable[Place]) -> list[int]:
    """Every channel on one of the platforms in a unit of one of the groups."""
    return [place.channel_id for place in places if place.platform in platforms and place.group in groups]
