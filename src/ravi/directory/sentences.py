"""What pages say of a connection: how long its credential holds, how it was found, and what is worth a warning."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.directory import life
from ravi.directory.life import End
from ravi.directory.models import Channel, Credential, Errand
from ravi.directory.rules import ErrandOutcome
from ravi.platforms import registry
from ravi.platforms.contract import abilities_of


@dataclass(frozen=True)
class Said:
    """A state's bead and a sentence."""

    state: str
    text: str


def renews_itself(channel: Channel, credential: Credential) -> bool:
    """Whether Ravi can still renew the credential without anybody."""
    if credential.renew_refused_at is not None:
        return False
    try:
        return "renew" in abilities_of(registry.adapter(channel.adapter, channel.platform))
    except registry.UnknownPlatform:
        return False


def end_of(channel: Channel, credential: Credential, now: datetime) -> End:
    """What is to be said of its end."""
    return life.end_of(credential.expires_at, now, renews_itself=renews_itself(channel, credential))


def life_of(channel: Channel, credential: Credential, now: datetime) -> Said | None:
    """How long it holds, and who renews it; None where the platform does not tell."""
    until = credential.expires_at
    if until is None:
        if credential.renew_refused_at is None:
            return None
        return Said("blocked", _("The platform no longer renews it. Connect again: set a new one."))
    facts = {"day": calendar.day(until), "left": calendar.distance(until, now=now)}
    end = end_of(channel, credential, now)
    if end is End.ENDED:
        return Said("blocked", _("It ended on %(day)s. Set a new one.") % facts)
    if renews_itself(channel, credential):
        text = _("It holds until %(day)s (%(left)s). Ravi renews it by itself before that.")
        return Said("sent", text % facts)
    if credential.renew_refused_at is not None:
        text = _("It holds until %(day)s (%(left)s), and the platform no longer renews it: connect again before that.")
        return Said("unknown", text % facts)
    text = _("It holds until %(day)s (%(left)s). Set a new one before that: no program can renew it.")
    return Said("sent" if end is End.NOTHING else "unknown", text % facts)


def check_of(credential: Credential, now: datetime) -> Said | None:
    """What the last look found, and when; None before the first."""
    if credential.checked_at is None:
        return None
    ago = calendar.distance(credential.checked_at, now=now)
    if credential.outcome == ErrandOutcome.VERIFIED:
        return Said("sent", _("Last checked %(ago)s: all is well.") % {"ago": ago})
    said = dict(Errand.Outcome.choices).get(credential.outcome, "")
    if credential.outcome == ErrandOutcome.NOT_POSSIBLE:
        return Said("pending", str(said))
    state = "unknown" if credential.outcome == ErrandOutcome.NOT_REACHED else "blocked"
    return Said(state, _("Last checked %(ago)s. %(found)s") % {"ago": ago, "found": said})


def warning_of(channel: Channel, credential: Credential | None, now: datetime) -> Said | None:
    """In few words, for a list; None where nothing needs anybody."""
    if credential is None:
        return None
    words = {
        ErrandOutcome.REFUSED: _("key refused"),
        ErrandOutcome.OTHER_ACCOUNT: _("another account"),
        ErrandOutcome.NOT_ALLOWED: _("may not publish"),
        ErrandOutcome.NO_CREDENTIAL: _("key unreadable"),
    }
    for outcome, word in words.items():
        if credential.outcome == outcome:
            return Said("blocked", word)
    end = end_of(channel, credential, now)
    if end is End.ENDED:
        return Said("blocked", _("key ended"))
    if end is not End.NOTHING and credential.expires_at is not None:
        left = calendar.distance(credential.expires_at, now=now)
        return Said("unknown", _("key ends %(left)s") % {"left": left})
    if credential.renew_refused_at is not None:
        return Said("unknown", _("connect again"))
    return Said("unknown", _("no answer")) if credential.outcome == ErrandOutcome.NOT_REACHED else None
