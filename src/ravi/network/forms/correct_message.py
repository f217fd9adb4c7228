"""What the page of correcting everywhere brings back, and a unit's own correction."""

from django import forms

from ravi.network.forms.offer import PartsForm


class CorrectMessageForm(forms.Form):
    """The version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WriteCorrectionForm(PartsForm):
    """The unit's words around the newer facts; channels and language are those of its answer."""
