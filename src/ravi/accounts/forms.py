"""What people type about people and units; parses, never writes."""

from datetime import time
from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth import password_validation
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ravi.accounts.models import AccessToken, Person, Role, Unit
from ravi.accounts.rules import INSTITUTION_WIDE, KEY_DAYS, UnitKind
from ravi.accounts.sign_in import client_address, is_trying_names
from ravi.core.calendar import number
from ravi.core.fields import JalaliDateTimeField
from ravi.text.bidi import visible_name_ok
from ravi.text.normalise import normalise

LANGUAGE_NAMES = [
    ("fa", _("Persian")),
    ("en", _("English")),
    ("ar", _("Arabic")),
    ("az", _("Azerbaijani")),
    ("azb", _("South Azerbaijani")),
    ("ku", _("Kurdish")),
    ("ckb", _("Central Kurdish (Sorani)")),
]
_user_name = RegexValidator(
    r"^[a-zA-Z][a-zA-Z0-9._-]{2,39}\Z", _("Use 3 to 40 Latin letters, digits, dots or dashes, beginning with a letter.")
)


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth is untyped
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = _("User name"), _("Password")
        password.help_text = ""
        login.widget.attrs = {"autocomplete": "username", "dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}
        password.widget.attrs = {"autocomplete": "current-password", "dir": "ltr"}

    def clean(self) -> Any:
        if is_trying_names(client_address(self.request)):
            raise forms.ValidationError(
                _("Too many wrong passwords came from here. Wait a quarter of an hour, then try again.")
            )
        return super().clean()


class NameField(forms.CharField):
    """A visible name, in the safe spelling."""

    def clean(self, value: Any) -> str:
        name = normalise(str(super().clean(value) or "")).strip()
        if name and not visible_name_ok(name):
            raise forms.ValidationError(_("This name has no visible letter. Write it again."))
        return name


class InstitutionForm(forms.Form):
    """An institution's name and the short name that stands in addresses."""

    name = NameField(label=_("Name of the institution"), max_length=200)
    slug = forms.SlugField(label=_("Short name"), max_length=60)


class UnitForm(forms.Form):
    """A unit's name, kind and place in the tree."""

    name = NameField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=[])
    parent = forms.ModelChoiceField(label=_("Under which unit"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in Unit.Kind.choices if choice[0] != UnitKind.HEADQUARTERS]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]


class SuccessorForm(forms.Form):
    """In which unit a unit goes on, or in none."""

    successor = forms.ModelChoiceField(
        label=_("Where does it go on?"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Nowhere: it ends"),
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = units  # type: ignore[attr-defined]


class UnitNameForm(forms.Form):
    """Another name for a unit."""

    name = NameField(label=_("Name"), max_length=200)


class PersonForm(forms.Form):
    """A new person and a first password, which the head hands over in person."""

    name = NameField(label=_("Name and family name"), max_length=120)
    username = forms.CharField(
        label=_("User name"),
        validators=[_user_name],
        help_text=_("In Latin letters; the person signs in with it."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("First password"),
        help_text=_("At least 10 characters. Hand it over in person; they change it on their own page."),
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}, render_value=True),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


class HandedPasswordForm(forms.Form):
    """A new password that a head hands over to somebody who forgot theirs."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters. Hand it over in person; they change it on their own page."),
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}, render_value=True),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


class RoleForm(forms.Form):
    """Which role, in which unit."""

    kind = forms.ChoiceField(label=_("Role"), choices=Role.Kind.choices)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, unit = cleaned.get("kind"), cleaned.get("unit")
        if unit and (kind in INSTITUTION_WIDE) != (unit.kind == UnitKind.HEADQUARTERS):
            self.add_error("unit", _("This role is not held in a unit of this kind."))
        return cleaned


class ReadsForm(forms.Form):
    """In which languages somebody can judge a text."""

    reads = forms.MultipleChoiceField(
        label=_("Languages that this person reads"),
        help_text=_("Health advice is approved by a health expert who reads its language."),
        choices=LANGUAGE_NAMES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )


class AbsenceForm(forms.Form):
    """From when until when somebody is away, and who is told in their place."""

    starts_at = JalaliDateTimeField(label=_("Away from"), with_time=False, hour=time(0, 0))
    ends_at = JalaliDateTimeField(label=_("Until the evening of"), with_time=False)
    stand_in = forms.ModelChoiceField(
        label=_("Who stands in"),
        help_text=_("Only somebody with the same right to approve: nobody approves in another's name."),
        queryset=Person.objects.none(),
        empty_label=_("Nobody"),
        required=False,
    )

    def __init__(self, *args: Any, stand_ins: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].queryset = Person.objects.filter(pk__in=[one.pk for one in stand_ins])  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """What a key is for, what it may do, where, and how long."""

    name = NameField(
        label=_("What is it for"), help_text=_("The program's name; you know the key by it."), max_length=80
    )
    verbs = forms.MultipleChoiceField(
        label=_("What may it do?"),
        help_text=_("Every key reads what you see. Tick only what the program needs; it never may more than you."),
        choices=AccessToken.VerbChoice.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    unit = forms.ModelChoiceField(
        label=_("Where?"), queryset=Unit.objects.none(), required=False, empty_label=_("Wherever I may")
    )
    days = forms.TypedChoiceField(label=_("How long?"), coerce=int, empty_value="90", required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        said = [(days, ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days)}) for days in KEY_DAYS]
        self.fields["days"].choices = said  # type: ignore[attr-defined]
        self.fields["days"].initial = 90

    def wanted(self) -> dict[str, Any]:
        """What the service is asked for."""
        return {**self.cleaned_data, "days": int(self.cleaned_data["days"])}


class PasswordForm(forms.Form):
    """One's own new password."""

    current = forms.CharField(
        label=_("Current password"),
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_current(self) -> str:
        if not self.person.check_password(self.cleaned_data["current"]):
            raise forms.ValidationError(_("This is not your current password."))
        return str(self.cleaned_data["current"])

    def clean_new(self) -> str:
        password: str = self.cleaned_data["new"]
        password_validation.validate_password(password, self.person)
        return password
