"""`python -m ravi.cli.board ROWS PENDING FILE`: for `ravi bench board`, in a migrated database that holds nothing yet.

DATABASE_URL is the web's, RAVI_ENGINE_DATABASE_URL the engine's, RAVI_BENCH_ADMIN_URL the superuser's.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ravi.cli.board.visit import Page, Question


def main() -> int:
    """Fill, visit, print one object; the plans stand in FILE."""
    rows, pending, file = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    import django  # noqa: PLC0415 -- settings are chosen on the line above

    django.setup()
    from ravi.cli.board.archive import Archive, Size  # noqa: PLC0415 -- as above
    from ravi.cli.board.city import found_city, pages  # noqa: PLC0415 -- as above
    from ravi.cli.board.engine import questions  # noqa: PLC0415 -- as above
    from ravi.cli.board.visit import visit  # noqa: PLC0415 -- as above
    from ravi.core import clock  # noqa: PLC0415 -- as above

    city = found_city()
    url, size = os.environ["RAVI_BENCH_ADMIN_URL"], Size(rows, pending=pending)
    archive = Archive(url, city.institutions, city.editor.pk, city.head.pk, size, _tell)
    archive.make()
    visited = visit(city.editor, pages(city.editor, size.posts))
    asked = questions(os.environ["RAVI_ENGINE_DATABASE_URL"], clock.now())
    found = _told(visited, asked) | {"rows": rows, "load": os.getloadavg()[0], "sizes": archive.sizes()}
    file.write_text("".join(_plans(visited, asked)), encoding="utf-8")
    json.dump(found, sys.stdout)
    return 0


def _told(visited: "Sequence[Page]", asked: "Mapping[str, Question]") -> dict[str, Any]:
    pages = {
        page.name: {
            "questions": len(page.questions), "slowest_ms": round(page.slowest, 1),
            "slowest_best_ms": round(max(min(one.ms) for one in page.questions), 1),
            "sum_ms": round(sum(one.median for one in page.questions), 1), "page_max_ms": round(max(page.ms), 1),
        }
        for page in visited
    }  # fmt: skip
    return {"pages": pages, "engine": {name: round(one.median, 2) for name, one in asked.items()}}


def _plans(visited: "Sequence[Page]", asked: "Mapping[str, Question]") -> list[str]:
    named = [(f"{page.name} {page.address}", one) for page in visited for one in page.questions]
    return [
        f"\n## {name}\n{one.median:.1f} ms, from {min(one.ms):.1f} to {max(one.ms):.1f}\n{one.statement}\n"
        + "".join(f"    {line}\n" for line in one.plan)
        for name, one in [*named, *asked.items()]
    ]


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
