"""The page of all components: what the face is made of, in every state, drawn by the same parts as every other page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.core import samples


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Everything that a page may be made of; asks the database for nothing."""
    return render(request, "core/components.html", samples.components())
