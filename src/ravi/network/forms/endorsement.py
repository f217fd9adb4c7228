"""What a health expert asks of those who wrote words for the network."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.network.rules import LONGEST_REASON


class ReturnWordsForm(forms.Form):
    """What should change before the yes."""

    note = forms.CharField(
        label=_("What should change?"),
        help_text=_("Whoever wrote it reads this, changes the words and asks again."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": "3"}),
        error_messages={"required": _("Say in a few words what should change.")},
    )
