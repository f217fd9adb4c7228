"""A notice reaches its person only, is read by looking, and the list costs the same however long it is."""

from typing import Any

import pytest

from ravi.accounts.services import record_leaver
from ravi.core.tenancy import tenant
from ravi.notices import services
from ravi.notices.models import Notice
from ravi.notices.queries import notices_of, notices_visible_to, unread_count
from ravi.notices.rules import UnknownKind

pytestmark = pytest.mark.django_db

PARAMS = {"who": "مریم رستگار", "title": "کارگاه", "count": 3}


def tell(house: Any, *people: Any, url: str = "/posts/1/approval/") -> list[Notice]:
    ids = [person.pk for person in people]
    return services.tell(ids, "post_submitted", PARAMS, url, institution_id=house.institution.pk)


def test_each_person_is_told_once(house):
    assert len(tell(house, house.expert, house.head, house.expert)) == 2
    assert unread_count(house.expert) == 1
    assert unread_count(house.editor) == 0


def test_strangers_and_leavers_are_not_told(house):
    record_leaver(house.officer, by=house.head)
    assert tell(house, house.outsider, house.officer) == []


def test_unknown_kind_is_a_mistake_in_the_code(house):
    with pytest.raises(UnknownKind):
        services.tell([house.head.pk], "rumour", {}, "/", institution_id=house.institution.pk)


def test_read_marks_own_notices_only(house):
    (theirs,) = tell(house, house.head)
    assert services.mark_read(house.expert, [theirs.pk]) == 0
    assert services.mark_read(house.head) == 1
    assert unread_count(house.head) == 0


def test_nobody_sees_anothers_notices(house):
    tell(house, house.expert)
    for name, person in house.people().items():
        assert notices_visible_to(person).count() == (1 if name == "expert" else 0)
    with tenant(house.other_institution.pk):
        assert not notices_of(house.expert).exists()


def test_looking_at_the_list_reads_it(house, sign_in):
    tell(house, house.expert)
    browser = sign_in(house.expert)
    first = browser.get("/notices/").content.decode()
    assert "مریم رستگار" in first and "/posts/1/approval/" in first
    assert unread_count(house.expert) == 0
    assert first.count("<b>") > browser.get("/notices/").content.decode().count("<b>")


def test_empty_list_says_what_will_stand_there(house, sign_in):
    assert 'class="empty"' in sign_in(house.expert).get("/notices/").content.decode()


def test_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/notices/")["Location"].startswith("/sign-in/")


def test_navigation_counts_what_is_unread(house, sign_in):
    tell(house, house.expert)
    assert '<span class="pill num">۱</span>' in sign_in(house.expert).get("/notices/").content.decode()


@pytest.mark.parametrize("count", [1, 3, 100])
def test_list_asks_the_same_number_of_questions(house, sign_in, count, django_assert_max_num_queries):
    for _ in range(count):
        tell(house, house.expert)
    browser = sign_in(house.expert)
    with django_assert_max_num_queries(12):
        browser.get("/notices/")
    assert browser.get("/notices/?page=4").status_code == 200
