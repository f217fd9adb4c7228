"""A refusal that is kept may name the colleague who was quicker; once they are erased it does not."""

import pytest
from django.db import IntegrityError, transaction

from ravi.accounts import services as accounts
from ravi.accounts.models import Person
from ravi.network import services
from ravi.network.corrected import Outcome
from ravi.network.models import CorrectedAnswer, SharedYesPart
from ravi.network.pages.shared_yes import carried
from ravi.network.tests.outside import corrected_everywhere, open_channels, published
from ravi.network.tests.test_based_on import issue_next, later
from ravi.publishing.errors import CorrectionOpen
from ravi.publishing.queries import shown_set

pytestmark = pytest.mark.django_db


def erased(person: Person, by: Person) -> str:
    accounts.record_leaver(person, by=by)
    return accounts.erase_person(Person.objects.get(pk=person.pk), by=by)


@pytest.fixture
def answer(house, offered, words):
    """The hospital's correction, which waits for its yes."""
    message = offered(window_min=0)
    open_channels(house.hospital)
    published(house, message, house.hospital, house.officer)
    issue_next(house, message, later(words))
    [made] = corrected_everywhere(message, house.editor)
    return made


@pytest.fixture
def part(house, answer):
    """Of a yes to many: somebody else was quicker with this one."""
    shown = {answer.post_id: shown_set(answer.post).digest}
    yes = services.begin_shared_yes(answer.version, shown, by=house.expert, is_correction=True)
    named = f"{house.neighbour.name} این پیام را پیش از این تأیید کرده است."
    SharedYesPart.objects.filter(shared_yes=yes).update(said_at=yes.at, refused=named)
    return SharedYesPart.objects.get(shared_yes=yes)


def test_a_correction_that_could_not_be_written_keeps_why_without_the_name(house, answer):
    said = str(CorrectionOpen(answer.post))
    CorrectedAnswer.objects.filter(pk=answer.pk).update(outcome=Outcome.REFUSED, post=None, why=said)
    name = answer.post.author.name
    assert name in said
    label = erased(answer.post.author, house.head)
    assert CorrectedAnswer.objects.get(pk=answer.pk).why == said.replace(name, label)


def test_a_yes_that_came_second_keeps_why_without_the_name(house, part):
    label = erased(house.neighbour, house.head)
    [sentence] = carried(house.expert, part.shared_yes.version, is_correction=True).stayed
    assert label in sentence and house.neighbour.name not in sentence
    part.refresh_from_db()
    assert part.said_at == part.shared_yes.at


@pytest.mark.parametrize("change", [{"refused": ""}, {"said_at": None, "refused": ""}, {"digest": "0" * 64}])
def test_what_became_of_a_part_stays(part, change):
    with pytest.raises(IntegrityError, match="said once"), transaction.atomic():
        SharedYesPart.objects.filter(pk=part.pk).update(**change)
