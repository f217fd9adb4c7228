"""Whose copies a newer version is carried to and with which words: as headquarters says it, or the unit's own. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from ravi.network.based_on import merged


class Outcome(StrEnum):
    """What the one action made of a unit's answer."""

    MADE = "made"
    OWN_WORDS = "own_words"  # both have changed the same part, or the unit's words contradict the newer facts
    TRANSLATION = "translation"  # there is none of the newer version in the answer's language, or no yes to it
    REFUSED = "refused"
    NOTHING = "nothing"
    SAME = "same"


# A person has to do something first.
WAITS = frozenset({Outcome.OWN_WORDS, Outcome.TRANSLATION, Outcome.REFUSED})


def carried_over(
    own: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]
) -> Mapping[str, str] | None:
    """The unit's own parts around the newer version's; None where somebody has to decide between two changes of a part.

    A part that the newer version has no more is left out.
    """
    found = merged(own, before, after)
    if any(one.part in after for one in found.conflicts):
        return None
    return {
        name: words for name, words in found.parts.items() if name in after and words.strip() != after[name].strip()
    }
