"""How a route is announced: what it answers, and the verb that a key needs for it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from ravi.accounts.models import AccessToken
from ravi.accounts.rules import Verb
from ravi.api.door import ApiRequest
from ravi.api.problems import Problem
from ravi.api.schemas.parts import ProblemOut

ALWAYS = (400, 401, 403, 404, 413, 422, 429, 500, 503)
Route = TypeVar("Route", bound=Callable[..., Any])


def answers(status: int, schema: Any, *more: int) -> dict[int, Any]:
    """What a route may answer: its own, `more` refusals, and those that any address may give."""
    return {status: schema, **dict.fromkeys(sorted({*ALWAYS, *more}), ProblemOut)}


def header(name: str, pattern: str, description: str, *, required: bool = False) -> dict[str, Any]:
    """One header, as the description names it."""
    schema = {"type": "string", "pattern": pattern}
    return {"in": "header", "name": name, "required": required, "schema": schema, "description": description}


ONCE = header(
    "Idempotency-Key", "^[!-~]{1,100}$", "A name of your own for this request; within 24 hours it is done once."
)
VERSION = header("If-Match", '^"[!-~]{1,40}"$', "The ETag of the version that you saw.", required=True)
CODE = header("Ravi-Code", "^[0-9]{6}$", "What the app of the key's person shows now; none in a demo.")

# What a good answer says beside its body, by its schema: the version that goes back as If-Match, and where a new thing stands.
VERSIONED = frozenset(
    {
        "AdoptionOut",
        "DeclineOut",
        "IssueOut",
        "MessageOut",
        "OfferOut",
        "PostOut",
        "SubmissionOut",
        "TemplateOut",
        "TranslationOut",
    }
)
LOCATED = frozenset({"CampaignOut", "MessageOut", "PostOut", "TemplateOut"})
ETAG = {"schema": {"type": "string"}, "description": "The version that this is; it goes back as If-Match."}
LOCATION = {"schema": {"type": "string"}, "description": "Where it stands."}


def add_headers(status: str, answer: dict[str, Any]) -> None:
    """Writes into an answer of the description which headers a program needs of it."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    headers = {"ETag": ETAG} if name in VERSIONED else {}
    if status == "201" and name in LOCATED:
        headers["Location"] = LOCATION
    if headers:
        answer["headers"] = headers


def needs(verb: Verb, *headers: dict[str, Any]) -> dict[str, Any]:
    """What the description says of a route that `asks` guards."""
    return {"openapi_extra": {"x-ravi-verb": str(verb), "parameters": [ONCE, *headers]}}


def require_verb(request: ApiRequest, verb: Verb) -> None:
    """Raises Problem where the key was made without it."""
    if verb not in request.key.verbs:
        said = _("This key may not do that: it was made without “%(verb)s”.")
        raise Problem(403, "verb", said % {"verb": str(AccessToken.VerbChoice(verb).label)})


def asks(verb: Verb) -> Callable[[Route], Route]:
    """The route is for keys with this verb."""

    def guard(route: Route) -> Route:
        @wraps(route)
        def guarded(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
            require_verb(request, verb)
            return route(request, *args, **kwargs)

        guarded.verb = verb  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard
