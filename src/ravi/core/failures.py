"""The pages for what went wrong, each a sentence and a way on. They ask the database for nothing that may be down."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from psycopg.errors import DiskFull


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that Ravi cannot read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: it exists and is in sight, but is somebody else's to do."""
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that is too old; what was typed is still in the browser."""
    return render(request, "403_form.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this person may know of."""
    return render(request, "404.html", status=404)


def form_only(request: HttpRequest) -> HttpResponse:
    """405: an address that only a form's button opens, reached by going back or after signing in anew."""
    return render(request, "405.html", status=405)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away or has no room; drawn without the shell, which would ask the database."""
    name = unavailable(sys.exception()) or "500"
    status = int(name.partition("_")[0])
    return HttpResponse(render_to_string(f"{name}.html", {"person": None, "nav": []}), status=status)


def unavailable(problem: BaseException | None) -> str:
    """The page for a database that cannot do its work now; empty for any other fault."""
    if isinstance(problem, OperationalError | InterfaceError):
        return "503_full" if isinstance(problem.__cause__, DiskFull) else "503"
    return ""
