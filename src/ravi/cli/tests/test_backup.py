"""What a backup file is: whole or not there, private, checked before it is believed; its keys open with the passphrase."""

import argparse
import tarfile
from pathlib import Path

import pytest

from ravi.cli import archive, backup, escrow, restore
from ravi.cli.home import Home
from ravi.cli.keys import load_keys

PASSPHRASE = "correct horse battery"


def manifest(**wanted: object) -> archive.Manifest:
    plain = {
        "ravi": "0.1.0",
        "made_at": "2026-11-25T00:00:00+00:00",
        "server_major": 15,
        "migrations": (),
        "counts": {"core_blob": 2},
        "chains": (),
        "key_id": "key-1",
        "keys": escrow.NONE,
        "sandbox_port": None,
    }
    return archive.Manifest(**(plain | wanted))  # type: ignore[arg-type]


def written(path: Path, **wanted: object) -> Path:
    with archive.writing(path) as writer:
        writer.add(archive.DUMP, iter([b"a" * 700_000, b"b" * 11]))
        writer.close(manifest(**wanted, members=dict(writer.members)))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.prepare()
    load_keys(made)
    return made


def test_a_backup_is_a_plain_tar_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = written(tmp_path / "b.ravi")
    assert path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as tar:
        assert tar.getnames() == [archive.DUMP, archive.MANIFEST]
    with archive.reading(path) as found:
        assert found.read(archive.DUMP) == b"a" * 700_000 + b"b" * 11
        assert found.manifest.counts == {"core_blob": 2}


def test_nothing_is_left_of_a_backup_that_failed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), archive.writing(tmp_path / "b.ravi") as writer:
        writer.add(archive.DUMP, iter([b"half"]))
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_backup_is_not_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path / "b.ravi")
    before = path.read_bytes()
    with pytest.raises(archive.ArchiveUnusable, match="is there already"):
        written(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", [0, 100, 512, 400_000, 700_500])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = written(tmp_path / "b.ravi")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(archive.ArchiveUnusable, match="cut off"), archive.reading(path):
        pass


def test_a_byte_that_changed_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "b.ravi")
    raw = bytearray(path.read_bytes())
    raw[5_000] ^= 1
    path.write_bytes(raw)
    with pytest.raises(archive.ArchiveUnusable, match="is not what was written"), archive.reading(path):
        pass


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(archive.ArchiveUnusable, match="No such file"):
        written(tmp_path / "nowhere" / "b.ravi")


def test_another_form_of_backup_names_its_version(tmp_path: Path) -> None:
    path = written(tmp_path / "b.ravi", format=99, ravi="9.0.0")
    with pytest.raises(archive.ArchiveUnusable, match=r"Ravi 9\.0\.0"), archive.reading(path):
        pass


def test_sealed_keys_open_with_the_passphrase_alone(home: Home, tmp_path: Path) -> None:
    kind, member = escrow.pack(home, PASSPHRASE, is_demo=False)
    assert kind == escrow.SEALED
    assert load_keys(home).secret_key.encode() not in member
    other = Home(tmp_path / "other")
    other.prepare()
    for wrong, said in (("", "are sealed"), ("another passphrase", "not the passphrase")):
        with pytest.raises(escrow.PassphraseNeeded, match=said):
            escrow.unpack(kind, member, other, wrong)
        assert list(other.keys.iterdir()) == []
    escrow.unpack(kind, member, other, PASSPHRASE)
    mine, theirs = load_keys(home), load_keys(other)
    assert (theirs.key_id, theirs.secret_key) == (mine.key_id, mine.secret_key)
    assert theirs.database_passwords != mine.database_passwords
    name = f"{mine.key_id}.key"
    assert (other.keys / "private" / name).read_text() == (home.keys / "private" / name).read_text()


def test_without_a_passphrase_the_keys_stay_at_home_and_only_a_demos_are_open(home: Home) -> None:
    assert escrow.pack(home, "", is_demo=False) == (escrow.NONE, b"")
    assert escrow.pack(home, "", is_demo=True)[0] == escrow.OPEN


def test_a_short_passphrase_is_refused(home: Home) -> None:
    with pytest.raises(escrow.PassphraseNeeded, match="at least 12"):
        escrow.pack(home, "short", is_demo=False)


def test_the_backup_of_a_newer_ravi_is_refused() -> None:
    with pytest.raises(restore.RestoreRefused, match=r"newer than this one \(core\.0999_later"):
        restore.check_version(manifest(migrations=("core.0001_initial", "core.0999_later")))


def test_a_home_without_a_ravi_has_nothing_to_back_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAVI_HOME", str(tmp_path / "empty"))
    monkeypatch.setenv("RAVI_BACKUP_PASSPHRASE", PASSPHRASE)
    options = argparse.Namespace(file=tmp_path / "b.ravi", passphrase_file=None, without_keys=False)
    assert backup.run(options) == backup.OTHER
    assert "No Ravi has run in" in capsys.readouterr().err
    assert not (tmp_path / "b.ravi").exists()
