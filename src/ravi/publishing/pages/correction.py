"""What a correction does to each copy, in sentences, before anything is written and before anybody says yes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core.calendar import number
from ravi.publishing.correction import Way
from ravi.publishing.pages import platforms
from ravi.publishing.queries import Planned

ORDER = (Way.EDIT, Way.REPLY, Way.IN_PLACE, Way.REPLACE, Way.BY_HAND, None)
BEADS = {Way.EDIT: "sent", Way.REPLY: "sent", Way.IN_PLACE: "pending", Way.REPLACE: "sending", Way.BY_HAND: "by_hand"}


@dataclass(frozen=True)
class Place:
    """One channel as a list names it, and where its post can be opened ("" where that is not known)."""

    unit: str
    platform: str
    handle: str
    url: str


@dataclass(frozen=True)
class Fate:
    """What happens to some of the copies alike."""

    bead: str
    title: str
    text: str
    places: Sequence[Place]


def fates(plan: Iterable[Planned]) -> list[Fate]:
    """One for each way that occurs, in the order in which people care."""
    listed = list(plan)
    found = {way: [one for one in listed if one.way is way] for way in ORDER}
    return [_fate(way, mine) for way, mine in found.items() if mine]


def _fate(way: Way | None, mine: Sequence[Planned]) -> Fate:
    count = len(mine)
    places = [
        Place(one.channel.unit.name, platforms.name(one.channel.platform), one.channel.shown_handle, _url(one))
        for one in mine
    ]
    return Fate(BEADS[way] if way else "cancelled", titled(way, count), _text(way, mine), places)


def _url(one: Planned) -> str:
    return (one.copy.link if one.copy else "") or one.channel.link


def titled(way: Way | None, count: int) -> str:
    """So many copies, and what happens to them."""
    titles = {
        Way.EDIT: ngettext("%(n)s copy is edited where it stands", "%(n)s copies are edited where they stand", count),
        Way.REPLY: ngettext("%(n)s copy gets an answer", "%(n)s copies get an answer", count),
        Way.IN_PLACE: ngettext("%(n)s copy has not gone yet", "%(n)s copies have not gone yet", count),
        Way.REPLACE: ngettext(
            "%(n)s copy is removed and published anew", "%(n)s copies are removed and published anew", count
        ),
        Way.BY_HAND: ngettext("%(n)s copy is corrected by hand", "%(n)s copies are corrected by hand", count),
        None: ngettext("%(n)s channel has nothing to correct", "%(n)s channels have nothing to correct", count),
    }
    return titles[way] % {"n": number(count)}


def pinned_title(count: int) -> str:
    """So many answers that do not only stand below the old post."""
    text = ngettext(
        "%(n)s answer is pinned to the top of its channel",
        "%(n)s answers are pinned to the top of their channels",
        count,
    )
    return text % {"n": number(count)}


def _text(way: Way | None, mine: Sequence[Planned]) -> str:
    texts = {
        Way.EDIT: _("The new words take the place of the old ones. Links and answers stay."),
        Way.REPLY: _("The platform changes no post. The new words stand below it and begin with “Correction”."),
        Way.IN_PLACE: _("The new words go in their place, at the same time."),
        Way.REPLACE: _("The old post goes, with its link and its answers."),
        Way.BY_HAND: _("No program can do it there. Somebody gets the words to paste and the link to the post."),
        None: _("Nothing of the message stands there."),
    }
    told = f"{texts[way]} {pinned}" if (pinned := pinned_words(mine)) else texts[way]
    waiting = sum(one.waits_for_outcome for one in mine)
    if not waiting:
        return told
    said = ngettext(
        "Of %(n)s nobody knows yet whether it went; its change waits until that is known.",
        "Of %(n)s nobody knows yet whether they went; their changes wait until that is known.",
        waiting,
    )
    return f"{told} {said % {'n': number(waiting)}}"


def pinned_words(plan: Iterable[Planned]) -> str:
    """Where what answers is pinned; "" for nowhere."""
    found = platforms.in_order(one.channel.platform for one in plan if one.pins_by(one.way))
    names = "، ".join(platforms.name(key) for key in found)
    return _("On %(platforms)s it is pinned to the top of the channel.") % {"platforms": names} if names else ""
