"""allauth's forms for passkeys, to which a stranger can send anything: JSON that nobody can read is refused, no defect."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.forms import HiddenInput, JSONField, ValidationError


class _Credential(JSONField):
    """More digits than Python reads and more brackets than it can hold open are no JSON either."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
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

    credential = _Credential(widget=HiddenInput)


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """Signing in with a passkey alone."""

    credential = _Credential(widget=HiddenInput)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A passkey before an act that asks for it once more."""

    credential = _Credential(widget=HiddenInput)
