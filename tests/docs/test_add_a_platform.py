"""The page "Add a platform", followed word for word: its files make a folder that the registry finds and the contract passes."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ravi.platforms import registry
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "extend" / "add-a-platform.md"
FILE = re.compile(r"^`(?P<name>jarchi/[\w./]+)`\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
# An adapter and its contract want no more of Ravi; the library draws the images that are fitted for it (tests/fitted.py).
NEEDED = ("text", "core", "platforms", "library")
GIVEN = """
import pytest
from tests.fitted import fitted_for

@pytest.fixture
def fitted():
    return fitted_for
"""
ASK = """
import json
from ravi.platforms import registry
from ravi.platforms.contract import abilities_of
print(json.dumps([registry.kinds(), sorted(abilities_of(registry.adapter("jarchi"))), registry.profile("jarchi").name_fa]))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ravi's platforms in a folder of their own, with the page's files added."""
    source = tmp_path_factory.mktemp("clone") / "src"
    for room in NEEDED:
        shutil.copytree(
            ROOT / "src" / "ravi" / room, source / "ravi" / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "src" / "ravi" / "__init__.py", source / "ravi")
    (source.parent / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "fitted.py", source.parent / "tests")
    (source.parent / "conftest.py").write_text(GIVEN, encoding="utf-8")
    for match in FILE.finditer(PAGE.read_text(encoding="utf-8")):
        path = source / "ravi" / "platforms" / match["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match["text"], encoding="utf-8")
    return source


def run(source: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=source.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_page_gives_every_file_of_its_folder(source: Path) -> None:
    folder = source / "ravi" / "platforms" / "jarchi"
    given = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert given == {"__init__.py", "adapter.py", "profile.py", "icon.svg", "README.md", "tests/test_jarchi.py"}


def test_the_registry_finds_the_folder(source: Path) -> None:
    done = run(source, "-c", ASK)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [sorted({*registry.kinds(), "jarchi"}), ["delete", "verify"], "جارچی"]


def test_the_contract_passes_it(source: Path) -> None:
    platforms = "src/ravi/platforms"
    done = run(
        source,
        *("-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider", "-p", "no:randomly", "-c", os.devnull),
        *("--rootdir", str(source.parent), "--import-mode=importlib", "-o", "asyncio_mode=auto"),
        *(f"{platforms}/jarchi/tests", f"{platforms}/tests/test_imports.py", f"{platforms}/tests/test_registry.py"),
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None and int(passed[1]) > 40
    assert "skipped" not in done.stdout and "xfail" not in done.stdout


def test_a_second_purpose_in_that_folder_is_caught(source: Path, tmp_path: Path) -> None:
    """The page's promise, "any other public name fails the contract", is not empty."""
    copy = shutil.copytree(source, tmp_path / "src")
    adapter = copy / "ravi" / "platforms" / "jarchi" / "adapter.py"
    text = adapter.read_text(encoding="utf-8")
    adapter.write_text(
        text.replace("    def _channel(self", "    async def follow(self) -> None: ...\n\n    def _channel(self")
    )
    ask = "from ravi.platforms import registry; from ravi.platforms.contract_tests import surface_problems; "
    done = run(copy, "-c", ask + "print(surface_problems(registry.adapter('jarchi')))")
    assert done.stdout.strip() == "['has follow']", done.stderr
