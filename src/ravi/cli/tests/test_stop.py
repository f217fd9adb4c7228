"""`ravi stop all` and `ravi resume all` as an operator meets them: two people, sentences, exit codes."""

import argparse
from typing import Any

import pytest

from conftest import House
from ravi.accounts.models import Institution
from ravi.cli import stop as door
from ravi.cli.stop_command import resume_all, stop_all
from ravi.delivery.models import StopOrder
from ravi.delivery.queries import operators_stop

pytestmark = pytest.mark.django_db
REASON = ("--reason", "دیسک پر شد")


@pytest.fixture
def demo(house: House) -> House:
    Institution.objects.filter(pk=house.institution.pk).update(is_demo=True)
    return house


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="ravi")
    door.add_parsers(parser.add_subparsers())
    options = parser.parse_args(words)
    return stop_all(options) if options.act == "stop" else resume_all(options)


def test_one_person_stops_and_another_lets_it_go_on(demo: House, capsys: Any) -> None:
    assert run("stop", "all", "--as", "editor", *REASON) == 0
    assert "ravi resume all" in capsys.readouterr().out
    order = operators_stop()
    assert order is not None
    assert (order.scope, order.stopped_by_id, order.reason) == ("all", demo.editor.pk, "دیسک پر شد")
    assert run("resume", "all", "--as", "editor") == 4
    assert operators_stop() == order
    assert run("resume", "all", "--as", "head") == 0
    assert operators_stop() is None
    assert StopOrder.objects.get(pk=order.pk).lifted_by_id == demo.head.pk


def test_nothing_to_resume_is_a_sentence(demo: House, capsys: Any) -> None:
    assert run("resume", "all", "--as", "head") == 0
    assert capsys.readouterr().out.strip() != ""


@pytest.mark.parametrize("who", ["officer", "unit_head", "auditor", "nobody-here"])
def test_who_does_not_reach_a_whole_institution_stops_nothing(demo: House, who: str) -> None:
    assert run("stop", "all", "--as", who, *REASON) == 4
    assert operators_stop() is None


def test_outside_a_demo_a_name_is_no_proof(house: House, capsys: Any) -> None:
    assert run("stop", "all", "--as", "editor", *REASON) == 4
    assert "RAVI_TOKEN" in capsys.readouterr().err
    assert operators_stop() is None


def test_a_home_without_a_running_ravi_says_so(tmp_path: Any, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("RAVI_HOME", str(tmp_path))
    parser = argparse.ArgumentParser(prog="ravi")
    door.add_parsers(parser.add_subparsers())
    assert door.run(parser.parse_args(["stop", "all", "--as", "head", *REASON])) == 4
    assert "ravi up" in capsys.readouterr().err
