"""Whatever is sent to the API, it answers as its own description says: schemathesis reads it and tries, over real HTTP."""

import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conftest import House, build_house
from ravi.accounts.models import Institution
from ravi.accounts.services import issue_access_token
from ravi.core.tenancy import tenant
from ravi.network import services as network
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.facts.kinds import FactKind
from ravi.network.rules import Aim, TargetKind
from ravi.network.template import Blank, TemplateWords
from tests.pages.conftest import Newsroom

pytestmark = [pytest.mark.journey, pytest.mark.database]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = 100 if os.environ.get("RAVI_TEST_FULL") == "1" else 8


@pytest.fixture
def house(site: str) -> House:
    """A demo, so that a yes asks for no code."""
    built = build_house()
    Institution.objects.filter(pk=built.institution.pk).update(is_demo=True)
    return built


@pytest.fixture
def keys(house: House) -> Iterator[str]:
    """Keys of several people in turn: each has a minute's requests, and other rights."""
    with tenant(house.institution.pk):
        people = (house.head, house.editor, house.expert, house.unit_head) * 25
        made = [issue_access_token(person, "x", by=person) for person in people]
        room = Newsroom(house, sign_in=lambda _person: None)  # type: ignore[arg-type,return-value]
        for unit in (house.headquarters, house.hospital, house.faculty):
            room.open_channels(unit)
        room.approved(title="approved")
        room.submitted(title="submitted")
        room.draft(title="draft")
        for title in ("offered", "answered", "draft"):
            say(house, title)
        sign(house)
    return itertools.cycle(made)


def sign(house: House) -> None:
    """A template of the hospital, with a yes beforehand."""
    words = TemplateWords("x", "از {تاریخ}", blanks=(Blank("تاریخ", FactKind.DATE),))
    version = network.start_template(house.hospital, "x", words, by=house.unit_head).current
    assert version is not None
    network.sign_standing(version, house.hospital, days=9, content_hash=version.content_hash, by=house.head)


def say(house: House, title: str) -> None:
    """A message of the network; what is offered stands before all units."""
    words = VersionFields(title=title, text="x")
    aims = (Aim(TargetKind.TREE, house.headquarters.pk),)
    made = network.draft_message(
        house.headquarters, MessageFields(topic="organisation", aims=aims), words, by=house.editor
    )
    if title == "draft":
        return
    version = made.versions.get()
    offers = network.issue_version(version, expected_revision=1, by=house.editor).offers
    if title == "answered":
        mine = next(one for one in offers if one.unit_id == house.hospital.pk)
        network.decline_offer(mine, network.Answer(version.pk), reason="x", by=house.unit_head)


def test_every_answer_is_as_described(site: str, keys: Iterator[str]) -> None:
    schema = schemathesis.openapi.from_url(f"{site}/api/v1/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    tried = {one.label: try_out(one, GenerationMode.POSITIVE, keys) for one in operations}
    tried |= {f"{one.label}, wrong": try_out(one, GenerationMode.NEGATIVE, keys) for one in operations if takes(one)}
    assert len(tried) > len(operations)
    assert all(tried.values())


def takes(operation: Any) -> bool:
    """Whether anything is sent to it that could be wrong."""
    return bool(list(operation.iter_parameters())) or bool(operation.body)


def try_out(operation: Any, mode: GenerationMode, keys: Iterator[str]) -> int:
    """How many requests were made to it; the first answer that is not as described is an error."""
    made = 0

    @settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode))
    def ask(case: Any) -> None:
        nonlocal made
        made += 1
        answer = case.call(headers={"Authorization": f"Bearer {next(keys)}"})
        case.validate_response(answer, checks=CHECKS)

    ask()
    return made
