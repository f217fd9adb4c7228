"""Why publishing says no: each error is a sentence that says what happened, what was kept and what to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ravi.core import calendar

if TYPE_CHECKING:
    from ravi.accounts.models import Person
    from ravi.directory.models import Channel
    from ravi.publishing.draft import DraftFields
    from ravi.publishing.models import Copy, Post, SetAside


class PublishingRefused(Exception):
    """An act on a post that the rules refuse; its text is for the person who asked."""


class DraftRefused(PublishingRefused):
    """Something in the draft cannot be kept as it is."""


class WordsKeptElsewhere(DraftRefused):
    """The words answer an offer: they are changed where their facts are held."""

    def __init__(self) -> None:
        super().__init__(
            _("These words came from headquarters. Change them on the page of the offer; nothing was changed.")
        )


class PostHalted(PublishingRefused):
    """Newer words than these are there; a person of the unit decides. `words_at` is the page where they do."""

    def __init__(self, words_at: str) -> None:
        super().__init__(
            _(
                "Headquarters changed this message meanwhile. These older words wait until the unit has decided about them."
            )
        )
        self.words_at = words_at


class NotNow(PublishingRefused):
    """The post is not in a state in which this is done."""


class OwnWork(PublishingRefused):
    """Nobody approves what they wrote or changed."""

    def __init__(self) -> None:
        super().__init__(_("You wrote this message or changed it. Another person approves it."))


class TextUnread(PublishingRefused):
    """Health advice is approved by an expert who reads its language."""

    def __init__(self, lang: str) -> None:
        super().__init__(
            _("This message is in a language (%(lang)s) that you do not read. An expert who reads it approves it.")
            % {"lang": lang}
        )


class PostExpired(PublishingRefused):
    """The post's last day is over, or comes before its time."""

    def __init__(self, valid_until: datetime) -> None:
        super().__init__(
            _("This message is valid until %(until)s, so it cannot go out then. Change one of the two times.")
            % {"until": calendar.day_and_hour(valid_until)}
        )


class NothingToSend(PublishingRefused):
    """No copy can go; `blocked` says why for each."""

    def __init__(self, sentence: str, blocked: Sequence["Copy"] = ()) -> None:
        super().__init__(sentence)
        self.blocked = tuple(blocked)


class ShownSetChanged(PublishingRefused):
    """The hashes that came back are not those that wait: the words changed after they were shown."""

    def __init__(self) -> None:
        super().__init__(_("This message changed after you opened it. Nothing was approved. Read it again."))


class CopiesMoved(ShownSetChanged):
    """A correction was shown for copies that stand otherwise by now: none of its ways holds there any more."""

    def __init__(self) -> None:
        PublishingRefused.__init__(
            self,
            _(
                "Copies of this message stand otherwise than when the correction was sent for approval. Nothing was"
                " approved. Return it: once its author sends it again, it is shown as they stand."
            ),
        )


class ChannelsClosed(PublishingRefused):
    """Channels that were open when the post was submitted and are not now."""

    def __init__(self, channels: Sequence["Channel"]) -> None:
        self.channels = tuple(channels)
        names = "، ".join(f"{channel.handle} ({channel.unit.name})" for channel in self.channels[:5])
        if len(self.channels) > 5:
            names += "، …"
        super().__init__(
            _("%(n)s channels can no longer be used: %(names)s. Nothing was approved. Look at the set that is left.")
            % {"n": calendar.number(len(self.channels)), "names": names}
        )


class CorrectionOpen(PublishingRefused):
    """The message is being corrected already: `correction` is the draft, or what waits for its yes."""

    def __init__(self, correction: "Post") -> None:
        super().__init__(
            _("%(who)s is correcting this message already. Go on with that correction, or drop it first.")
            % {"who": correction.author.name}
        )
        self.correction = correction


class EditedMeanwhile(PublishingRefused):
    """Somebody else saved first. Both texts are kept: `theirs` in the post, `yours` in `set_aside`."""

    def __init__(
        self,
        post: "Post",
        *,
        theirs: "DraftFields",
        yours: "DraftFields",
        who: "Person",
        at: datetime,
        set_aside: "SetAside",
    ) -> None:
        super().__init__(
            _("%(who)s changed this message at %(hour)s. Both texts are kept. Look at the difference and decide again.")
            % {"who": who.name, "hour": calendar.hour(at)}
        )
        self.post, self.theirs, self.yours = post, theirs, yours
        self.who, self.at, self.set_aside = who, at, set_aside
