"""What became of a unit's words when headquarters issued a newer version: what differs, and how the two go together. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ravi.network.facts.rendering import written
from ravi.network.facts.values import LockedFact, key


@dataclass(frozen=True)
class FactChange:
    """One fact whose value is another by now, in words; "" where it was not there, or is there no more."""

    name: str
    label: str
    before: str
    after: str
    is_required: bool


@dataclass(frozen=True)
class Conflict:
    """A part that both have changed: the unit's words, and headquarters' before and now."""

    part: str
    own: str
    before: str
    after: str


@dataclass(frozen=True)
class Merged:
    """The parts to begin with, and those in which a person decides; the unit's words stand there until they do."""

    parts: Mapping[str, str]
    conflicts: tuple[Conflict, ...]


def fact_changes(before: Sequence[LockedFact], after: Sequence[LockedFact], lang: str) -> tuple[FactChange, ...]:
    """What differs between the facts of two versions, in the order of the newer one; a name that only moved does not."""
    old, new = ({key(fact.name): fact for fact in facts} for facts in (before, after))
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        _change(old.get(name), new.get(name), lang) for name in names if _value(old, name) != _value(new, name)
    )


def may_go_on(changes: Sequence[FactChange]) -> bool:
    """Whether older words are still true: no fact that must stand in them is another, came or went."""
    return not any(change.is_required for change in changes)


def merged(own: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> Merged:
    """The unit's own parts carried over to the newer version, part by part.

    A part that only one of the two changed is as that one wrote it; the signs of facts in it stand for the newer values.
    """
    parts, conflicts = dict(after), []
    for name, words in own.items():
        old, new = before.get(name, ""), after.get(name, "")
        if _same(words, old) or _same(words, new):
            continue
        parts[name] = words
        if not _same(old, new):
            conflicts.append(Conflict(name, words, old, new))
    return Merged(parts, tuple(conflicts))


def _change(old: LockedFact | None, new: LockedFact | None, lang: str) -> FactChange:
    shown = new or old
    assert shown is not None  # the name came from one of the two
    return FactChange(
        name=shown.name,
        label=shown.label or shown.name,
        before=written(old, lang) if old else "",
        after=written(new, lang) if new else "",
        is_required=any(fact.is_required for fact in (old, new) if fact),
    )


def _value(facts: Mapping[str, LockedFact], name: str) -> object:
    return facts[name].value if name in facts else None


def _same(one: str, other: str) -> bool:
    return one.strip() == other.strip()
