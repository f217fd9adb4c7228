"""What the pages say of addresses and calls, in beads and words."""

import json
from typing import Any

from django.utils.translation import gettext as _

from ravi.api.models import Webhook, WebhookCall, WebhookTry
from ravi.api.webhook.form import WORDS
from ravi.api.webhook.rules import CallState
from ravi.core import calendar, clock

BEADS = {CallState.WAITING: "pending", CallState.TAKEN: "sent", CallState.GIVEN_UP: "failed"}


def standing(webhook: Webhook) -> tuple[str, str]:
    """(bead, words): whether it hears."""
    if webhook.off_why:
        return "held", _("Off: %(why)s") % {"why": webhook.get_off_why_display()}
    if webhook.failing_since:
        since = calendar.distance(webhook.failing_since, now=clock.now())
        return "unknown", _("It has taken nothing since %(since)s; Ravi tries again by itself") % {"since": since}
    return "sent", _("It hears")


def standing_of(call: WebhookCall) -> tuple[str, str]:
    """(bead, words) of a call."""
    words = str(call.get_state_display())
    if call.state == CallState.WAITING and call.attempts:
        words = _("Not taken yet; tried %(n)s times") % {"n": calendar.number(call.attempts)}
    return BEADS[CallState(call.state)], words


def call_line(call: WebhookCall) -> dict[str, Any]:
    """One line of the log."""
    bead, words = standing_of(call)
    return {"call": call, "event": WORDS.get(call.event, call.event), "bead": bead, "words": words}


def try_line(one: WebhookTry) -> dict[str, Any]:
    """One try: when, what came of it, what was answered, how long it took."""
    bead = "sent" if one.outcome == WebhookTry.Outcome.TAKEN else "failed"
    return {"try": one, "bead": bead, "words": one.get_outcome_display()}


def pretty(body: str) -> str:
    """The body as people read it; what was sent has no spaces."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
