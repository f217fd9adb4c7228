"""Several yeses to many at a time: taking one back names which, and what is left can be taken back too."""

import sys
from typing import Any

import pytest

from ravi.network import services
from ravi.network.models import SharedYes
from tests.pages.conftest import Newsroom
from tests.pages.test_corrections_yes_many import approved, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def six(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Corrections in six units; more than two are carried by the side jobs."""
    monkeypatch.setattr(sys.modules["ravi.network.services.shared_yes"], "AT_ONCE", 2)
    monkeypatch.setattr(services, "AT_ONCE", 2)
    _message, address = written(newsroom, 6)
    head = newsroom.browse(newsroom.head)
    return head, address, [row.key for row in head.get(address).context["shown"].same.rows]


def named(head: Any, address: str) -> int:
    """Which yes the page's button stops."""
    return int(head.get(address).context["carried"].pk)


def test_one_after_the_other_until_none_is_left(six: Any) -> None:
    head, address, keys = six
    head.post(address, {"post": keys[:3]})
    head.post(address, {"post": keys[3:]})
    for left in (1, 0):
        assert f'name="yes" value="{named(head, address)}"' in head.get(address).content.decode()
        head.post(f"{address}undo/", {"yes": named(head, address)})
        assert SharedYes.objects.filter(ended_at=None).count() == left
    assert approved() == 0


def test_what_was_said_at_once_is_taken_back_and_what_goes_on_stays(six: Any) -> None:
    head, address, keys = six
    head.post(address, {"post": keys[:3]})
    head.post(address, {"post": keys[3:5]})
    assert approved() == 2
    head.post(f"{address}undo/")
    assert (approved(), SharedYes.objects.filter(ended_at=None).count()) == (0, 1)


def test_a_digest_that_is_none_is_left_out(six: Any) -> None:
    head, address, keys = six
    answer = head.post(address, {"post": [f"{key.partition(':')[0]}:\x00" for key in keys]})
    assert answer.status_code == 302 and not SharedYes.objects.exists()
