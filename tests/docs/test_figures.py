"""What a page says in words is the figure in the code: whoever changes one is told where the other stands."""

import pytest

from ravi.api.webhook.rules import GIVEN_UP_AFTER, OFF_AFTER, WAITS_S
from ravi.delivery import rules
from ravi.delivery.engine.values import Policy
from ravi.delivery.read_back.rules import CONFIRM_AFTER_S
from ravi.network.rules import DEFAULT_WINDOW_MIN, MessageKind
from ravi.platforms.contract_predictions import ALL_PREDICTIONS, SOME_PREDICTIONS
from tests.docs.pages import ROOT

WORDS = {1: "one", 2: "two", 3: "three", 5: "five", 10: "ten"}


def hours(seconds: float) -> str:
    return f"{WORDS[int(seconds // 3600)]} hours"


def minutes(seconds: float) -> str:
    return f"{WORDS[int(seconds // 60)]} minutes"


def days(seconds: float) -> str:
    """To the half of a day: "three days", "a day and a half"."""
    halves = round(seconds / 43_200)
    return f"{WORDS[halves // 2]} days" if halves % 2 == 0 else {3: "a day and a half"}[halves]


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("docs/delivery-semantics.md", f"more than {hours(rules.LATENESS_LIMIT_S)} late"),
        ("docs/operate/upgrade.md", f"less than {hours(rules.LATENESS_LIMIT_S)} late"),
        ("docs/delivery-semantics.md", f"flagged within {minutes(rules.SILENT_AFTER_S)}"),
        ("docs/delivery-semantics.md", f"blocks its own lane for {minutes(Policy().unknown_block_s)}"),
        (
            "docs/operate/api.md",
            f"`window_min` minutes ({DEFAULT_WINDOW_MIN[MessageKind.MESSAGE]}; alerts {DEFAULT_WINDOW_MIN[MessageKind.ALERT]})",
        ),
        ("docs/extend/add-a-platform.md", f"{SOME_PREDICTIONS} of them, {ALL_PREDICTIONS} in the\nfull run"),
        ("docs/predictions.md", f"CI runs {SOME_PREDICTIONS} of each"),
        ("docs/operate/api.md", f"looked at once more after {minutes(CONFIRM_AFTER_S)}"),
        ("docs/operate/webhooks.md", f"12 h and 12 h, {days(sum(WAITS_S))} in all"),
        ("docs/operate/webhooks.md", f"older than {int(GIVEN_UP_AFTER.total_seconds()) // 3600} hours is told no more"),
        ("docs/operate/webhooks.md", f"{days(OFF_AFTER.total_seconds())} of nothing but failures"),
        ("CHANGELOG.md", f"is tried again for {days(sum(WAITS_S))}"),
        ("CHANGELOG.md", f"takes nothing in {days(OFF_AFTER.total_seconds())} of tries"),
    ],
)
def test_a_figure_in_words_is_the_figure_in_the_code(page: str, sentence: str) -> None:
    assert sentence in (ROOT / page).read_text(encoding="utf-8")
