"""Campaigns, messages with their versions and facts, offers and adoptions."""

from ravi.network.models.after_review import AfterReview, AfterReviewTold
from ravi.network.models.auto_adoption import AutoAdoption
from ravi.network.models.campaign import Campaign
from ravi.network.models.correction import CorrectedAnswer, Correction
from ravi.network.models.message import Message, Target, Writer
from ravi.network.models.offer import Adoption, Offer
from ravi.network.models.reminder import Reminder
from ravi.network.models.shared_yes import SharedYes, SharedYesPart
from ravi.network.models.short_link import ShortLink, ShortLinkDay
from ravi.network.models.template import Filling, StandingRule, Template, TemplateVersion
from ravi.network.models.version import Endorsement, Fact, Review, Translation, TranslationYes, Version

__all__ = [
    "Adoption",
    "AfterReview",
    "AfterReviewTold",
    "AutoAdoption",
    "Campaign",
    "CorrectedAnswer",
    "Correction",
    "Endorsement",
    "Fact",
    "Filling",
    "Message",
    "Offer",
    "Reminder",
    "Review",
    "SharedYes",
    "SharedYesPart",
    "ShortLink",
    "ShortLinkDay",
    "StandingRule",
    "Target",
    "Template",
    "TemplateVersion",
    "Translation",
    "TranslationYes",
    "Version",
    "Writer",
]
