"""What `ravi publish` prints of copies: sentences and names of platforms, no word of the code."""

import pytest

from ravi.cli.settlement import print_report


def test_a_copy_that_did_not_go_is_told_in_the_words_of_the_board(capsys: pytest.CaptureFixture[str]) -> None:
    found = {"delivery": 7, "channel": "omid", "platform": "telegram", "state": "failed", "unit": "بیمارستان امید"}
    found |= {"link": "", "error": "http_403: the platform answered 403"}
    print_report([found], {7: "تلگرام نپذیرفت: پاسخش شمارهٔ ۴۰۳ بود. چیزی منتشر نشد."}, "http://localhost/board/")
    said = capsys.readouterr().out
    assert "تلگرام omid (بیمارستان امید): تلگرام نپذیرفت: پاسخش شمارهٔ ۴۰۳ بود." in said
    assert "http_403" not in said
