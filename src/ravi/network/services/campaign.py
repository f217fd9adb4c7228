"""Campaigns begin, are described anew, and end."""

from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person, Unit
from ravi.core import clock
from ravi.core.calendar import number
from ravi.network.draft import CampaignFields
from ravi.network.errors import MessageRefused, NotNow
from ravi.network.facts.kinds import LANGUAGES
from ravi.network.models import Campaign
from ravi.network.rules import LONGEST_GOAL, LONGEST_NAME, CampaignState
from ravi.network.services import steps


def start_campaign(unit: Unit, fields: CampaignFields, *, by: Person) -> Campaign:
    """A new campaign of `unit`, owned by `by`. Raises PermissionDenied, MessageRefused."""
    steps.require_offerer(by, unit.pk)
    _check(fields)
    campaign = Campaign(institution_id=unit.institution_id, unit=unit, owner=by, created_at=clock.now())
    _keep(campaign, fields)
    steps.note("start_campaign", campaign, by, {"unit": unit.pk})
    return campaign


@transaction.atomic
def edit_campaign(campaign: Campaign, fields: CampaignFields, *, by: Person) -> Campaign:
    """What is said of it anew. Raises PermissionDenied, NotNow, MessageRefused."""
    current = _taken(campaign, by)
    _check(fields)
    _keep(current, fields)
    steps.note("edit_campaign", current, by)
    return current


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: Person) -> Campaign:
    """No new message joins it; those that are with the units stay there. Closing twice is closing once."""
    steps.require_offerer(by, campaign.unit_id)
    current = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if current.state == CampaignState.OPEN:
        current.state, current.closed_at = CampaignState.CLOSED, clock.now()
        current.save(update_fields=["state", "closed_at"])
        steps.note("close_campaign", current, by)
    return current


def _taken(campaign: Campaign, by: Person) -> Campaign:
    steps.require_offerer(by, campaign.unit_id)
    current = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if current.state != CampaignState.OPEN:
        raise NotNow(_("This campaign is over. Begin a new one."))
    return current


def _keep(campaign: Campaign, fields: CampaignFields) -> None:
    for name, value in asdict(fields).items():
        setattr(campaign, name, list(value) if isinstance(value, tuple) else value)
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError as error:
        raise MessageRefused(_("A running campaign already has this name. Choose another.")) from error


def _check(fields: CampaignFields) -> None:
    if not fields.name.strip():
        raise MessageRefused(_("Give the campaign a name."))
    texts = (fields.name, fields.age_groups, fields.dose, fields.area)
    if any(len(text) > LONGEST_NAME for text in texts) or len(fields.goal) > LONGEST_GOAL:
        raise MessageRefused(_("A line here has at most %(most)s characters.") % {"most": number(LONGEST_NAME)})
    if fields.starts_on and fields.ends_on and fields.ends_on < fields.starts_on:
        raise MessageRefused(_("The campaign's last day comes before its first. Change one of the two."))
    if set(fields.languages) - set(LANGUAGES):
        raise MessageRefused(_("Choose the languages from the list."))
