"""Reads the channels that were ticked one by one."""

from collections.abc import Collection

from django import forms


class ChannelsForm(forms.Form):
    """`allowed` are the ids that this person may publish on; any other value is no choice."""

    channels = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: object, allowed: Collection[int], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["channels"].choices = [(str(pk), "") for pk in allowed]  # type: ignore[attr-defined]
