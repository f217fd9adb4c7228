"""The health expert's yes to a version, before any unit sees it."""

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.queries import people_who_may
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.network.errors import MessageRefused, NotNow, OwnWords, WordsChanged
from ravi.network.models import Endorsement, Message, Version
from ravi.network.queries.version import endorsement_of, writer_ids
from ravi.network.rules import LONGEST_REASON, MessageAct, needs_expert
from ravi.network.services import steps
from ravi.network.services.issue import check_words


@transaction.atomic
def ask_endorsement(message: Message, *, by: Person) -> Version:
    """Tell the health experts that words wait for them; once per revision. Raises PermissionDenied, NetworkRefused."""
    steps.require_offerer(by, message.unit_id)
    current = steps.taken(message)
    steps.state_after(current, MessageAct.ISSUE)
    draft = steps.draft_of(current)
    check_words(current, draft, clock.now())
    if draft.asked_at is None:
        draft.asked_at, draft.asked_by = clock.now(), by
        draft.save(update_fields=["asked_at", "asked_by"])
        experts = people_who_may(current.institution_id, Ability.APPROVE_HEALTH_POST)
        own = writer_ids(current)
        wanted = [pk for pk in experts.values_list("pk", flat=True) if pk not in own]
        current.title = draft.title
        steps.tell_of(current, wanted, "endorsement_asked", "endorsement", {"who": by.name})
        steps.note("ask_endorsement", current, by, {"number": draft.number, "revision": draft.revision})
    return draft


@transaction.atomic
def return_version(version: Version, *, content_hash: str, note: str, by: Person) -> Version:
    """`by` says to those who wrote these words what to change; they ask again when it is done. The words stay as they are.

    Raises PermissionDenied, OwnWords, WordsChanged, NotNow, MessageRefused without a note or with too long a one.
    """
    message = steps.taken(version.message)
    require(by, Ability.APPROVE_HEALTH_POST, message.unit_id)
    steps.state_after(message, MessageAct.ISSUE)
    draft = steps.draft_of(message)
    if by.pk in writer_ids(message):
        raise OwnWords
    if draft.pk != version.pk or draft.content_hash != content_hash:
        raise WordsChanged
    said = note.strip()
    if not said or len(said) > LONGEST_REASON:
        raise MessageRefused(_("Say in a few words what should change."))
    draft.asked_at = draft.asked_by = None
    draft.save(update_fields=["asked_at", "asked_by"])
    steps.answer_request(message)
    message.title = draft.title
    steps.tell_of(message, writer_ids(message), "version_returned", "words", {"who": by.name, "note": said})
    steps.note("return_version", message, by, {"number": draft.number, "revision": draft.revision})
    return draft


@transaction.atomic
def endorse_version(version: Version, *, content_hash: str, by: Person) -> Endorsement:
    """`by` says yes to exactly the words that were shown under this hash; the same yes again is the same.

    Raises PermissionDenied, OwnWords, WordsChanged, NotNow, FactsContradicted.
    """
    message = steps.taken(version.message)
    require(by, Ability.APPROVE_HEALTH_POST, message.unit_id)
    steps.state_after(message, MessageAct.ISSUE)
    draft = steps.draft_of(message)
    if by.pk in writer_ids(message):
        raise OwnWords
    if draft.pk != version.pk or draft.content_hash != content_hash:
        raise WordsChanged
    if not needs_expert(message.topic):
        raise NotNow(_("This message is not about health, so it needs no health expert."))
    known = endorsement_of(draft)
    if known is not None:
        return known
    check_words(message, draft, clock.now())
    said = Endorsement.objects.create(
        institution_id=message.institution_id,
        version=draft,
        revision=draft.revision,
        content_hash=draft.content_hash,
        by=by,
        at=clock.now(),
    )
    steps.answer_request(message)
    message.title = draft.title
    steps.tell_of(message, writer_ids(message), "endorsed", "message", {"who": by.name})
    steps.note("endorse_version", message, by, {"number": draft.number, "revision": draft.revision})
    return said
