"""Where a person can go beside the main entries: each place with what is done there."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.network.queries import answering_unit_ids


@dataclass(frozen=True)
class Place:
    """One line of the page "more"."""

    name: str
    what: str
    url: str
    has_count: bool = False


def places(person: Person) -> list[Place]:
    """The places this person may open."""
    mine = rights(person)
    found = [
        Place(_("Notices"), _("What you were told"), reverse("notices:list"), has_count=True),
        Place(_("Channels"), _("Where we publish, and who looks after it"), reverse("directory:channels")),
        *_network(person),
        Place(
            _("Templates"),
            _("Words with blanks, and what an approver signed for them beforehand"),
            reverse("templates:templates"),
        ),
        Place(_("Library"), _("Images and videos, and where each was used"), reverse("library:shelf")),
        Place(
            _("By hand"), _("What a person publishes or removes in a platform's own app"), reverse("publishing:hands")
        ),
        Place(_("Stops"), _("What is stopped, and letting it go on"), reverse("delivery:stops")),
        Place(_("Pause"), _("Holding back light content in mourning or a crisis"), reverse("publishing:pause")),
        Place(
            _("Platforms that wait"), _("Which platform does not answer, and since when"), reverse("delivery:platforms")
        ),
        Place(_("People"), _("Who works here, and as what"), reverse("accounts:people")),
        Place(_("Units"), _("The tree of hospitals, faculties and networks"), reverse("accounts:units")),
    ]
    if mine.may(Ability.MANAGE_PEOPLE):
        who = _("How many people approve a message, by topic and unit")
        found.append(Place(_("Who must say yes"), who, reverse("publishing:step_rules")))
    if mine.may(Ability.READ_AUDIT):
        found.append(Place(_("The record"), _("Who did what, and whether it is whole"), reverse("desk:audit")))
    found += [
        Place(
            _("Official channels"),
            _("The page that citizens see"),
            reverse("public:channels", args=[person.institution.slug]),
        ),
        Place(_("Your account"), _("Language, password, second factor, keys"), reverse("accounts:me")),
    ]
    return found


def _network(person: Person) -> list[Place]:
    """Headquarters' own messages for whoever sees all units, the unit's inbox for whoever answers for one."""
    found = []
    if rights(person).sees_all:
        found += [
            Place(
                _("Network messages"), _("Said once for all units, and how they took it"), reverse("network:messages")
            ),
            Place(_("The week"), _("What went out, failed and was corrected, on one page"), reverse("network:week")),
        ]
    if answering_unit_ids(person) or not found:
        what = _("What headquarters offers to units, and their answers")
        found.append(Place(_("Offered to you"), what, reverse("network:offers")))
    return found
