"""One's own page: language, password, second factor, keys for the command line."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts import services
from ravi.accounts.access import person_of, signed_in
from ravi.accounts.forms import PasswordForm, TokenForm
from ravi.accounts.models import AccessToken, Role
from ravi.core import clock
from ravi.core.asked import way_back

YEAR_S = 365 * 24 * 3600


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here and what I hold."""
    person = person_of(request)
    context = {
        "roles": Role.objects.filter(person=person, ended_at=None).select_related("unit"),
        "tokens": AccessToken.objects.filter(person=person, revoked_at=None, valid_until__gt=clock.now()),
        "token_form": TokenForm(),
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


@signed_in
@require_POST
def tokens(request: HttpRequest) -> HttpResponse:
    """Make a key for the command line; it is shown once, on the next page."""
    form = TokenForm(request.POST)
    person = person_of(request)
    if form.is_valid():
        request.session["fresh_token"] = services.issue_access_token(person, form.cleaned_data["name"], by=person)
    else:
        messages.error(request, _("Write what the key is for."))
    return redirect("accounts:me")


@signed_in
@require_POST
def token_revocation(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a key."""
    person = person_of(request)
    services.revoke_access_token(get_object_or_404(AccessToken, pk=token_id, person=person), by=person)
    return redirect("accounts:me")
