"""docs/reference/settings.md names exactly the environment variables that the code reads or gives."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]
NAME = re.compile(r"\b(?:RAVI_[A-Z]+(?:_[A-Z]+)*|DATABASE_URL)\b")
FOR_TESTS = {"RAVI_TEST_FULL"}  # read by tests and set by `ravi test`


def test_settings_page_is_not_stale() -> None:
    code = [path for path in (ROOT / "src" / "ravi").rglob("*.py") if "tests" not in path.parts]
    used = {name for path in code for name in NAME.findall(path.read_text())}
    told = set(NAME.findall((ROOT / "docs" / "reference" / "settings.md").read_text()))
    assert told == used | FOR_TESTS
