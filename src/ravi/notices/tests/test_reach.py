"""A person links a place by a code that only that place received, and is told there once, at the right hour."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import translation

from ravi.core import clock
from ravi.notices import jobs, services, timing
from ravi.notices.models import Address, Dispatch, Notice
from ravi.notices.senders import words
from ravi.platforms.contract_faults import free_port
from tests.servers.smtp import PASSWORD, USER, MailServer, mail_server

pytestmark = pytest.mark.django_db

TEHRAN = ZoneInfo("Asia/Tehran")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=TEHRAN).astimezone(UTC)
PARAMS = {"who": "مریم رستگار", "title": "کارگاه", "count": 3}
State = Dispatch.State


@pytest.fixture
def mail(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A real SMTP server, and the environment that leads to it."""
    with mail_server(tmp_path) as server:
        settings = {
            "RAVI_MAIL_HOST": "127.0.0.1",
            "RAVI_MAIL_PORT": str(server.port),
            "RAVI_MAIL_SECURITY": "none",
            "RAVI_MAIL_USER": USER,
            "RAVI_MAIL_PASSWORD": PASSWORD,
            "RAVI_MAIL_FROM": "Ravi <ravi@example.org>",
            "RAVI_EGRESS_ALLOW": f"127.0.0.1:{server.port}",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def texts(server: MailServer) -> list[tuple[str, str, str]]:
    """(to, subject, plain words) of every letter that arrived, oldest first."""
    return [
        (str(one["To"]), str(one["Subject"]), str(one.get_body(("plain",)).get_content()).replace("\r\n", "\n"))
        for one in server.all_letters()
    ]


def linked(person: Any, address: str = "a@example.org") -> Address:
    """A confirmed address, the short way."""
    asked = services.ask_code(person, "mail", address)
    services.confirm_address(person, asked.pk, services.make_code(asked))
    asked.refresh_from_db()
    return asked


def tell(house: Any, *people: Any, kind: str = "post_submitted", params: Any = PARAMS, url: str = "/posts/1/") -> None:
    services.tell([one.pk for one in people], kind, params, url, institution_id=house.institution.pk)


def states() -> list[str]:
    return list(Dispatch.objects.order_by("pk").values_list("state", flat=True))


# The code


def test_a_code_links_the_address_that_received_it(house, mail, sign_in):
    browser = sign_in(house.editor)
    assert browser.post("/notices/reach/address/", {"sender": "mail", "address": "m@example.org"}).status_code == 302
    asked = Address.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("select args::text from procrastinate_jobs where task_name = 'notices.send_code'")
        assert cursor.fetchone() == (f'{{"address_id": {asked.pk}, "institution_id": {house.institution.pk}}}',)
    jobs.send_code(house.institution.pk, asked.pk)
    ((to, _subject, text),) = texts(mail)
    (code,) = re.findall(r"\b\d{6}\b", text)
    assert to == "m@example.org"
    asked.refresh_from_db()
    assert code not in asked.code_hash
    typed = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert browser.post(f"/notices/reach/{asked.pk}/code/", {"code": f"{typed[:3]} {typed[3:]}"}).status_code == 302
    asked.refresh_from_db()
    assert asked.confirmed_at == NOON and asked.code_hash == ""


def test_a_code_holds_once_and_for_half_an_hour(house):
    asked = services.ask_code(house.editor, "mail", "a@example.org")
    code = services.make_code(asked)
    with clock.at(NOON + timing.CODE_HOLDS), pytest.raises(services.CodeRefused):
        services.confirm_address(house.editor, asked.pk, code)
    services.confirm_address(house.editor, asked.pk, code)
    with pytest.raises(services.CodeRefused):
        services.confirm_address(house.editor, asked.pk, code)


def test_guessing_ends_after_some_codes(house):
    asked = services.ask_code(house.editor, "mail", "a@example.org")
    code = services.make_code(asked)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(timing.MOST_GUESSES):
        with pytest.raises(services.CodeRefused):
            services.confirm_address(house.editor, asked.pk, wrong)
    with pytest.raises(services.CodeRefused):
        services.confirm_address(house.editor, asked.pk, code)


def test_a_new_code_voids_the_old_one(house):
    asked = services.ask_code(house.editor, "mail", "a@example.org")
    old = services.make_code(asked)
    new = services.make_code(asked)
    if old != new:
        with pytest.raises(services.CodeRefused):
            services.confirm_address(house.editor, asked.pk, old)
    services.confirm_address(house.editor, asked.pk, new)


def test_nobody_fills_a_mailbox_with_codes(house, mail, sign_in):
    for number in range(timing.MOST_CODES):
        services.ask_code(house.editor, "mail", f"{number}@example.org")
    with pytest.raises(services.TooManyCodes):
        services.ask_code(house.editor, "mail", "x@example.org")
    page = sign_in(house.editor).post("/notices/reach/address/", {"sender": "mail", "address": "x@example.org"})
    assert page.status_code == 422
    with clock.at(NOON + timing.CODES_PER):
        services.ask_code(house.editor, "mail", "x@example.org")


def test_a_code_that_cannot_go_says_why(house, mail, sign_in):
    mail.close()
    asked = services.ask_code(house.editor, "mail", "a@example.org")
    with pytest.raises(jobs.NotSent):
        jobs.send_code(house.institution.pk, asked.pk)
    asked.refresh_from_db()
    assert asked.trouble == "not_reached"
    assert 'class="say is-unknown"' in sign_in(house.editor).get("/notices/reach/").content.decode()


@pytest.mark.parametrize(
    "typed", ["", "nothing", "a@b", "a b@example.org", "@x:example.org", "a@example.org\nBcc: b@c.d"]
)
def test_what_is_no_address_is_said(house, mail, sign_in, typed):
    page = sign_in(house.editor).post("/notices/reach/address/", {"sender": "mail", "address": typed})
    assert page.status_code == 422
    assert not Address.objects.exists()


def test_page_says_that_there_is_no_way(house, sign_in, monkeypatch):
    monkeypatch.delenv("RAVI_MAIL_HOST", raising=False)
    monkeypatch.delenv("RAVI_MATRIX_URL", raising=False)
    browser = sign_in(house.editor)
    assert 'class="empty"' in browser.get("/notices/reach/").content.decode()
    assert browser.post("/notices/reach/address/", {"sender": "mail", "address": "a@example.org"}).status_code == 404


# The hour


@pytest.mark.parametrize(
    ("hour", "is_urgent", "goes"),
    [(21, False, 21), (22, False, 31), (3, False, 7), (7, False, 7), (23, True, 23)],
)
def test_what_is_not_urgent_waits_for_the_morning(hour, is_urgent, goes):
    day = datetime(2026, 11, 25, tzinfo=TEHRAN)
    now = (day + timedelta(hours=hour)).astimezone(UTC)
    due = timing.due_at(now, is_urgent=is_urgent, quiet_from=22, quiet_until=7, zone=TEHRAN)
    assert due == day + timedelta(hours=goes)


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "hour", "quiet"), [(0, 0, 3, False), (1, 5, 3, True), (1, 5, 6, False)]
)
def test_quiet_hours_may_be_any(quiet_from, quiet_until, hour, quiet):
    assert timing.is_quiet(hour, quiet_from, quiet_until) is quiet


def test_own_quiet_hours_are_kept(house, mail, sign_in):
    mine = linked(house.editor)
    hours = {"quiet_from": "12", "quiet_until": "13"}
    assert sign_in(house.editor).post(f"/notices/reach/{mine.pk}/quiet-hours/", hours).status_code == 302
    tell(house, house.editor)
    assert Dispatch.objects.get().due_at == NOON + timedelta(hours=1)


# What goes


def test_each_notice_goes_once_to_whoever_linked_themselves(house, mail):
    linked(house.expert, "e@example.org")
    tell(house, house.expert, house.head)
    jobs.dispatch(0)
    jobs.dispatch(0)
    ((to, subject, text),) = texts(mail)
    assert (to, states()) == ("e@example.org", ["sent"])
    assert "مریم رستگار" in subject and "http://localhost:8000/posts/1/" in text
    assert Dispatch.objects.get().ended_at == NOON


def test_what_is_due_together_goes_in_one_message(house, mail):
    linked(house.expert)
    for number in range(timing.MOST_TOLD + 2):
        tell(house, house.expert, url=f"/posts/{number}/")
    jobs.dispatch(0)
    found = texts(mail)
    assert len(found) == 2
    assert [text.count("http://localhost:8000/posts/") for _to, _subject, text in found] == [timing.MOST_TOLD, 2]
    assert set(states()) == {"sent"}


def test_what_was_read_in_ravi_does_not_go(house, mail):
    linked(house.expert)
    tell(house, house.expert)
    services.mark_read(house.expert)
    jobs.dispatch(0)
    assert (texts(mail), states()) == ([], ["dropped"])


def test_nothing_goes_to_an_ended_address(house, mail):
    mine = linked(house.expert)
    tell(house, house.expert)
    services.end_address(house.expert, mine.pk)
    tell(house, house.expert)
    jobs.dispatch(0)
    assert (texts(mail), states()) == ([], ["dropped"])


def test_a_server_that_is_away_is_tried_again_later(house, mail):
    linked(house.expert)
    tell(house, house.expert)
    mail.close()
    jobs.dispatch(0)
    one = Dispatch.objects.get()
    assert (one.state, one.reason, one.due_at) == ("waiting", "not_reached", NOON + timing.BACKOFF[0])
    mail.open()
    jobs.dispatch(0)
    assert texts(mail) == []
    with clock.at(one.due_at):
        jobs.dispatch(0)
    assert len(texts(mail)) == 1 and states() == ["sent"]


def test_a_server_that_stays_away_is_given_up(house, mail):
    linked(house.expert)
    tell(house, house.expert)
    mail.close()
    now = NOON
    for _ in range(len(timing.BACKOFF) + 1):
        with clock.at(now):
            jobs.dispatch(0)
        now += timedelta(hours=4)
    assert states() == ["failed"]


def test_a_mail_of_which_nobody_knows_is_not_repeated(house, mail, sign_in):
    linked(house.expert)
    tell(house, house.expert)
    mail.drop_after_data = True
    jobs.dispatch(0)
    assert states() == ["unsure"]
    mail.drop_after_data = False
    with clock.at(NOON + timedelta(days=1)):
        jobs.dispatch(0)
    assert states() == ["unsure"]
    assert 'class="say is-unknown"' in sign_in(house.expert).get("/notices/reach/").content.decode()


def test_a_mail_in_the_hands_of_a_dead_process_is_unsure_and_matrix_goes_again(house):
    linked(house.expert)
    tell(house, house.expert)
    assert services.claim_batch() is not None
    assert services.clear_up() == 0
    with clock.at(NOON + timing.IN_HAND * 1.1):
        assert services.clear_up() == 1
    assert states() == ["unsure"]
    Address.objects.update(sender="matrix")
    Dispatch.objects.update(state=State.SENDING)
    with clock.at(NOON + timing.IN_HAND * 1.1):
        services.clear_up()
        batch = services.claim_batch()
    assert batch is not None and batch.key == Dispatch.objects.get().key


def test_an_answer_that_nobody_can_read_costs_one_message(house, mail, monkeypatch):
    linked(house.expert)
    linked(house.editor, "b@example.org")
    tell(house, house.expert, house.editor)

    async def stumble(self: Any, address: str, *_: Any, **__: Any) -> None:
        if address == "a@example.org":
            raise KeyError("room_id")

    monkeypatch.setattr("ravi.notices.senders.mail.Mail.send", stumble)
    jobs.dispatch(0)
    assert sorted(states()) == ["sent", "unsure"]


def test_new_facts_of_a_case_join_its_unread_notice(house, mail):
    linked(house.expert)
    for _ in range(360):
        services.tell_more(
            [house.expert.pk], "copies_troubled", {"title": "کارگاه", "unknown": 1}, "/posts/1/board/",
            institution_id=house.institution.pk,
        )  # fmt: skip
    jobs.dispatch(0)
    assert Notice.objects.get().params == {"title": "کارگاه", "unknown": 360}
    assert len(texts(mail)) == 1


@pytest.mark.parametrize("count", [1, 3, 100])
def test_telling_asks_the_same_number_of_questions(house, count, django_assert_max_num_queries):
    linked(house.expert)
    with django_assert_max_num_queries(6):
        tell(house, *[house.expert, house.head, house.editor][:count])


def test_words_are_in_the_readers_language(house):
    tell(house, house.expert)
    said = {language: words.told([Notice.objects.get()], language, "x").text for language in ("fa", "en")}
    assert "مریم" in said["fa"] and "asks for your yes" in said["en"]
    with translation.override("en"):
        assert words.told([Notice.objects.get()], "fa", "x").text == said["fa"]


def test_nobody_reaches_anothers_address(house, sign_in):
    mine = linked(house.expert)
    browser = sign_in(house.editor)
    for verb in ("code", "quiet-hours", "end"):
        assert browser.post(f"/notices/reach/{mine.pk}/{verb}/").status_code == 404


def test_a_lasting_thing_is_told_once_until_it_has_ended(house):
    def keep(*keys: str) -> int:
        now = {key: services.Lasting([house.head.pk], PARAMS, "/") for key in keys}
        return services.keep_cases("post_submitted", now, institution_id=house.institution.pk)

    assert [keep("a"), keep("a"), keep("a", "b"), keep(), keep("a")] == [1, 0, 1, 0, 1]
    assert Notice.objects.filter(person=house.head).count() == 3


def test_free_ports_are_not_answered(house, mail, monkeypatch):
    """A private address that nobody listed is not reached: the same wall as for platforms."""
    linked(house.expert)
    tell(house, house.expert)
    monkeypatch.setenv("RAVI_EGRESS_ALLOW", f"127.0.0.1:{free_port()}")
    jobs.dispatch(0)
    assert (texts(mail), states()) == ([], ["waiting"])
