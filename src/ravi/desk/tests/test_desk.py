"""The desk shows each person what is theirs to do, says the next step, and costs the same at any size."""

from datetime import timedelta
from typing import Any

import pytest

from ravi.accounts import services as accounts
from ravi.core import clock
from ravi.delivery import services as ledger
from ravi.delivery.models import Delivery
from ravi.desk.queries import desk_of
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.notices.queries import unread_count
from ravi.publishing import services
from ravi.publishing.draft import DraftFields
from ravi.publishing.queries import awaiting_count, shown_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def channels(house: Any) -> list[Any]:
    made = []
    for platform in ("telegram", "mastodon"):
        new = NewChannel(unit=house.hospital, platform=platform, adapter="sandbox", handle="omid", purpose="خبر")
        made.append(directory.open_channel(new, by=None))
        directory.lend_channel(made[-1], by=None)
    return made


def submitted(house: Any, channels: Any, title: str = "کارگاه", **more: Any) -> Any:
    ids = frozenset(channel.pk for channel in channels)
    fields = DraftFields(title=title, text=f"متن {title}", channel_ids=ids, **{"topic": "organisation"} | more)
    post = services.start_post(house.headquarters, fields, by=house.editor)
    services.submit_post(post, by=house.editor)
    post.refresh_from_db()
    return post


def approved(house: Any, channels: Any, title: str = "کارگاه", **more: Any) -> Any:
    post = submitted(house, channels, title, **more)
    services.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)
    return post


def page(sign_in: Any, person: Any, address: str = "/") -> str:
    answer = sign_in(person).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_desk_shows_what_waits_for_my_yes(house, channels, sign_in):
    post = submitted(house, channels)
    assert desk_of(house.expert).awaiting == [post]
    assert f"/posts/{post.pk}/approval/" in page(sign_in, house.expert)
    assert desk_of(house.editor).awaiting == []
    assert (awaiting_count(house.expert), awaiting_count(house.editor)) == (1, 0)


def test_desk_shows_what_came_back(house, channels, sign_in):
    post = submitted(house, channels)
    services.return_post(post, "ساعت را بنویسید", by=house.expert)
    assert desk_of(house.editor).returned == [post]
    assert f"/posts/{post.pk}/" in page(sign_in, house.editor)


def test_desk_groups_copies_that_need_a_person(house, channels, sign_in):
    post = approved(house, channels)
    Delivery.objects.filter(platform="telegram").update(
        state="unknown", unknown_at=clock.now(), sent_maybe=True, changed_at=clock.now()
    )
    Delivery.objects.filter(platform="mastodon").update(state="failed", changed_at=clock.now())
    troubles = {(trouble.state, trouble.count) for trouble in desk_of(house.editor).troubles}
    assert troubles == {("unknown", 1), ("failed", 1)}
    said = page(sign_in, house.editor)
    assert f"/deliveries/unknown/?post={post.pk}" in said
    assert f"/posts/{post.pk}/board/" in said
    assert unread_count(house.editor) >= 2  # the yes, and the trouble that opening the desk told


def test_desk_names_blocked_copies(house, channels):
    submitted(house, channels, variants={"mastodon": "ن" * 501})
    assert [(trouble.state, trouble.count) for trouble in desk_of(house.editor).troubles] == [("blocked", 1)]


def test_desk_names_blocked_copies_to_those_who_can_write_them_otherwise(house, channels):
    ids = frozenset(channel.pk for channel in channels)
    fields = DraftFields(
        title="بخش", text="متن", variants={"mastodon": "ن" * 501}, channel_ids=ids, topic="organisation"
    )
    services.submit_post(services.start_post(house.hospital, fields, by=house.officer), by=house.officer)
    assert [trouble.state for trouble in desk_of(house.officer).troubles] == ["blocked"]
    assert desk_of(house.head).troubles == desk_of(house.expert).troubles == []


def test_desk_tells_units_apart_and_folds_what_many_of_them_send(house, channels, sign_in):
    for unit, writer in ((house.hospital, house.officer), (house.faculty, house.neighbour)):
        new = NewChannel(unit=unit, platform="bale", adapter="sandbox", handle=f"u{unit.pk}", purpose="خبر")
        ids = frozenset({directory.open_channel(new, by=None).pk})
        later = clock.now() + timedelta(days=1)
        fields = DraftFields(title="همگانی", text="متن", channel_ids=ids, topic="organisation", due_at=later)
        post = services.start_post(unit, fields, by=writer)
        services.submit_post(post, by=writer)
        services.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)
    said = page(sign_in, house.head)
    assert "در ۲ واحد" in said and house.hospital.name in said and house.faculty.name in said


def test_desk_tells_what_goes_out_now_from_what_is_scheduled(house, channels, sign_in):
    approved(house, channels, "اکنون")
    approved(house, channels, "فردا", due_at=clock.now() + timedelta(days=1))
    going = desk_of(house.editor).going
    assert [(one.post.title, one.is_later) for one in going] == [("اکنون", False), ("فردا", True)]
    assert "اکنون" in page(sign_in, house.editor)


def test_desk_says_what_is_stopped(house, channels, sign_in):
    ledger.stop("institution", "", by=house.head, reason="خبر نادرست", institution_id=house.institution.pk)
    assert "/deliveries/stops/" in page(sign_in, house.editor)


def test_neighbour_and_outsider_see_nothing_of_it(house, channels, sign_in):
    approved(house, channels)
    submitted(house, channels, "دیگر")
    for person in (house.neighbour, house.outsider):
        desk = desk_of(person)
        assert desk.is_empty
        assert "کارگاه" not in page(sign_in, person).partition("<main")[2]  # the navigation leads to workshops


def test_unit_of_a_lent_channel_sees_its_troubled_copies_only_through_deliveries(house, channels):
    approved(house, channels)
    Delivery.objects.update(state="failed", changed_at=clock.now())
    assert desk_of(house.officer).troubles == []  # the post is headquarters'; the copies stand on the unit's own page


@pytest.mark.parametrize(
    ("name", "link"),
    [("editor", "/posts/new/"), ("expert", "/posts/"), ("auditor", "/audit/"), ("officer", "/posts/new/")],
)
def test_first_visit_says_the_next_step(house, sign_in, name, link):
    said = page(sign_in, house.people()[name])
    assert 'class="empty"' in said and f'href="{link}"' in said


def test_person_without_a_role_is_told_what_happens_next(house, sign_in):
    newcomer = accounts.add_person("newcomer", "تازه‌وارد", None, institution=house.institution, by=house.head)
    assert 'class="empty"' in page(sign_in, newcomer)


def test_stranger_is_asked_to_sign_in(client, db):
    for address in ("/", "/more/", "/audit/"):
        assert client.get(address)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("count", [1, 3, 30])
def test_desk_asks_the_same_number_of_questions(house, channels, sign_in, count, django_assert_max_num_queries):
    for number in range(count):
        approved(house, channels, f"فوری {number}")
        submitted(house, channels, f"منتظر {number}", variants={"mastodon": "ن" * 501})
    Delivery.objects.filter(platform="telegram").update(state="failed", changed_at=clock.now())
    services.tell_troubles(house.institution.pk)
    ledger.stop("institution", "", by=house.head, reason="خبر نادرست", institution_id=house.institution.pk)
    for name in ("editor", "expert", "officer"):
        browser = sign_in(house.people()[name])
        with django_assert_max_num_queries(13):
            browser.get("/")


def test_more_leads_everywhere(house, sign_in):
    for name, person in house.people().items():
        if name == "outsider":
            continue
        said = page(sign_in, person, "/more/")
        assert ('href="/audit/"' in said) == (name in ("head", "auditor"))
        for address in ("/notices/", "/channels/", "/people/", "/units/", "/me/"):
            assert f'href="{address}"' in said
