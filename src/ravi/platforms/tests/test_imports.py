"""What an adapter folder may import: the standard library, text, the contract and the shapes."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from ravi.platforms import registry

PLATFORMS = Path(registry.__file__).parent


@pytest.mark.parametrize("kind", sorted({*registry.kinds(), *registry.own()}))
def test_an_adapter_folder_imports_only_what_it_may(kind: str) -> None:
    allowed = ("ravi.text", "ravi.platforms.contract", "ravi.platforms.shapes", f"ravi.platforms.{kind}")
    for path in (PLATFORMS / kind).rglob("*.py"):
        if {"tests", "server"} & set(path.relative_to(PLATFORMS).parts):
            continue
        for name in imported(path):
            root = name.split(".")[0]
            ours = name in allowed or name.startswith(tuple(f"{room}." for room in allowed))
            assert ours or root in sys.stdlib_module_names, f"{path.name} imports {name}"
            assert root not in {"os", "socket", "subprocess", "urllib.request", "http", "time", "random"}, (
                f"{path.name} reaches the world by {name}; an adapter has its transport"
            )


def imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.append(node.module or "")
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names
