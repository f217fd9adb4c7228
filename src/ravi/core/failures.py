"""The pages for what went wrong, each a sentence and a way on. They ask the database for nothing that may be down."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


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


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away; drawn without the shell, which would ask the database."""
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    return HttpResponse(
        render_to_string("503.html" if away else "500.html", {"person": None, "nav": []}), status=503 if away else 500
    )
