"""The frame around every address of the API: whose key, how many, in which language, once or again, whole or not at all."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from ravi.accounts import second_factor
from ravi.accounts.key import digest_of, institution_of
from ravi.accounts.models import AccessToken, Person
from ravi.accounts.queries import key_of, narrow_rights
from ravi.accounts.services import note_use
from ravi.accounts.sign_in import client_address
from ravi.api import rules, services
from ravi.api.problems import Problem, no_key, not_found, problem_of
from ravi.core import clock
from ravi.core.failures import unavailable
from ravi.core.logs import log, told_exception
from ravi.core.middleware import no_database
from ravi.core.tenancy import tenant

PREFIX = "/api/v1/"
VIDEOS = f"{PREFIX}videos"
View = Callable[..., HttpResponseBase]


class ApiRequest(HttpRequest):
    """A request behind the door."""

    key: AccessToken
    person: Person
    wrong_code: bool


class ApiMiddleware:
    """Takes cookies from whatever comes to the API, so that no browser's session speaks there, and refuses large bodies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.COOKIES = {}
        request.META.pop("HTTP_COOKIE", None)
        if _is_too_large(request):
            with translation.override(_language(request)):
                return Problem(413, "too_large", _("Send less at once: the help page says how much.")).response()
        return self.get_response(request)


def framed(view: View) -> View:
    """The address behind the door. Its own transactions: whatever is refused leaves nothing behind."""

    @wraps(view)
    def door(request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(_language(request)):
            try:
                response = _answer(request, view, args, kwargs)
            except Exception as error:
                response = _refusal(error)
            response.headers["Content-Language"] = translation.get_language()
            response.headers["Vary"] = "Authorization, Accept-Language"
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    door.csrf_exempt = True  # type: ignore[attr-defined]
    return no_database(door)  # type: ignore[arg-type]


def nowhere(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Every other address of the API."""
    raise not_found()


def _answer(request: ApiRequest, view: View, args: Any, kwargs: Any) -> HttpResponseBase:
    institution_id = _enter(request)
    request.wrong_code = False
    # A savepoint of its own: what is refused goes back, also where somebody else holds the transaction.
    with tenant(institution_id), transaction.atomic():
        narrow_rights(request.person, request.key)
        translation.activate(_language(request, request.person.language))
        response = _once(request, lambda: view(request, *args, **kwargs))
        if response.status_code >= 400:
            transaction.set_rollback(True)
    if request.wrong_code:
        second_factor.note_wrong(request.person, client_address(request))
    if response.status_code == 405:
        said = _("%(method)s is not done at this address.") % {"method": request.method}
        allowed = {"Allow": response.headers.get("Allow", "")}
        return Problem(405, "method", said, headers=allowed).response()
    return response


def _enter(request: ApiRequest) -> int:
    """Whose key it is, counted in a transaction of its own. Raises Problem."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    institution_id = institution_of(token.strip()) if scheme.lower() == "bearer" else None
    if institution_id is None or institution_id > rules.LARGEST_ID:
        raise no_key()
    with tenant(institution_id):
        key = key_of(digest_of(token.strip()), clock.now())
        if key is None:
            raise no_key()
        wait_s = note_use(key, most=rules.MOST_REQUESTS, window_s=rules.WINDOW_S)
    if wait_s:
        said = _("This key asked too often. Ask again later.")
        raise Problem(429, "too_often", said, headers={"Retry-After": str(int(wait_s) + 1)})
    request.key, request.person = key, key.person
    return institution_id


def _once(request: ApiRequest, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """A named request is done once; one that was refused left nothing behind, and is judged anew."""
    name = request.headers.get("Idempotency-Key", "")
    if not name or request.method in ("GET", "HEAD", "OPTIONS"):
        return work()
    if not rules.is_request_name(name):
        raise Problem(400, "request_name", _("An Idempotency-Key has up to 100 visible ASCII characters."))
    mark = rules.fingerprint(request.method or "", request.get_full_path(), _content(request))
    before = services.take_name(request.key, name, mark)
    if before is None:
        response = work()
        if isinstance(response, HttpResponse) and response.status_code < 400:
            services.keep_answer(request.key, name, response)
        return response
    if before.fingerprint != mark:
        raise Problem(422, "request_name_taken", _("Another request had this Idempotency-Key. Nothing was done."))
    return services.answered_before(before)


def _content(request: HttpRequest) -> bytes:
    """What makes the request this one; files by their hash, which is not read into memory at once."""
    if not (request.content_type or "").startswith("multipart/"):
        return request.body
    said = [f"{name}={value}" for name in sorted(request.POST) for value in request.POST.getlist(name)]
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            said.append(f"{name}={_digest(file)}")
    return "\n".join(said).encode()


def _digest(file: "UploadedFile[Any]") -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _refusal(error: Exception) -> HttpResponse:
    problem = problem_of(error)
    if problem is None and unavailable(error):
        said = _("The database does not answer. Nothing was done; ask again in some seconds.")
        problem = Problem(503, "unavailable", said, headers={"Retry-After": "5"})
    if problem is None:
        log("api_defect", **told_exception(type(error), error.__traceback__))
        problem = Problem(500, "defect", _("Nothing was kept. Whoever runs this Ravi finds the cause in its log."))
    return problem.response()


def _language(request: HttpRequest, otherwise: str = "") -> str:
    """What the program asks for, else its person's, else Persian."""
    known = dict(settings.LANGUAGES)
    asked = rules.preferred(request.headers.get("Accept-Language", ""), known)
    return asked or (otherwise if otherwise in known else settings.LANGUAGE_CODE)


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_upload = request.META.get("CONTENT_TYPE", "").startswith("multipart/")
    upload_bytes = rules.MOST_VIDEO_BYTES if request.path_info == VIDEOS else rules.MOST_UPLOAD_BYTES
    most = upload_bytes if is_upload else rules.MOST_BODY_BYTES
    return not length.isdecimal() or len(length) > 12 or int(length) > most
