"""Where a person wants to be told: asked for, proved by a code that only that place received, ended."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.services import wait_for_turn
from ravi.core import audit, clock
from ravi.core.jobs import defer
from ravi.notices.models import Address
from ravi.notices.timing import CODE_DIGITS, CODE_HOLDS, CODES_PER, MOST_CODES, MOST_GUESSES


class CodeRefused(Exception):
    """The message says why, and what to do."""


class TooManyCodes(CodeRefused):
    """More codes were asked for than one person needs."""


@transaction.atomic
def ask_code(person: Person, sender: str, address: str) -> Address:
    """Note the wish and let a code go there. An address that was waiting for its code gives way. Raises TooManyCodes."""
    now = clock.now()
    wait_for_turn(person)  # two forms at once count one after the other
    recent = Address.objects.filter(asked_at__gt=now - CODES_PER)
    if max(recent.filter(person=person).count(), recent.filter(address=address).count()) >= MOST_CODES:
        raise TooManyCodes(_("Too many codes were asked for. Wait an hour, then ask again."))
    Address.objects.filter(person=person, sender=sender, ended_at=None).update(ended_at=now)
    asked = Address.objects.create(
        institution_id=person.institution_id, person=person, sender=sender, address=address, asked_at=now
    )
    defer("notices.send_code", institution_id=person.institution_id, address_id=asked.pk)
    return asked


def make_code(asked: Address) -> str:
    """A new code for an address that waits for one; only its hash is kept, and an earlier code is void."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    asked.code_hash, asked.code_until = _hash(asked, code), clock.now() + CODE_HOLDS
    asked.trouble = ""
    asked.save(update_fields=["code_hash", "code_until", "trouble"])
    return code


def note_room(address: Address, room: str) -> None:
    """Keep what the sender needs to know of the place."""
    address.room = room
    address.save(update_fields=["room"])


def note_trouble(asked: Address, reason: str) -> None:
    """The code could not be sent; its person sees why."""
    asked.trouble = reason[:60]
    asked.save(update_fields=["trouble"])


def confirm_address(person: Person, address_id: int, code: str) -> None:
    """The person has read the code there. It holds once, for half an hour and five guesses. Raises CodeRefused."""
    mine = Address.objects.filter(pk=address_id, person=person, confirmed_at=None, ended_at=None)
    # The guess counts before it is judged, also when several are made at once.
    if not mine.filter(guesses__lt=MOST_GUESSES).update(guesses=F("guesses") + 1):
        raise CodeRefused(_("Too many wrong codes. Ask for a new one."))
    asked = mine.get()
    if not asked.code_hash or asked.code_until is None or asked.code_until <= clock.now():
        raise CodeRefused(_("This code holds no longer. Ask for a new one."))
    if not hmac.compare_digest(asked.code_hash, _hash(asked, code)):
        raise CodeRefused(_("This is not the code. Look again, or ask for a new one."))
    if mine.update(confirmed_at=clock.now(), code_hash="", code_until=None):
        _record("confirm_address", asked, by=person)


@transaction.atomic
def end_address(person: Person, address_id: int) -> None:
    """Nothing goes there any more; what was on its way is dropped."""
    mine = Address.objects.select_for_update().get(pk=address_id, person=person, ended_at=None)
    mine.ended_at, mine.code_hash = clock.now(), ""
    mine.save(update_fields=["ended_at", "code_hash"])
    if mine.confirmed_at:
        _record("end_address", mine, by=person)


def set_quiet_hours(person: Person, address_id: int, quiet_from: int, quiet_until: int) -> None:
    """From when until when (hours of the day) only what is urgent goes there; equal hours mean never quiet."""
    mine = Address.objects.filter(pk=address_id, person=person, ended_at=None)
    mine.update(quiet_from=quiet_from, quiet_until=quiet_until)


def _record(verb: str, address: Address, *, by: Person) -> None:
    # The address itself is the person's own; the record says only which way.
    facts = {"sender": address.sender}
    audit.record(verb, by=by.pk, subject=address, institution_id=address.institution_id, facts=facts)


def _hash(asked: Address, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{asked.pk}:{code}".encode(), hashlib.sha256).hexdigest()
