"""One line per request: which view, which objects (by number), how it ended, how long it took. No address, no words."""

import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ravi.core.logs import log, marked

HEADER = "X-Request-ID"
_GOOD = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
# Asked all the time, by browsers and monitors.
SILENT = ("/static/", "/health/", "/metrics")


class RequestLogMiddleware:
    """Stands first. The id is the proxy's, where it gives one, and goes back to the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        number = given if _GOOD.match(given) else secrets.token_hex(8)
        began = time.perf_counter()
        with marked(request=number):
            response = self.get_response(request)
            if response.status_code >= 500 or not request.path.startswith(SILENT):
                ms = round((time.perf_counter() - began) * 1000)
                log("request", method=request.method, status=response.status_code, ms=ms, **_what(request))
        response.headers[HEADER] = number
        return response


def _what(request: HttpRequest) -> dict[str, object]:
    """The view's name and the numbers in its address; words there (a slug) are left out."""
    match = request.resolver_match
    if match is None:
        return {}
    numbers = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
    if match.app_name == "delivery" and "pk" in numbers:
        numbers["delivery"] = numbers.pop("pk")
    return {"view": match.view_name, **numbers}
