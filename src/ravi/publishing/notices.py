"""How publishing's notices speak: one sentence per kind, made in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core import calendar
from ravi.notices.rules import Kind, register


def submitted(params: Mapping[str, Any]) -> str:
    """To whoever may say yes."""
    text = ngettext(
        "%(who)s asks for your yes to “%(title)s”: %(count)s copy.",
        "%(who)s asks for your yes to “%(title)s”: %(count)s copies.",
        params["count"],
    )
    return text % _said(params)


def second_yes(params: Mapping[str, Any]) -> str:
    """To whoever may say the yes that is missing still."""
    text = ngettext(
        "%(who)s said yes to “%(title)s”; a second yes is missing: %(count)s copy.",
        "%(who)s said yes to “%(title)s”; a second yes is missing: %(count)s copies.",
        params["count"],
    )
    return text % _said(params)


def passed(params: Mapping[str, Any]) -> str:
    """To whoever is asked in another's place."""
    said = _said(params)
    if params.get("note"):
        return _("%(who)s asks %(to)s for the yes to “%(title)s”: %(note)s") % said
    return _("%(who)s asks %(to)s for the yes to “%(title)s”.") % said


def stands_in(params: Mapping[str, Any]) -> str:
    """To whoever stands in for somebody whose absence begins."""
    text = ngettext(
        "%(who)s is away and you stand in. %(count)s message waits for your yes.",
        "%(who)s is away and you stand in. %(count)s messages wait for your yes.",
        params["count"],
    )
    return text % _said(params)


def commented(params: Mapping[str, Any]) -> str:
    """To those who wrote it."""
    return _("%(who)s commented on a passage of “%(title)s”.") % _said(params)


def comment_answered(params: Mapping[str, Any]) -> str:
    """To whoever commented, and those who wrote it."""
    return _("%(who)s answered a comment on “%(title)s”.") % _said(params)


def approved(params: Mapping[str, Any]) -> str:
    """To those who wrote it."""
    text = ngettext(
        "%(who)s approved “%(title)s”: %(count)s copy.",
        "%(who)s approved “%(title)s”: %(count)s copies.",
        params["count"],
    )
    return text % _said(params)


def returned(params: Mapping[str, Any]) -> str:
    """To those who wrote it."""
    return _("%(who)s returned “%(title)s” with a note.") % _said(params)


def withdrawn(params: Mapping[str, Any]) -> str:
    """To those who wrote or approved it."""
    if params.get("reason"):
        return _("%(who)s withdrew “%(title)s”: %(reason)s") % _said(params)
    return _("%(who)s withdrew “%(title)s”.") % _said(params)


def lost_media(params: Mapping[str, Any]) -> str:
    """To those who wrote it: an image of it was erased, and what that did."""
    if params.get("is_returned"):
        return _("%(who)s erased an image of “%(title)s”; nothing of it goes out before you take it out.") % _said(
            params
        )
    if params.get("count"):
        text = ngettext(
            "%(who)s erased an image of “%(title)s”: %(count)s copy left the line.",
            "%(who)s erased an image of “%(title)s”: %(count)s copies left the line.",
            params["count"],
        )
        return text % _said(params)
    return _("%(who)s erased an image of “%(title)s”.") % _said(params)


def troubled(params: Mapping[str, Any]) -> str:
    """To those who wrote or approved it: what did not go, and what nobody knows."""
    failed, missed, unknown, unremoved = (
        int(params.get(state, 0)) for state in ("failed", "missed", "unknown", "unremoved")
    )
    said = [
        text % {"n": calendar.number(count)}
        for count, text in (
            (failed, ngettext("%(n)s copy was not published", "%(n)s copies were not published", failed)),
            (unremoved, ngettext("%(n)s copy was not removed", "%(n)s copies were not removed", unremoved)),
            (missed, ngettext("%(n)s copy was missed", "%(n)s copies were missed", missed)),
            (unknown, ngettext("nobody knows about %(n)s copy", "nobody knows about %(n)s copies", unknown)),
        )
        if count
    ]
    return _("“%(title)s”: %(what)s.") % {"title": _title(params), "what": _("; ").join(said)}


def register_kinds() -> None:
    """Announce them; called when the apps are ready."""
    for name, bead, sentence in (
        ("post_submitted", "turn", submitted),
        ("post_second_yes", "turn", second_yes),
        ("post_passed", "turn", passed),
        ("stands_in", "turn", stands_in),
        ("post_commented", "turn", commented),
        ("comment_answered", "turn", comment_answered),
        ("post_approved", "knot", approved),
        ("post_returned", "turn", returned),
        ("post_withdrawn", "cancelled", withdrawn),
        ("post_lost_media", "cancelled", lost_media),
        ("copies_troubled", "unknown", troubled),
    ):
        register(Kind(name, bead, sentence, is_urgent=lambda params: bool(params.get("unknown"))))


def _said(params: Mapping[str, Any]) -> dict[str, str]:
    said = {name: str(value) for name, value in params.items()}
    if "count" in params:
        said["count"] = calendar.number(int(params["count"]))
    return said | {"title": _title(params)}


def _title(params: Mapping[str, Any]) -> str:
    return str(params.get("title") or _("a message without a title"))
