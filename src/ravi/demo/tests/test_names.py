"""The made-up university is whole: sixty units, 360 handles, and a past that fits every platform."""

import pytest

from ravi.accounts.rules import RoleKind, UnitKind
from ravi.demo import names
from ravi.demo.history import STORIES, person_name
from ravi.demo.load import HEADQUARTERS_LATIN, SEED
from ravi.platforms.compose import FULL, Parts, fit
from ravi.platforms.registry import profile
from ravi.publishing.message_file import read_message


def test_sixty_units_with_their_own_handles():
    latins = [HEADQUARTERS_LATIN, *(unit.latin for unit in names.UNITS)]
    assert len(latins) == len(set(latins)) == 60
    handles = {(platform, names.handle(latin, platform)) for latin in latins for platform in names.PLATFORMS}
    assert len(handles) == 360


def test_every_kind_of_unit_is_there_and_parents_come_first():
    assert {unit.kind for unit in names.UNITS} == set(UnitKind) - {UnitKind.HEADQUARTERS}
    seen = set()
    for unit in names.UNITS:
        assert not unit.under or unit.under in seen
        seen.add(unit.latin)


def test_the_six_names_of_the_readme_hold_the_six_roles():
    roles = {person.username: person.role for person in names.PEOPLE}
    assert roles["head"] is RoleKind.HEAD
    assert {roles[name] for name in ("head", "editor", "expert", "unit-head", "officer", "auditor")} == set(RoleKind)


def test_people_of_sixty_units_have_different_names():
    assert len({person_name(number) for number in range(60)}) == 60


def test_who_has_a_feed_has_something_to_tell():
    assert set(names.OWN_FEEDS) <= {story.unit for story in STORIES}


def test_history_is_bounded():
    assert sum(6 if story.unit else 360 for story in STORIES) <= 1_500
    assert {story.unit for story in STORIES} <= {"", *(unit.latin for unit in names.UNITS)}


@pytest.mark.parametrize("platform", names.PLATFORMS)
def test_every_story_fits(platform):
    for story in STORIES:
        fitted = fit(Parts({FULL: story.text}, story.title), profile("sandbox", platform))
        assert not fitted.problems, (story.title, fitted.problems)


@pytest.mark.parametrize("platform", names.PLATFORMS)
def test_the_report_has_words_for_every_platform(platform):
    message = read_message(SEED.read_bytes(), platforms=names.PLATFORMS)
    parts = Parts({FULL: message.text, **message.variants}, message.title, message.link)
    fitted = fit(parts, profile("sandbox", platform))
    assert not fitted.problems
