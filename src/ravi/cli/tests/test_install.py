"""What `./ravi test` says of the servers that it sets up: seconds and megabytes."""

import os
from pathlib import Path

from ravi.cli.test_install import cost, folder_size_bytes


def test_cost_is_a_line_of_seconds_and_megabytes() -> None:
    assert cost("Synapse", 41.4, 241_400_000) == "Synapse: set up in 41 s, 241 MB"


def test_a_file_of_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "one").write_bytes(b"x" * 1000)
    (tmp_path / "two").write_bytes(b"y" * 10)
    os.link(tmp_path / "inner" / "one", tmp_path / "three")
    (tmp_path / "four").symlink_to("two")
    assert folder_size_bytes(tmp_path) == 1010


def test_a_folder_that_could_not_be_made_is_of_no_size(tmp_path: Path) -> None:
    assert folder_size_bytes(tmp_path / "none") == 0
