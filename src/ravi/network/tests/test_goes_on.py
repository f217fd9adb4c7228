"""Side jobs of the network that met what nobody foresaw: the others are done, and what is left is tried again, always."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from ravi.network import services
from ravi.network.errors import NotNow, PostsLeft
from ravi.network.jobs import correct, go_on_withdrawing, withdraw
from ravi.network.models import CorrectedAnswer, Offer
from ravi.network.queries.correct_message import answers_to_correct
from ravi.network.tests.closure import Closure
from ravi.network.tests.outside import open_channels, published
from ravi.network.tests.test_based_on import issue_next, later
from ravi.publishing.models import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(house: Any, offered: Any) -> Any:
    """Taken by two units, and out."""
    made = offered(window_min=0)
    for unit, by in ((house.hospital, house.officer), (house.faculty, house.neighbour)):
        open_channels(unit)
        published(house, made, unit, by)
    return made


def broken_for_the_first(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, error: Exception
) -> Callable[[], None]:
    """The first that `name` meets breaks, each time; what mends it."""
    place = sys.modules[f"ravi.network.services.{module}"]
    real, first = getattr(place, name), []

    def breaks(one: Any, *rest: Any) -> Any:
        first.append(one.pk)
        if one.pk == first[0]:
            raise error
        return real(one, *rest)

    monkeypatch.setattr(place, name, breaks)
    return lambda: monkeypatch.setattr(place, name, real)


def told_of_it(capsys: pytest.CaptureFixture[str], event: str, words: str) -> list[tuple[str, int, str]]:
    """What the log says of what broke: whose it was and the error's class, and nothing of the error's words."""
    written = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    found = [line for line in written if line["event"] == event]
    assert words not in str(found)
    return [(name, line[name], line["exception"]) for line in found for name in ("post", "answer") if name in line]


def test_a_withdrawal_goes_past_what_breaks_and_is_begun_again(
    house: Any, message: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mend = broken_for_the_first(monkeypatch, "withdraw_message", "_withdraw", OperationalError("lock timeout"))
    services.withdraw_message(message, reason="نادرست", by=house.editor)
    with pytest.raises(PostsLeft):
        withdraw(house.institution.pk, message.pk)
    assert told_of_it(capsys, "withdrawal_broke", "lock timeout") == [
        ("post", Post.objects.get(state="approved").pk, "OperationalError")
    ]
    assert sorted(Post.objects.values_list("state", flat=True)) == ["approved", "withdrawn"]
    with connection.cursor() as cursor:  # its tries are over
        cursor.execute("delete from procrastinate_jobs")
    mend()
    for begin in (
        lambda: services.withdraw_message(message, reason="x", by=house.editor),
        lambda: go_on_withdrawing(0),
    ):
        begin()
        assert ProcrastinateJob.objects.filter(task_name="network.withdraw", status="todo").count() == 1
    withdraw(house.institution.pk, message.pk)
    assert set(Post.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_a_correction_goes_past_what_breaks(
    house: Any, message: Any, words: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    issue_next(house, message, later(words))
    message.refresh_from_db()
    services.correct_message(message, version_id=message.current_id, by=house.editor)
    mend = broken_for_the_first(monkeypatch, "correct_message", "_made", ValueError("unforeseen"))
    with pytest.raises(PostsLeft):
        correct(house.institution.pk, message.current_id)
    assert CorrectedAnswer.objects.count() == 1
    [left] = answers_to_correct(message.current)
    assert told_of_it(capsys, "correction_broke", "unforeseen") == [("answer", left.pk, "ValueError")]
    mend()
    correct(house.institution.pk, message.current_id)
    assert CorrectedAnswer.objects.count() == 2


@pytest.mark.parametrize("over", ["withdrawn", "ended"])
def test_nothing_is_taken_back_of_a_message_that_is_over(closure: Closure, house: Any, over: str) -> None:
    """The offer had opened again, and nobody could answer it."""
    closure.rule()
    message = closure.issue()
    offer, answer = closure.offer(message), closure.answer(message)
    assert answer is not None
    if over == "withdrawn":
        services.withdraw_message(message, reason="نادرست", by=house.editor)
    else:
        services.end_message(message, by=house.editor)
    with pytest.raises(NotNow):
        services.take_back_answer(offer, answer_id=answer.pk, by=house.officer)
    assert Offer.objects.get(pk=offer.pk).state != "open"
