"""Every line of an engine's log is one JSON object, whatever stands in it."""

import json

import pytest

from ravi.delivery.lines import spelt
from ravi.delivery.rules import State


@pytest.mark.parametrize(
    "fact", [7, -1, True, None, 0.5, "", 'a "word" in \\ quotes', "two\nlines\x00", "سلام\u2028", State.SENT, ["a", 1]]
)
def test_a_fact_comes_out_as_it_went_in(fact: object) -> None:
    line = spelt("settled", {"delivery": 1, "fact": fact})
    told = json.loads(line)
    assert line.endswith("}\n")
    assert line.count("\n") == 1
    assert list(told) == ["at", "event", "delivery", "fact"]
    assert told["fact"] == fact


def test_what_json_does_not_know_is_told_in_words() -> None:
    assert json.loads(spelt("odd", {"what": {1}}))["what"] == "{1}"
