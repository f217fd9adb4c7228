"""What the record's facts are called and what their values mean; whoever reads it needs no word of the code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.accounts.models import AccessToken, Person, Role, Unit
from ravi.core import calendar
from ravi.core.models import AuditEntry
from ravi.delivery.models import HandReport
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.delivery.rules import Action, Scope, Verdict
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.network.models import Adoption, AfterReview, AutoAdoption, Message, StandingRule
from ravi.publishing.models import Post
from ravi.publishing.rules import PostState

Words = Mapping[str, str | Promise]

# Kind of what an entry is about -> what people call it. A test holds these tables to the code.
SUBJECTS: Words = {
    "accounts.institution": gettext_lazy("the institution"),
    "accounts.unit": gettext_lazy("unit"),
    "accounts.person": gettext_lazy("person"),
    "accounts.role": gettext_lazy("role"),
    "accounts.accesstoken": gettext_lazy("key for the command line"),
    "api.webhook": gettext_lazy("address of another program"),
    "notices.address": gettext_lazy("address for notices"),
    "directory.channel": gettext_lazy("channel"),
    "directory.custodian": gettext_lazy("custodian"),
    "directory.loan": gettext_lazy("loan"),
    "library.media": gettext_lazy("image"),
    "publishing.post": gettext_lazy("message"),
    "training.series": gettext_lazy("series of workshops"),
    "training.workshop": gettext_lazy("workshop"),
    "network.offer": gettext_lazy("offer"),
    "network.campaign": gettext_lazy("campaign"),
    "network.message": gettext_lazy("message for the network"),
    "network.afterreview": gettext_lazy("look at an emergency message"),
    "network.autoadoption": gettext_lazy("what a unit takes by itself"),
    "network.standingrule": gettext_lazy("standing approval"),
    "network.template": gettext_lazy("template"),
    "delivery.delivery": gettext_lazy("copy"),
    "delivery.ledger": gettext_lazy("line of the ledger"),
    "delivery.stoporder": gettext_lazy("stop"),
}
LABELS: Words = {
    "action": gettext_lazy("asked for"),
    "actions": gettext_lazy("asked for"),
    "adapter": gettext_lazy("by way of"),
    "all": gettext_lazy("mark of all"),
    "auto_adoption": gettext_lazy("taken by itself, by rule"),
    "backup": gettext_lazy("backup of"),
    "blocked": gettext_lazy("blocked"),
    "call": gettext_lazy("number of what was told"),
    "by_hand": gettext_lazy("to be removed by hand"),
    "cancelled": gettext_lazy("cancelled"),
    "captions": gettext_lazy("mark of the captions"),
    "channel": gettext_lazy("channel"),
    "closed": gettext_lazy("closed"),
    "copies": gettext_lazy("copies"),
    "count": gettext_lazy("how many"),
    "correction": gettext_lazy("number of the correction"),
    "days": gettext_lazy("days"),
    "due_at": gettext_lazy("to be looked at until"),
    "emergency": gettext_lazy("for emergencies"),
    "end_reason": gettext_lazy("why it ended"),
    "events": gettext_lazy("what it is told"),
    "evidence": gettext_lazy("mark of the picture"),
    "errand": gettext_lazy("errand"),
    "first": gettext_lazy("the first"),
    "found": gettext_lazy("found"),
    "from": gettext_lazy("before"),
    "gone": gettext_lazy("bytes gone"),
    "has_link": gettext_lazy("with a link"),
    "has_reason": gettext_lazy("with a reason"),
    "hashes": gettext_lazy("mark of the words"),
    "held": gettext_lazy("held"),
    "is_moved": gettext_lazy("at another time or place"),
    "halted": gettext_lazy("messages that wait"),
    "answer": gettext_lazy("answer"),
    "answers": gettext_lazy("units’ answers"),
    "held_now": gettext_lazy("held at that moment"),
    "ids": gettext_lazy("numbers"),
    "key": gettext_lazy("key"),
    "kind": gettext_lazy("kind"),
    "kinds": gettext_lazy("kinds"),
    "comment": gettext_lazy("comment"),
    "languages": gettext_lazy("languages"),
    "lang": gettext_lazy("language"),
    "due_on": gettext_lazy("looked at again on"),
    "last": gettext_lazy("the last"),
    "listed": gettext_lazy("on the public list"),
    "number": gettext_lazy("number of the version"),
    "offers": gettext_lazy("offers"),
    "passed": gettext_lazy("passed on"),
    "people": gettext_lazy("somebody is recognisable"),
    "person": gettext_lazy("person"),
    "pieces": gettext_lazy("pieces"),
    "picture": gettext_lazy("mark of the picture"),
    "platform": gettext_lazy("platform"),
    "posts": gettext_lazy("messages"),
    "reason": gettext_lazy("reason"),
    "ready": gettext_lazy("ready"),
    "recipes": gettext_lazy("drawings for platforms"),
    "removals": gettext_lazy("removals"),
    "removals_too": gettext_lazy("removals too"),
    "renditions": gettext_lazy("mark of what was drawn"),
    "return": gettext_lazy("answer"),
    "pins": gettext_lazy("pinned to the top"),
    "replaces": gettext_lazy("removed and published anew"),
    "revision": gettext_lazy("version"),
    "rows": gettext_lazy("lines"),
    "roles": gettext_lazy("people who went along"),
    "rule": gettext_lazy("standing approval"),
    "said": gettext_lazy("answer"),
    "scope": gettext_lazy("reaches"),
    "seated": gettext_lazy("with a seat"),
    "sender": gettext_lazy("by way of"),
    "session": gettext_lazy("number of the session"),
    "set": gettext_lazy("mark of what was shown"),
    "set_aside": gettext_lazy("set aside"),
    "sha256": gettext_lazy("mark"),
    "state": gettext_lazy("state"),
    "to": gettext_lazy("after"),
    "step": gettext_lazy("which yes"),
    "steps": gettext_lazy("yeses needed"),
    "topic": gettext_lazy("about"),
    "unit": gettext_lazy("unit"),
    "units": gettext_lazy("units"),
    "unknown": gettext_lazy("unknown"),
    "verbs": gettext_lazy("the key may"),
    "verdict": gettext_lazy("answer"),
    "verified": gettext_lazy("verified"),
    "voided": gettext_lazy("yeses that no longer hold"),
    "waiting": gettext_lazy("waiting"),
}
_STATES: Words = dict(Channel.State.choices) | {
    PostState.DRAFT: gettext_lazy("Draft"),
    PostState.SUBMITTED: gettext_lazy("Waits for approval"),
    PostState.RETURNED: gettext_lazy("Sent back to be mended"),
    PostState.APPROVED: gettext_lazy("Approved"),
    PostState.WITHDRAWN: gettext_lazy("Withdrawn"),
}
_ACTIONS: Words = {
    Action.PUBLISH: gettext_lazy("to publish"),
    Action.EDIT: gettext_lazy("to edit"),
    Action.DELETE: gettext_lazy("to remove"),
    Action.PIN: gettext_lazy("to pin"),
}
_READ_BACK: Words = {
    ReadBackOutcome.OTHER_WORDS: gettext_lazy("other words stand there"),
    ReadBackOutcome.STILL_THERE: gettext_lazy("it still stands there"),
    ReadBackOutcome.GONE: gettext_lazy("it is not there"),
}
VALUES: Mapping[str, Words] = {
    "verbs": dict(AccessToken.VerbChoice.choices),
    "topic": dict(Post.TopicChoice.choices),
    "said": dict(HandReport.Said.choices),
    "answer": dict(Adoption.KindChoice.choices),
    "end_reason": dict(StandingRule.EndChoice.choices) | dict(AutoAdoption.EndChoice.choices),
    "found": {**dict(AfterReview.VerdictChoice.choices), **_READ_BACK},
    "kinds": dict(Message.KindChoice.choices),
    "kind": dict(Unit.Kind.choices) | dict(Role.Kind.choices),
    "state": _STATES,
    "from": _STATES,
    "to": _STATES,
    "scope": {
        Scope.ALL: gettext_lazy("every institution"),
        Scope.INSTITUTION: gettext_lazy("the institution"),
        Scope.UNIT: gettext_lazy("one unit"),
        Scope.CAMPAIGN: gettext_lazy("one campaign"),
        Scope.PLATFORM: gettext_lazy("one platform"),
        Scope.CHANNEL: gettext_lazy("one channel"),
        Scope.TOPIC: gettext_lazy("one kind of content"),
    },
    "verdict": {
        Verdict.THERE: gettext_lazy("It is there"),
        Verdict.NOT_THERE: gettext_lazy("It is not there"),
        Verdict.LEAVE: gettext_lazy("Left open"),
    },
    "action": _ACTIONS,
    "actions": _ACTIONS,
}
# Numbers that name something, not counts: no thousands are set apart in them. A test holds this set to the code.
NUMBERS = frozenset(
    {
        "auto_adoption",
        "call",
        "comment",
        "correction",
        "errand",
        "first",
        "ids",
        "last",
        "number",
        "posts",
        "return",
        "revision",
        "rule",
        "session",
        "set_aside",
    }
)
PLATFORMS = frozenset({"platform", "adapter", "sender"})


@dataclass(frozen=True)
class Names:
    """The names that entries mean by number, as they are today: (kind, number) -> name."""

    known: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, kind: str, key: object) -> str:
        """The kind, and the name or the number: «پیام ۳۰»."""
        name = self.known.get((kind, str(key))) or calendar.digits(str(key))
        return f"{SUBJECTS.get(kind, kind)} {name}" if kind != "accounts.institution" else str(SUBJECTS[kind])

    def value(self, kind: str, key: object) -> str:
        """The name alone, or the number."""
        return self.known.get((kind, str(key))) or calendar.digits(str(key))


def names(entries: Iterable[AuditEntry], facts: Iterable[Mapping[str, Any]]) -> Names:
    """Four queries at most, however many entries."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.subject_type, set()).add(entry.subject_id)
    for told in facts:
        for fact, kind in NAMED.items():
            if isinstance(told.get(fact), int):
                wanted.setdefault(kind, set()).add(str(told[fact]))
    known: dict[tuple[str, str], str] = {}
    for kind, (model, column) in _MODELS.items():
        for key, name in model.objects.filter(pk__in=wanted[kind]).values_list("pk", column) if kind in wanted else ():
            known[kind, str(key)] = f"«{name}»" if kind == "publishing.post" and name else name
    return Names(known)


NAMED = {"unit": "accounts.unit", "person": "accounts.person", "channel": "directory.channel"}
_MODELS: Mapping[str, tuple[Any, str]] = {
    "accounts.unit": (Unit, "name"),
    "accounts.person": (Person, "name"),
    "directory.channel": (Channel, "handle"),
    "publishing.post": (Post, "title"),
}


def said(facts: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    """(what it is called, what it is) of every fact that says something, in the order of the alphabet of the code."""
    return tuple(
        (str(LABELS.get(name, name)), _value(name, value, names))
        for name, value in sorted(facts.items())
        if value not in (None, "", [])
    )


def _value(name: str, value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        listed = [_value(name, one, names) for one in value[:3]]
        return "، ".join([*listed, "…"] if len(value) > len(listed) else listed)
    if name in NAMED:
        return names.value(NAMED[name], value)
    if isinstance(value, int):
        return calendar.digits(str(value)) if name in NUMBERS else calendar.number(value)
    return _words(name, str(value))


def _words(name: str, value: str) -> str:
    if value in VALUES.get(name, {}):
        return str(VALUES[name][value])
    if value.isdecimal():
        return calendar.digits(value)
    if name in PLATFORMS:
        return _("the practice platforms") if value == "sandbox" else platform_name(value)
    try:
        return calendar.day_and_hour(datetime.fromisoformat(value))
    except ValueError:
        return f"{value[:12]}…" if len(value) > 40 else value
