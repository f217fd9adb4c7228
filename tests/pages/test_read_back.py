"""What people see of reading back: a sentence on the copy, a case on the desk, and a person who says that it is dealt with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.exceptions import PermissionDenied

from conftest import House, build_house
from ravi.accounts.models import Person, Role
from ravi.accounts.services import issue_access_token
from ravi.core import audit, clock
from ravi.core.models import AuditEntry
from ravi.core.tenancy import tenant
from ravi.delivery.measures import count_all
from ravi.delivery.models import Delivery, ReadBack
from ravi.delivery.progress import steps_of
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.delivery.read_back.services import settle_read_back
from ravi.delivery.removals import Removals
from ravi.delivery.rules import State
from ravi.delivery.watch import watch
from ravi.desk.queries import desk_of
from ravi.notices.models import Notice
from ravi.publishing.models import Post
from ravi.publishing.queries.changed import how_changed
from ravi.publishing.queries.withdrawal import how_withdrawn
from ravi.publishing.tests.conftest import approved, open_channels
from ravi.publishing.tests.test_correction import all_out, corrected

pytestmark = pytest.mark.database

OLD = "کارگاه یکشنبه ۲۲ اسفند برگزار شد."


@dataclass
class Corrected:
    """A correction to which Telegram, Mastodon and a website said yes; Mastodon shows the old words, the website the new."""

    house: House
    post: Post

    def copy(self, platform: str) -> Delivery:
        return Delivery.objects.get(post_id=self.post.pk, platform=platform)


@pytest.fixture
def made(fresh_database: Any) -> Iterator[Corrected]:
    house = build_house()
    house.institution.is_demo = True  # the second factor is another test's matter
    house.institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    with tenant(house.institution.pk):
        post = approved(house, open_channels(house))
        all_out(post)
        fixed = corrected(house, post)
        all_out(fixed)
        copies = {one.platform: one for one in Delivery.objects.filter(post_id=fixed.pk)}
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        found(admin, copies["mastodon"], "other_words", OLD)
        found(admin, copies["wordpress"], "stands")
    with tenant(house.institution.pk):
        yield Corrected(house, fixed)


def found(admin: Any, copy: Delivery, outcome: str, words: str = "") -> None:
    """As an engine would have left it."""
    now = clock.now()
    admin.execute(
        "insert into delivery_read_back (institution_id, channel_id, delivery_id, due_at, looks, failures, code,"
        " outcome, words, looked_at, ended_at) values (%s, %s, %s, %s, 2, 0, '', %s, %s, %s, %s)",
        [copy.institution_id, copy.channel_id, copy.pk, now, outcome, words, now, now],
    )


def page(sign_in: Any, person: Any, address: str) -> str:
    answer = sign_in(person).get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_the_copys_page_says_in_a_sentence_what_was_read_back(made, sign_in):
    house = made.house
    said = {name: page(sign_in, house.editor, f"/deliveries/{made.copy(name).pk}/") for name in
            ("telegram", "mastodon", "wordpress")}  # fmt: skip
    assert "متن تازه در" in said["wordpress"] and "نشسته است" in said["wordpress"]
    assert "متن دیگری آنجاست" in said["mastodon"] and OLD in said["mastodon"]
    assert "هیچ برنامه‌ای نمی‌تواند بخواند" in said["telegram"]
    assert "رسیدگی شد" in said["mastodon"] and "رسیدگی شد" not in said["wordpress"]


def test_the_desk_names_it_and_leads_to_what_stands_there(made, sign_in):
    house, post = made.house, made.post
    assert [(one.state, one.count) for one in desk_of(house.editor).troubles] == [("otherwise", 1)]
    home = page(sign_in, house.editor, "/")
    assert f"/deliveries/read-back/?post={post.pk}" in home and "ننشسته است" in home
    listed = page(sign_in, house.editor, f"/deliveries/read-back/?post={post.pk}")
    assert OLD in listed and f"/deliveries/{made.copy('mastodon').pk}/read-back/" in listed
    assert f"/deliveries/{made.copy('wordpress').pk}/" not in listed
    assert desk_of(house.neighbour).troubles == []
    assert OLD not in page(sign_in, house.neighbour, "/deliveries/read-back/")


def test_whoever_looked_says_that_it_is_dealt_with_and_nothing_is_sent(made, sign_in):
    house, copy = made.house, made.copy("mastodon")
    before = Delivery.objects.count()
    address = f"/deliveries/{copy.pk}/read-back/"
    answer = sign_in(house.officer).post(address, follow=True)
    assert "نوشته شد: رسیدگی شده است" in answer.content.decode()
    row = ReadBack.objects.get(delivery=copy)
    assert (row.settled_by_id, row.outcome) == (house.officer.pk, "other_words")
    assert desk_of(house.editor).troubles == [] and Delivery.objects.count() == before
    again = sign_in(house.editor).post(address, follow=True)
    assert "کس دیگری رسیدگی کرده است" in again.content.decode()
    assert AuditEntry.objects.filter(verb="delivery.read_back").count() == 1
    assert audit.verify(house.institution.pk) == []
    assert "officer" in page(sign_in, house.editor, f"/deliveries/{copy.pk}/")
    record = page(sign_in, house.auditor, "/audit/")
    assert "به تغییری که ننشسته بود رسیدگی کرد" in record


def test_others_cannot_and_what_stands_is_no_case(made):
    house = made.house
    for person in (house.neighbour, house.auditor):
        with pytest.raises(PermissionDenied):
            settle_read_back(made.copy("mastodon"), by=person, now=clock.now())
    assert settle_read_back(made.copy("wordpress"), by=house.head, now=clock.now()) is False


def test_a_copy_that_shows_other_words_does_not_count_as_corrected(made):
    told = {one.platform: (one.read_back, one.is_done) for one in how_changed([made.post], clock.now())}
    assert told == {"mastodon": ("other_words", False), "telegram": ("cannot", True), "wordpress": ("stands", True)}


def test_programs_are_told_and_it_is_counted(made, client):
    key = issue_access_token(made.house.editor, "x", by=made.house.editor)
    answer = client.get(f"/api/v1/copies?post_id={made.post.pk}", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200, answer.content
    items = answer.json()["items"]
    assert {one["platform"]: one["read_back"] for one in items} == {
        "mastodon": "other_words", "telegram": "cannot", "wordpress": "stands",
    }  # fmt: skip
    assert all((one["read_back_at"] is None) is (one["platform"] == "telegram") for one in items)
    count_all(clock.now())
    from ravi.delivery.measures import figures

    [family] = [one for one in figures() if one.name == "ravi_read_back"]
    assert {tuple(one.labels.values()): one.value for one in family.samples} == {
        ("waits",): 0, ("gone",): 0, ("other_words",): 1, ("still_there",): 0,
    }  # fmt: skip


def test_whoever_may_look_hears_once_and_no_more_when_it_is_dealt_with(made):
    house = made.house
    for _time in range(2):
        watch(house.institution.pk, clock.now())
    told = Notice.objects.filter(kind="change_unstanding")
    assert set(told.values_list("person_id", flat=True)) == {house.officer.pk, house.unit_head.pk}
    assert told.count() == 2 and f"?post={made.post.pk}" in told[0].url
    assert settle_read_back(made.copy("mastodon"), by=house.officer, now=clock.now())
    watch(house.institution.pk, clock.now())
    assert Notice.objects.filter(kind="change_unstanding").count() == 2


def test_where_the_unit_has_nobody_the_institutions_head_hears_of_it(made):
    """Nobody else of the institution, and nobody of another unit."""
    house = made.house
    roles = Role.objects.filter(unit=house.hospital, kind__in=["unit_officer", "unit_head"])
    roles.filter(person=house.officer).update(ended_at=clock.now())
    Person.objects.filter(pk=house.unit_head.pk).update(is_active=False)
    watch(house.institution.pk, clock.now())
    told = Notice.objects.filter(kind="change_unstanding")
    assert [one.person_id for one in told] == [house.head.pk]
    assert told[0].params["unit"] == house.hospital.name and told[0].params["count"] == 1


def test_each_unit_hears_of_its_own_and_of_all_of_a_message_at_once(made, fresh_database):
    """Two changes of the hospital are one notice; what headquarters' own site shows is for who serves there."""
    house = made.house
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        found(admin, made.copy("telegram"), "gone")
        admin.execute("update delivery_read_back set outcome = 'gone' where outcome = 'stands'")
    watch(house.institution.pk, clock.now())
    told = Notice.objects.filter(kind="change_unstanding")
    assert {(one.person_id, one.params["unit"], one.params["count"]) for one in told} == {
        (house.officer.pk, house.hospital.name, 2),
        (house.unit_head.pk, house.hospital.name, 2),
        (house.head.pk, house.headquarters.name, 1),
        (house.editor.pk, house.headquarters.name, 1),
    }
    assert told.count() == 4


def test_the_board_of_uptake_calls_nothing_corrected_that_does_not_stand(made):
    def states() -> dict[str, str]:
        return {one.platform: one.state for one in steps_of([made.post.pk])[made.post.pk]}

    assert states() == {"mastodon": "failed", "telegram": "sent", "wordpress": "sent"}
    settle_read_back(made.copy("mastodon"), by=made.house.officer, now=clock.now())
    assert set(states().values()) == {"sent"}


def test_the_week_and_the_correction_hear_of_it_and_of_its_end(made):
    """Each had asked in its own way: the week called it corrected, and the correction never heard that it was dealt with."""
    from ravi.delivery.progress import Came, came_between

    def week() -> int:
        now = clock.now()
        counts = came_between(now - timedelta(days=1), now + timedelta(days=1), and_waits=False)
        return sum(one.count for one in counts if one.came is Came.CORRECTED)

    def told() -> tuple[Any, bool]:
        [one] = [one for one in how_changed([made.post], clock.now()) if one.platform == "mastodon"]
        return one.read_back, one.is_done

    assert (week(), told()) == (2, ("other_words", False))
    settle_read_back(made.copy("mastodon"), by=made.house.officer, now=clock.now())
    assert (week(), told()) == (3, ("settled", True))


@pytest.mark.parametrize(("found", "removed"), [(ReadBackOutcome.STILL_THERE, 2), (ReadBackOutcome.SETTLED, 3)])
def test_a_removal_that_still_stands_is_none(made, monkeypatch, found, removed):
    """The page had called it removed, and the person's "dealt with" had changed nothing there."""
    told = Removals({State.SENT: 3}, 0, 0, {ReadBackOutcome.REMOVED: 2, found: 1})
    monkeypatch.setattr("ravi.publishing.queries.withdrawal.removals_of", lambda *_: told)
    progress = how_withdrawn([made.post.corrects_id], clock.now())
    assert (progress.removed, progress.failed) == (removed, 3 - removed)
