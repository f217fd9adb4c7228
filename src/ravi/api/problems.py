"""What the door says when it says no: RFC 9457's problem+json, with the sentence that a page would show."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError

from ravi.delivery.errors import Refused
from ravi.library.errors import ImageRefused
from ravi.library.video_errors import VideoRefused
from ravi.network import errors as network
from ravi.network.errors import FactsContradicted, NetworkRefused
from ravi.network.facts.values import NotAFact
from ravi.network.sentences import WRONG_FACT, sentences
from ravi.publishing.errors import DraftRefused, NothingToSend, OwnWork, PostExpired, PublishingRefused, TextUnread

TITLES: Mapping[int, str | Promise] = {
    400: gettext_lazy("This cannot be read"),
    401: gettext_lazy("A key is asked for"),
    403: gettext_lazy("This is not yours to do"),
    404: gettext_lazy("There is nothing here"),
    405: gettext_lazy("This is not done here"),
    409: gettext_lazy("Not as things stand"),
    412: gettext_lazy("It changed meanwhile"),
    413: gettext_lazy("This is too large"),
    422: gettext_lazy("Something in it cannot be taken"),
    428: gettext_lazy("Say which version you saw"),
    429: gettext_lazy("Too many at once"),
    500: gettext_lazy("Ravi broke here"),
    503: gettext_lazy("Not at this moment"),
}
UNREADABLE = frozenset({DraftRefused, NothingToSend, PostExpired})
# How the network's refusals stand here; every other one is 409.
OF_NETWORK: Mapping[type[NetworkRefused], int] = {
    network.MessageRefused: 422,
    network.NoUnits: 422,
    network.ExpiresTooSoon: 422,
    network.FactsContradicted: 422,
    network.TemplateRefused: 422,
    network.OwnWords: 403,
    network.LanguageUnread: 403,
    network.EditedMeanwhile: 412,
    network.NewerVersion: 412,
    network.AnsweredMeanwhile: 412,
}


@dataclass
class Problem(Exception):
    """One refusal. `name` tells programs which one it is and never changes; `detail` is for people."""

    status: int
    name: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """As it goes out."""
        said = {
            "type": f"urn:ravi:problem:{self.name}",
            "title": str(TITLES[self.status]),
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        body = json.dumps(said, ensure_ascii=False).encode()
        return HttpResponse(
            body, status=self.status, content_type="application/problem+json", headers=dict(self.headers)
        )


def problem_of(error: Exception) -> Problem | None:
    """What an error of the house is at this door; None for a defect."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, PermissionDenied):
        return Problem(403, "not_yours", str(error) or _("This is for other roles."))
    if isinstance(error, PublishingRefused):
        return Problem(_status(error), _name(error), str(error))
    if isinstance(error, NetworkRefused):
        return Problem(OF_NETWORK.get(type(error), 409), _name(error), str(error), more=_places(error))
    if isinstance(error, NotAFact):
        return Problem(422, "not_a_fact", str(WRONG_FACT[error.code]))
    if isinstance(error, Refused):
        return Problem(409, _name(error), str(error))
    if isinstance(error, ImageRefused | VideoRefused):
        return Problem(409 if error.code == "busy" else 422, error.code, str(error))
    return _of_framework(error)


def not_found() -> Problem:
    """Nothing here, or nothing that this key may know of."""
    return Problem(404, "not_found", _("The address is wrong, or this is not in your unit."))


def no_key() -> Problem:
    """Whatever was wrong with the key, one sentence."""
    said = _("Send a key that holds: Authorization: Bearer ravi_… You make one on your account page.")
    return Problem(401, "no_key", said, headers={"WWW-Authenticate": 'Bearer realm="ravi"'})


def _status(error: PublishingRefused) -> int:
    if isinstance(error, OwnWork | TextUnread):
        return 403
    return 422 if type(error) in UNREADABLE else 409


def _places(error: NetworkRefused) -> dict[str, object]:
    """Which part of the words contradicts which fact."""
    if not isinstance(error, FactsContradicted):
        return {}
    return {"errors": [{"at": one.part, "why": sentences([one])[0]} for one in error.problems[:50]]}


def _of_framework(error: Exception) -> Problem | None:
    if isinstance(error, ValidationError):
        errors = [{"at": _at(one["loc"]), "why": str(one["type"])} for one in error.errors]
        said = _("This cannot be taken as it is: %(where)s.") % {"where": ", ".join(one["at"] for one in errors[:5])}
        return Problem(422, "not_valid", said, more={"errors": errors[:50]})
    if isinstance(error, AuthenticationError):
        return no_key()
    if isinstance(error, RequestDataTooBig | TooManyFilesSent | TooManyFieldsSent):
        return Problem(413, "too_large", _("Send less at once: the help page says how much."))
    if isinstance(error, HttpError | SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return Problem(
            400, "not_readable", _("The body cannot be read: send JSON, or a form where the description says so.")
        )
    return None


def _at(loc: Sequence[str | int]) -> str:
    """The field as the sender wrote it: without the framework's word for where it stood, and our own name for the whole."""
    return ".".join(map(str, loc[2:] or loc[:1]))


def _name(error: Exception) -> str:
    """ShownSetChanged -> shown_set_changed."""
    letters = (f"_{one.lower()}" if one.isupper() else one for one in type(error).__name__)
    return "".join(letters).lstrip("_")
