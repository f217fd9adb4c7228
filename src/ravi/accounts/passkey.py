"""allauth's forms for passkeys, to which a stranger can send anything: JSON that nobody can read is refused, no defect."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.forms import HiddenInput, JSONField, ValidationError
from fido2.webauthn import AuthenticationResponse, RegistrationResponse


class _Credential(JSONField):
    """More digits than Python reads and more brackets than it can hold open are no JSON either."""

    def __init__(self, answer: Any, **more: Any) -> None:
        super().__init__(**more)
        self._answer = answer

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
            if found is not None:
                self._answer.from_dict(found)
            return found
        except Exception:  # whatever a stranger sends, and whatever its reader makes of it
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again of it is nothing."""
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A passkey more."""

    credential = _Credential(RegistrationResponse, widget=HiddenInput)


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """Signing in with a passkey alone."""

    credential = _Credential(AuthenticationResponse, widget=HiddenInput)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A passkey before an act that asks for it once more."""

    credential = _Credential(AuthenticationResponse, widget=HiddenInput)
