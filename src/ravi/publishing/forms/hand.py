"""Reads what a person says about a copy by hand: where it stands, why it has no address, why it was not possible."""

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.core.calendar import number
from ravi.delivery.models import Delivery
from ravi.delivery.payload import title_in
from ravi.delivery.queries import also_at
from ravi.delivery.rules import Action
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.post_links import Fault, Found, fault_of
from ravi.library.errors import SENTENCES
from ravi.library.rules import MAX_BYTES
from ravi.publishing.services import Told

LATIN = {"dir": "ltr", "inputmode": "url", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
WORDS = {"rows": 2, "dir": "auto"}


class _Report(forms.Form):
    """What every report may have."""

    reason = forms.CharField(max_length=300, required=False, widget=forms.Textarea(WORDS))
    picture = forms.FileField(
        label=gettext_lazy("A picture of it"),
        help_text=gettext_lazy("A screenshot as evidence, if you like. Leave out what shows other people."),
        required=False,
        widget=forms.ClearableFileInput({"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": gettext_lazy("This file is empty. Choose another.")},
    )

    def __init__(self, data: Any = None, files: Any = None, *, delivery: Delivery, channel: Channel) -> None:
        super().__init__(data, files, auto_id=f"{type(self).__name__.lower()}-%s")
        self.delivery, self.channel = delivery, channel

    def clean_picture(self) -> "File[Any] | None":
        """Too large is said here, before anything is read."""
        upload: File[Any] | None = self.cleaned_data.get("picture") or None
        if upload is not None and upload.size > MAX_BYTES:
            raise forms.ValidationError(SENTENCES["too_large"], code="too_large")
        return upload

    def told(self) -> Told:
        """What the services are given."""
        said = self.cleaned_data
        return Told(said.get("link", ""), said.get("reason", "").strip(), said.get("picture"))


class DoneForm(_Report):
    """It is done: its address for a publication, or why it has none."""

    link = forms.CharField(
        label=gettext_lazy("The link of the post"),
        help_text=gettext_lazy("In the platform: share, then copy the link. Paste it here."),
        max_length=2000,
        required=False,
        widget=forms.TextInput(LATIN),
    )
    field_order = ("link", "reason", "picture")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].label = _("Why does it have no link?")
        self.fields["reason"].help_text = _("Only where the platform gives none, for example a story.")
        if self.delivery.action != Action.PUBLISH:
            del self.fields["link"], self.fields["reason"]

    def clean_link(self) -> str:
        """The scheme may be left out."""
        link = str(self.cleaned_data.get("link") or "").strip()
        link = link if not link or "://" in link else f"https://{link}"
        found = fault_of(link, self.delivery.platform, self.channel.handle) if link else None
        if found is not None:
            raise forms.ValidationError(sentence(found, self.channel), code=found.fault.value)
        if link and (other := also_at(self.delivery, link)) is not None:
            said = {"title": title_in(other.payload) or number(other.post_id)}
            raise forms.ValidationError(
                _("“%(title)s” stands at this link. Open the post of this message and copy its own link.") % said,
                code="taken",
            )
        return link

    def clean(self) -> dict[str, Any]:
        """A publication has an address, or a reason why not."""
        said: dict[str, Any] = super().clean() or {}
        needs = self.delivery.action == Action.PUBLISH and "link" not in self.errors
        if needs and not said.get("link") and not said.get("reason", "").strip():
            self.add_error("link", _("Paste the link of the post, or say below why it has none."))
        return said


class LinkForm(DoneForm):
    """The address was another."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields.pop("reason", None)
        self.fields["link"].label = _("The right link")

    def clean(self) -> dict[str, Any]:
        """Without an address there is nothing to correct."""
        said: dict[str, Any] = forms.Form.clean(self) or {}
        if not said.get("link") and "link" not in self.errors:
            self.add_error("link", _("Paste the link of the post."))
        return said


class NotDoneForm(_Report):
    """It was not possible, and why."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].label = _("Why was it not possible?")
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = _("Write one sentence, so that others know what to do.")
        del self.fields["picture"]


def sentence(found: Found, channel: Channel) -> str:
    """What is wrong with a pasted address, and what to do."""
    said = {
        "platform": platform_name(channel.platform),
        "found": platform_name(found.what) if found.fault is Fault.OTHER_PLATFORM else found.what,
        "ours": channel.shown_handle,
    }
    return {
        Fault.NO_ADDRESS: _("Write one address that begins with https://."),
        Fault.OTHER_PLATFORM: _("This leads to %(found)s, not to %(platform)s. Copy the link of the post there."),
        Fault.OTHER_CHANNEL: _(
            "This is a post of “%(found)s”; our channel is “%(ours)s”. Look where it was published."
        ),
        Fault.LOOKALIKE: _(
            "“%(found)s” only looks like our channel “%(ours)s”. If you did not publish there, tell headquarters."
        ),
        Fault.NO_POST: _("This leads to the channel itself. Open the post there and copy its own link."),
    }[found.fault] % said
