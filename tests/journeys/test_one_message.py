"""One message through the whole network: written at headquarters, answered by all 59 other units, approved, published,
corrected in every copy, withdrawn. 56 units answer by program with keys of their own, three in a browser on a phone. Two of
them publish on a real WordPress, Bluesky, Matrix and mail server too, beside the practice platforms."""

import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from persiantools.jdatetime import JalaliDate
from playwright.sync_api import Page

from ravi.core.calendar import day
from tests.journeys import people, running
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page
from tests.journeys.programs import PLATFORMS, Counted, adopt, uptake
from tests.journeys.real_channels import RealChannels, real_channels
from tests.journeys.running import Ravi
from tests.journeys.test_api import key_of

pytestmark = pytest.mark.server  # a journey, on the servers of that kind

WAITS_S = 240
HANDS = ("instagram", "linkedin", "aparat")
OWN_WORDS = "همسایه‌های عزیز، نوبت {دوز} رسیده است: {سن}، از {تاریخ}، {ساعت}، {مکان}. پرسش: {تلفن}"
# Where a person asks for pictures of the way; nothing is written without it.
PICTURES = os.environ.get("RAVI_JOURNEY_PICTURES", "")


@dataclass
class Walk:
    """What the way cost: taps of each person's task, and seconds of each stretch."""

    taps: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def tap(self, task: str, page: Page, found: str) -> None:
        self.taps[task] += 1
        page.locator(found).first.click()

    @contextmanager
    def stretch(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 1)


def look(page: Page, name: str) -> None:
    """Without a fault of direction or access; and a picture, if somebody wants to see it."""
    assert check_page(page) == [], name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def day_after(days: int) -> tuple[str, str, str]:
    """Day, month and year of a Jalali date form."""
    day = JalaliDate(datetime.now(UTC).date() + timedelta(days=days))
    return str(day.day), str(day.month), str(day.year)


def set_day(page: Page, name: str, days: int) -> None:
    for place, value in enumerate(day_after(days)):
        box = page.locator(f"[name={name}_{place}]")
        box.select_option(value) if box.evaluate("box => box.tagName") == "SELECT" else box.fill(value)


FACTS: dict[str, dict[str, str]] = {
    "دوز": {"number": "۲"},
    "سن": {"low": "۶۰"},
    "تاریخ": {"first": "7"},
    "ساعت": {"first": "۸", "last": "۱۴"},
    "مکان": {"text": "مرکز بهداشت شماره ۲"},
    "تلفن": {"digits": "02155550123"},
}


def set_facts(page: Page, walk: Walk) -> None:
    """The blanks of the pattern, one leading to the next, and back to the list."""
    walk.tap("write", page, "main a[href*='kind=']")
    for _each in FACTS:
        page.wait_for_url("**/facts/0/?*")
        [name] = parse_qs(urlsplit(page.url).query)["name"]
        for box, value in FACTS[name].items():
            set_day(page, box, int(value)) if name == "تاریخ" else page.locator(f"[name={box}]").fill(value)
        with page.expect_navigation():
            walk.tap("write", page, "main form .btn-1")
    page.wait_for_url("**/facts/")


def written(page: Page, ravi: Ravi, walk: Walk, title: str) -> int:
    """Headquarters' message, from the pattern with blanks, before the expert; its number."""
    page.goto(f"{ravi.url}/network/")
    walk.tap("write", page, "main a[href$='/network/new/']")
    walk.tap("write", page, "main button[value=vaccination]")
    page.wait_for_url(re.compile(r"/network/\d+/(words/)?$"))
    pk = int(page.url.split("/network/")[1].split("/")[0])
    if "/words/" not in page.url:
        walk.tap("write", page, f"main a[href='/network/{pk}/words/']")
    page.locator("[name=title]").fill(title)
    set_day(page, "valid_until", 40)
    walk.tap("write", page, "main button[name=then][value=facts]")
    page.wait_for_url("**/facts/")
    set_facts(page, walk)
    look(page, "1-facts")
    page.goto(f"{ravi.url}/network/{pk}/settings/")
    page.locator("[name=everybody]").check()
    page.locator("[name=window_min]").fill("۰")
    walk.tap("write", page, "main form .btn-1")
    page.wait_for_url(f"**/network/{pk}/")
    walk.tap("write", page, f"main form[action$='/network/{pk}/request/'] .btn-1")
    page.wait_for_load_state()
    return pk


def endorsed(page: Page, ravi: Ravi, walk: Walk, pk: int, task: str) -> None:
    """The health expert's yes to the words, before any unit sees them."""
    page.goto(f"{ravi.url}/network/{pk}/endorsement/")
    walk.tap(task, page, "main form .btn-1")
    page.wait_for_url(f"**/network/{pk}/")


def offered(page: Page, ravi: Ravi, walk: Walk, pk: int, task: str) -> None:
    page.goto(f"{ravi.url}/network/{pk}/")
    walk.tap(task, page, f"main a[href$='/network/{pk}/issue/']")
    with page.expect_navigation():
        walk.tap(task, page, "main form .btn-1")


def units_offer(page: Page, ravi: Ravi, title: str) -> str:
    """The address of this message's offer, as a unit's inbox shows it."""
    page.goto(f"{ravi.url}/network/offers/")
    found = page.locator("main .list.posts a", has_text=title).first.get_attribute("href")
    assert found is not None
    return found


def answered_in_browser(phones: list[Page], ravi: Ravi, walk: Walk, title: str) -> None:
    """One unit takes it as it is, one in its own words, one not at all."""
    first, second, third = phones
    first.goto(ravi.url + units_offer(first, ravi, title))
    look(first, "2-offer")
    walk.tap("adopt", first, "main form.answer .btn-1")
    first.wait_for_load_state()
    second.goto(ravi.url + units_offer(second, ravi, title))
    walk.tap("adapt", second, "main a[href$='/adapt/']")
    second.locator("[name=part_full]").fill(OWN_WORDS)
    walk.tap("adapt", second, "button[name=act][value=compare]")
    look(second, "3-adapt")
    walk.tap("adapt", second, "button[name=act][value=adopt]")
    second.wait_for_load_state()
    third.goto(ravi.url + units_offer(third, ravi, title))
    walk.tap("decline", third, "main a[href$='/decline/']")
    third.locator("[name=why]").first.check()
    walk.tap("decline", third, "main form .btn-1")
    third.wait_for_load_state()


def wait_for(programs: Counted, key: str, pk: int, is_done: Callable[[Counter[str]], bool]) -> Counter[str]:
    """The message's copies by state, but for those that wait for a hand, once that is so."""
    until = time.monotonic() + WAITS_S
    while True:
        lines = [line for one in uptake(programs, key, pk) for line in one["channels"]]
        states = Counter(line["state"] for line in lines if line["platform"] not in HANDS)
        if is_done(states):
            return states
        assert time.monotonic() < until, states
        time.sleep(1)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealChannels]:
    with real_channels(tmp_path_factory.mktemp("mail")) as channels:
        yield channels


@pytest.fixture(scope="module")
def ravi(tmp_path_factory: pytest.TempPathFactory, real: RealChannels) -> Iterator[Ravi]:
    """A demo of its own, which may call the real servers."""
    started = running.start(tmp_path_factory.mktemp("ravi"), allowed=real.allowed)
    yield started
    started.end()


@pytest.fixture
def walk() -> Iterator[Walk]:
    """Told at the end, whatever came of it."""
    walked = Walk()
    yield walked
    print(f"\ntaps: {dict(walked.taps)}\nseconds: {walked.seconds}")


def phones_of(ravi: Ravi, device: NewContext, keys: dict[int, str]) -> list[Page]:
    """Three units on phones of their own: the demo's two heads, and one of those with keys, who is given the demo's password
    and leaves its key unused."""
    unit, _key = keys.popitem()
    [(name,)] = rows(ravi, SAME_PASSWORD, unit)
    return [people.sign_in(device(360), ravi, one) for one in (name, "unit-head", "unit-head2")]


def rows(ravi: Ravi, question: str, *values: Any) -> list[tuple[Any, ...]]:
    """Of the demo's database."""
    url = json.loads((ravi.home / "run" / "state.json").read_text())["databases"]["web"]
    with psycopg.connect(url) as connection:
        (institution,) = connection.execute("select id from accounts_institution where is_demo").fetchall()[0]
        connection.execute("select set_config('ravi.institution', %s, true)", [str(institution)])
        return connection.execute(question, values).fetchall()


SAME_PASSWORD = """update accounts_person set password = (select password from accounts_person where username = 'unit-head')
    where username like 'unit-head-%%' and id in (select person_id from accounts_role where unit_id = %s and ended_at is null)
    returning username"""
UNIT_OF = """select r.unit_id from accounts_role r join accounts_person p on p.id = r.person_id
    where p.username = %s and r.ended_at is null"""


def approved(page: Page, ravi: Ravi, walk: Walk, title: str, task: str) -> None:
    """One yes for all unchanged copies, from "My tasks"."""
    page.goto(f"{ravi.url}/")
    walk.tap(task, page, f"main a[href*='/network/yes/']:has-text('{title}')")
    look(page, f"4-{task}")
    with page.expect_navigation():
        walk.tap(task, page, "#shared-form .btn-1")


def until_there(page: Page, url: str, is_so: Callable[[], bool]) -> None:
    """Open the page again and again, as somebody does who waits for it."""
    until = time.monotonic() + WAITS_S
    while True:
        page.goto(url)
        if is_so():
            return
        assert time.monotonic() < until, page.locator("main").inner_text()
        page.wait_for_timeout(500)


def read_and_approved(page: Page, ravi: Ravi, walk: Walk, title: str) -> None:
    """The answer in a unit's own words is read for itself; all others have their yes a few at a time."""
    waiting = f"main a[href$='/approval/']:has-text('{title}')"
    until_there(page, f"{ravi.url}/", lambda: page.locator(waiting).count() == 1)
    walk.tap("approve own words", page, waiting)
    look(page, "5-approve-own-words")
    with page.expect_navigation():
        walk.tap("approve own words", page, "form.dock .btn-1")


def second_version(page: Page, ravi: Ravi, walk: Walk, pk: int) -> None:
    """The same words with another day, as an officer would correct it; the expert is asked again."""
    page.goto(f"{ravi.url}/network/{pk}/")
    walk.tap("second version", page, f"main form[action$='/network/{pk}/versions/next/'] button")
    page.wait_for_load_state()
    page.goto(f"{ravi.url}/network/{pk}/words/")
    page.locator("[name=what_changed]").fill("روز آغاز یک روز دیرتر است.")
    walk.tap("second version", page, "main button[name=then][value=facts]")
    page.wait_for_url("**/facts/")
    walk.tap("second version", page, "main dl.facts div:has(bdi:text-is('{تاریخ}')) a")
    set_day(page, "first", 8)
    walk.tap("second version", page, "main form .btn-1")
    page.wait_for_url("**/facts/")
    page.goto(f"{ravi.url}/network/{pk}/")
    walk.tap("second version", page, f"main form[action$='/network/{pk}/request/'] .btn-1")
    page.wait_for_load_state()


def approved_again(page: Page, ravi: Ravi, walk: Walk, title: str, units: int) -> None:
    """One yes for the corrections of all units; they are written one unit after the other."""
    waiting = f"main a[href$='/corrections/']:has-text('{title}')"
    until_there(page, f"{ravi.url}/", lambda: page.locator(waiting).count() == 1)
    walk.tap("approve corrections", page, waiting)
    page.wait_for_url("**/corrections/")
    until_there(page, page.url, lambda: page.locator("main .copies [name=post]").count() == units)
    look(page, "7-approve-corrections")
    with page.expect_navigation():
        walk.tap("approve corrections", page, "#shared-form .btn-1")


def connected(page: Page, ravi: Ravi, real: RealChannels, keys: dict[int, str]) -> int:
    """The first unit with a program gets a website and a Bluesky account, the one that answers in its own words a room and a
    mailing list; the unit with the program."""
    by_program = next(iter(keys))
    real.connect_pages(page, ravi, by_program)
    [(in_its_own_words,)] = rows(ravi, UNIT_OF, "unit-head")
    real.connect_letters(page, ravi, in_its_own_words)
    return by_program


def read_back(programs: Counted, key: str, pk: int) -> set[str]:
    """Platforms of the real servers where Ravi has looked whether the correction stands, and found it."""
    units = programs.ask(key, "GET", f"messages/{pk}/corrections").json()["progress"]["units"]
    return {copy["platform"] for one in units for copy in one["copies"] if copy["read_back"] == "stands"}


ANSWERED, EDITED = {"eitaa", "bluesky"}, {"wordpress", "matrix"}
ON_THE_WAY = ("adopted", "adapted", "approved", "scheduled", "sending", "unknown")
REAL = 4  # channels; on two of them a correction is an answer, and on one nothing can be removed


def test_one_message_goes_out_is_corrected_and_withdrawn_in_sixty_units(
    ravi: Ravi, real: RealChannels, device: NewContext, programs: Counted, unit_keys: dict[int, str], walk: Walk
) -> None:
    editor, expert = people.sign_in(device(1280), ravi, "editor"), people.sign_in(device(360), ravi, "expert")
    head = people.sign_in(device(360), ravi, "head")
    reads = key_of(ravi, "editor", ("offer",))
    days = [day(datetime.now(UTC).date() + timedelta(days=more)) for more in (7, 8)]
    title = f"دوز دوم، بالای ۶۰ سال ({token_hex(2)})"
    with walk.stretch("four channels on real servers connected"):
        with_site = connected(head, ravi, real, unit_keys)
    phones = phones_of(ravi, device, unit_keys)
    with walk.stretch("written, endorsed, offered"):
        pk = written(editor, ravi, walk, title)
        endorsed(expert, ravi, walk, pk, "endorse")
        offered(editor, ravi, walk, pk, "offer")
    with walk.stretch("56 units answer by program"):
        for unit, key in unit_keys.items():
            adopt(programs, unit, key, pk, more=2 * (unit == with_site))
    with walk.stretch("three units answer on phones"):
        answered_in_browser(phones, ravi, walk, title)
    with walk.stretch("approved"):
        approved(expert, ravi, walk, title, "approve all")
        read_and_approved(expert, ravi, walk, title)
    with walk.stretch("the last copy is out"):
        states = wait_for(programs, reads, pk, lambda found: not any(one in found for one in ON_THE_WAY))
    print(f"\nafter the first yes: {dict(states)}")
    units = len(unit_keys) + 2
    assert states["published"] == PLATFORMS * units + 1 + REAL  # one unit has a feed of its own, too
    first = real.standing(title)
    assert all([days[0] in text for text in texts] == [True] for texts in first.values())
    assert {platform for platform, [text] in first.items() if text.startswith("همسایه‌های عزیز")} == {"matrix", "email"}
    with walk.stretch("a second version, another day"):
        second_version(editor, ravi, walk, pk)
        endorsed(expert, ravi, walk, pk, "endorse again")
        offered(editor, ravi, walk, pk, "offer again")
    with walk.stretch("corrected everywhere, to the yes"):
        editor.goto(f"{ravi.url}/network/{pk}/corrections/")
        look(editor, "6-correct-everywhere")
        with editor.expect_navigation():
            walk.tap("correct everywhere", editor, "main form .btn-1")
        approved_again(expert, ravi, walk, title, units)
    with walk.stretch("the last copy is corrected"):
        wait_for(programs, reads, pk, lambda found: found["corrected"] == states["published"])
    said = ravi.standing(title)
    assert {platform for platform, texts in said.items() if any(days[0] in text for text in texts)} == ANSWERED
    assert all(sum(days[1] in text for text in texts) == units for texts in said.values()) and len(said) == PLATFORMS
    changed = real.standing(title)
    assert {platform: [days[1] in text for text in texts] for platform, texts in changed.items()} == {
        "wordpress": [True], "matrix": [True], "bluesky": [False, True], "email": [False, True],
    }  # fmt: skip
    with walk.stretch("read back"):
        until_there(editor, f"{ravi.url}/network/{pk}/corrections/", lambda: read_back(programs, reads, pk) >= EDITED)
    with walk.stretch("looked at"):
        look(editor, "8-corrected-everywhere")
    with walk.stretch("withdrawn everywhere"):
        head.goto(f"{ravi.url}/network/{pk}/withdrawal/")
        look(head, "9-withdrawal")
        head.locator("[name=reason]").fill("واکسن دیرتر می‌رسد.")
        with head.expect_navigation():
            walk.tap("withdraw", head, "main form .btn-stop")
        by_hand = units + 1  # Eitaa's, and a letter
        wait_for(programs, reads, pk, lambda found: found["withdrawn"] == states["published"] - by_hand)
        head.goto(f"{ravi.url}/network/{pk}/withdrawal/")
        look(head, "10-withdrawn")
    # What no program can remove there, the publication and its answer, is before people; all else is gone: a channel counts
    # as withdrawn once its publication is, its answer follows.
    left = {"eitaa": 2 * units}, {"email"}
    until_there(head, head.url, lambda: (_counted(ravi.standing(title)), _where(real.standing(title))) == left)


def _counted(texts: Mapping[str, list[str]]) -> dict[str, int]:
    return {platform: len(found) for platform, found in texts.items()}


def _where(texts: Mapping[str, list[str]]) -> set[str]:
    return {platform for platform, found in texts.items() if found}
