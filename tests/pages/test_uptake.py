"""The uptake board: every unit where it stands, counts that sum, a table that no spreadsheet runs, and no question more
for six hundred units than for three."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from ravi.accounts.models import Unit
from ravi.accounts.rules import UnitKind
from ravi.core import clock
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.models import Adoption, Message, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.network.services import Answer
from ravi.network.uptake import Uptake
from ravi.publishing import queries as publishing_queries
from ravi.publishing import services as publishing
from ravi.publishing.models import Copy, Post
from tests.pages.conftest import Newsroom
from tests.pages.test_board import asked, copies

pytestmark = pytest.mark.django_db

MOST = 12


def offered(newsroom: Newsroom, title: str = "تعطیلی شنبه", **fields: Any) -> Message:
    top = newsroom.headquarters
    given: dict[str, Any] = {
        "topic": "organisation",
        "kind": "notice",
        "window_min": 0,
        "aims": (Aim(TargetKind.TREE, top.pk),),
    }
    message = services.draft_message(
        top, MessageFields(**(given | fields)), VersionFields(title=title, text="شنبه تعطیل است."), by=newsroom.editor
    )
    version = message.versions.get()
    services.issue_version(version, expected_revision=version.revision, by=newsroom.editor)
    message.refresh_from_db()
    return message


def offer_of(message: Message, unit: Unit) -> Offer:
    return Offer.objects.get(message=message, unit=unit)


def take(message: Message, unit: Unit, by: Any, **more: Any) -> Post:
    channels = list(Channel.objects.filter(unit=unit).values_list("pk", flat=True))
    assert message.current_id
    done = services.adopt_offer(
        offer_of(message, unit), Answer(message.current_id), channel_ids=channels, by=by, **more
    )
    assert done.adoption.post
    return done.adoption.post


def approve(newsroom: Newsroom, post: Post) -> Post:
    digest = publishing_queries.shown_set(post).digest
    return publishing.approve_shown(post, by=newsroom.head, digest=digest).post


def states(page: Any) -> dict[str, str]:
    return {row.unit.name: str(row.state) for row in page.context["board"].all_rows}


def many_units(newsroom: Newsroom, count: int, first: int = 0) -> None:
    """So many more centres with a channel each, as rows: what is measured is the page."""
    top, now = newsroom.headquarters, clock.now()
    made = Unit.objects.bulk_create(
        Unit(
            institution_id=top.institution_id,
            parent=top,
            name=f"مرکز {number}",
            kind=UnitKind.CENTRE,
            path=f"{top.path}x{number}/",
            sort_key=f"{number:05}",
        )
        for number in range(first, first + count)
    )
    for unit in made:
        unit.path = f"{top.path}{unit.pk}/"
    Unit.objects.bulk_update(made, ["path"])
    Channel.objects.bulk_create(
        Channel(
            institution_id=top.institution_id,
            unit=unit,
            platform="telegram",
            adapter="sandbox",
            handle=f"many_{unit.pk}",
            handle_key=f"many_{unit.pk}",
            address=f"telegram/many_{unit.pk}",
            purpose="خبر",
            state=Channel.State.ACTIVE,
            state_at=now,
            listed=True,
            requested_at=now,
            sort_key=str(unit.pk),
            search_key=str(unit.pk),
        )
        for unit in made
    )


def all_take(newsroom: Newsroom, message: Message) -> None:
    """Every centre has taken it and waits for its yes."""
    now, author = clock.now(), newsroom.editor
    assert message.current_id
    offers = list(Offer.objects.filter(message=message, unit__kind=UnitKind.CENTRE).select_related("unit"))
    more = {"institution_id": message.institution_id}
    posts = Post.objects.bulk_create(
        Post(unit=one.unit, author=author, edited_by=author, created_at=now, edited_at=now, state="submitted", **more)
        for one in offers
    )
    Adoption.objects.bulk_create(
        Adoption(offer=one, version_id=message.current_id, kind="adopted", post=post, by=author, at=now, **more)
        for one, post in zip(offers, posts, strict=True)
    )


def test_each_unit_where_it_stands(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    message = offered(newsroom, deadline=clock.now() + timedelta(days=1))
    editor, address = newsroom.browse(newsroom.editor), f"/network/{message.pk}/uptake/"
    hospital = newsroom.hospital.name
    assert set(states(editor.get(address)).values()) == {"not_seen"}
    newsroom.browse(newsroom.officer).get(f"/network/offers/{offer_of(message, newsroom.hospital).pk}/")
    assert states(editor.get(address))[hospital] == "seen"
    post = take(message, newsroom.hospital, newsroom.officer)
    assert states(editor.get(address))[hospital] == "adopted"
    approve(newsroom, post)
    assert states(editor.get(address))[hospital] == "approved"
    settle(copies(post), "sent")
    said = editor.get(address)
    assert states(said) == {hospital: "published", newsroom.faculty.name: "not_seen"}
    board = said.context["board"]
    assert (board.out, board.units, board.copies, board.unchanged) == (1, 2, 2, 2)
    assert "۲ نسخه از ۲ نسخه همان متن ستاد است (۱۰۰٪)" in said.content.decode()


def test_own_words_and_a_no_and_an_older_version(newsroom: Newsroom) -> None:
    message = offered(newsroom)
    post = take(message, newsroom.hospital, newsroom.officer, parts={"full": "شنبه بیمارستان تعطیل است."})
    assert message.current_id
    services.decline_offer(
        offer_of(message, newsroom.faculty), Answer(message.current_id), reason="=اینجا باز است", by=newsroom.neighbour
    )
    version = services.start_version(message, by=newsroom.editor)
    fields = VersionFields(title="تعطیلی", text="یکشنبه تعطیل است.", what_changed="روز")
    version = services.save_version(version, fields, expected_revision=version.revision, by=newsroom.editor)
    services.issue_version(version, expected_revision=version.revision, by=newsroom.editor)
    page = newsroom.browse(newsroom.editor).get(f"/network/{message.pk}/uptake/")
    assert sorted(states(page).values()) == ["declined", "waits"]  # the older words, until the unit decides
    board = page.context["board"]
    assert (board.copies, board.unchanged, board.outdated) == (Copy.objects.filter(post=post).count(), 0, 2)
    assert "از نگارش ۱" in page.content.decode()


def test_filters_and_counts_that_sum(newsroom: Newsroom) -> None:
    region = newsroom.hospital
    under = Unit.objects.create(
        institution=newsroom.institution,
        parent=region,
        name="درمانگاه",
        kind=UnitKind.HEALTH_HOUSE,
        path=f"{region.path}0/",
        sort_key="z",
    )
    Unit.objects.filter(pk=under.pk).update(path=f"{region.path}{under.pk}/")
    message = offered(newsroom)
    take(message, newsroom.hospital, newsroom.officer)
    editor, address = newsroom.browse(newsroom.editor), f"/network/{message.pk}/uptake/"
    board = editor.get(address).context["board"]
    assert sum(board.counts.values()) == board.units == 3
    assert list(board.regions) == [region.pk]
    for query, found in (
        (f"region={region.pk}", 2),
        ("kind=faculty", 1),
        ("state=adopted", 1),
        (f"region={region.pk}&kind=health_house&state=not_seen", 1),
        ("state=published", 0),
        ("region=۹۹۹۹&kind=x&state=y", 3),
    ):
        page = editor.get(f"{address}?{query}")
        assert len(page.context["board"].shown) == found, query
        chips = page.context["board"].chips
        assert chips[0]["count"] == sum(chip["count"] for chip in chips[1:]), query


def test_the_page_says_304_until_something_changes(newsroom: Newsroom) -> None:
    message = offered(newsroom)
    editor, address = newsroom.browse(newsroom.editor), f"/network/{message.pk}/uptake/"
    page = editor.get(address)
    assert f'data-live="{address}"' in page.content.decode()
    same = {"X-Ravi-Live": "1", "If-None-Match": page["ETag"]}
    assert editor.get(address, headers=same).status_code == 304
    services.see_offer(offer_of(message, newsroom.hospital), by=newsroom.officer)
    assert editor.get(address, headers=same).status_code == 200
    services.end_message(message, by=newsroom.editor)
    page = editor.get(address)
    assert set(states(page).values()) == {"closed"} and "data-live" not in page.content.decode()


def test_only_headquarters_reads_it(newsroom: Newsroom) -> None:
    message = offered(newsroom)
    for name, person in newsroom.people().items():
        for page in ("uptake/", "uptake.csv"):
            status = newsroom.browse(person).get(f"/network/{message.pk}/{page}").status_code
            assert (status == 200) is (name in ("head", "editor", "expert", "auditor")), (name, page)


def test_the_same_questions_for_three_sixty_and_six_hundred(newsroom: Newsroom) -> None:
    editor, found, known = newsroom.browse(newsroom.editor), {}, 0
    for size in (3, 60, 600):
        many_units(newsroom, size - known, known)
        known = size
        message = offered(newsroom, title=f"پیام {size}")
        all_take(newsroom, message)
        found[size] = asked(editor, f"/network/{message.pk}/uptake/")
        assert len(asked(editor, f"/network/{message.pk}/uptake.csv")) <= MOST
    assert {len(questions) for questions in found.values()} == {len(found[3])}, found[600]
    assert len(found[3]) <= MOST, found[3]
    page = editor.get(f"/network/{message.pk}/uptake/")
    board = page.context["board"]
    assert (board.units, len(page.context["page"].object_list)) == (602, 60)
    assert board.counts == {Uptake.NOT_SEEN: 2, Uptake.ADOPTED: 600}


def test_another_program_reads_the_table(newsroom: Newsroom, shared_admin: psycopg.Connection) -> None:
    """PostgreSQL's own reader of CSV; and what begins like a formula is none."""
    message = offered(newsroom, title="=cmd|' /c calc'!A0")
    take(message, newsroom.hospital, newsroom.officer)
    assert message.current_id
    services.decline_offer(
        offer_of(message, newsroom.faculty),
        Answer(message.current_id),
        reason='+1 "نقل"،\nدو خط',
        by=newsroom.neighbour,
    )
    answer = newsroom.browse(newsroom.editor).get(f"/network/{message.pk}/uptake.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="uptake-{message.pk}.csv"'
    rows = read_by_postgres(shared_admin, answer.content, 12)
    assert len(rows) == 4 and {row[0] for row in rows} == {"'=cmd|' /c calc'!A0"}
    assert {row[10] for row in rows} == {"", '\'+1 "نقل"،\nدو خط'}
    assert {(row[1], row[4]) for row in rows} == {
        (newsroom.hospital.name, "پذیرفته، منتظر تأیید"),
        (newsroom.faculty.name, "منتشر نمی‌کند"),
    }


def read_by_postgres(admin: psycopg.Connection, content: bytes, columns: int) -> list[tuple[str, ...]]:
    """The rows below the heading, as COPY reads them; it refuses a row with another number of cells."""
    names = [f"c{number}" for number in range(columns)]
    with admin.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.read_csv")
        cursor.execute(f"create temporary table read_csv ({', '.join(f'{name} text' for name in names)})")
        with cursor.copy("copy read_csv from stdin (format csv, header)") as into:
            into.write(content)
        return cursor.execute("select * from read_csv").fetchall()
