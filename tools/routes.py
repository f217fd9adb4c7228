"""What the API's own description says of each address, as its reference page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ravi.api.described import ALWAYS
from ravi.api.interface import description

Row = tuple[str, ...]
Write = Callable[..., Iterator[str]]
ABOUT = (
    "For programs, with a person's key ([how](../operate/api.md)). A running Ravi describes it itself, in OpenAPI 3.1, under "
    "`/api/v1/openapi.json`. Besides what stands here each address may refuse with a problem (RFC 9457): "
    + ", ".join(str(status) for status in ALWAYS)
    + "."
)


def page(head: Write, say: Write, table: Write) -> Iterator[str]:
    """The page's lines."""
    yield from head("API", "../../src/ravi/api/interface.py")
    yield from say(ABOUT)
    for tag, rows in by_tag().items():
        yield from ("", f"## {tag}")
        yield from table(("", "address", "does", "verb of the key", "may refuse"), rows)
    yield from ("", "## Webhooks")
    yield from say(
        "What Ravi tells [addresses that want it](../operate/webhooks.md) by itself, with what stands in `data`; "
        "in brackets what stands there only where it applies.",
    )
    yield from table(("event", "happens", "data"), [_told(*one) for one in description()["webhooks"].items()])


def _told(event: str, operations: Mapping[str, Any]) -> Row:
    schemas, said = description()["components"]["schemas"], operations["post"]
    body = said["requestBody"]["content"]["application/json"]["schema"]
    data = schemas[body["properties"]["data"]["$ref"].rpartition("/")[2]]
    names = [(name, name in data["required"]) for name in data["properties"] if name != "institution_id"]
    return f"`{event}`", said["summary"], ", ".join(f"`{name}`" if always else f"(`{name}`)" for name, always in names)


def by_tag() -> dict[str, list[Row]]:
    """Tag -> a row for each address."""
    tagged: dict[str, list[Row]] = {}
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            tagged.setdefault(operation["tags"][0], []).append(_row(path, method, operation))
    return tagged


def _row(path: str, method: str, operation: Mapping[str, Any]) -> Row:
    refusals = sorted(int(status) for status in operation["responses"] if int(status) >= 400)
    own = ", ".join(str(status) for status in refusals if status not in ALWAYS)
    verb = operation.get("x-ravi-verb", "")
    return f"`{method.upper()}`", f"`{path}`", operation["summary"], f"`{verb}`" if verb else "", own
