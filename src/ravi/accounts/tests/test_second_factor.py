"""Outside a demo nobody works without a second factor."""

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from conftest import PASSWORD
from ravi.accounts import services

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
