"""What each state of a copy looks like and is called: one table, so that no page invents a colour or a word."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Bead:
    """`symbol` is its drawing in sprite.svg, `look` its class (colour and thread), `word` what people read."""

    symbol: str
    look: str
    word: str | Promise
    meaning: str | Promise
    cue: str | Promise


BEADS: dict[str, Bead] = {
    "sent": Bead(
        "sent", "is-sent", _("Published"), _("the platform took it and gave a receipt"), _("whole thread, full bead")
    ),
    "corrected": Bead(
        "fixed", "is-fixed", _("Corrected"), _("the new version reached this copy"), _("a bead with a ring")
    ),
    "sending": Bead(
        "sending", "is-sending", _("On its way"), _("is being sent right now"), _("dashed thread, half bead")
    ),
    "claimed": Bead(
        "sending", "is-sending", _("On its way"), _("is being sent right now"), _("dashed thread, half bead")
    ),
    "pending": Bead("wait", "is-wait", _("In line"), _("its time has not come"), _("dotted thread, small bead")),
    "held": Bead("held", "is-held", _("Held"), _("a stop order; you let it go on"), _("two bars")),
    "by_hand": Bead(
        "hand", "is-turn", _("By hand"), _("a person publishes or removes it there"), _("a hand in an open bead")
    ),
    "sent_by_hand": Bead(
        "hand-sent", "is-sent", _("Published by hand"), _("a person did it and said so"), _("a hand in a full bead")
    ),
    "unknown": Bead(
        "unknown", "is-unknown", _("Unknown"), _("no answer came; please look"), _("open thread, a question")
    ),
    "missed": Bead("missed", "is-missed", _("Missed"), _("its time passed and it did not go"), _("a fallen bead")),
    "failed": Bead("failed", "is-failed", _("Not published"), _("the platform refused; it says why"), _("a cross")),
    "blocked": Bead("blocked", "is-blocked", _("Blocked"), _("cannot be sent yet"), _("a closed gate")),
    "cancelled": Bead("cancelled", "is-cancelled", _("Cancelled"), _("you took it out"), _("a short dash")),
    "superseded": Bead(
        "superseded", "is-superseded", _("Replaced"), _("a newer version took its place"), _("two beads")
    ),
}

# Beads that are no state of a copy: a group or a message, a person's yes, and whose turn it is.
MARKS = {"node": "is-node", "knot": "is-knot", "turn": "is-turn", "wait": "is-wait", "fixed": "is-fixed"}


def look(state: str) -> tuple[str, str]:
    """(symbol, class) of a state or a mark; an unlisted name is a mistake in a template and raises KeyError."""
    if state in BEADS:
        return BEADS[state].symbol, BEADS[state].look
    return state, MARKS[state]
