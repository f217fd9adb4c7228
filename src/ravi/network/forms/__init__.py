"""What headquarters types; forms parse and never write."""

from ravi.network.forms.campaign import CampaignForm
from ravi.network.forms.fact import FactForm
from ravi.network.forms.settings import SettingsForm
from ravi.network.forms.words import WordsForm

__all__ = ["CampaignForm", "FactForm", "SettingsForm", "WordsForm"]
