"""Which channels a LIST on the command line means: ids, handles, platforms and units of the author. Pure."""

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from ravi.directory.models import Channel

ALL = "all"
_COMMAS = re.compile("[,،]")


class DestinationUnknown(ValueError):
    """A word of the list that names no channel this person may publish on; the text is a sentence."""


def chosen_channels(words: str, channels: Sequence[Channel]) -> list[Channel]:
    """The channels among `channels` that `words` names, in their order, each once. Raises DestinationUnknown."""
    if not channels:
        raise DestinationUnknown(_("This person may publish on no channel now."))
    if words.strip() == ALL:
        return list(channels)
    named = [word.strip() for word in _COMMAS.split(words) if word.strip()]
    if not named:
        raise DestinationUnknown(_("Write all, or names of channels, platforms or units with commas between them."))
    wanted = {channel.pk for word in named for channel in _meant(word, channels)}
    return [channel for channel in channels if channel.pk in wanted]


def _meant(word: str, channels: Iterable[Channel]) -> list[Channel]:
    handle = word.removeprefix("@").casefold()
    found = [channel for channel in channels if _is_meant(word, handle, channel)]
    if not found:
        raise DestinationUnknown(
            _("“%(word)s” is no channel, platform or unit on which this person may publish.") % {"word": word}
        )
    return found


def _is_meant(word: str, handle: str, channel: Channel) -> bool:
    names = (str(channel.pk), channel.platform, channel.unit.name, channel.link, channel.address)
    own = channel.handle.casefold()
    return word in names or handle == own or handle == f"{channel.platform}/{own}"
