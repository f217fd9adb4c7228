"""How the API's description tells of webhooks: OpenAPI 3.1's own place for them, one entry per event."""

from typing import Any

from ravi.api.schemas.webhook import data_of
from ravi.api.webhook.form import WORDS
from ravi.api.webhook.rules import EventType
from ravi.api.webhook.signature import HEADERS

REF = "#/components/schemas/{model}"


def add_webhooks(description: dict[str, Any]) -> None:
    """Writes `webhooks` and their schemas into the document."""
    schemas = description["components"]["schemas"]
    description["webhooks"] = {}
    for event in EventType:
        model = data_of(event)
        told = model.model_json_schema(ref_template=REF)
        schemas.update(told.pop("$defs", {}))
        schemas[model.__name__] = told
        description["webhooks"][str(event)] = {"post": _operation(event, model.__name__)}


def _operation(event: EventType, model: str) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": str(event)},
            "timestamp": {"type": "string", "format": "date-time", "description": "when it happened"},
            "data": {"$ref": REF.format(model=model)},
        },
    }
    return {
        "operationId": str(event),
        "summary": str(WORDS[event]),
        "tags": ["Webhooks"],
        "parameters": [
            {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": said}
            for name, said in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "2XX": {"description": "It took it. Anything else is tried again."},
            "410": {"description": "Nobody is there any more: the address is switched off."},
        },
    }
