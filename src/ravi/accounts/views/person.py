"""People of the institution: seen by those in sight of them, managed by the head."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts import services
from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.forms import LANGUAGE_NAMES, HandedPasswordForm, PersonForm, ReadsForm, RoleForm
from ravi.accounts.models import Role
from ravi.accounts.queries import open_units_visible_to, people_visible_to, people_with_roles, rights
from ravi.accounts.rules import Ability, RoleKind

PAGE_SIZE = 50


@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """Everybody in sight, a page at a time."""
    person = person_of(request)
    page = Paginator(people_visible_to(person), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "people": people_with_roles(page.object_list), "may_add": _may_manage(request)}
    return render(request, "accounts/people.html", context)


@needs(Ability.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Add somebody who will sign in."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields, me = form.cleaned_data, person_of(request)
        try:
            added = services.add_person(
                fields["username"], fields["name"], fields["password"], institution=me.institution, by=me
            )
        except services.AccountRefused as refusal:
            form.add_error("username", str(refusal))
        else:
            return redirect("accounts:person", added.pk)
    return render(request, "accounts/person_new.html", {"form": form})


@signed_in
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person and the roles they hold."""
    somebody = get_object_or_404(people_visible_to(person_of(request)), pk=person_id)
    context = {
        "somebody": somebody,
        "roles": Role.objects.filter(person=somebody, ended_at=None).select_related("unit").order_by("pk"),
        "form": RoleForm(units=open_units_visible_to(person_of(request))),
        "reads": "، ".join(str(name) for key, name in LANGUAGE_NAMES if key in somebody.reads),
        "may_manage": _may_manage(request),
    }
    return render(request, "accounts/person.html", context)


@needs(Ability.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def person_languages(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say which languages somebody reads."""
    somebody = get_object_or_404(people_visible_to(person_of(request)), pk=person_id, is_active=True)
    form = ReadsForm(request.POST if request.method == "POST" else None, initial={"reads": somebody.reads})
    if request.method == "POST" and form.is_valid():
        services.set_reads(somebody, form.cleaned_data["reads"], by=person_of(request))
        messages.success(request, _("Kept."))
        return redirect("accounts:person", somebody.pk)
    status = 422 if form.errors else 200
    return render(request, "accounts/person_languages.html", {"form": form, "somebody": somebody}, status=status)


@needs(Ability.MANAGE_PEOPLE)
@require_POST
def person_roles(request: HttpRequest, person_id: int) -> HttpResponse:
    """Grant a role."""
    somebody = get_object_or_404(people_visible_to(person_of(request)), pk=person_id)
    form = RoleForm(request.POST, units=open_units_visible_to(person_of(request)))
    if not form.is_valid():
        context = {"somebody": somebody, "form": form, "may_manage": True}
        context["roles"] = Role.objects.filter(person=somebody, ended_at=None).select_related("unit")
        return render(request, "accounts/person.html", context, status=422)
    kind = RoleKind(form.cleaned_data["kind"])
    services.grant_role(somebody, kind, unit=form.cleaned_data["unit"], by=person_of(request))
    return redirect("accounts:person", somebody.pk)


@needs(Ability.MANAGE_PEOPLE)
@require_POST
def role_end(request: HttpRequest, person_id: int, role_id: int) -> HttpResponse:
    """End a role now."""
    somebody = get_object_or_404(people_visible_to(person_of(request)), pk=person_id)
    role = get_object_or_404(Role, pk=role_id, person=somebody, ended_at=None)
    try:
        services.end_role(role, by=person_of(request))
    except services.AccountRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:person", somebody.pk)


@needs(Ability.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def leaving(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record that somebody has left; asked once, since it closes everything at once."""
    somebody = get_object_or_404(people_visible_to(person_of(request)), pk=person_id)
    if request.method == "POST":
        try:
            services.record_leaver(somebody, by=person_of(request))
        except services.AccountRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": somebody.name})
        return redirect("accounts:person", somebody.pk)
    return render(request, "accounts/leaving.html", {"somebody": somebody})


@needs(Ability.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def erasure(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take out what is personal of somebody who has left; asked once, since nothing brings it back."""
    somebody = get_object_or_404(people_visible_to(person_of(request)), pk=person_id, left_at__isnull=False)
    if request.method == "POST":
        try:
            label = services.erase_person(somebody, by=person_of(request))
        except services.AccountRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("From now on this person is called “%(label)s” here.") % {"label": label})
        return redirect("accounts:person", somebody.pk)
    return render(request, "accounts/erasure.html", {"somebody": somebody})


@needs(Ability.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def person_password(request: HttpRequest, person_id: int) -> HttpResponse:
    """Hand a new password to somebody who forgot theirs; their devices are signed out, their second step stays."""
    somebody = get_object_or_404(people_visible_to(person_of(request)), pk=person_id, is_active=True)
    form = HandedPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_password(somebody, form.cleaned_data["password"], by=person_of(request))
        messages.success(request, _("%(name)s has a new password. Hand it over in person.") % {"name": somebody.name})
        return redirect("accounts:person", somebody.pk)
    return render(request, "accounts/person_password.html", {"form": form, "somebody": somebody})


def _may_manage(request: HttpRequest) -> bool:
    return rights(person_of(request)).may(Ability.MANAGE_PEOPLE)
