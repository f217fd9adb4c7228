"""Messages begin, and how they go through the network is set: for whom, until when, how fast."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import places_of_institution
from ravi.core import clock
from ravi.core.calendar import number
from ravi.network.draft import MessageFields, VersionFields, content_hash
from ravi.network.errors import MessageRefused, NotNow
from ravi.network.models import Campaign, Message, Target, Version
from ravi.network.queries.target import aim_of
from ravi.network.queries.version import fields_of
from ravi.network.rules import (
    DEFAULT_WINDOW_MIN,
    LONGEST_LIFE,
    LONGEST_WINDOW_MIN,
    Aim,
    CampaignState,
    MessageAct,
    MessageKind,
    OnNewVersion,
    Priority,
    is_aim,
)
from ravi.network.services import steps
from ravi.network.services.version import write_version
from ravi.publishing.rules import Topic


@transaction.atomic
def draft_message(
    unit: Unit, fields: MessageFields | None = None, words: VersionFields | None = None, *, by: Person
) -> Message:
    """A new message of `unit` with the draft of its first version. Raises PermissionDenied, MessageRefused."""
    steps.require_offerer(by, unit.pk)
    wanted, now = fields or MessageFields(), clock.now()
    _check_aims(unit.institution_id, wanted.aims)
    message = Message(institution_id=unit.institution_id, unit=unit, author=by, created_at=now)
    _set(message, wanted, now)
    message.save()
    _write_targets(message, wanted.aims)
    version = Version(
        institution_id=unit.institution_id, message=message, number=1, created_at=now, edited_at=now, edited_by=by
    )
    write_version(version, message, words or VersionFields(), by)
    steps.note("draft_message", message, by, {"unit": unit.pk})
    return message


@transaction.atomic
def edit_message(message: Message, fields: MessageFields, *, expected_revision: int, by: Person) -> Message:
    """Set anew how it goes. Other units than before are reached when a version is issued.

    Raises PermissionDenied, MessageRefused, NotNow (also when somebody else set it meanwhile: nothing was written).
    """
    steps.require_offerer(by, message.unit_id)
    current = steps.taken(message)
    steps.state_after(current, MessageAct.EDIT)
    if current.revision != expected_revision:
        raise NotNow(_("Somebody else changed these settings meanwhile. Look at them and set yours again."))
    if current.current_id is not None and fields.topic != current.topic:
        raise MessageRefused(_("The topic of a message that units have seen does not change. Write a new message."))
    _check_aims(current.institution_id, fields.aims)
    is_other_topic = current.topic != fields.topic
    _set(current, fields, clock.now())
    current.revision += 1
    current.save()
    _write_targets(current, fields.aims)
    if is_other_topic:
        _hash_anew(current, by)
    steps.note("edit_message", current, by, {"revision": current.revision})
    return current


def _hash_anew(message: Message, by: Person) -> None:
    """The topic is part of what an expert says yes to."""
    draft = steps.draft_of(message)
    draft.revision += 1
    draft.content_hash = content_hash(fields_of(draft), message.topic)
    draft.asked_at = draft.asked_by = None
    draft.save(update_fields=["revision", "content_hash", "asked_at", "asked_by"])
    steps.answer_request(message)


def _set(message: Message, fields: MessageFields, now: datetime) -> None:
    _check(fields, now, message.deadline)
    if fields.campaign_id != message.campaign_id:
        message.campaign_id = fields.campaign_id
        _check_campaign(message)
    message.topic, message.kind, message.priority = fields.topic, fields.kind, fields.priority
    message.on_new_version, message.deadline = fields.on_new_version, fields.deadline
    message.with_link = fields.with_link
    default = DEFAULT_WINDOW_MIN[MessageKind(fields.kind)]
    message.window_min = default if fields.window_min is None else fields.window_min


def _check(fields: MessageFields, now: datetime, kept_deadline: datetime | None) -> None:
    choices = ((fields.topic, Topic), (fields.kind, MessageKind), (fields.priority, Priority))
    if any(value not in set(known) for value, known in (*choices, (fields.on_new_version, OnNewVersion))):
        raise MessageRefused(_("Choose from what the page offers."))
    if fields.window_min is not None and not 0 <= fields.window_min <= LONGEST_WINDOW_MIN:
        raise MessageRefused(
            _("Copies are spread over at most %(most)s minutes.") % {"most": number(LONGEST_WINDOW_MIN)}
        )
    deadline = fields.deadline
    if deadline and deadline != kept_deadline and not now < deadline <= now + LONGEST_LIFE:
        raise MessageRefused(_("The units need a deadline that is still to come, within a year."))


def _check_aims(institution_id: int, aims: Iterable[Aim]) -> None:
    places = {pk for pk, _kind, _path in places_of_institution(institution_id)}
    if not all(is_aim(aim, places) for aim in aims):
        raise MessageRefused(_("Choose for whom it is from the list of your units and their kinds."))


def _check_campaign(message: Message) -> None:
    if message.campaign_id is None:
        return
    open_ones = Campaign.objects.filter(institution_id=message.institution_id, state=CampaignState.OPEN)
    if not open_ones.filter(pk=message.campaign_id).exists():
        raise MessageRefused(_("This campaign is over or gone. Choose another, or none."))


def _write_targets(message: Message, aims: Iterable[Aim]) -> None:
    wanted = set(aims)
    kept = {aim_of(target): target.pk for target in message.targets.all()}
    message.targets.filter(pk__in=[pk for aim, pk in kept.items() if aim not in wanted]).delete()
    Target.objects.bulk_create(
        [
            Target(
                institution_id=message.institution_id,
                message=message,
                kind=aim.kind,
                unit_id=aim.unit_id,
                unit_kind=aim.unit_kind,
            )
            for aim in sorted(wanted - kept.keys(), key=lambda aim: (aim.kind, aim.unit_kind, aim.unit_id or 0))
        ]
    )
