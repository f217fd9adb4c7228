"""What is personal of a former colleague goes for good; who did what still hangs together."""

import json

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.urls import reverse

from ravi.accounts import services
from ravi.accounts.models import AccessToken, Person
from ravi.core import audit, clock
from ravi.core.models import AuditEntry
from ravi.notices.models import Notice

pytestmark = pytest.mark.django_db
NAME = "سپیده زرین‌قلم"


@pytest.fixture
def leaver(house):
    """Somebody who wrote, was told things, failed to sign in once, and left."""
    person = services.add_person("zarin", NAME, "a-Long-password-9", institution=house.institution, by=house.head)
    services.issue_access_token(person, "کلید سپیده", by=person)
    told = {"institution": house.institution, "url": "/", "created_at": clock.now(), "kind": "post_submitted"}
    Notice.objects.create(person=person, params={"title": "خبر"}, **told)
    Notice.objects.create(person=house.head, params={"who": NAME, "title": "خبر", "count": 1}, **told)
    AccessAttempt.objects.create(username="Zarin", ip_address="192.0.2.1", failures_since_start=1)
    services.record_leaver(person, by=house.head)
    person.refresh_from_db()
    return person


def everything() -> str:
    """All rows of all tables that this tenant sees, as one text."""
    with connection.cursor() as cursor:
        said = []
        for table in set(connection.introspection.table_names(cursor)) - {"directory_credential"}:  # sealed
            cursor.execute(f"select coalesce(string_agg(t::text, chr(10)), '') from \"{table}\" t")
            said.append(cursor.fetchone()[0])
    return "\n".join(said)


def test_no_table_holds_the_name_any_more_and_the_chain_verifies(house, leaver):
    assert NAME in everything() and "zarin" in everything().lower()
    label = services.erase_person(leaver, by=house.head)
    left = everything()
    assert NAME not in left and "سپیده" not in left and "zarin" not in left.lower()
    assert label in left
    assert audit.verify(house.institution.pk) == []
    assert AuditEntry.objects.order_by("-seq")[0].verb == "erase_person"
    assert AuditEntry.objects.filter(by_id=leaver.pk).exists()


def test_others_keep_their_notices_with_a_label_for_the_name(house, leaver):
    label = services.erase_person(leaver, by=house.head)
    assert not Notice.objects.filter(person=leaver).exists()
    assert Notice.objects.get(person=house.head, kind="post_submitted").params == {
        "who": label, "title": "خبر", "count": 1,
    }  # fmt: skip
    assert not AccessToken.objects.filter(person=leaver).exists()


def test_only_a_leaver_is_erased_and_once(house, leaver):
    with pytest.raises(services.AccountRefused):
        services.erase_person(house.officer, by=house.head)
    services.erase_person(leaver, by=house.head)
    with pytest.raises(services.AccountRefused):
        services.erase_person(Person.objects.get(pk=leaver.pk), by=house.head)


def test_the_head_erases_by_page_and_nobody_else_does(house, leaver, client):
    house.institution.is_demo = True  # this is about rights; the second factor has its own tests
    house.institution.save()
    page = reverse("accounts:erasure", args=[leaver.pk])
    client.force_login(house.editor)
    assert client.post(page).status_code in (403, 404)
    client.force_login(house.head)
    assert NAME in client.get(page).content.decode()
    assert client.post(page).url == reverse("accounts:person", args=[leaver.pk])
    shown = client.get(reverse("accounts:person", args=[leaver.pk])).content.decode()
    assert NAME not in shown and page not in shown
    assert client.get(reverse("accounts:erasure", args=[house.officer.pk])).status_code == 404


def test_the_record_is_json_without_names(house, leaver):
    for body in AuditEntry.objects.values_list("body", flat=True):
        assert NAME not in json.dumps(json.loads(body), ensure_ascii=False)
