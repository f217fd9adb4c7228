"""A refusal that a platform words in English reaches people in their own language, where they can do something about it."""

import pytest
from django.utils import translation

from ravi.delivery.pages.sentences import reason
from ravi.platforms.contract import GONE, MARKUP, MEDIA_CHANGED, NO_CHANNEL, NO_RIGHTS, OTHER_ACCOUNT, TOO_OLD


@pytest.mark.parametrize("code", [GONE, MARKUP, MEDIA_CHANGED, NO_CHANNEL, NO_RIGHTS, OTHER_ACCOUNT, TOO_OLD])
def test_a_known_refusal_speaks_persian(code):
    with translation.override("fa"):
        said = reason(code, "Bad Request: message can't be deleted")
    assert said and not said.endswith(".") and "Bad Request" not in said
    with translation.override("en"):
        assert reason(code, "") not in {"", said}


def test_a_platforms_own_words_stay_where_nobody_knows_better():
    assert reason("odd", "Bad Request: no. ") == "Bad Request: no"
