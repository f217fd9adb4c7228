"""The engine's modules reach nothing but their ports: what the simulator runs is what `ravi engine` runs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DELIVERY = Path(__file__).parents[2] / "src" / "ravi" / "delivery"
MODULES = sorted([*DELIVERY.glob("engine/**/*.py"), DELIVERY / "rules.py"])
ALLOWED = {
    "__future__", "asyncio", "collections", "contextlib", "dataclasses", "enum", "functools", "typing",
    "ravi.delivery.engine", "ravi.delivery.rules", "ravi.delivery",
}  # fmt: skip
FORBIDDEN_OF_ASYNCIO = {
    "sleep", "timeout", "timeout_at", "wait_for", "to_thread", "open_connection", "open_unix_connection",
    "start_server", "create_subprocess_exec", "create_subprocess_shell", "run",
}  # fmt: skip
FORBIDDEN_CALLS = {"now", "utcnow", "today", "uuid1", "uuid4", "urandom", "token_hex", "monotonic", "perf_counter"}
CLOCKS = {"self.clock", "clock", "self"}
FORBIDDEN_NAMES = {"open", "input", "print", "exec", "eval", "__import__"}
FORBIDDEN_OF_LOOP = {"time", "call_later", "call_at", "run_in_executor", "create_connection", "create_server"}


def offences(source: str) -> Iterator[str]:
    """What a module does that the engine may not."""
    for node in ast.walk(ast.parse(source)):
        yield from _imports(node)
        yield from _uses(node)


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = ["." * node.level + (node.module or "")]
        if node.module == "asyncio":
            yield "imports names out of asyncio"
        if node.module == "ravi.delivery":
            names = [f"ravi.delivery.{alias.name}" for alias in node.names]
    else:
        return
    for name in names:
        known = any(name == allowed or name.startswith(f"{allowed}.") for allowed in ALLOWED - {"ravi.delivery"})
        if not known:
            yield f"imports {name}"


def _uses(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        owner = ast.unparse(node.value)
        if owner == "asyncio" and node.attr in FORBIDDEN_OF_ASYNCIO:
            yield f"uses asyncio.{node.attr}"
        if owner.endswith("get_running_loop()") and node.attr in FORBIDDEN_OF_LOOP:
            yield f"uses the loop's {node.attr}"
        if node.attr in FORBIDDEN_CALLS and owner not in CLOCKS:
            yield f"uses {owner}.{node.attr}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_NAMES:
        yield f"calls {node.func.id}"


def test_there_are_engine_modules():
    assert {"claim", "fence", "settle", "program", "reconcile", "rules"} <= {path.stem for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_engine_module_reaches_only_its_ports(path):
    assert list(offences(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "import random",
        "import django.db",
        "from psycopg import connect",
        "from ravi.core import clock",
        "from ravi.delivery import models",
        "from ravi.delivery.store.memory import MemoryStore",
        "from asyncio import sleep",
        "import asyncio\nasyncio.sleep(1)",
        "import asyncio\nasyncio.timeout(1)",
        "import asyncio\nasyncio.get_running_loop().call_later(1, f)",
        "import asyncio\nasyncio.get_running_loop().time()",
        "datetime.now()",
        "x = datetime.now",
        "uuid4.uuid4()",
        "open('x')",
        "def f():\n    import secrets",
    ],
)
def test_an_offence_is_seen(source):
    assert list(offences(source)) != []
