"""How delivery's notices speak: what keeps many copies from going out, one sentence per kind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core import calendar
from ravi.delivery.rules import Scope
from ravi.delivery.topics import topic_name
from ravi.directory.names import platform_name
from ravi.notices.rules import Kind, register


def engine_dead(params: Mapping[str, Any]) -> str:
    """To the heads."""
    if not params.get("since"):
        return _("Ravi's sender has never run here: nothing goes out. Tell whoever runs Ravi.")
    return _("Ravi's sender is off since %(since)s: nothing goes out. Tell whoever runs Ravi.") % _said(params)


def platform_away(params: Mapping[str, Any]) -> str:
    """To the heads."""
    text = ngettext(
        "%(platform)s has not answered since %(since)s; %(n)s copy waits. Ravi goes on trying.",
        "%(platform)s has not answered since %(since)s; %(n)s copies wait. Ravi goes on trying.",
        params["count"],
    )
    return text % _said(params)


def credential_refused(params: Mapping[str, Any]) -> str:
    """To the heads, and to the custodians of these channels."""
    text = ngettext(
        "%(platform)s refused the connection key of %(n)s channel: it must be renewed.",
        "%(platform)s refused the connection keys of %(n)s channels: they must be renewed.",
        params["count"],
    )
    return text % _said(params)


def copies_silent(params: Mapping[str, Any]) -> str:
    """To the heads."""
    text = ngettext(
        "%(n)s copy is late, and nobody knows why.", "%(n)s copies are late, and nobody knows why.", params["count"]
    )
    return text % _said(params)


def hand_wanted(params: Mapping[str, Any]) -> str:
    """To the custodians, and to those who write for the unit."""
    if params["action"] == "delete":
        text = ngettext(
            "“%(title)s” is to be removed from %(platform)s by hand: %(n)s copy of %(unit)s.",
            "“%(title)s” is to be removed by hand: %(n)s copies of %(unit)s.",
            params["count"],
        )
    elif params.get("is_late"):
        text = ngettext(
            "“%(title)s” is soon too late: %(n)s copy of %(unit)s still waits for a hand on %(platform)s.",
            "“%(title)s” is soon too late: %(n)s copies of %(unit)s still wait for a hand.",
            params["count"],
        )
    else:
        text = ngettext(
            "“%(title)s” waits for your hand on %(platform)s: %(n)s copy of %(unit)s.",
            "“%(title)s” waits for your hand: %(n)s copies of %(unit)s.",
            params["count"],
        )
    return text % _said(params)


def change_unstanding(params: Mapping[str, Any]) -> str:
    """To whoever may look for the unit."""
    text = ngettext(
        "“%(title)s”: a change of %(unit)s on %(platform)s does not stand there. Open the post and look.",
        "“%(title)s”: %(n)s changes of %(unit)s do not stand. Open the posts and look.",
        params["count"],
    )
    return text % _said(params)


def sending_stopped(params: Mapping[str, Any]) -> str:
    """To the heads, and to the unit that it stops."""
    said = _said(params) | {"who": str(params.get("who") or _("whoever runs this Ravi"))}
    if params["scope"] in (Scope.UNIT, Scope.CHANNEL) and params.get("unit"):
        return _("%(who)s stopped the sending of %(unit)s.") % said
    if params["scope"] == Scope.PLATFORM:
        return _("%(who)s stopped the sending to %(platform)s.") % said
    if params["scope"] == Scope.TOPIC:
        return _("%(who)s paused: %(topic)s.") % (said | {"topic": topic_name(str(params.get("topic", "")))})
    if params["scope"] == Scope.CAMPAIGN:
        return _("%(who)s stopped the sending of one campaign.") % said
    return _("%(who)s stopped all sending.") % said


def register_kinds() -> None:
    """Announce them; called when the apps are ready."""
    for name, bead, sentence, is_urgent in (
        ("engine_dead", "blocked", engine_dead, True),
        ("platform_away", "pending", platform_away, False),
        ("credential_refused", "blocked", credential_refused, False),
        ("copies_silent", "unknown", copies_silent, True),
        ("change_unstanding", "unknown", change_unstanding, True),
        ("sending_stopped", "held", sending_stopped, True),
    ):
        register(Kind(name, bead, sentence, _always if is_urgent else _never))
    register(Kind("hand_wanted", "turn", hand_wanted, lambda params: bool(params.get("is_late"))))


def _always(_params: Mapping[str, Any]) -> bool:
    return True


def _never(_params: Mapping[str, Any]) -> bool:
    return False


def _said(params: Mapping[str, Any]) -> dict[str, str]:
    said = {name: str(value) for name, value in params.items()}
    if "count" in params:
        said["n"] = calendar.number(int(params["count"]))
    if params.get("platform"):
        said["platform"] = platform_name(str(params["platform"]))
    if params.get("since"):
        said["since"] = calendar.day_and_hour(datetime.fromisoformat(str(params["since"])), year=False)
    return said
