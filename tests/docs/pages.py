"""The pages that people read, and what is linked and named in them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {".venv", ".git", "node_modules", "build", "dist"}
LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"`(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\(\))?`")


@dataclass(frozen=True)
class Link:
    """One relative link of a page; `names` are the names of code that its text says."""

    page: Path
    target: str
    names: tuple[str, ...]

    @property
    def file(self) -> Path:
        return (self.page.parent / self.target.partition("#")[0]).resolve() if self.target[0] != "#" else self.page

    @property
    def anchor(self) -> str:
        return self.target.partition("#")[2]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)} -> {self.target}"


def pages() -> list[Path]:
    """Every Markdown page of the repository."""
    found = (path for path in ROOT.rglob("*.md") if not NOT_OURS & set(path.relative_to(ROOT).parts))
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(ROOT).parts))


def links_of(page: Path) -> list[Link]:
    """The page's links to files of the repository."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    found = [match for match in LINK.finditer(text) if not re.match(r"[a-z]+:", match["target"])]
    return [Link(page, match["target"], tuple(one["name"] for one in NAME.finditer(match["text"]))) for match in found]


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
