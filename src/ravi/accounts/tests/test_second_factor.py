"""Outside a demo nobody works without a second factor."""

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from conftest import PASSWORD
from ravi.accounts import services
from ravi.accounts.second_factor import MOST_WRONG, WITHIN
from ravi.core import clock

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_person_without_one_is_sent_to_set_it_up(house, sign_in):
    browser = sign_in(house.editor)
    assert browser.get("/people/").url == "/second-factor/"
    assert browser.get("/second-factor/").status_code == 200


def test_demo_relaxes_it(house, sign_in):
    house.institution.is_demo = True
    house.institution.save()
    assert sign_in(house.editor).get("/people/").status_code == 200


def test_sign_in_asks_for_the_code_once_it_is_set_up(house, client):
    secret = generate_totp_secret()
    TOTP.activate(house.editor, secret)
    services.set_password(house.editor, PASSWORD, by=house.head)
    answer = client.post("/sign-in/", {"login": "editor", "password": PASSWORD})
    assert answer.url.startswith("/second-factor/authenticate/")
    assert client.get("/people/").url.startswith("/sign-in/")
    client.post("/second-factor/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    client.post("/second-factor/authenticate/", {"code": code_of(secret)})
    assert client.get("/people/").status_code == 200


def test_setting_up_the_app_opens_the_other_pages(house, client):
    services.set_password(house.editor, PASSWORD, by=house.head)
    client.post("/sign-in/", {"login": "editor", "password": PASSWORD})
    again = client.get("/second-factor/totp/activate/")
    if again.status_code == 302:
        client.post(again.url, {"password": PASSWORD})
    page = client.get("/second-factor/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    client.post("/second-factor/totp/activate/", {"code": code_of(secret)})
    assert client.get("/people/").status_code == 200
    assert client.get("/second-factor/recovery-codes/").status_code == 200


def test_a_code_opens_one_session(house):
    """Seen over somebody's shoulder it is worth nothing, whichever of the web's processes is asked."""
    secret = generate_totp_secret()
    TOTP.activate(house.editor, secret)
    services.set_password(house.editor, PASSWORD, by=house.head)
    code, opened = code_of(secret), []
    for _ in range(2):
        browser = Client()
        browser.post("/sign-in/", {"login": "editor", "password": PASSWORD})
        browser.post("/second-factor/authenticate/", {"code": code})
        opened.append("_auth_user_id" in browser.session)
        cache.clear()  # another process remembers nothing
    assert opened == [True, False]


def test_codes_cannot_be_found_by_trying(house, client):
    secret = generate_totp_secret()
    TOTP.activate(house.editor, secret)
    services.set_password(house.editor, PASSWORD, by=house.head)
    client.post("/sign-in/", {"login": "editor", "password": PASSWORD})
    for number in range(MOST_WRONG):
        client.post("/second-factor/authenticate/", {"code": f"{number:06}"}, REMOTE_ADDR=f"192.0.2.{number}")
    client.post("/second-factor/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" not in client.session
    with clock.at(clock.now() + WITHIN):
        client.post("/second-factor/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" in client.session


def test_a_session_from_before_the_second_factor_ends_with_it(house, client, django_capture_on_commit_callbacks):
    services.set_password(house.editor, PASSWORD, by=house.head)
    thief = Client()
    for browser in (thief, client):
        browser.post("/sign-in/", {"login": "editor", "password": PASSWORD})
    assert thief.get("/second-factor/").status_code == 200
    again = client.get("/second-factor/totp/activate/")
    if again.status_code == 302:
        client.post(again.url, {"password": PASSWORD})
    secret = client.get("/second-factor/totp/activate/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/second-factor/totp/activate/", {"code": code_of(secret)})
    assert client.get("/people/").status_code == 200
    assert thief.get("/people/").url.startswith("/sign-in/")
