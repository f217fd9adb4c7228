"""One yes to the unchanged copies of a version in many units, or to its corrections there: a row per hash, as if each had been
read alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import active_people
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.network.models import SharedYes, SharedYesPart, Version
from ravi.network.queries.corrections_yes import corrections_to
from ravi.network.queries.shared_yes import open_parts, unchanged_answers
from ravi.network.services import steps
from ravi.network.services.corrections_yes import say_corrections_yes
from ravi.notices.services import tell
from ravi.publishing import services as publishing
from ravi.publishing.queries import posts_visible_to
from ravi.publishing.services import Together

# A yes takes about a twentieth of a second. So many are said while the person waits, and so many hold the audit chain at once.
AT_ONCE = 20


def say_shared_yes(version: Version, shown: Mapping[int, str], *, by: Person, hold_s: int = 0) -> Together:
    """`shown` maps each post to the digest that the page showed; what is no unchanged answer to this version is left out.

    Each goes through the checks of a single yes, and what is refused says why. The same yes again gives the same answer.
    """
    return publishing.approve_together(_mine(version, shown, by), by=by, hold_s=hold_s)


def take_back_shared_yes(post_ids: Collection[int], *, by: Person) -> Together:
    """All of it again, as long as nothing has left; what has gone stays and says so."""
    return publishing.take_back_together(post_ids, by=by)


@transaction.atomic
def begin_shared_yes(
    version: Version, shown: Mapping[int, str], *, by: Person, hold_s: int = 0, is_correction: bool = False
) -> SharedYes | None:
    """The same for more posts than a person waits for: written down now, said by the side jobs `hold_s` later; to units'
    answers, or with `is_correction` to the version's corrections.

    Until then all of it can be stopped. What waits in an earlier one of theirs is not asked twice; None when nothing is left.
    """
    steps.taken(version.message)  # two taps at once take their turn
    waiting = set(open_parts(by).values_list("post_id", flat=True))
    known = _mine(version, shown, by, is_correction=is_correction)
    wanted = {pk: digest for pk, digest in known.items() if pk not in waiting}
    if not wanted:
        return None
    now = clock.now()
    more = {"institution_id": version.institution_id}
    begins_at = now + timedelta(seconds=hold_s)
    yes = SharedYes.objects.create(
        version=version, by=by, at=now, begins_at=begins_at, is_correction=is_correction, **more
    )
    SharedYesPart.objects.bulk_create(
        SharedYesPart(shared_yes=yes, post_id=pk, digest=digest[:64], **more) for pk, digest in sorted(wanted.items())
    )
    _note("begin_shared_yes", yes, {"posts": len(wanted)})
    return yes


@transaction.atomic
def stop_shared_yes(yes: SharedYes, *, by: Person) -> SharedYes:
    """Nothing more of it is said; what was said stays, and is taken back or withdrawn post by post. Twice is once.

    Only whoever said it has it in sight (queries.shared_yes.open_yes).
    """
    current = SharedYes.objects.select_for_update().get(pk=yes.pk, by=by)
    if current.ended_at is None:
        current.ended_at = current.stopped_at = clock.now()
        current.save(update_fields=["ended_at", "stopped_at"])
        left = current.parts.filter(said_at=None).count()
        _note("stop_shared_yes", current, {"posts": left})
    return current


@transaction.atomic
def carry_shared_yes() -> bool:
    """Say the next few of the yes that waits longest; False when none is due. Each few are a transaction of their own, so
    that a process that dies goes on where it was, and nobody waits long for the audit chain."""
    due = SharedYes.objects.filter(ended_at=None, begins_at__lte=clock.now()).order_by("begins_at", "pk")
    yes = due.select_for_update(of=("self",), skip_locked=True).select_related("by", "version").first()
    if yes is None:
        return False
    parts = list(yes.parts.filter(said_at=None).order_by("post_id")[:AT_ONCE])
    if parts:
        _say(yes, parts)
    else:
        _end(yes)
    return True


def _say(yes: SharedYes, parts: Sequence[SharedYesPart]) -> None:
    """In the language of whoever said it, since they read why something stayed."""
    with translation.override(yes.by.language or None):
        done = Together((), {})
        if active_people([yes.by_id], yes.institution_id).exists():
            say_now = say_corrections_yes if yes.is_correction else say_shared_yes
            done = say_now(yes.version, {part.post_id: part.digest for part in parts}, by=yes.by)
        gone = _("This is not yours to approve any more, or the unit has answered otherwise since.")
    now = clock.now()
    for part in parts:
        part.said_at = now
        part.refused = "" if part.post_id in done.done else done.refused.get(part.post_id, gone)
    SharedYesPart.objects.bulk_update(parts, ["said_at", "refused"])


def _end(yes: SharedYes) -> None:
    """Whoever said it may have put the phone away: what stayed is told."""
    yes.ended_at = clock.now()
    yes.save(update_fields=["ended_at"])
    stayed = yes.parts.exclude(refused="").count()
    said: dict[str, JSON] = {"title": yes.version.title, "count": yes.parts.count() - stayed, "stayed": stayed}
    if stayed:
        url = reverse("network:corrections_yes" if yes.is_correction else "network:shared_yes", args=[yes.version_id])
        tell([yes.by_id], "shared_yes_stayed", said, url, institution_id=yes.institution_id)


def _mine(version: Version, shown: Mapping[int, str], by: Person, *, is_correction: bool = False) -> dict[int, str]:
    rows = corrections_to(version) if is_correction else unchanged_answers(version)
    mine = set(rows.filter(post__in=posts_visible_to(by)).values_list("post_id", flat=True))
    return {pk: digest for pk, digest in shown.items() if pk in mine}


def _note(verb: str, yes: SharedYes, facts: Mapping[str, int]) -> None:
    # The message itself is the subject: its page and the record speak of messages, not of taps.
    subject = ("network.message", yes.version.message_id)
    audit.record(verb, by=yes.by_id, subject=subject, institution_id=yes.institution_id, facts=facts)
