"""Which test proves which ability of an adapter, and on which server each adapter is judged."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLATFORMS = ROOT / "src" / "ravi" / "platforms"

# The test of the contract that each ability passes, or fails for lack of it, with every adapter's own place.
PROVED_BY = {
    "publish": "test_persian_comes_back_exactly",
    "edit": "test_edit_replaces_the_text",
    "delete": "test_delete_removes_and_may_be_repeated",
    "pin": "test_pin_takes_a_published_post",
    "verify": "test_verify_names_the_account",
    "find": "test_find_knows_what_is_not_there",
    "read": "test_read_says_whether_the_words_stand",
    "count": "test_count_is_a_number_of_our_own_channel",
    "measure": "test_measure_tells_what_the_profile_promises_and_leaves_out_what_is_gone",
    "limits": "test_limits_are_named_as_the_contract_names_them",
    "the same key again": "test_a_lost_answer_is_unknown_and_can_be_settled_as_declared",
    "limits as predicted": "test_what_is_predicted_is_what_happens",
    "alternative text": "test_image_arrives_with_its_alt_text",
    "each fault": "test_a_fault_is_called_what_it_is",
    "and nothing else": "test_it_has_the_declared_abilities_and_nothing_else",
}
CONTRACT = [PLATFORMS / name for name in ("contract_tests.py", "contract_predictions.py", "contract_read.py")]
JUDGED = re.compile(r"^class \w+\([^)]*\b(?:Adapter|Bot|Quiet)Contract\):", re.MULTILINE)
OF_KIND = re.compile(r"from ravi\.platforms\.(\w+)\.adapter import")


def by_ability() -> Iterator[tuple[str, str]]:
    """Each thing that an adapter may do or must not, and the test that says so."""
    defined = {
        name: path for path in CONTRACT for name in PROVED_BY.values() if f"def {name}(" in path.read_text("utf-8")
    }
    return ((what, f"[{name}]({link_to(defined[name])})") for what, name in PROVED_BY.items())


def by_adapter() -> Iterator[tuple[str, str]]:
    """Each adapter, and the files in which it meets the contract."""
    return ((f"`{kind}`", ", ".join(places)) for kind, places in sorted(judged().items()))


def judged() -> dict[str, list[str]]:
    """The files in which an adapter meets the contract, by its folder's name."""
    found: dict[str, list[str]] = {}
    elsewhere = [*(ROOT / "tests" / "servers").glob("test_*.py"), *PLATFORMS.parent.glob("public/tests/test_*.py")]
    for path in sorted([*PLATFORMS.glob("*/tests/test_*.py"), *elsewhere]):
        text = path.read_text("utf-8")
        if JUDGED.search(text):
            kinds = (
                {path.parts[-3]}
                if path.parts[-2] == "tests" and "platforms" in path.parts
                else set(OF_KIND.findall(text))
            )
            for kind in sorted(kinds):
                found.setdefault(kind, []).append(f"[{path.name}]({link_to(path)})")
    return found


def link_to(path: Path) -> str:
    return f"../../{path.relative_to(ROOT).as_posix()}"
