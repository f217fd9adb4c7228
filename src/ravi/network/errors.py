"""Why the network's headquarters says no: each error is a sentence that says what happened, what was kept and what to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.network.facts.check import Problem

if TYPE_CHECKING:
    from ravi.accounts.models import Person
    from ravi.network.draft import VersionFields
    from ravi.network.models import Version


class NetworkRefused(Exception):
    """An act on a campaign, a message or an offer that the rules refuse; its text is for the person who asked."""


class MessageRefused(NetworkRefused):
    """Something in the message cannot be kept as it is."""


class NotNow(NetworkRefused):
    """The message is not in a state in which this is done."""


class NewerVersion(NetworkRefused):
    """Headquarters issued another version after the page was opened."""

    def __init__(self, number: int) -> None:
        super().__init__(
            _(
                "Headquarters changed this message meanwhile: this is version %(number)s. Nothing was published. Read it again."
            )
            % {"number": calendar.number(number)}
        )


class AnsweredMeanwhile(NetworkRefused):
    """A colleague of the unit answered first."""

    def __init__(self, who: str) -> None:
        super().__init__(
            _("%(who)s answered for your unit meanwhile. Nothing of yours was published; your words are still below.")
            % {"who": who}
        )


class NoUnits(NetworkRefused):
    """No unit is reached."""

    def __init__(self) -> None:
        super().__init__(_("No unit would get this message. Choose for whom it is, then offer it again."))


class NeedsExpert(NetworkRefused):
    """Health words without a health expert's yes."""

    def __init__(self) -> None:
        super().__init__(_("A health expert has not yet said yes to these words. Ask for it; nothing was offered."))


class OwnWords(NetworkRefused):
    """Nobody says the expert's yes to words of their own."""

    def __init__(self) -> None:
        super().__init__(_("You wrote this message or changed it. Another health expert says yes to it."))


class LanguageUnread(NetworkRefused):
    """A yes to words that the expert does not read."""

    def __init__(self, language: str) -> None:
        super().__init__(
            _("You are not noted as a reader of this language: %(language)s. Somebody who reads it says yes.")
            % {"language": language}
        )


class WordsChanged(NetworkRefused):
    """The words are others than those that were shown."""

    def __init__(self) -> None:
        super().__init__(_("This message changed after you opened it. Nothing was done. Read it again."))


class FactsContradicted(NetworkRefused):
    """A text drops, hides or contradicts a fact; `problems` says where."""

    def __init__(self, problems: Sequence[Problem], sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.problems, self.sentences = tuple(problems), tuple(sentences)


class ExpiresTooSoon(NetworkRefused):
    """The last day is over already, or comes before the deadline."""

    def __init__(self, valid_until: datetime, other: datetime | None = None) -> None:
        said = {"until": calendar.day_and_hour(valid_until), "deadline": calendar.day_and_hour(other) if other else ""}
        super().__init__(
            _("This message holds until %(until)s, and the units may answer until %(deadline)s. Change one of the two.")
            % said
            if other
            else _("This message held until %(until)s, which is over. Choose a later day.") % said
        )


class EditedMeanwhile(NetworkRefused):
    """Somebody else saved first. Nothing was written: `theirs` stand in the version, `yours` are in this error."""

    def __init__(self, version: "Version", *, theirs: "VersionFields", yours: "VersionFields", who: "Person") -> None:
        super().__init__(
            _(
                "%(who)s changed this message at %(hour)s. Your words stand below, not yet kept. Compare, then keep again."
            )
            % {"who": who.name, "hour": calendar.hour(version.edited_at)}
        )
        self.version, self.theirs, self.yours, self.who = version, theirs, yours, who


class TemplateRefused(NetworkRefused):
    """The template cannot be kept, filled or signed as it is; `sentences` say why, one each."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class TemplateChanged(NetworkRefused):
    """The words of the template are others than those that were shown."""

    def __init__(self) -> None:
        super().__init__(_("This template changed after you opened it. Nothing was done. Read it again."))


class PostsLeft(Exception):
    """A withdrawal or a correction whose job could not do everything: for the log, which names each, and for another try."""
