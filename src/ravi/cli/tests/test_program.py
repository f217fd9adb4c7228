"""The command line as a whole: what holds for every command."""

import pytest

from ravi.cli import test as test_command
from ravi.cli.program import main


def test_ctrl_c_ends_a_command_with_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def pressed(*_words: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(test_command, "run_company", pressed)
    assert main(["test", "--only", "lint"]) == 130
    assert capsys.readouterr().err == "\nEnded by Ctrl-C.\n"
