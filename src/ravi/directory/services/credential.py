"""The only writer of credentials: sealed here, opened by the engine alone."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit, clock, crypto
from ravi.core.canonical import canonical_json
from ravi.directory.errands import credential_aad
from ravi.directory.errors import CredentialRefused
from ravi.directory.models import Channel, Credential, Errand
from ravi.directory.rules import ChannelState, ErrandKind
from ravi.platforms import registry


def credentials_type(channel: Channel) -> type[Any]:
    """The dataclass of what the channel's adapter needs."""
    return registry.adapter(channel.adapter, channel.platform).credentials_type


@transaction.atomic
def set_credential(channel: Channel, values: Mapping[str, str], *, by: Person | None) -> Credential:
    """Seal `values`, a text per field of the adapter's credentials, in place of what was there; it is unverified again.

    Raises CredentialRefused, PermissionDenied.
    """
    if by is not None:
        require(by, Ability.SET_CREDENTIAL, channel.unit_id)
    if channel.state == ChannelState.RETIRED:
        raise CredentialRefused(_("A retired channel needs no credential."))
    if registry.is_by_hand(channel.adapter):
        raise CredentialRefused(_("This channel is served by hand: Ravi keeps no password of it."))
    if not registry.needs_credential(channel.adapter, channel.platform):
        raise CredentialRefused(_("This channel stands on Ravi's own pages: there is nothing to connect."))
    plaintext = _plaintext(channel, values)
    box, key_id = _seal(channel, plaintext)
    now = clock.now()
    # The lock makes two people who set it at once follow each other.
    Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    Credential.objects.filter(channel=channel).delete()
    credential = Credential(
        institution_id=channel.institution_id,
        channel=channel,
        box=box,
        key_id=key_id,
        fingerprint=_fingerprint(plaintext),
        set_by=by,
        set_at=now,
        probe_at=now,  # the engine looks at it within seconds
    )
    credential.save(force_insert=True)
    if channel.verified_at is not None:
        channel.verified_at, channel.verified_note = None, ""
        channel.save(update_fields=["verified_at", "verified_note"])
    _record("set_credential", channel, by, {"key": key_id})
    return credential


def request_verification(channel: Channel, *, by: Person, kind: ErrandKind = ErrandKind.VERIFY) -> Errand:
    """Ask the engine to look whether the credential opens this account, and what the account tells of its limits; an open
    errand is not doubled."""
    require(by, Ability.VERIFY_CHANNEL, channel.unit_id)
    if not Credential.objects.filter(channel=channel).exists():
        raise CredentialRefused(_("Set the credential first; then it can be checked."))
    errand, is_new = Errand.objects.get_or_create(
        institution_id=channel.institution_id,
        channel=channel,
        kind=kind,
        done_at=None,
        defaults={"asked_by": by, "asked_at": clock.now()},
    )
    if is_new:
        _record("request_verification", channel, by, {"errand": errand.pk})
    return errand


def _plaintext(channel: Channel, values: Mapping[str, str]) -> bytes:
    kind = credentials_type(channel)
    known = {field.name for field in fields(kind)}
    try:
        return canonical_json(asdict(kind(**{name: text for name, text in values.items() if name in known})))
    except (TypeError, ValueError) as error:
        raise CredentialRefused(_("Something in these fields cannot be used. Check each of them.")) from error


def _fingerprint(plaintext: bytes) -> str:
    """Keyed, so that nobody who reads the table can try tokens against it."""
    return salted_hmac("ravi.directory.credential", plaintext, algorithm="sha256").hexdigest()[:32]


def _seal(channel: Channel, plaintext: bytes) -> tuple[bytes, str]:
    box = crypto.seal(
        plaintext, public_key=_public_key(), key_id=settings.CREDENTIAL_KEY_ID, aad=credential_aad(channel.pk)
    )
    return box, settings.CREDENTIAL_KEY_ID


def _public_key() -> bytes:
    text: str = settings.CREDENTIAL_PUBLIC_KEY
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32 or not settings.CREDENTIAL_KEY_ID:
        raise CredentialRefused(
            _("This Ravi has no key to seal credentials with, so nothing was kept. “ravi doctor” says what to do.")
        )
    return key


def _record(verb: str, channel: Channel, by: Person | None, facts: dict[str, Any]) -> None:
    audit.record(verb, by=by and by.pk, subject=channel, institution_id=channel.institution_id, facts=facts)
