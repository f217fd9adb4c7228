"""What people say about channels; parses, never writes."""

from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.accounts.models import Person, Unit
from ravi.core.calendar import in_tehran, is_persian
from ravi.core.fields import LATIN, JalaliDateTimeField
from ravi.directory.handles import clean_handle, leads_elsewhere, link_of
from ravi.directory.models import Channel
from ravi.directory.names import platform_name, reachable
from ravi.directory.own_pages import OWN_PAGES
from ravi.directory.rules import ChannelState
from ravi.directory.services import NewChannel
from ravi.platforms import registry
from ravi.platforms.shapes.this_machine import may_carry_a_token
from ravi.text.bidi import isolate_runs


class ChannelForm(forms.Form):
    """A channel's facts; `unit` is asked only of somebody who opens one."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none(), empty_label=None)
    where = forms.ChoiceField(label=gettext_lazy("Platform"))
    handle = forms.CharField(
        label=gettext_lazy("Handle or address"),
        help_text=gettext_lazy("As people see it there, for example @clinic; an address that you copied will do."),
        max_length=300,
        widget=forms.TextInput(LATIN),
    )
    link = forms.CharField(
        label=gettext_lazy("Link for the public"),
        help_text=gettext_lazy("Leave it empty: Ravi finds it from the handle."),
        max_length=500,
        required=False,
        widget=forms.TextInput({**LATIN, "inputmode": "url"}),
    )
    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("A few words for the public list: appointments and news of the hospital."),
        max_length=300,
    )
    opened_on = JalaliDateTimeField(
        label=gettext_lazy("Official since"), with_time=False, hour=time(12), required=False
    )
    listed = forms.BooleanField(
        label=gettext_lazy("On the public list"),
        help_text=gettext_lazy("Nothing is sent on a channel that is not on the list."),
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        units: QuerySet[Unit] | None = None,
        channel: Channel | None = None,
        with_sandbox: bool = False,
        may_list: bool = False,
    ) -> None:
        super().__init__(data, initial=_said(channel) if channel else None)
        self.channel = channel
        pairs = reachable(with_sandbox=with_sandbox or (channel is not None and channel.adapter == "sandbox"))
        choices = [(f"{adapter}:{platform}", _choice(adapter, platform)) for adapter, platform in pairs]
        self._field("where").choices = choices if channel else [("", _("Choose a platform")), *choices]
        if units is None:
            del self.fields["unit"]
        else:
            self._field("unit").queryset = units
        if not may_list:
            del self.fields["listed"]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The handle has to be one on that platform, and the link has to lead to it."""
        said: dict[str, Any] = super().clean() or {}
        if not {"where", "handle"} <= set(said):
            return said
        adapter, platform = said["where"].split(":", 1)
        try:
            said["handle"] = clean_handle(platform, said["handle"])
        except ValueError:
            sentence = _("This cannot be a handle in %(platform)s. Write it in Latin letters, as people see it there.")
            self.add_error("handle", sentence % {"platform": platform_name(platform)})
            return said
        said["link"] = self._link(adapter, platform, said["handle"], said.get("link", ""))
        return said

    def _link(self, adapter: str, platform: str, handle: str, link: str) -> str:
        if adapter == "sandbox":
            return link or f"{settings.SANDBOX_URL}/{platform}/{handle}" if settings.SANDBOX_URL else link
        if adapter == OWN_PAGES:
            return ""  # Ravi knows it
        link = link or link_of(platform, handle)
        if link and "://" not in link:
            link = f"https://{link}"
        if link and not link.startswith(("https://", "http://")):
            self.add_error("link", _("A link begins with https://"))
        elif link and leads_elsewhere(link, platform, handle):
            self.add_error("link", _("This link leads to another account than the handle above."))
        return link

    def new(self) -> NewChannel:
        """What the services are given."""
        said = self.cleaned_data
        adapter, platform = said["where"].split(":", 1)
        unit = self.channel.unit if self.channel else said["unit"]
        return NewChannel(
            unit, platform, adapter, said["handle"], said["purpose"], said["link"], _day(said["opened_on"])
        )


class StateForm(forms.Form):
    """Where a channel goes, and a word why."""

    to = forms.ChoiceField(label=gettext_lazy("What happens to this channel?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Whoever sees this channel here reads it."),
        max_length=300,
        required=False,
    )

    def __init__(self, data: Any = None, *, states: Sequence[ChannelState], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        choices: Any = [(state.value, MOVES[state]) for state in states]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


MOVES = {
    ChannelState.ACTIVE: gettext_lazy("Active: it stands on the public list, and messages go out on it"),
    ChannelState.FROZEN: gettext_lazy("Frozen: nothing goes out; the public is told not to trust new messages there"),
    ChannelState.RETIRED: gettext_lazy("Retired: off the list for good; its loan to headquarters ends"),
}


class CredentialForm(forms.Form):
    """Built from the adapter's own credentials; a secret is never filled in again."""

    def __init__(self, data: Any = None, *, kind: type[Any]) -> None:
        super().__init__(data)
        for part in fields(kind):
            language = "fa" if is_persian() else "en"
            is_secret = part.metadata["secret"]
            widget: forms.Widget = (
                forms.PasswordInput({"autocomplete": "new-password", "dir": "ltr"})
                if is_secret
                else forms.TextInput(LATIN)
            )
            has_default = part.default is not MISSING
            self.fields[part.name] = forms.CharField(
                label=part.metadata[f"label_{language}"],
                help_text=isolate_runs(part.metadata[f"help_{language}"]),
                required=not has_default,
                initial=part.default if has_default and not is_secret else None,
                max_length=2_000,
                widget=widget,
                strip=not is_secret,
                validators=[_check_address] if part.metadata["address"] else [],
            )

    def values(self) -> dict[str, str]:
        """A text for every field that was filled in; the others keep the adapter's default."""
        return {name: value for name, value in self.cleaned_data.items() if value != ""}


class CustodianForm(forms.Form):
    """Who holds the account, since when."""

    person = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=Person.objects.none(), empty_label=None)
    since = JalaliDateTimeField(label=gettext_lazy("Since"), with_time=False, hour=time(12))

    def __init__(self, data: Any = None, *, people: QuerySet[Person]) -> None:
        super().__init__(data)
        people_field: Any = self.fields["person"]
        people_field.queryset = people

    def since_day(self) -> date:
        """The day as it is in Tehran."""
        return in_tehran(self.cleaned_data["since"]).date()


def _check_address(typed: str) -> None:
    """Before it is sealed: an address that no call can reach would look like a platform that does not answer."""
    try:
        has_host = bool(urlsplit(typed).hostname) and not any(character.isspace() for character in typed)
    except ValueError:
        has_host = False
    if not has_host or not may_carry_a_token(typed):
        raise forms.ValidationError(_("Write the whole address, beginning with https://, as the browser shows it."))


def _choice(adapter: str, platform: str) -> str:
    """The platform's name, and whether it is only played, or served by a person's hand."""
    name = platform_name(platform)
    if registry.is_by_hand(adapter):
        return _("%(platform)s, by hand") % {"platform": name}
    return _("%(platform)s, for practice") % {"platform": name} if adapter == "sandbox" else name


def _said(channel: Channel) -> dict[str, Any]:
    opened = channel.opened_on
    return {
        "where": f"{channel.adapter}:{channel.platform}",
        "handle": channel.shown_handle,
        "link": channel.link,
        "purpose": channel.purpose,
        "opened_on": in_tehran(opened).replace(hour=12) if opened else None,
        "listed": channel.listed,
    }


def _day(moment: datetime | None) -> date | None:
    return in_tehran(moment).date() if moment else None
