"""Sign-in, people, units and one's own page. allauth looks its pages up by the names that it gives them."""

from allauth.account import views as account
from django.urls import include, path

from ravi.accounts.views import absence, closing, me, person, sign_in, token, unit

_pages = (
    [
        # /me/
        path("me/", me.me, name="me"),
        path("me/password/", me.password, name="password"),
        path("me/language/", me.language, name="language"),
        path("me/tokens/", token.tokens, name="tokens"),
        path("me/tokens/<int:token_id>/revocation/", token.token_revocation, name="token_revocation"),
        # /people/
        path("people/", person.people, name="people"),
        path("people/new/", person.new_person, name="new_person"),
        path("people/<int:person_id>/", person.person, name="person"),
        path("people/<int:person_id>/roles/", person.person_roles, name="person_roles"),
        path("people/<int:person_id>/roles/<int:role_id>/end/", person.role_end, name="role_end"),
        path("people/<int:person_id>/password/", person.person_password, name="person_password"),
        path("people/<int:person_id>/languages/", person.person_languages, name="person_languages"),
        path("people/<int:person_id>/absence/", absence.absence, name="absence"),
        path("people/<int:person_id>/leaving/", person.leaving, name="leaving"),
        path("people/<int:person_id>/erasure/", person.erasure, name="erasure"),
        # /units/
        path("units/", unit.units, name="units"),
        path("units/new/", unit.new_unit, name="new_unit"),
        path("units/<int:unit_id>/", unit.unit, name="unit"),
        path("units/<int:unit_id>/name/", unit.unit_name, name="unit_name"),
        path("units/<int:unit_id>/closing/", closing.closing, name="unit_closing"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(_pages)),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-up/", account.signup, name="account_signup"),  # always closed; allauth looks its address up
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("second-factor/", include("allauth.mfa.urls")),
]
