"""Says in one sentence what became of a copy, and in another what a person can do."""

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.delivery.pages import hands
from ravi.delivery.rules import Code, State, Wait
from ravi.platforms.contract import GONE, MARKUP, MEDIA_CHANGED, NO_CHANNEL, NO_RIGHTS, OTHER_ACCOUNT, TOO_OLD


class Told(Protocol):
    """What a sentence needs of a copy: a row of the board, or what a page made of a delivery."""

    @property
    def state(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def remote_id(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def sent_at(self) -> datetime | None: ...
    @property
    def waiting_for(self) -> str: ...
    @property
    def automatic_look_at(self) -> datetime | None: ...
    @property
    def is_kept_back(self) -> bool: ...
    @property
    def waits_until(self) -> datetime | None: ...
    @property
    def waits_since(self) -> datetime | None: ...
    @property
    def is_silent(self) -> bool: ...
    @property
    def by_hand(self) -> bool: ...


def of_line(line: Told, platform: str) -> str:
    """What happened, what was kept, what comes next."""
    said = {"platform": platform}
    state = State(line.state)
    if line.by_hand and (known := hands.of_line(line, platform)):
        return known
    if state is State.SENT:
        return _sent(line, said)
    if state in (State.CLAIMED, State.SENDING):
        return _("Being sent to %(platform)s right now.") % said
    if state is State.PENDING:
        return _pending(line, said)
    if state is State.UNKNOWN:
        return _unknown(line, said)
    return _settled(state, line, said)


def removal_word(state: str) -> str:
    """What a removal's state is called where it differs from a publication's."""
    words = {State.SENT: _("Removed"), State.FAILED: _("Not removed"), State.MISSED: _("Not removed")}
    return words.get(State(state), "")


def of_outcome(outcome: str) -> str:
    """What one call came to; "" for a platform's own code."""
    sentences = {
        "sent": _("The platform took it."),
        Code.NO_ANSWER: _("No clear answer came."),
        Code.NOT_REACHED: _("The platform was out of reach; nothing was sent."),
        Code.RATE_LIMITED: _("The platform asked for a pause; nothing was sent."),
        Code.CREDENTIALS: _("The platform did not take the channel's key; nothing was sent."),
        Code.ENGINE_GONE: _("The engine ended in the middle of it."),
    }
    return sentences.get(outcome, "")


def _sent(line: Told, said: dict[str, str]) -> str:
    when = {"when": calendar.day_and_hour(line.sent_at, year=False)} if line.sent_at else {"when": ""}
    if line.action == "delete":
        return _("Removed from %(platform)s: %(when)s.") % (said | when)
    if line.action == "edit":
        return _("Corrected on %(platform)s: %(when)s.") % (said | when)
    if line.action == "publish" and not line.remote_id:
        return _("A person saw it on %(platform)s: %(when)s.") % (said | when)
    return _("%(platform)s took it and gave a receipt: %(when)s.") % (said | when)


def _pending(line: Told, said: dict[str, str]) -> str:
    if line.is_silent:
        return silent(line.due_at)
    if line.waiting_for == Wait.OUTAGE:
        return outage(said["platform"], line.waits_since, line.waits_until)
    if line.waiting_for == Wait.TIME:
        return _("Goes out %(when)s.") % {"when": calendar.day_and_hour(line.due_at, year=False)}
    until = {"until": calendar.hour(line.waits_until) if line.waits_until else ""}
    sentences = {
        Wait.PAUSE: _("%(platform)s asked for a pause; it goes by itself at %(until)s."),
        Wait.PACE: _("%(platform)s takes messages one by one; its turn comes at %(until)s."),
        Wait.UNKNOWN: _("Nobody knows about the message before it; it goes by itself at %(until)s at the latest."),
        Wait.COPY: _("It waits until the outcome of the copy that it changes is known."),
        Wait.STOP: _("Sending is stopped; when its time comes, it waits for you."),
        Wait.CHANNEL: _("%(platform)s does not take the key of the channel any more; it waits for a new one."),
        Wait.LINE: _("An earlier message to this channel comes first; then it goes by itself."),
    }
    known = sentences.get(Wait(line.waiting_for)) if line.waiting_for else None
    return (known or _("Its time has come; it goes in a moment.")) % (said | until)


def silent(due_at: datetime) -> str:
    """A copy that is due, and for which nobody can say why it still waits."""
    said = {"when": calendar.day_and_hour(due_at, year=False)}
    return _("It should have gone %(when)s, and Ravi's sender has not taken it. It is not lost.") % said


def outage(platform: str, since: datetime | None, until: datetime | None) -> str:
    """Waiting for the platform: since when it does not answer, and when Ravi tries again."""
    said = {
        "platform": platform,
        "since": calendar.hour(since) if since else "",
        "until": calendar.hour(until) if until else "",
    }
    if not since:
        return _("Waiting for %(platform)s, which does not answer. Ravi tries again at %(until)s.") % said
    return _("Waiting for %(platform)s, which has not answered since %(since)s. Ravi tries again at %(until)s.") % said


def _unknown(line: Told, said: dict[str, str]) -> str:
    if line.action == "delete":
        return (
            _("%(platform)s did not answer; it may be gone, or still stand there. Look, and say what you see.") % said
        )
    reasons: dict[str, str] = {
        Code.ENGINE_GONE: _("Ravi was cut off while sending to %(platform)s; the message may have gone."),
        Code.RESTORED: _("Ravi was restored from a backup; the message may have gone before."),
        Code.KEY_SPENT: _("It is too late to ask %(platform)s again safely; the message may have gone."),
    }
    said_first = reasons.get(line.code, _("%(platform)s did not answer; the message may have gone.")) % said
    if line.automatic_look_at:
        look = _("Ravi looks again by itself at %(hour)s.") % {"hour": calendar.hour(line.automatic_look_at)}
        return f"{said_first} {look}"
    if line.is_kept_back:
        wait = _("It is not sent again, whatever you find: newer words are there, or it was withdrawn.")
    else:
        wait = _("Ravi does not send again until you have looked.")
    return f"{said_first} {wait}"


def reason(code: str, detail: str) -> str:
    """Why a platform refused, in its own words, or in Ravi's where it gave a number or nothing; without a full stop."""
    if code == Code.NO_ADDRESS:
        return _("Ravi does not know its address there, because a person found it")
    if code == NO_RIGHTS:
        return _("Ravi may not do this in the channel; make its bot an administrator there")
    if code == NO_CHANNEL:
        return _("it knows no channel of this name; look at the channel's handle")
    if code == OTHER_ACCOUNT:
        return _("the key in Ravi belongs to another account; give the channel's own key")
    known = {
        GONE: _("it is not there any more"),
        TOO_OLD: _("it stands there too long already for a program to touch it"),
        MEDIA_CHANGED: _("it does not exchange the images of a post; remove the post and publish it anew"),
        MARKUP: _("it would show signs in the text as formatting; leave out * and _ around words"),
    }
    if code in known:
        return known[code]
    if code.startswith("http_"):
        return _("it answered with number %(number)s") % {"number": calendar.digits(code.removeprefix("http_"))}
    return detail.strip().rstrip(".")


def _settled(state: State, line: Told, said: dict[str, str]) -> str:
    if line.action == "delete" and state in (State.FAILED, State.MISSED):
        return _not_removed(state, line, said)
    if state is State.HELD and line.code == Code.CREDENTIALS:
        return _("%(platform)s does not take the key of the channel any more. Nothing was sent.") % said
    if state is State.HELD and line.code == Code.RESTORED:
        return _("Ravi was restored from a backup; it may have gone, or been changed, since. It waits for you.")
    if state is State.FAILED:
        return _failed(line, said)
    if state is State.MISSED:
        if line.code == Code.EXPIRED:
            return _("The last day of the message was over before its turn. Nothing was sent.")
        return _("The way to %(platform)s was closed for too long and its time passed. Nothing was sent.") % said
    sentences = {
        State.HELD: _("Sending was stopped when its time came. It waits for you."),
        State.CANCELLED: _("It was taken out before it went. Nothing was sent."),
        State.SUPERSEDED: _("A newer version took its place."),
    }
    return sentences[state] % said


def _not_removed(state: State, line: Told, said: dict[str, str]) -> str:
    """What was taken back and stands there all the same."""
    why = "" if state is State.MISSED else reason(line.code, line.detail)
    if not why:
        return _("It was not removed from %(platform)s and can still be read there. Remove it there by hand.") % said
    sentence = _("It was not removed from %(platform)s: %(why)s. It can still be read there. Remove it there by hand.")
    return sentence % (said | {"why": why})


def _failed(line: Told, said: dict[str, str]) -> str:
    if line.code == Code.CHANNEL_CLOSED:
        return _("The channel was closed before its turn. Nothing was sent.")
    if line.code == Code.NOTHING_TO_CHANGE:
        return _("On %(platform)s there was no copy to change.") % said
    if line.code == Code.PICTURE_GONE:
        return _("An image of it was erased before its turn. Nothing was sent.")
    if line.code == Code.NOT_APPROVED:
        return _("Its words were not those that were approved. Nothing was sent.")
    why = reason(line.code, line.detail)
    if not why:
        return _("%(platform)s refused it. Nothing was published.") % said
    return _("%(platform)s refused it: %(why)s. Nothing was published.") % (said | {"why": why})
