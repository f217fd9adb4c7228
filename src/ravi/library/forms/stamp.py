"""Asks in which corner of an image the name stands."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.library.stamp import Corner

CORNERS = [
    (Corner.CALMEST.value, _("The calmest corner")),
    (Corner.BOTTOM_RIGHT.value, _("Bottom right")),
    (Corner.BOTTOM_LEFT.value, _("Bottom left")),
    (Corner.TOP_RIGHT.value, _("Top right")),
    (Corner.TOP_LEFT.value, _("Top left")),
]


class StampForm(forms.Form):
    """One choice, with the calmest corner as the usual one."""

    corner = forms.ChoiceField(
        label=_("Corner"), choices=CORNERS, initial=Corner.CALMEST.value, widget=forms.RadioSelect
    )

    def asked(self) -> Corner:
        """The chosen corner."""
        return Corner(self.cleaned_data["corner"])
