"""`ravi audit verify`: walks every institution's chain, and the ledger's lines that it holds, in the running Ravi of this
home; exit 1 says what is wrong."""

import sys
from typing import Any

from ravi.cli.home import running
from ravi.cli.publish import become_web

WHOLE, BROKEN, OTHER = 0, 1, 4


def add_parsers(subparsers: Any) -> None:
    """`ravi audit verify` among the commands."""
    parser = subparsers.add_parser("audit", help="check that the audit chain is whole")
    acts = parser.add_subparsers(dest="act", required=True)
    verify = acts.add_parser("verify", help="walk every institution's chain", description=__doc__)
    verify.set_defaults(run=run)


def run(_arguments: object) -> int:
    """The exit code."""
    here = running()
    if here is None:
        print("Ravi does not run in this home. Start it with `ravi up`, then verify again.", file=sys.stderr)
        return OTHER
    become_web(here)
    return verify_all()


def verify_all() -> int:
    """Walk each chain inside its own tenant and print one sentence per institution and problem."""
    from django.utils import translation  # noqa: PLC0415 -- Django is set up by the caller

    from ravi.accounts.queries import all_institutions  # noqa: PLC0415 -- Django is set up by the caller
    from ravi.core import audit  # noqa: PLC0415 -- Django is set up by the caller
    from ravi.core.tenancy import tenant  # noqa: PLC0415 -- Django is set up by the caller
    from ravi.delivery.linked import ledger_problems  # noqa: PLC0415 -- Django is set up by the caller

    is_whole = True
    for institution in all_institutions():
        with tenant(institution.pk):
            with translation.override("en"):  # as every line here
                problems = audit.verify(institution.pk)
            lines, of_ledger = ledger_problems(institution.pk)
            problems += of_ledger
            links = audit.entries(institution.pk).count()
        is_whole = is_whole and not problems
        verdict = "whole" if not problems else f"{len(problems)} problems"
        print(f"{institution.slug}: {links} links, which hold {lines} lines of the ledger: {verdict}.")
        for problem in problems:
            print(f"  {problem}")
    return WHOLE if is_whole else BROKEN
