"""Every view runs inside its person's institution, in one transaction."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from ravi.core.failures import form_only
from ravi.core.tenancy import tenant

MOST_BODY_BYTES = 64 * 1024 * 1024
# Where forms take videos (settings.LARGE_BODY_PREFIX).
MOST_LARGE_BODY_BYTES = 108 * 1024 * 1024

Answer = Callable[[HttpRequest], HttpResponseBase]

# Answers to exceptions of libraries (allauth asks for the password again by raising). Django offers such an exception to
# `process_exception` only where it called the view itself, which here it does not. A room adds its own in AppConfig.ready.
exception_answers: list[Callable[[HttpRequest, Exception], HttpResponseBase | None]] = []


class LanguageMiddleware:
    """The language that was chosen here, else the person's, else Persian; the browser's wish is not asked."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or getattr(request.user, "language", "")
        known = chosen in dict(settings.LANGUAGES)
        with translation.override(chosen if known else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response


def no_database(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Mark a view that must answer while the database is away: it gets no transaction around it."""
    view.asks_no_database = True  # type: ignore[attr-defined]
    return view


class TenantMiddleware:
    """Calls the view itself, so that an exception in it rolls its transaction back; stands last for that reason.

    A page for nobody (sign-in, the public site) runs in a transaction without a tenant; the public site sets its own.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        if getattr(view, "asks_no_database", False):
            return view(request, *args, **kwargs)
        try:
            return self._call(request, view, args, kwargs)
        except Exception as exception:
            for answer in exception_answers:
                if response := answer(request, exception):
                    return response
            raise

    def _call(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        institution_id = getattr(request.user, "institution_id", None)
        with tenant(institution_id) if institution_id else transaction.atomic():
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponse) and hasattr(response, "render"):
                response = response.render()
        return response


class FormAddressMiddleware:
    """Whoever lands on an address that only takes forms reads a sentence; browsers show their own fright instead.

    Signing in anew leads there: a button was pressed after an hour, and the way back is that form's address.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        page = form_only(request)
        page.headers["Allow"] = response.headers.get("Allow", "POST")
        return page


class PrivatePagesMiddleware:
    """What a signed-in person saw is kept by no cache on the way, and after signing out by this browser neither.

    The browser itself may keep a page while its person is here: what was typed stands there still after a step back.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        was_here = request.user.is_authenticated
        response = self.get_response(request)
        if was_here and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache"'
        if was_here and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response


class BodyLimitMiddleware:
    """Refuses a body that no form of Ravi needs before a byte of it is read, or strangers could fill the disk.

    A picture or video that is only too large for the library still gets its sentence there.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_large = request.path.startswith(settings.LARGE_BODY_PREFIX)
        most = MOST_LARGE_BODY_BYTES if is_large else MOST_BODY_BYTES
        if not length.isdecimal() or len(length) > len(str(most)) or int(length) > most:
            return HttpResponse("413\n", status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """Pages, styles and scripts travel compressed; pictures and videos are so already, and a part stays what it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith(("image/jpeg", "image/png", "video/")):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
