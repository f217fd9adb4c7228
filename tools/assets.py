"""Joins the stylesheets and the scripts into ravi.css and ravi.js, so that a page asks for two files and not for forty.

    python tools/assets.py          write both
    python tools/assets.py check    exit 1 when they are out of step with their sources

Sources: `static/<room>/css/**/*.css` and `static/<room>/js/*.js` of every room, core first. The order of files decides
nothing in the stylesheets (each stands in an `@layer`). A script is an ES module; inside the joined file all of them
share one scope, so two modules may not declare the same name, and imports between them go away.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "ravi"
STATIC = SOURCE / "core" / "static" / "ravi"
LAYERS = "@layer reset, tokens, base, shell, parts, pages, tools;\n"
IMPORT = re.compile(r'^import [^;]*? from "\./[\w-]+\.js";\n', re.MULTILINE)
NEEDED = re.compile(r'^import [^;]*? from "\./([\w-]+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


def sources(kind: str) -> list[Path]:
    """All sources of one kind ("css" or "js"), core's first, then the other rooms' by name."""
    found = sorted(SOURCE.glob(f"*/static/*/{kind}/**/*.{kind}"))
    return sorted(found, key=lambda path: (path.relative_to(SOURCE).parts[0] != "core", path))


def stylesheet() -> str:
    """ravi.css: all sheets without comments and without space that nobody reads."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources("css"))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};,])\s*", r"\1", text).replace(";}", "}")
    return LAYERS + re.sub(r"(@layer )", r"\n\1", text).strip() + "\n"


def script() -> str:
    """ravi.js: all modules in one scope; fails when two of them declare one name."""
    seen: dict[str, Path] = {}
    parts = []
    for path in _needed_first(sources("js")):
        text = path.read_text(encoding="utf-8")
        for name in DECLARED.findall(text):
            if name in seen:
                raise SystemExit(f"{name} is declared in {seen[name].name} and in {path.name}; rename one")
            seen[name] = path
        parts.append(EXPORT.sub("", IMPORT.sub("", text)))
    return "\n".join(_without_comments(parts)) + "\n"


def _needed_first(paths: list[Path]) -> list[Path]:
    """A module after those that it imports, for in one scope a `const` must stand before its first use."""
    by_name = {path.name: path for path in paths}
    order: list[Path] = []

    def place(path: Path) -> None:
        if path in order:
            return
        for name in NEEDED.findall(path.read_text(encoding="utf-8")):
            place(by_name[name])
        order.append(path)

    for path in paths:
        place(path)
    return order


def _without_comments(parts: list[str]) -> Iterator[str]:
    for text in parts:
        yield re.sub(r"^\s*(//.*)?\n", "", text, flags=re.MULTILINE).rstrip("\n")


def main(check: bool) -> int:
    """Write both files, or say which one is out of step."""
    stale = []
    for name, text in (("ravi.css", stylesheet()), ("ravi.js", script())):
        path = STATIC / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{name} {'is out of step: python tools/assets.py' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("check" in sys.argv[1:]))
