"""Every view runs inside its person's institution, in one transaction."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from ravi.core.tenancy import tenant

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
