"""Brings Persian text into one spelling: `safe` on every save, `typo` as suggestions that a person takes or leaves.

Only Persian is touched; text in any other language comes out byte for byte. Both levels are idempotent, take linear
time, and leave what is not prose alone (see `protected`).
"""

from typing import Literal

from ravi.text.normalise.changes import Suggestion, changes
from ravi.text.normalise.safe import settled_safe
from ravi.text.normalise.typo import settled_typo

Level = Literal["safe", "typo"]
PERSIAN = frozenset({"fa", "fas", "per", "pes", "prs"})

__all__ = ["Level", "Suggestion", "changes", "is_persian", "normalise", "suggestions"]


def normalise(text: str, *, level: Level = "safe", lang: str = "fa") -> str:
    """`typo` includes `safe`. `lang` is a language tag such as `fa` or `fa-IR`."""
    if not is_persian(lang):
        return text
    return settled_typo(text) if level == "typo" else settled_safe(text)


def suggestions(text: str, lang: str = "fa") -> list[Suggestion]:
    """What the typo level would change, word by word; each can be applied without the others."""
    return changes(text, normalise(text, level="typo", lang=lang))


def is_persian(lang: str) -> bool:
    return lang.replace("_", "-").split("-")[0].lower() in PERSIAN
