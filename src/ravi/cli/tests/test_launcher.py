"""`./ravi` hands over to the installed program with the environment that it needs."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The launcher in a folder where all is installed; its Python says which environment it was given."""
    shutil.copy(ROOT / "ravi", tmp_path)
    lock, python = tmp_path / "requirements" / "runtime.txt", tmp_path / ".venv" / "bin" / "python"
    for path, text in ((lock, "# nothing\n"), (python, "#!/bin/sh\nenv\n")):
        path.parent.mkdir(parents=True)
        path.write_text(text)
    python.chmod(0o755)
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    (tmp_path / ".venv" / "ravi-runtime.stamp").write_text(f"{digest} {python}")
    return tmp_path


def told(clone: Path, **environment: str) -> dict[str, str]:
    done = subprocess.run(
        [clone / "ravi", "doctor"],
        env={"PATH": "/usr/bin:/bin"} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def test_the_program_finds_ravi_and_nothing_beside_it(clone: Path) -> None:
    given = told(clone)
    assert given["PYTHONPATH"] == str(clone / "src")
    assert given["PYTHONSAFEPATH"] == "1"


def test_a_shell_that_wants_no_bytecode_makes_ravi_no_slower(clone: Path) -> None:
    assert "PYTHONDONTWRITEBYTECODE" not in told(clone, PYTHONDONTWRITEBYTECODE="1")
