"""One's own keys for programs: made once the second factor was proved, shown once, ended by a button."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts import services
from ravi.accounts.access import person_of, signed_in
from ravi.accounts.forms import TokenForm
from ravi.accounts.models import AccessToken
from ravi.accounts.queries import keys_of, open_units_visible_to
from ravi.accounts.second_factor import prove_first, proved_lately
from ravi.core import clock


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The keys that hold, and the form for another one."""
    person = person_of(request)
    if not proved_lately(request):
        return prove_first(request, reverse("accounts:tokens"))
    form = TokenForm(request.POST or None, units=open_units_visible_to(person))
    if request.method == "POST" and form.is_valid():
        request.session["fresh_token"] = services.issue_access_token(person, by=person, **form.wanted())
        return redirect("accounts:tokens")
    context = {
        "tokens": [(token, _words(token)) for token in keys_of(person, clock.now())],
        "form": form,
        "fresh_token": request.session.pop("fresh_token", ""),
    }
    return render(request, "accounts/tokens.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def token_revocation(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a key."""
    person = person_of(request)
    services.revoke_access_token(get_object_or_404(AccessToken, pk=token_id, person=person), by=person)
    return redirect("accounts:tokens")


def _words(token: AccessToken) -> list[str]:
    return [str(AccessToken.VerbChoice(verb).label) for verb in token.verbs]
