"""The seed's message as the parts of a post."""

from __future__ import annotations

from pathlib import Path

import ravi
from ravi.platforms.compose import FULL, Parts

SEED = Path(ravi.__file__).parent / "demo" / "seed" / "workshop-message.fa.md"


def seed_message() -> Parts:
    head, body = SEED.read_text(encoding="utf-8").removeprefix("---\n").split("---\n", 1)
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    full, *others = body.split("<!-- variant: ")
    variants = {FULL: full.strip("\n")}
    for other in others:
        name, text = other.split(" -->\n", 1)
        variants[name] = text.strip("\n")
    return Parts(variants=variants, title=facts["title"], link=facts["link"], lang=facts["lang"])
