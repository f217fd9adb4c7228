"""These tests are about what pages show: the second factor, which accounts tests, is relaxed as in a demo."""

import pytest

from ravi.accounts.models import Institution


@pytest.fixture(autouse=True)
def relaxed(request: pytest.FixtureRequest) -> None:
    if "house" in request.fixturenames:
        request.getfixturevalue("house")
        Institution.objects.update(is_demo=True)
