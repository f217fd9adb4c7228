"""The Matrix bot against a real Synapse: the code arrives, a notice arrives once, and a repeat is the same message."""

from __future__ import annotations

import re

import pytest

from ravi.core import clock
from ravi.notices import jobs, services
from ravi.notices.models import Dispatch
from tests.servers.synapse import Account, Homeserver

pytestmark = [pytest.mark.server, pytest.mark.django_db]

PARAMS = {"who": "مریم رستگار", "title": "کارگاه", "count": 3}


@pytest.fixture
def bot(matrix: Homeserver, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Account:
    account = matrix.account(f"ravi-{abs(hash(request.node.name))}")
    monkeypatch.setenv("RAVI_MATRIX_URL", matrix.url)
    monkeypatch.setenv("RAVI_MATRIX_TOKEN", account.token)
    monkeypatch.setenv("RAVI_EGRESS_ALLOW", f"127.0.0.1:{matrix.port}")
    return account


def linked(house, person, who: Account) -> str:
    """As the person does it: ask, accept the bot's invitation, read the code, type it. The room."""
    asked = services.ask_code(person, "matrix", who.name)
    jobs.send_code(house.institution.pk, asked.pk)
    (room,) = who.join_invited()
    (text,) = who.messages(room)
    (code,) = re.findall(r"\b\d{6}\b", text)
    services.confirm_address(person, asked.pk, code)
    return room


def test_a_person_links_and_is_told_once(house, matrix: Homeserver, bot: Account) -> None:
    maryam = matrix.account("maryam")
    room = linked(house, house.expert, maryam)
    services.tell(
        [house.expert.pk], "post_submitted", PARAMS, "/posts/1/approval/", institution_id=house.institution.pk
    )
    Dispatch.objects.update(due_at=clock.now())
    jobs.dispatch(0)
    jobs.dispatch(0)
    told = maryam.messages(room)[1:]
    assert len(told) == 1 and "مریم رستگار" in told[0] and "/posts/1/approval/" in told[0]
    # The process died after the call and before its mark: the same message goes again under the same key.
    Dispatch.objects.update(state=Dispatch.State.WAITING)
    jobs.dispatch(0)
    assert maryam.messages(room)[1:] == told
    assert list(Dispatch.objects.values_list("state", "tries")) == [("sent", 2)]


def test_a_refused_token_and_a_name_that_nobody_has_say_so(
    house, matrix: Homeserver, bot: Account, monkeypatch
) -> None:
    nobody = services.ask_code(house.expert, "matrix", "@nobody:localhost.invalid")
    jobs.send_code(house.institution.pk, nobody.pk)
    monkeypatch.setenv("RAVI_MATRIX_TOKEN", "not the token")
    asked = services.ask_code(house.expert, "matrix", "@nobody:localhost")
    jobs.send_code(house.institution.pk, asked.pk)
    asked.refresh_from_db()
    assert asked.trouble == "sender_refused"
