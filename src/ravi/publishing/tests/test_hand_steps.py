"""What a person is told to do, for every action and platform."""

import pytest
from django.utils import translation

from ravi.delivery.pages import hands
from ravi.delivery.rules import Action
from ravi.directory.names import platform_name
from ravi.platforms import registry
from ravi.publishing.pages.hand_steps import steps


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("platform", registry.platforms("manual"))
@pytest.mark.parametrize("language", ["fa", "en"])
def test_one_to_three_whole_sentences(action: str, platform: str, language: str) -> None:
    with translation.override(language):
        for has_images in (True, False):
            said = steps(action, platform, platform_name(platform), has_images=has_images)
            assert 1 <= len(said) <= 3
            assert [step for step in said if "%" in step or not step.endswith((".", "»."))] == []
        assert hands.asked(action) and hands.word(action)
