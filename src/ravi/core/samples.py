"""Made-up facts for the page of all components; no name here belongs to anybody."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.core import clock
from ravi.core.beads import BEADS
from ravi.core.fields import ImageField, JalaliDateTimeField, PersianIntegerField

# One row of the loom per unit: a letter per platform (s sent, c corrected, g going, p pending, h held, u unknown,
# m missed, f failed, b blocked, - no channel).
LETTERS = {
    "s": "sent", "c": "corrected", "g": "sending", "p": "pending", "h": "held",
    "u": "unknown", "m": "missed", "f": "failed", "b": "blocked",
}  # fmt: skip
HOSPITALS = (
    (gettext_lazy("Omid hospital"), "ssssss"),
    (gettext_lazy("Shafa hospital"), "ssussb"),
    (gettext_lazy("Mehr hospital"), "ffffff"),
    (gettext_lazy("Razi hospital"), "uuuumb"),
    (gettext_lazy("Children's hospital"), "cchhfs"),
)
PLATFORMS = (
    gettext_lazy("Telegram"), gettext_lazy("Bale"), gettext_lazy("Eitaa"),
    gettext_lazy("Website"), gettext_lazy("Mastodon"), gettext_lazy("Bluesky"),
)  # fmt: skip
NEEDS = {"unknown", "missed", "failed", "blocked"}


class SampleForm(forms.Form):
    """One field of every kind. `keeps_still`: its summary does not take the focus, for nobody sent it."""

    keeps_still = True

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Text of the message"),
        help_text=gettext_lazy("Write once. Every platform gets this text unless you write its own."),
        widget=forms.Textarea({"rows": 5}),
    )
    link = forms.URLField(label=gettext_lazy("Link"), required=False, assume_scheme="https")
    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"),
        choices=[("health", gettext_lazy("Health")), ("house", gettext_lazy("The organisation"))],
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[("approved", gettext_lazy("As soon as it is approved")), ("at", gettext_lazy("At a time I say"))],
        widget=forms.RadioSelect,
    )
    due_at = JalaliDateTimeField(label=gettext_lazy("Day and time of publishing"))
    valid_until = JalaliDateTimeField(label=gettext_lazy("Valid until the end of"), with_time=False, required=False)
    copies = PersianIntegerField(label=gettext_lazy("Readers"), min_value=1, max_value=1_000_000, required=False)
    picture = ImageField(label=gettext_lazy("Picture"), required=False)
    shows_people = forms.BooleanField(
        label=gettext_lazy("Someone in the picture can be recognised"),
        help_text=gettext_lazy("Then we ask for the number of the consent."),
        required=False,
    )


def components() -> dict[str, Any]:
    """The context of core/components.html."""
    bad = SampleForm({
        "title": "", "text": _("From 8 to 19 Azar, 8 to 14, the vaccine is free."), "topic": "health", "when": "at",
        "due_at_0": "۳۱", "due_at_1": "9", "due_at_2": "۱۴۰۵", "due_at_3": "9:30", "copies": "0",
    })  # fmt: skip
    good = SampleForm(initial={"title": _("Second round of the flu vaccine"), "when": "at"} | _moments(), prefix="good")
    return {
        "states": [(name, bead) for name, bead in BEADS.items() if name != "claimed"],
        "themes": [("light", gettext_lazy("Light")), ("dark", gettext_lazy("Dark"))],
        "counts": {"sent": 329, "sending": 18, "unknown": 4, "blocked": 6, "missed": 3},
        "platforms": PLATFORMS,
        "group": {"id": "hospitals", "name": _("Hospitals"), "rows": [_row(*row) for row in HOSPITALS]},
        "good": good,
        "bad": bad,
        "steps": [
            {"name": _("Headquarters"), "kind": "done"},
            {"name": _("Omid hospital"), "kind": "now"},
            {"name": _("4 channels"), "kind": "next"},
        ],
        "links": _links(),
        "pieces": _pieces(),
        "two_hours_ago": clock.now() - timedelta(hours=2),
        "in_a_week": clock.now() + timedelta(days=7),
        "sample_text": _("Second round of the flu vaccine for people over 60.\n\nQuestions: \u2066041-5550 1234\u2069"),
    }


def _moments() -> dict[str, Any]:
    return {"due_at": clock.now() + timedelta(days=7), "valid_until": clock.now() + timedelta(days=20), "copies": 1024}


def _row(name: Any, letters: str) -> dict[str, Any]:
    states = [LETTERS.get(letter) for letter in letters]
    cells = [
        {"state": state, "platform": platform, "url": "#loom" if state in NEEDS else ""} if state else None
        for state, platform in zip(states, PLATFORMS, strict=True)
    ]
    sent = sum(state in {"sent", "corrected"} for state in states)
    return {
        "name": name, "url": "#loom", "cells": cells, "sent": sent, "all": sum(map(bool, states)),
        "needs": any(state in NEEDS for state in states),
    }  # fmt: skip


def _links() -> list[dict[str, str]]:
    return [
        {"who": _("Maryam Rastegar"), "did": _("wrote it"), "note": _("today, 8:40")},
        {"who": _("Dr Arash Behnam"), "did": _("said yes"), "note": _("today, 10:12"), "bead": "knot"},
        {"kind": "turn", "who": _("It is your turn"), "note": _("medical correctness")},
        {"kind": "next", "did": _("60 units, 360 copies")},
    ]


def _pieces() -> list[dict[str, str]]:
    return [
        {"kind": "same", "text": _("From 8 to") + " "},
        {"kind": "del", "text": _("15 Azar")},
        {"kind": "same", "text": " "},
        {"kind": "ins", "text": _("19 Azar")},
        {"kind": "same", "text": _(", 8 to 14.") + " "},
        {"kind": "ins", "text": _("The vaccine is free.")},
    ]
