"""The first steps of a new institution: what its head does before anything can go out; gone when all is there."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import has_units, people_who_may, rights
from ravi.accounts.rules import Ability
from ravi.directory.queries import has_channel


@dataclass(frozen=True)
class Step:
    """One thing to do; `is_next` for the first that is not done."""

    title: str
    text: str
    url: str
    action: str
    is_done: bool
    is_next: bool = False


def first_steps(person: Person) -> list[Step]:
    """The steps of a head whose institution lacks one of them; empty for everybody else."""
    if not rights(person).may(Ability.MANAGE_PEOPLE):
        return []
    ways = _ways()
    done = (_has_second_person(person), has_units(person.institution_id), has_channel(person.institution_id))
    if all(done):
        return []
    upcoming = done.index(False)
    return [
        Step(*way, is_done=is_done, is_next=n == upcoming)
        for n, (way, is_done) in enumerate(zip(ways, done, strict=True))
    ]


def _ways() -> list[tuple[str, str, str, str]]:
    return [
        (
            _("Add a second person"),
            _("Nothing goes out without another person's yes. Give them a role that approves."),
            reverse("accounts:new_person"),
            _("Add a person"),
        ),
        (
            _("Add your units"),
            _("Hospitals, faculties, health networks: each can have channels and people of its own."),
            reverse("accounts:new_unit"),
            _("Add a unit"),
        ),
        (
            _("Add your channels"),
            _("The address and the key of each; Ravi checks that the platform takes it."),
            reverse("directory:new"),
            _("Add a channel"),
        ),
    ]


def _has_second_person(person: Person) -> bool:
    approvers = people_who_may(person.institution_id, Ability.APPROVE_POST)
    return approvers.exclude(pk=person.pk).exists()
