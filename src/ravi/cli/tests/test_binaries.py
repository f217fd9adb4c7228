"""Which PostgreSQL is taken, and what is said when none fits."""

from pathlib import Path

import pytest

from ravi.cli.postgres import PostgresUnavailable, choose_binaries


def fake(folder: Path, version: str) -> str:
    """A `bin` folder whose postgres says that version."""
    folder.mkdir(parents=True)
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    return str(folder)


def test_choose_named_path(tmp_path: Path) -> None:
    chosen = choose_binaries(wanted=fake(tmp_path / "bin", "17.2 (Debian 17.2-1)"))
    assert (chosen.version, chosen.major, chosen.source) == ("17.2", 17, "path")


def test_choose_newest_system_before_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6.24", "15.4", "16.1"):
        fake(tmp_path / version / "bin", version)
    monkeypatch.setattr("ravi.cli.postgres.binaries.SYSTEM_PATTERNS", (f"{str(tmp_path)[1:]}/*/bin/postgres",))
    assert choose_binaries(wanted="").version == "16.1"
    assert choose_binaries(15, wanted="").version == "15.4"
    assert choose_binaries(18, wanted="").source == "wheel"


def test_choose_too_old(tmp_path: Path) -> None:
    with pytest.raises(PostgresUnavailable, match="15 or newer"):
        choose_binaries(wanted=fake(tmp_path / "bin", "14.9"))


@pytest.mark.parametrize(("mine", "said"), [("15.4", "an older PostgreSQL cannot read it"), ("18.1", "as it is")])
def test_choose_other_major_than_the_data(tmp_path: Path, mine: str, said: str) -> None:
    with pytest.raises(PostgresUnavailable, match=said):
        choose_binaries(17, wanted=fake(tmp_path / "bin", mine))


def test_choose_missing_path() -> None:
    with pytest.raises(PostgresUnavailable, match="names no PostgreSQL"):
        choose_binaries(wanted="/nonexistent")
