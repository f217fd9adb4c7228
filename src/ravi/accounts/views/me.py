"""One's own page: language, password, second factor."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts import services
from ravi.accounts.access import person_of, signed_in
from ravi.accounts.forms import PasswordForm
from ravi.accounts.models import Role
from ravi.core.asked import way_back

YEAR_S = 365 * 24 * 3600


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here and what I hold."""
    person = person_of(request)
    context = {
        "roles": Role.objects.filter(person=person, ended_at=None).select_related("unit"),
        "fresh_token": request.session.pop("fresh_token", ""),
    }
    return render(request, "accounts/me.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions close, this one stays."""
    person = person_of(request)
    form = PasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        services.set_password(person, form.cleaned_data["new"], by=person)
        request.session.cycle_key()
        update_session_auth_hash(request, person)
        messages.success(request, _("Your password is changed. Other devices are signed out."))
        return redirect("accounts:me")
    return render(request, "accounts/password.html", {"form": form})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the interface's language; kept in a cookie and, for people who signed in, with the person."""
    chosen = request.POST.get("language", "")
    response = redirect(way_back(request, "/"))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR_S, samesite="Lax", httponly=True)
        if request.user.is_authenticated:
            services.set_language(person_of(request), chosen)
    return response
