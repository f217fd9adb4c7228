"""Nothing of one machine, of a package registry's address, or of how the project came about stands in the repository."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THIS = Path(__file__).relative_to(ROOT)

FORBIDDEN = {
    "a registry's address": r"pypi\.org|files\.pythonhosted|test\.pypi|registry\.npmjs|registry\.yarnpkg|deb\.debian\.org"
    r"|security\.debian\.org|--(?:extra-)?index-url",
    "a path of one machine": r"(?<![\w.-])/(?:work|root)/\w|/tmp/plan\b|/home/\w+/",
    "a word about how it came about": r"\bsub-?agents?\b|\bhelper (?:agent|session)s?\b|\b(?:AI|coding) (?:agent|assistant)s?\b"
    r"|\blanguage models?\b|\bLLMs?\b|\bchat ?bots?\b|\bsystem prompts?\b|\bprompt engineering\b"
    r"|\bfounders? (?:session|task)s?\b|\bhouse\.md\b|\bface\.md\b",
    "what is not finished": r"\bTODO\b|\bFIXME\b|\bXXX\b|\blorem ipsum\b",
}
# Data that must say such a word as it is: (pattern's name, path).
ALLOWED: set[tuple[str, str]] = set()
NOT_TEXT = {".woff2", ".mo", ".png", ".jpg", ".webp", ".ico"}


def tracked() -> list[Path]:
    """What stands in the repository: git's list, or all files where there is no git."""
    if shutil.which("git") and (ROOT / ".git").exists():
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
        )
        return [ROOT / name for name in done.stdout.split("\0") if name]
    hidden = (".venv", ".git", ".ravi", "node_modules")
    return [path for path in ROOT.rglob("*") if path.is_file() and not set(hidden) & set(path.relative_to(ROOT).parts)]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_repository_is_free_of(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what], re.IGNORECASE if what != "what is not finished" else 0)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        if path.is_file() and path.suffix not in NOT_TEXT and path.relative_to(ROOT) != THIS
        if (what, str(path.relative_to(ROOT))) not in ALLOWED
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a registry's address", "see https://pypi.org/project/x"),
        ("a path of one machine", "cd /work/main && ls"),
        ("a word about how it came about", "a helper session wrote this"),
        ("what is not finished", "# TODO later"),
    ],
)
def test_each_pattern_finds_its_own(what: str, line: str) -> None:
    assert re.search(FORBIDDEN[what], line, re.IGNORECASE)


@pytest.mark.parametrize(
    "line", ["a database session", "the browser's session", "prompted to sign in", "paperwork/plans", "User-Agent"]
)
def test_ordinary_words_are_free(line: str) -> None:
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, line, re.IGNORECASE)] == []


def test_pictures_and_fonts_are_few() -> None:
    """Large files do not creep in: everything together stays small enough to clone over a slow line."""
    sizes = {path.relative_to(ROOT): path.stat().st_size for path in tracked() if path.is_file()}
    assert [f"{path}: {size}" for path, size in sizes.items() if size > 1_000_000] == []
    assert sum(sizes.values()) < 20_000_000
