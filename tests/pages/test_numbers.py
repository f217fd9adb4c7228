"""Numbers: what is shown of a copy, a channel and a message, one that somebody saw, and tables out and in."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from PIL import Image

from ravi.core import blob, calendar, clock
from ravi.core.models import AuditEntry
from ravi.delivery.models import Delivery, Reading
from ravi.delivery.readings import queries, services
from ravi.delivery.readings.rules import Kind, Source
from ravi.directory.models import Channel
from ravi.text.jalali import to_jalali
from tests.pages.conftest import Newsroom
from tests.pages.test_board import asked, copies

pytestmark = pytest.mark.django_db

NOT_TOLD, NOT_YET = "این سکو نمی‌گوید", "هنوز خوانده نشده"


@pytest.fixture
def published(newsroom: Newsroom, settle: Callable[..., None]) -> Any:
    """A message whose six copies went out an hour ago: three on Telegram, three on Mastodon."""
    post = newsroom.approved()
    settle(copies(post), "sent")
    hour_ago = clock.now() - timedelta(hours=1)
    Delivery.objects.filter(post_id=post.pk).update(sent_at=hour_ago, settled_at=hour_ago)
    return post


def read(copy: Delivery, kind: Kind, value: int, *, minutes_ago: int = 5, source: Source = Source.API) -> Reading:
    """As the collector would have written it."""
    at = clock.now() - timedelta(minutes=minutes_ago)
    return Reading.objects.create(
        institution_id=copy.institution_id,
        channel_id=copy.channel_id,
        delivery=copy,
        kind=kind,
        value=value,
        source=source,
        taken_at=at,
        noted_at=at,
    )


def seen(copy: Delivery, **wanted: Any) -> services.Number:
    plain: dict[str, Any] = {
        "channel": Channel.objects.get(pk=copy.channel_id),
        "delivery": copy,
        "kind": Kind.VIEWS,
        "value": 100,
        "taken_at": clock.now() - timedelta(minutes=10),
        "evidence_link": "https://t.me/x/1",
    }
    return services.Number(**(plain | wanted))


def form_of(value: str, **more: Any) -> dict[str, Any]:
    there = calendar.in_tehran(clock.now() - timedelta(minutes=5))
    year, month, day = to_jalali(there.date())
    moment = {"taken_at_0": str(day), "taken_at_1": str(month), "taken_at_2": str(year)}
    plain = {"kind": "views", "value": value, "link": "t.me/x/1", "taken_at_3": f"{there.hour}:{there.minute:02}"}
    return {**plain, **moment, **more}


def of(post: Any, platform: str, unit: Any) -> Delivery:
    return Delivery.objects.get(post_id=post.pk, platform=platform, unit_id=unit.pk)


# What is shown


def test_a_copy_shows_its_latest_numbers_and_never_a_nothing(newsroom: Newsroom, published: Any) -> None:
    mastodon, telegram = (of(published, platform, newsroom.hospital) for platform in ("mastodon", "telegram"))
    read(mastodon, Kind.REACTIONS, 3, minutes_ago=30)
    read(mastodon, Kind.REACTIONS, 1_204)
    editor = newsroom.browse(newsroom.editor)
    page = editor.get(f"/deliveries/{mastodon.pk}/").content.decode()
    assert "۱٬۲۰۴" in page and "خود سکو" in page
    assert page.count(NOT_TOLD) == 1 and page.count(NOT_YET) == 2  # views; shares and replies
    assert editor.get(f"/deliveries/{telegram.pk}/").content.decode().count(NOT_TOLD) == 4


def test_a_platform_with_one_channel_says_its_number_alone(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    """ "1 of 1 channel tells" stood beside every number of a unit's own message."""
    channel = Channel.objects.get(unit=newsroom.hospital, platform="mastodon")
    post = newsroom.approved(channel_ids=frozenset({channel.pk}))
    settle(copies(post), "sent")
    [alone] = copies(post)
    read(alone, Kind.REACTIONS, 10)
    shown = newsroom.browse(newsroom.editor).get(f"/deliveries/posts/{post.pk}/numbers/")
    [line] = [one for one in shown.context["message"].lines if one.name == "ماستودون"]
    assert line.channels == 1 and ">۱۰</b>" in shown.content.decode()
    assert "۱ از ۱ کانال" not in shown.content.decode()


def test_sums_say_of_how_many_channels_they_speak(newsroom: Newsroom, published: Any) -> None:
    first, second = (of(published, "mastodon", unit) for unit in (newsroom.hospital, newsroom.faculty))
    read(first, Kind.REACTIONS, 10)
    read(second, Kind.REACTIONS, 0)
    answer = newsroom.browse(newsroom.editor).get(f"/deliveries/posts/{published.pk}/numbers/")
    lines = {line.name: {one.label: one for one in line.sums} for line in answer.context["message"].lines}
    told = lines["ماستودون"]["واکنش"]
    assert (told.value, told.telling, told.channels) == (10, 2, 3)  # a 0 that was said is a number
    assert "۲ از ۳ کانال می‌گویند" in answer.content.decode()
    assert (lines["تلگرام"]["واکنش"].value, lines["تلگرام"]["واکنش"].shown) == (None, NOT_TOLD)
    assert lines["ماستودون"]["بازنشر"].shown == NOT_YET
    assert lines["روی هم"]["بازدید"].shown == "هیچ سکویی نمی‌گوید"
    together = lines["روی هم"]["واکنش"]
    assert (together.value, together.telling, together.channels) == (10, 2, 6)


def test_a_unit_sees_its_own_copies_only(newsroom: Newsroom, published: Any) -> None:
    read(of(published, "mastodon", newsroom.hospital), Kind.REACTIONS, 7)
    read(of(published, "mastodon", newsroom.faculty), Kind.REACTIONS, 5)
    answer = newsroom.browse(newsroom.officer).get(f"/deliveries/posts/{published.pk}/numbers/")
    [line] = [one for one in answer.context["message"].lines if one.name == "ماستودون"]
    assert (line.channels, line.sums[1].value) == (1, 7)
    foreign = of(published, "mastodon", newsroom.faculty)
    browser = newsroom.browse(newsroom.officer)
    assert browser.get(f"/deliveries/{foreign.pk}/numbers/new/").status_code == 404
    assert browser.get(f"/deliveries/channels/{foreign.channel_id}/numbers/").status_code == 404
    assert str(foreign.pk) not in browser.get(f"/deliveries/posts/{published.pk}/numbers.csv").content.decode()


def test_followers_over_time_are_a_curve_and_the_same_as_a_table(newsroom: Newsroom, published: Any) -> None:
    copy = of(published, "mastodon", newsroom.hospital)
    address = f"/deliveries/channels/{copy.channel_id}/numbers/"
    editor = newsroom.browse(newsroom.editor)
    assert editor.get(address).context["curve"] is None
    for days, value in ((9, 1_000), (6, 1_040), (3, 990), (0, 1_106)):
        at = clock.now() - timedelta(days=days)
        Reading.objects.create(
            institution_id=copy.institution_id,
            channel_id=copy.channel_id,
            kind=Kind.FOLLOWERS,
            value=value,
            source=Source.API,
            taken_at=at,
            noted_at=at,
        )
    answer = editor.get(address)
    page = answer.content.decode()
    assert len(answer.context["curve"].points.split()) == 4
    assert "+۱۰۶" in page and page.count('<th scope="row">') == 4 and 'role="img"' in page
    assert "۱٬۱۰۶" in editor.get(f"/channels/{copy.channel_id}/").content.decode()


@pytest.mark.parametrize("address", ["/deliveries/posts/{post}/numbers/", "/deliveries/posts/{post}/numbers.csv"])
def test_numbers_ask_no_more_for_more_copies(
    newsroom: Newsroom, settle: Callable[..., None], published: Any, address: str
) -> None:
    editor = newsroom.browse(newsroom.editor)
    few = asked(editor, address.format(post=published.pk))
    newsroom.add_units(10)
    more = newsroom.approved()
    settle(copies(more), "sent")
    assert len(copies(more)) == 26
    assert len(asked(editor, address.format(post=more.pk))) == len(few) <= 12


# What somebody saw


def test_a_person_writes_down_what_they_saw_with_what_shows_it(newsroom: Newsroom, published: Any) -> None:
    copy = of(published, "telegram", newsroom.hospital)
    officer = newsroom.browse(newsroom.officer)
    address = f"/deliveries/{copy.pk}/numbers/new/"
    assert officer.post(address, form_of("۱٬۲۳۴")).status_code == 302
    [kept] = Reading.objects.all()
    assert (kept.kind, kept.value, kept.source, kept.by_id) == ("views", 1_234, "person", newsroom.officer.pk)
    assert kept.evidence_link == "https://t.me/x/1"
    page = officer.get(f"/deliveries/{copy.pk}/").content.decode()
    assert "۱٬۲۳۴" in page and newsroom.officer.name in page and NOT_TOLD in page
    assert AuditEntry.objects.filter(verb="delivery.read_by_hand", by_id=newsroom.officer.pk).count() == 1


def test_a_picture_is_drawn_anew_and_seen_by_whoever_sees_the_copy(newsroom: Newsroom, published: Any) -> None:
    copy = of(published, "telegram", newsroom.hospital)
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(drawn, "PNG", pnginfo=None)
    content = drawn.getvalue() + b"appended secret"
    upload = SimpleUploadedFile("screen.png", content, "image/png")
    officer = newsroom.browse(newsroom.officer)
    assert officer.post(f"/deliveries/{copy.pk}/numbers/new/", form_of("5", link="", picture=upload)).status_code == 302
    kept = Reading.objects.get()
    found = blob.find(kept.institution_id, kept.evidence_sha256)
    assert found is not None and b"secret" not in found[0]
    answer = officer.get(f"/deliveries/readings/{kept.pk}/evidence/")
    assert (answer.status_code, answer["Content-Type"]) == (200, found[1])
    assert newsroom.browse(newsroom.neighbour).get(f"/deliveries/readings/{kept.pk}/evidence/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"link": ""}, "پیوند یا تصویری"),
        ({"link": "javascript:alert(1)"}, "https://"),
        ({"value": "-3"}, "عددی"),
        ({"value": "۱۲ هزار"}, "عدد"),
        ({"taken_at_2": "1499"}, "هنوز نرسیده"),
        ({"taken_at_2": "1404"}, "پیش از انتشار"),
        ({"kind": "followers"}, ""),
        ({"picture": SimpleUploadedFile("p.png", b"PK\x03\x04 no picture", "image/png")}, "PNG"),
    ],
)
def test_what_is_no_number_is_refused_beside_its_field(
    newsroom: Newsroom, published: Any, fields: dict[str, Any], sentence: str
) -> None:
    copy = of(published, "telegram", newsroom.hospital)
    answer = newsroom.browse(newsroom.officer).post(
        f"/deliveries/{copy.pk}/numbers/new/", form_of(**({"value": "5"} | fields))
    )
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not Reading.objects.exists()


def test_who_does_not_write_for_the_unit_writes_no_number(newsroom: Newsroom, published: Any) -> None:
    copy = of(published, "telegram", newsroom.hospital)
    auditor = newsroom.browse(newsroom.auditor)
    assert auditor.get(f"/deliveries/{copy.pk}/").status_code == 200
    assert "numbers/new" not in auditor.get(f"/deliveries/{copy.pk}/").content.decode()
    assert auditor.post(f"/deliveries/{copy.pk}/numbers/new/", form_of("5")).status_code == 403
    with pytest.raises(PermissionDenied):
        services.write_down(seen(copy), by=newsroom.neighbour, now=clock.now())
    assert not Reading.objects.exists()


def test_a_correction_is_another_row_and_nothing_changes_one(newsroom: Newsroom, published: Any) -> None:
    copy = of(published, "telegram", newsroom.hospital)
    at = clock.now() - timedelta(minutes=10)
    first = services.write_down(seen(copy, value=500, taken_at=at), by=newsroom.officer, now=clock.now())
    again = services.write_down(seen(copy, value=500, taken_at=at), by=newsroom.officer, now=clock.now())
    assert again.pk == first.pk
    services.write_down(seen(copy, value=50, taken_at=at), by=newsroom.officer, now=clock.now())
    latest = queries.latest_of_copies([copy.pk])[copy.pk]
    assert latest[Kind.VIEWS].value == 50
    assert [one.value for one in queries.readings_of(copy)] == [50, 500]
    assert queries.latest_of_copies([copy.pk], as_of=at - timedelta(seconds=1)) == {}
    for change in ("update delivery_reading set value = 1", "delete from delivery_reading"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": -1},
        {"source": "person"},  # without a person and without evidence
        {"evidence_link": "https://example.org/raw-answer"},  # of a platform's answer nothing is kept
        {"kind": "followers"},
        {"source": "rumour"},
    ],
)
def test_the_database_itself_refuses(newsroom: Newsroom, published: Any, wrong: dict[str, Any]) -> None:
    copy, now = of(published, "mastodon", newsroom.hospital), clock.now()
    row = {"kind": Kind.REACTIONS, "value": 1, "source": Source.API, "taken_at": now, "noted_at": now}
    with pytest.raises(DatabaseError), transaction.atomic():
        Reading.objects.create(
            institution_id=copy.institution_id, channel_id=copy.channel_id, delivery=copy, **(row | wrong)
        )


# Tables


def table_of(answer: Any) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def file_of(rows: list[dict[str, str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> SimpleUploadedFile:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("numbers.csv", out.getvalue().encode(encoding), "text/csv")


def test_a_table_tells_in_words_what_is_not_told_and_runs_nothing(newsroom: Newsroom, published: Any) -> None:
    copy = of(published, "mastodon", newsroom.hospital)
    read(copy, Kind.SHARES, 12)
    Delivery.objects.filter(pk=copy.pk).update(link="=cmd|'/c calc'!A1")
    rows = table_of(newsroom.browse(newsroom.editor).get(f"/deliveries/posts/{published.pk}/numbers.csv"))
    assert len(rows) == 6 * 4
    told = [row for row in rows if row["شمارهٔ نسخه"] == str(copy.pk)]
    assert [row["عدد"] for row in told] == [NOT_TOLD, NOT_YET, "12", NOT_YET]
    [shares] = [row for row in told if row["عدد"] == "12"]
    assert shares["زمان (ISO 8601)"].endswith("+03:30") and "۱۴" in shares["روز و ساعت"]
    assert {row["پیوند نشان‌دهنده"][:2] for row in told} == {"'="}
    assert "0" not in {row["عدد"] for row in rows}


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8", ";"), ("utf-16", "\t")])
def test_a_filled_in_table_is_looked_through_and_kept_once(
    newsroom: Newsroom, published: Any, encoding: str, delimiter: str
) -> None:
    editor = newsroom.browse(newsroom.editor)
    rows = table_of(editor.get(f"/deliveries/posts/{published.pk}/numbers.csv"))
    at = calendar.in_tehran(clock.now() - timedelta(minutes=3)).isoformat(timespec="seconds")
    views = [row for row in rows if row["چه شمرده شده"] == "بازدید" and row["سکو"] == "تلگرام"]
    for number, row in enumerate(views, start=1):
        row |= {"عدد": f"۱٬۰۰{number}".translate(str.maketrans("123", "۱۲۳")), "زمان (ISO 8601)": at}
    looked = editor.post("/deliveries/readings/file/", {"file": file_of(rows, encoding, delimiter)})
    assert looked.status_code == 200 and not Reading.objects.exists()
    assert len(looked.context["looked"].numbers) == 3 and looked.context["looked"].left_out == 21
    for _ in range(2):
        assert editor.post("/deliveries/readings/file/", {"table": looked.context["table"]}).status_code == 302
    found = Reading.objects.values_list("value", "source", "by_id")
    assert sorted(found) == [(1_000 + n, "file", newsroom.editor.pk) for n in (1, 2, 3)]
    assert AuditEntry.objects.filter(verb="delivery.read_file").count() == 1
    # What Ravi gives out and takes back is known already.
    back = table_of(editor.get(f"/deliveries/posts/{published.pk}/numbers.csv"))
    answer = editor.post("/deliveries/readings/file/", {"file": file_of(back)})
    editor.post("/deliveries/readings/file/", {"table": answer.context["table"]})
    assert Reading.objects.count() == 3


def test_faults_are_named_by_row_and_nothing_is_kept(newsroom: Newsroom, published: Any) -> None:
    copy, foreign = (of(published, "telegram", unit) for unit in (newsroom.hospital, newsroom.faculty))
    good = {"Copy number": str(copy.pk), "What is counted": "views", "Number": "7", "Day and hour": "1405/1/1 10:00"}
    good |= {"Day and hour": "", "Time (ISO 8601)": clock.now().isoformat(), "Link that shows it": ""}
    rows = [
        good,
        good | {"Number": "many"},
        good | {"Copy number": str(foreign.pk)},
        good | {"What is counted": "likes"},
        good | {"Time (ISO 8601)": "2031-01-01T10:00:00"},
        good | {"Time (ISO 8601)": "", "Day and hour": "1405/13/1"},
        good | {"Link that shows it": "javascript:alert(1)"},
    ]
    officer = newsroom.browse(newsroom.officer)
    answer = officer.post("/deliveries/readings/file/", {"file": file_of(rows)})
    assert answer.status_code == 422
    assert [fault.row for fault in answer.context["looked"].faults] == [3, 4, 5, 6, 7, 8]
    assert "سطر ۳" in answer.content.decode()
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"PK\x03\x04", b"a,b\n1,2", b"\x00" * 10, "عدد\n".encode("cp1256"), b"x" * 1_000_001]
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(newsroom: Newsroom, content: bytes) -> None:
    upload = SimpleUploadedFile("x.csv", content, "text/csv")
    answer = newsroom.browse(newsroom.editor).post("/deliveries/readings/file/", {"file": upload})
    assert answer.status_code == 422 and answer.context["form"].errors["file"]


def test_a_table_that_was_not_looked_through_is_not_kept(newsroom: Newsroom, published: Any) -> None:
    editor = newsroom.browse(newsroom.editor)
    assert editor.post("/deliveries/readings/file/", {"table": "made-up"}).status_code == 302
    assert not Reading.objects.exists()


def test_the_way_from_the_board_leads_to_the_numbers(newsroom: Newsroom, published: Any) -> None:
    page = newsroom.browse(newsroom.editor).get(f"/posts/{published.pk}/board/").content.decode()
    assert f"/deliveries/posts/{published.pk}/numbers/" in page
