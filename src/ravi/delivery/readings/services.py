"""What people write down of numbers: each with its time, its source and its evidence. A correction is another row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit, blob
from ravi.delivery.errors import Refused
from ravi.delivery.models import Delivery, Reading
from ravi.delivery.readings.rules import EARLIEST, MOST, OF_CHANNEL, OF_POST, Kind, Source
from ravi.directory.models import Channel

CSV = "text/csv"


class NoReading(Refused):
    """What was to be written down is no number of this copy or channel."""


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number that a person saw, of a copy or (`delivery` None) of a channel."""

    channel: Channel
    delivery: Delivery | None
    kind: Kind
    value: int
    taken_at: datetime
    evidence_link: str = ""
    evidence_sha256: str = ""


@transaction.atomic
def write_down(number: Number, *, picture: tuple[bytes, str] | None = None, by: Person, now: datetime) -> Reading:
    """Keep one number; the same one sent twice stands once. `picture`: evidence as bytes and media type.

    Raises PermissionDenied, NoReading.
    """
    check(number, by=by, now=now)
    audit.hold(number.channel.institution_id)
    if (known := _newest_like(number)) is not None and known.value == number.value:
        return known
    digest = blob.put(number.channel.institution_id, *picture) if picture else ""
    if not digest and not number.evidence_link:
        raise NoReading(_("Give a link or a picture that shows the number."))
    [kept] = _keep([number], Source.PERSON, digest, by=by, now=now)
    about = ("delivery.delivery", number.delivery.pk) if number.delivery else ("directory.channel", number.channel.pk)
    _record("delivery.read_by_hand", about, by, number.channel.institution_id, {"ids": [kept.pk]})
    return kept


@transaction.atomic
def take_file(numbers: Sequence[Number], *, content: bytes, by: Person, now: datetime) -> int:
    """Keep the numbers of a file that are not here yet, the file beside them as evidence; how many.

    Raises PermissionDenied, NoReading; then nothing is kept.
    """
    for number in numbers:
        check(number, by=by, now=now)
    institution_id = by.institution_id
    audit.hold(institution_id)
    known = _known(numbers)
    new = list({_mark(number): number for number in numbers if _mark(number) not in known}.values())
    if new:
        digest = blob.put(institution_id, content, CSV)
        _keep(new, Source.FILE, digest, by=by, now=now)
        facts: dict[str, object] = {"rows": len(new), "sha256": digest}
        _record("delivery.read_file", ("accounts.institution", institution_id), by, institution_id, facts)
    return len(new)


def check(number: Number, *, by: Person, now: datetime) -> None:
    """Raises PermissionDenied for another unit's channel, NoReading with a sentence for what cannot be."""
    require(by, Ability.WRITE_POST, number.channel.unit_id)
    if number.channel.institution_id != by.institution_id:
        raise PermissionDenied(_("This is for other roles."))
    if number.kind not in (OF_CHANNEL if number.delivery is None else OF_POST):
        raise NoReading(_("Followers are a channel's number; views, reactions, shares and replies are a copy's."))
    if not 0 <= number.value <= MOST:
        raise NoReading(_("Write a whole number that is not below 0."))
    if number.taken_at > now:
        raise NoReading(_("This time is still to come. Write when you saw the number."))
    if number.taken_at < EARLIEST:
        raise NoReading(_("This time is too long ago. Write when you saw the number."))
    if (
        number.delivery is not None
        and number.delivery.sent_at is not None
        and number.taken_at < number.delivery.sent_at
    ):
        raise NoReading(_("This time is before the copy went out. Write when you saw the number."))


def _keep(numbers: Sequence[Number], source: Source, digest: str, *, by: Person, now: datetime) -> list[Reading]:
    return Reading.objects.bulk_create(
        Reading(
            institution_id=number.channel.institution_id,
            channel_id=number.channel.pk,
            delivery=number.delivery,
            kind=number.kind,
            value=number.value,
            source=source,
            taken_at=number.taken_at,
            noted_at=now,
            by_id=by.pk,
            evidence_link=number.evidence_link,
            evidence_sha256=digest or number.evidence_sha256,
        )
        for number in numbers
    )


def _newest_like(number: Number) -> Reading | None:
    same = Reading.objects.filter(channel_id=number.channel.pk, delivery=number.delivery, kind=number.kind)
    return same.filter(taken_at=number.taken_at).order_by("-id").first()


def _known(numbers: Sequence[Number]) -> set[tuple[object, ...]]:
    """Marks of what stands here of the same channels and copies, whoever said it."""
    channels = {number.channel.pk for number in numbers if number.delivery is None}
    copies = {number.delivery.pk for number in numbers if number.delivery is not None}
    rows = Reading.objects.filter(delivery=None, channel_id__in=channels) | Reading.objects.filter(delivery__in=copies)
    return {
        (channel, copy, kind, int(at.timestamp()), value)
        for channel, copy, kind, at, value in rows.values_list("channel_id", "delivery_id", "kind", "taken_at", "value")
    }


def _mark(number: Number) -> tuple[object, ...]:
    """What makes a number of a file the same as another: files know whole seconds."""
    copy = number.delivery.pk if number.delivery else None
    return (number.channel.pk, copy, number.kind.value, int(number.taken_at.timestamp()), number.value)


def _record(verb: str, subject: tuple[str, int], by: Person, institution_id: int, facts: dict[str, object]) -> None:
    audit.record(verb, by=by.pk, subject=subject, institution_id=institution_id, facts=facts)
