"""Answers "is this one ours?": yes, one that only looks like ours, or no. A near miss never gets a yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ravi.accounts.models import Institution
from ravi.directory.handles import Typed, is_within, key_of, read_typed
from ravi.directory.models import Channel
from ravi.directory.resemblance import Spot, resembles, spots
from ravi.directory.rules import LISTABLE


class Verdict(StrEnum):
    """The three answers."""

    YES = "yes"
    LOOKALIKE = "lookalike"
    NO = "no"


@dataclass(frozen=True)
class Match:
    """`typed` stands in the spelling of comparison. `channels` are all that a yes names, or the one that a lookalike
    resembles; `spots` are the places where those two differ. A lookalike without spots has our very handle on
    `platform` ("" for a site that Ravi does not know), where we are not."""

    verdict: Verdict
    typed: str
    channels: Sequence[Channel] = ()
    spots: Sequence[Spot] = ()
    platform: str = ""

    @property
    def channel(self) -> Channel | None:
        """The first of the channels."""
        return self.channels[0] if self.channels else None


def match_handle(institution: Institution, typed: str) -> Match:
    """Compare with every listed channel of the institution; frozen ones too, and whoever asks has to be told so."""
    read = read_typed(typed)
    if not read.key:
        return Match(Verdict.NO, "")
    # All of them: a few hundred short rows. Likeness cannot be asked of an index.
    rows = Channel.objects.filter(institution_id=institution.pk, listed=True, state__in=LISTABLE)
    facts = list(rows.order_by("id").values_list("id", "platform", "handle_key", "link"))
    ours = [pk for pk, platform, key, link in facts if _is_same(read, platform, key, link)]
    if ours:
        return Match(Verdict.YES, read.key, _channels(ours), platform=read.platform)
    borrowed = [pk for pk, _platform, key, _link in facts if key in {read.key, read.account}]
    if borrowed:
        return Match(Verdict.LOOKALIKE, read.key, _channels(borrowed[:1]), platform=read.platform)
    for pk, _platform, key, _link in facts:
        if resembles(read.key, key) or (read.account and resembles(read.account, key)):
            name = read.key if resembles(read.key, key) else read.account
            return Match(Verdict.LOOKALIKE, name, _channels([pk]), spots(name, key), read.platform)
    return Match(Verdict.NO, read.key, platform=read.platform)


def _is_same(read: Typed, platform: str, key: str, link: str) -> bool:
    if read.is_site:
        return (platform == "wordpress" and is_within(read.key, key)) or (bool(link) and read.key == _site_of(link))
    return read.key == key and read.platform in {"", platform}


def _site_of(link: str) -> str:
    read = read_typed(link)
    return read.key if read.is_site else key_of(link)


def _channels(ids: Sequence[int]) -> Sequence[Channel]:
    return list(Channel.objects.select_related("unit").filter(pk__in=ids))
