"""Holds the second factor: wrong codes are counted per person in the database, and other sessions end with a new one.

allauth counts codes in the memory of one process, by a limit that is off here since django-axes counts passwords; there
it also remembers which code of the app was used, and another of the web's processes would take it once more.
"""

import hashlib
from datetime import timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from axes.models import AccessFailureLog
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ravi.accounts.models import Person, Session
from ravi.accounts.sign_in import client_address
from ravi.core import clock

MOST_WRONG = 8
WITHIN = timedelta(minutes=15)
KEPT = timedelta(days=30)
# Longer than any code of the app holds; the same digits may come again by chance.
USED_FOR_S = 120.0


class _Counted:
    """Refuses every code while too many were wrong, so that the right one cannot be found by trying, and one used before."""

    user: Person
    authenticator: Authenticator

    def clean_code(self) -> str:
        if _wrong_codes(self.user).count() >= MOST_WRONG:
            raise ValidationError(_("Too many wrong codes. Wait a quarter of an hour, then write a new one."))
        code = str(super().clean_code())  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not _used_now(self.authenticator.pk, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The code while signing in."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The code before an act that asks for it once more."""


class CodeRefused(Exception):
    """The code of a person's app does not prove who they are; the text is a sentence."""


class WrongCode(CodeRefused):
    """It was another one: whoever asked notes it (`note_wrong`), outside what is rolled back."""


def prove_code(person: Person, code: str) -> None:
    """Where there is no session: the code that the person's app shows now, each once. Raises CodeRefused."""
    if _wrong_codes(person).count() >= MOST_WRONG:
        raise CodeRefused(_("Too many wrong codes. Wait a quarter of an hour, then write a new one."))
    app = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).first()
    said = {"who": person.name}
    if app is None:
        raise CodeRefused(
            _("%(who)s has no second factor with codes. Set one up on the account page, or approve in the browser.")
            % said
        )
    if not TOTP(app).validate_code(code) or not _used_now(app.pk, code):
        raise WrongCode(_("This code of %(who)s is not valid now.") % said)


def proved_lately(request: HttpRequest) -> bool:
    """Whether this session's person proved the second factor within the quarter of an hour; a demo asks for none."""
    person: Any = request.user
    if person.institution.is_demo:
        return True
    since = clock.now().timestamp() - WITHIN.total_seconds()
    records = get_authentication_records(request, person)
    return any(one.get("method") == "mfa" and one.get("at", 0) >= since for one in records)


def prove_first(request: HttpRequest, back: str) -> HttpResponse:
    """By a code where the person's app shows one, else by a passkey; then the way leads `back`."""
    person: Any = request.user
    has_app = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists()
    page = reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")
    return redirect(f"{page}?{urlencode({'next': back})}")


def note_wrong_code(sender: Any, request: HttpRequest, user: Person, **_more: Any) -> None:
    """One row per wrong code; old ones go."""
    note_wrong(user, client_address(request))


def note_wrong(person: Person, address: str | None) -> None:
    """Count a wrong code of this person."""
    AccessFailureLog.objects.filter(attempt_time__lt=clock.now() - KEPT).delete()
    AccessFailureLog.objects.create(username=person.username, path_info="second-factor", ip_address=address)


def end_other_sessions(sender: Any, request: HttpRequest, user: Person, **_more: Any) -> None:
    """A session from before the new factor never proved it; only the one that set it up stays."""
    Session.objects.filter(person_id=user.pk).exclude(session_key=request.session.session_key).delete()


@transaction.atomic
def _used_now(authenticator_id: int, code: str) -> bool:
    """Whether this is the first use of the code, which then is noted; of two at once one is the first."""
    row = Authenticator.objects.select_for_update().get(pk=authenticator_id)
    now, name = clock.now().timestamp(), hashlib.sha256(code.encode()).hexdigest()
    before, at = row.data.get("used", ["", 0.0])
    if before == name and now - at < USED_FOR_S:
        return False
    row.data["used"] = [name, now]
    row.save(update_fields=["data"])
    return True


def _wrong_codes(person: Person) -> Any:
    since = clock.now() - WITHIN
    return AccessFailureLog.objects.filter(username=person.username, path_info="second-factor", attempt_time__gte=since)
