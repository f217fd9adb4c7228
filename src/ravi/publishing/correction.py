"""How a correction reaches a copy: by what its platform can do, and by where the copy stands. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ravi.delivery.rules import UNSENT, Action, State
from ravi.platforms.contract.profile import EditMedia
from ravi.publishing.draft import DraftFields


class Way(StrEnum):
    """What a frozen copy does on its channel; NEW is no correction."""

    NEW = "new"
    IN_PLACE = "in_place"  # what has not gone is taken out of the line, and the new words go in its place
    EDIT = "edit"
    REPLY = "reply"
    REPLACE = "replace"  # the old post is removed and the new words are published
    BY_HAND = "by_hand"


ACTIONS: Mapping[Way, Action] = dict.fromkeys(Way, Action.PUBLISH) | {
    Way.EDIT: Action.EDIT,
    Way.BY_HAND: Action.EDIT,
}
NOTHING = frozenset({State.FAILED, State.MISSED, State.CANCELLED, State.SUPERSEDED})


@dataclass(frozen=True)
class Standing:
    """The copy that a channel's readers see, or will see. `may_be_out`: it waits to be repeated after an unclear attempt;
    `has_address`: a program can name it."""

    delivery_id: int
    state: State
    may_be_out: bool
    has_address: bool
    by_hand: bool
    media: Sequence[tuple[str, str]]  # (sha256, media type) in order

    @property
    def has_left(self) -> bool:
        """Whether people may have seen it."""
        return self.may_be_out or self.state not in UNSENT


@dataclass(frozen=True)
class Door:
    """What a program can do on the channel. `takes_answer`: and the new words fit as an answer; `pins`: to its top."""

    edits: bool
    edit_media: EditMedia
    takes_answer: bool
    removes: bool
    pins: bool


def ways_of(standing: Standing, door: Door, media: Sequence[tuple[str, str]], *, replaces: bool) -> tuple[Way, ...]:
    """What is frozen for a channel: the change of what is out, and before it, where the copy has not left, what then goes
    in its place. Which of the two is sent is seen at the yes."""
    change = _change(standing, door, media, replaces=replaces)
    return (change,) if standing.has_left else (Way.IN_PLACE, change)


def _change(standing: Standing, door: Door, media: Sequence[tuple[str, str]], *, replaces: bool) -> Way:
    if standing.by_hand or not standing.has_address:
        return Way.BY_HAND
    if door.edits and can_exchange(door.edit_media, standing.media, media):
        return Way.EDIT
    if door.takes_answer:
        return Way.REPLY
    return Way.REPLACE if replaces and door.removes else Way.BY_HAND


def can_exchange(rule: EditMedia, before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> bool:
    """Whether an edit can put these images and videos in the place of those."""
    if rule == "any":
        return True
    if rule == "same":
        return [name for name, _kind in before] == [name for name, _kind in after]
    return [_is_film(kind) for _name, kind in before] == [_is_film(kind) for _name, kind in after]


def _is_film(media_type: str) -> bool:
    return media_type.startswith("video/")


# What an answer says before its words, in the language of the words.
_CALLED: Mapping[str, str] = {
    "fa": "اصلاحیه:",
    "ar": "تصحيح:",
    "azb": "دوزلیش:",
    "az": "Düzəliş:",
    "ckb": "ڕاستکردنەوە:",
    "ku": "Rastkirin:",
    "ur": "تصحیح:",
    "ps": "سمون:",
}


def as_answer(fields: DraftFields) -> DraftFields:
    """The same words as an answer that says at its head what it is."""
    called = _CALLED.get(fields.lang) or _CALLED.get(fields.lang.split("-")[0], "Correction:")
    return replace(
        fields,
        title=f"{called} {fields.title}" if fields.title else fields.title,
        text=_headed(called, fields.text),
        variants={name: _headed(called, text) for name, text in fields.variants.items()},
    )


def _headed(called: str, text: str) -> str:
    return f"{called}\n{text}" if text.strip() else text
