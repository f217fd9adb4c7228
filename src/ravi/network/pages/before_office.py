"""Headquarters' own messages on the desk, in words: what is asked of the person, and where they go on."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.network.pages.translation import name_of
from ravi.network.queries.before_office import Step, Words


def rows(listed: Iterable[Words]) -> list[dict[str, Any]]:
    """The desk's lines: address, title, bead, words, and since when."""
    return [{"title": one.title or _("Without a title"), "at": one.at, **_SAID[one.step](one)} for one in listed]


def _line(route: str, bead: str, said: str, one: Words) -> dict[str, str]:
    return {"url": reverse(f"network:{route}", args=[one.message_id]), "bead": bead, "said": said}


def _read(one: Words) -> dict[str, str]:
    url = reverse("network:translation", args=[one.message_id, one.lang])
    return {
        "url": url,
        "bead": "turn",
        "said": _("Its translation waits for you: %(lang)s") % {"lang": name_of(one.lang)},
    }


_SAID: Mapping[Step, Callable[[Words], dict[str, str]]] = {
    Step.LOOK: lambda one: _line("endorsement", "turn", _("Waits for your yes before any unit sees it"), one),
    Step.READ: _read,
    Step.OFFER: lambda one: _line("issue", "turn", _("A health expert said yes: offer it to the units"), one),
    Step.WRITE: lambda one: _line("message", "wait", _("Being written; no unit sees it"), one),
    Step.WAIT: lambda one: _line("message", "pending", _("Waits for a health expert’s yes"), one),
}
