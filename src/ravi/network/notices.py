"""How the network's notices speak: one sentence per kind, made in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core import calendar
from ravi.network.after_review import Verdict
from ravi.network.models import AutoAdoption, StandingRule, Translation
from ravi.notices.rules import Kind, register


def endorsement_asked(params: Mapping[str, Any]) -> str:
    """To the health experts who did not write it."""
    return _("%(who)s asks a health expert to look at “%(title)s” before units see it.") % params


def endorsed(params: Mapping[str, Any]) -> str:
    """To those who wrote it."""
    return _("%(who)s said yes to the words of “%(title)s”. It can be offered to the units.") % params


def version_returned(params: Mapping[str, Any]) -> str:
    """To those who wrote it."""
    return _("%(who)s asks for a change in “%(title)s” before it goes to the units: %(note)s") % params


def offer_made(params: Mapping[str, Any]) -> str:
    """To those who answer for the unit, once."""
    if not params["until"]:
        return _("Headquarters offers “%(title)s” to %(unit)s.") % params
    until = calendar.day_and_hour(datetime.fromisoformat(params["until"]), year=False)
    return _("Headquarters offers “%(title)s” to %(unit)s. Answer until %(until)s.") % {**params, "until": until}


def offer_reminder(params: Mapping[str, Any]) -> str:
    """To those who answer for the unit."""
    until = datetime.fromisoformat(params["until"])
    said = {**params, "until": calendar.day_and_hour(until, year=False)}
    return _("“%(title)s” waits for the answer of %(unit)s until %(until)s.") % said


def offers_late(params: Mapping[str, Any]) -> str:
    """To whoever wrote it at headquarters."""
    count = params["count"]
    text = ngettext(
        "%(n)s unit has not answered “%(title)s” in time.", "%(n)s units have not answered “%(title)s” in time.", count
    )
    return text % {"n": calendar.number(count), "title": params["title"]}


def standing_ended(params: Mapping[str, Any]) -> str:
    """To whoever signed, when somebody or something else ended it."""
    reason = StandingRule.EndChoice(params["reason"]).label
    return _("Your standing approval of “%(title)s” for %(unit)s has ended: %(why)s.") % {**params, "why": reason}


def standing_used(params: Mapping[str, Any]) -> str:
    """To whoever signed."""
    return _("%(who)s sent “%(title)s” with your standing approval.") % params


def version_changed(params: Mapping[str, Any]) -> str:
    """To those who answer for a unit whose words are older by now."""
    if params.get("waits"):
        return _("Headquarters changed “%(title)s”: %(what)s Your copies wait until you decide.") % params
    return _("Headquarters changed “%(title)s” after your answer: %(what)s") % params


def message_withdrawn(params: Mapping[str, Any]) -> str:
    """To those who answer for a unit, whatever it answered."""
    return _("%(who)s withdrew “%(title)s” everywhere: %(reason)s Your copies are removed.") % params


def correction_asked(params: Mapping[str, Any]) -> str:
    """To those who answer for a unit whose own words headquarters cannot correct by itself."""
    return _("Headquarters corrects “%(title)s” everywhere: %(what)s Write the correction of your own words.") % params


def corrections_asked(params: Mapping[str, Any]) -> str:
    """To those whose yes the corrections of many units wait for."""
    return _("%(who)s corrects “%(title)s” in all units. One yes of yours lets the corrections go.") % params


def shared_yes_stayed(params: Mapping[str, Any]) -> str:
    """To whoever said one yes to many units, where it could not be given to some."""
    count = params["stayed"]
    text = ngettext(
        "Your yes to “%(title)s” could not be given in %(n)s unit. See why.",
        "Your yes to “%(title)s” could not be given in %(n)s units. See why.",
        count,
    )
    return text % {"n": calendar.number(count), "title": params["title"]}


def translation_asked(params: Mapping[str, Any]) -> str:
    """To the health experts who read the language and did not write it."""
    return _("%(who)s asks you to look at “%(title)s” in another language: %(language)s.") % _named(params)


def translation_endorsed(params: Mapping[str, Any]) -> str:
    """To whoever translated it."""
    return _("%(who)s said yes to “%(title)s” in another language: %(language)s.") % _named(params)


def taken_by_itself(params: Mapping[str, Any]) -> str:
    """To those who answer for the unit."""
    return _("“%(title)s” was taken by itself, as %(who)s said before. It waits for approval.") % params


def auto_adoption_ended(params: Mapping[str, Any]) -> str:
    """To the head who had said it."""
    reason = AutoAdoption.EndChoice(params["reason"]).label
    return _("%(unit)s takes nothing by itself any more: %(why)s.") % {**params, "why": reason}


def after_review_asked(params: Mapping[str, Any]) -> str:
    """To the experts who may look at it, the moment it goes out."""
    return _("“%(title)s” of %(unit)s went out as an emergency. Look at it until %(until)s.") % _until(params)


def after_review_due(params: Mapping[str, Any]) -> str:
    """To the same, while nobody has."""
    return _("The emergency message “%(title)s” of %(unit)s still waits for you, until %(until)s.") % _until(params)


def after_review_overdue(params: Mapping[str, Any]) -> str:
    """To the same and to the head."""
    return (
        _("Nobody looked at the emergency message “%(title)s” of %(unit)s within a day. Its lane is closed.") % params
    )


def after_review_done(params: Mapping[str, Any]) -> str:
    """To whoever filled it in, the heads of its unit and whoever signed its words."""
    if params["found"] == Verdict.RIGHT:
        return _("%(who)s looked at “%(title)s”: right as it went out.") % params
    if params["found"] == Verdict.CORRECT:
        return _("%(who)s looked at “%(title)s”, and it must be corrected: %(note)s") % params
    return _("%(who)s looked at “%(title)s” and withdrew it: %(note)s") % params


def _until(params: Mapping[str, Any]) -> dict[str, Any]:
    return {**params, "until": calendar.day_and_hour(datetime.fromisoformat(params["until"]), year=False)}


def translation_changed(params: Mapping[str, Any]) -> str:
    """To those who answer for a unit that took its words as they were before."""
    if params.get("waits"):
        return _(
            "“%(title)s” was repaired in %(language)s after your answer. Your copies wait until you decide."
        ) % _named(params)
    return _("“%(title)s” was repaired in %(language)s after your answer. See what differs.") % _named(params)


def review_due(params: Mapping[str, Any]) -> str:
    """To the author and the experts who once said yes to it."""
    return _("“%(title)s” is due to be looked at again: is it still true?") % params


def _named(params: Mapping[str, Any]) -> dict[str, Any]:
    return {**params, "language": Translation.Language(params["lang"]).label}


def _is_wrong(params: Mapping[str, Any]) -> bool:
    return bool(params["found"] != Verdict.RIGHT)


def register_kinds() -> None:
    """Announce the room's kinds of notices."""
    register(Kind("endorsement_asked", "turn", endorsement_asked))
    register(Kind("endorsed", "knot", endorsed))
    register(Kind("version_returned", "turn", version_returned))
    register(Kind("offer_made", "turn", offer_made, is_urgent=lambda params: bool(params.get("alert"))))
    register(Kind("offer_reminder", "turn", offer_reminder, is_urgent=lambda params: bool(params.get("alert"))))
    register(Kind("offers_late", "unknown", offers_late))
    register(Kind("standing_ended", "cancelled", standing_ended))
    register(Kind("standing_used", "knot", standing_used))
    register(Kind("message_withdrawn", "cancelled", message_withdrawn, is_urgent=lambda _params: True))
    register(Kind("version_changed", "unknown", version_changed, is_urgent=lambda params: bool(params.get("is_alert"))))
    register(Kind("correction_asked", "turn", correction_asked, is_urgent=lambda _params: True))
    register(Kind("corrections_asked", "turn", corrections_asked, is_urgent=lambda _params: True))
    register(Kind("shared_yes_stayed", "unknown", shared_yes_stayed))
    register(Kind("translation_asked", "turn", translation_asked))
    register(Kind("translation_endorsed", "knot", translation_endorsed))
    register(Kind("taken_by_itself", "knot", taken_by_itself, is_urgent=lambda params: bool(params.get("alert"))))
    register(Kind("auto_adoption_ended", "cancelled", auto_adoption_ended))
    register(Kind("after_review_asked", "turn", after_review_asked, is_urgent=lambda _params: True))
    register(Kind("after_review_due", "turn", after_review_due))
    register(Kind("after_review_overdue", "unknown", after_review_overdue, is_urgent=lambda _params: True))
    register(Kind("after_review_done", "knot", after_review_done, is_urgent=_is_wrong))
    register(Kind("translation_changed", "unknown", translation_changed))
    register(Kind("review_due", "turn", review_due))
