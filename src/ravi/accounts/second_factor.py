"""Holds the second factor: wrong codes are counted per person in the database, and other sessions end with a new one.

allauth counts codes in the memory of one process, by a limit that is off here since django-axes counts passwords.
"""

from datetime import timedelta
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from axes.models import AccessFailureLog
from django.forms import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ravi.accounts.models import Person, Session
from ravi.accounts.sign_in import client_address
from ravi.core import clock

MOST_WRONG = 8
WITHIN = timedelta(minutes=15)
KEPT = timedelta(days=30)


class _Counted:
    """Refuses every code while too many were wrong, so that the right one cannot be found by trying."""

    user: Person

    def clean_code(self) -> str:
        if _wrong_codes(self.user).count() >= MOST_WRONG:
            raise ValidationError(_("Too many wrong codes. Wait a quarter of an hour, then write a new one."))
        return str(super().clean_code())  # type: ignore[misc]


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The code while signing in."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The code before an act that asks for it once more."""


def note_wrong_code(sender: Any, request: HttpRequest, user: Person, **_more: Any) -> None:
    """One row per wrong code; old ones go."""
    AccessFailureLog.objects.filter(attempt_time__lt=clock.now() - KEPT).delete()
    AccessFailureLog.objects.create(
        username=user.username, path_info="second-factor", ip_address=client_address(request)
    )


def end_other_sessions(sender: Any, request: HttpRequest, user: Person, **_more: Any) -> None:
    """A session from before the new factor never proved it; only the one that set it up stays."""
    Session.objects.filter(person_id=user.pk).exclude(session_key=request.session.session_key).delete()


def _wrong_codes(person: Person) -> Any:
    since = clock.now() - WITHIN
    return AccessFailureLog.objects.filter(username=person.username, path_info="second-factor", attempt_time__gte=since)
