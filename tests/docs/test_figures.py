"""What a page says in words is the figure in the code: whoever changes one is told where the other stands."""

import pytest

from ravi.delivery import rules
from ravi.delivery.engine.values import Policy
from tests.docs.pages import ROOT

WORDS = {1: "one", 2: "two", 3: "three", 5: "five", 10: "ten"}


def hours(seconds: float) -> str:
    return f"{WORDS[int(seconds // 3600)]} hours"


def minutes(seconds: float) -> str:
    return f"{WORDS[int(seconds // 60)]} minutes"


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("docs/delivery-semantics.md", f"more than {hours(rules.LATENESS_LIMIT_S)} late"),
        ("docs/operate/upgrade.md", f"less than {hours(rules.LATENESS_LIMIT_S)} late"),
        ("docs/delivery-semantics.md", f"flagged within {minutes(rules.SILENT_AFTER_S)}"),
        ("docs/delivery-semantics.md", f"blocks its own lane for {minutes(Policy().unknown_block_s)}"),
    ],
)
def test_a_figure_in_words_is_the_figure_in_the_code(page: str, sentence: str) -> None:
    assert sentence in (ROOT / page).read_text(encoding="utf-8")
