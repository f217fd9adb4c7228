"""What a kind of test came to, read from junit xml, and the table at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree  # nosec B405 - pytest on this machine has just written what is read


@dataclass(frozen=True)
class Outcome:
    """Counts of one kind. Nothing passed and nothing failed means that it did not run; `note` says why."""

    kind: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""

    @property
    def is_incomplete(self) -> bool:
        return self.skipped > 0 or self.passed + self.failed == 0

    @property
    def word(self) -> str:
        if self.failed:
            return "FAILED"
        return "incomplete" if self.is_incomplete else "passed"

    def after(self, seconds: float) -> "Outcome":
        return replace(self, seconds=seconds)


def read_junit(kind: str, path: Path, code: int) -> Outcome:
    """Counts from pytest's report; `code` is its exit code, so that a crash without a report is a failure."""
    if not path.is_file():
        return Outcome(kind, failed=1, note=f"pytest ended with {code} and no report")
    suites = list(ElementTree.parse(path).getroot().iter("testsuite"))  # noqa: S314 # nosec B314
    total, broken, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites for name in names)
        for names in (("tests",), ("failures", "errors"), ("skipped",))
    )
    failed = broken or int(code not in (0, 5))
    reasons = {str(node.get("message")) for suite in suites for node in suite.iter("skipped")}
    return Outcome(kind, max(0, total - broken - skipped), failed, skipped, note="; ".join(sorted(reasons))[:300])


def table(outcomes: Sequence[Outcome], seconds: float) -> str:
    """Plain columns, a line per kind, and why something did not run."""
    width = max((len(one.kind) for one in outcomes), default=4)
    lines = ["", f"{'kind':<{width}}  {'':<10}  passed  failed  skipped  seconds"]
    for one in outcomes:
        counts = f"{one.passed:>6}  {one.failed:>6}  {one.skipped:>7}  {one.seconds:>7.1f}"
        lines.append(f"{one.kind:<{width}}  {one.word:<10}  {counts}{'  ' + one.note if one.note else ''}")
    return "\n".join([*lines, f"{seconds:.0f} s in all", ""])
