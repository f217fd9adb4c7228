"""The pages of channels: who may do what there, bad input, and no growth with rows."""

import re
from datetime import date

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from conftest import build_house
from ravi.core import crypto
from ravi.core.tenancy import tenant
from ravi.directory import queries, services
from ravi.directory.errands import credential_aad
from ravi.directory.forms import CredentialForm
from ravi.directory.models import Channel, Credential, Custodian, Errand, Loan
from ravi.directory.names import reachable
from ravi.directory.rules import ChannelState
from ravi.notices.models import Notice
from ravi.platforms import registry
from ravi.text.bidi import LRI, isolate

PAGES = ("channel", "edit", "state", "credential", "verification", "custodians", "loan")
NEW = {"where": "sandbox:bale", "handle": "@Sample_New", "purpose": "نوبت‌دهی", "link": ""}
DAY = {"since_0": "۱", "since_1": "1", "since_2": "۱۴۰۵"}


@pytest.fixture
def channel(open_house, open_one):
    return open_one()


def url(name, channel):
    return reverse(f"directory:{name}", args=[channel.pk])


@pytest.mark.parametrize("page", PAGES)
def test_outsiders_find_no_page_of_the_channel(open_house, channel, sign_in, page):
    for person in (open_house.neighbour, open_house.outsider):
        browser = sign_in(person)
        assert browser.get(url(page, channel)).status_code == 404
        assert browser.post(url(page, channel), {}).status_code in {404, 405}


ALLOWED = {
    "channel": {"head", "editor", "expert", "auditor", "unit_head", "officer"},
    "edit": {"head", "editor"},
    "state": {"head", "editor", "expert", "unit_head", "officer"},
    "credential": {"head", "editor", "unit_head"},
    "verification": {"head", "editor", "expert", "auditor", "unit_head", "officer"},
    "custodians": {"head", "editor", "expert", "auditor", "unit_head", "officer"},
    "loan": {"head", "editor", "expert", "auditor", "unit_head", "officer"},
}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_for_its_people(open_house, channel, sign_in, page):
    people = {name: person for name, person in open_house.people().items() if name not in {"neighbour", "outsider"}}
    seen = {name: sign_in(person).get(url(page, channel)).status_code for name, person in people.items()}
    assert {name for name, status in seen.items() if status == 200} == ALLOWED[page]
    assert {name for name, status in seen.items() if status == 403} == set(people) - ALLOWED[page]


@pytest.mark.parametrize("page", ["verification", "custodians", "loan"])
@pytest.mark.parametrize("who", ["expert", "auditor", "officer"])
def test_seeing_is_not_doing(open_house, channel, sign_in, page, who):
    assert sign_in(getattr(open_house, who)).post(url(page, channel), {}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_list_asks_as_much_for_any_number_of_rows(open_house, open_one, sign_in, rows):
    for number in range(rows):
        lent = open_one(handle=f"sample_{number}", unit=(open_house.hospital, open_house.faculty)[number % 2])
        services.lend_channel(lent, by=None)
    browser = sign_in(open_house.editor)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = browser.get(reverse("directory:channels"))
    assert answer.status_code == 200
    wanted = [
        query["sql"]
        for query in asked
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_config", "select coalesce"))
    ]
    assert len(wanted) <= 12, "\n".join(wanted)
    assert len(wanted) == 10, "\n".join(wanted)


def test_the_list_is_narrowed_by_words_state_platform_and_unit(open_house, open_one, sign_in):
    omid = open_one()
    open_one(handle="sample_behdasht", unit=open_house.faculty, platform="eitaa")
    services.move_channel(open_one(handle="old_one"), ChannelState.FROZEN, by=open_house.head)
    browser = sign_in(open_house.editor)

    def handles(**asked):
        page = browser.get(reverse("directory:channels"), asked).context["page"]
        return {shown.handle for shown in page}

    assert handles() == {"sample_omid", "sample_behdasht", "old_one"}
    assert handles(q="بله") == {"sample_omid", "old_one"}
    assert handles(q="دانشکده") == {"sample_behdasht"}
    assert handles(q="sample امید") == {"sample_omid"}
    assert handles(state="frozen") == {"old_one"}
    assert handles(platform="eitaa") == {"sample_behdasht"}
    assert handles(unit=str(omid.unit_id)) == {"sample_omid", "old_one"}
    assert handles(q="هیچ") == set()
    assert handles(q="%' or 1=1 --", unit="x", state="x", page="99999") == set()
    assert handles(q="\x00omid\x00") == {"sample_omid"}


def test_a_unit_asks_and_headquarters_decides(open_house, sign_in):
    browser = sign_in(open_house.officer)
    answer = browser.post(reverse("directory:new"), NEW | {"unit": open_house.hospital.pk})
    channel = Channel.objects.get(handle="Sample_New")
    assert (answer.status_code, channel.state, channel.unit) == (302, ChannelState.REQUESTED, open_house.hospital)
    told = set(Notice.objects.filter(kind="channel_requested").values_list("person__username", flat=True))
    assert told == {"head", "editor"}
    editor = sign_in(open_house.editor)
    assert editor.post(url("state", channel), {"to": "active", "note": ""}).status_code == 302
    channel.refresh_from_db()
    assert (channel.state, channel.listed) == (ChannelState.ACTIVE, True)
    assert Notice.objects.get(kind="channel_active").person == open_house.officer


def test_headquarters_opens_at_once(open_house, sign_in):
    sign_in(open_house.editor).post(reverse("directory:new"), NEW | {"unit": open_house.faculty.pk})
    assert Channel.objects.get(handle="Sample_New").state == ChannelState.ACTIVE


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"handle": "کانال"}, "handle"),
        ({"handle": "t.me/other"}, "handle"),
        ({"where": "sandbox:myspace"}, "where"),
        ({"purpose": " "}, "purpose"),
        ({"opened_on_0": "31", "opened_on_1": "7", "opened_on_2": "1405"}, "opened_on"),
    ],
)
def test_bad_facts_are_told_and_nothing_is_opened(open_house, sign_in, changed, field):
    answer = sign_in(open_house.officer).post(
        reverse("directory:new"), NEW | {"unit": open_house.hospital.pk} | changed
    )
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert Channel.objects.count() == 0


def test_a_unit_asks_only_for_itself(open_house, sign_in):
    answer = sign_in(open_house.officer).post(reverse("directory:new"), NEW | {"unit": open_house.faculty.pk})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"unit"})


def test_a_link_that_leads_elsewhere_is_told(open_house, sign_in):
    facts = {"where": "wordpress:wordpress", "handle": "sample.example", "link": "https://evil.example", "purpose": "x"}
    answer = sign_in(open_house.editor).post(reverse("directory:new"), facts | {"unit": open_house.hospital.pk})
    assert set(answer.context["form"].errors) == {"link"}


def test_a_taken_handle_is_a_sentence(open_house, channel, sign_in):
    taken = NEW | {"handle": "https://ble.ir/SAMPLE_OMID", "unit": open_house.hospital.pk}
    answer = sign_in(open_house.editor).post(reverse("directory:new"), taken)
    assert answer.status_code == 422 and "handle" in answer.context["form"].errors


def test_a_channel_is_edited_and_taken_off_the_list(open_house, channel, sign_in):
    facts = {"where": "sandbox:bale", "handle": "sample_omid", "purpose": "آموزش"}
    assert sign_in(open_house.editor).post(url("edit", channel), facts).status_code == 302
    channel.refresh_from_db()
    assert (channel.purpose, channel.listed) == ("آموزش", False)


def test_a_credential_is_set_and_never_shown(open_house, channel, sign_in, sealing_key):
    browser = sign_in(open_house.unit_head)
    said = {"base_url": "http://localhost:8101", "token": "a-very-secret-token"}
    here = "/deliveries/held/?post=1"
    assert browser.post(url("credential", channel), said | {"next": here}).headers["Location"] == here
    answer = browser.post(url("credential", channel), said | {"next": "//elsewhere.example/"})
    assert answer.headers["Location"] == url("verification", channel)
    for page in PAGES:
        if page != "edit":
            assert b"a-very-secret-token" not in browser.get(url(page, channel)).content
    answer = browser.post(url("credential", channel), said | {"base_url": ""})
    assert answer.status_code == 422 and b"a-very-secret-token" not in answer.content
    assert Credential.objects.get(channel=channel).set_by == open_house.unit_head


def test_what_was_sealed_opens_only_with_the_private_key_and_for_its_channel(fresh_database, sealing_key):
    house = build_house()
    with tenant(house.institution.pk):
        new = services.NewChannel(house.hospital, "bale", "sandbox", "sample_omid", "x")
        channel = services.open_channel(new, by=None)
        services.set_credential(channel, {"base_url": "http://localhost:1", "token": "t"}, by=None)
    with psycopg.connect(fresh_database.engine) as engine:
        row = engine.execute("select box from directory_credential where channel_id = %s", [channel.pk]).fetchone()
    assert row is not None
    opened = crypto.open_sealed(bytes(row[0]), private_keys=sealing_key, aad=credential_aad(channel.pk))
    assert opened == b'{"base_url":"http://localhost:1","token":"t"}'
    with pytest.raises(crypto.BoxUnreadable):
        crypto.open_sealed(bytes(row[0]), private_keys=sealing_key, aad=credential_aad(channel.pk + 1))


def test_verification_is_asked_and_its_answer_shown(open_house, channel, sign_in, sealing_key):
    browser = sign_in(open_house.unit_head)
    browser.post(url("verification", channel))
    assert Errand.objects.count() == 0
    services.set_credential(channel, {"base_url": "http://localhost:1", "token": "t"}, by=None)
    assert browser.post(url("verification", channel)).status_code == 302
    assert b"data-live" in browser.get(url("verification", channel)).content
    assert Errand.objects.get().asked_by == open_house.unit_head


def test_a_refused_key_leads_to_a_new_one_also_where_the_page_only_looked_again(
    open_house, channel, sign_in, sealing_key
):
    """The live part brings the way on with the answer: the page was opened while the engine still asked."""
    browser = sign_in(open_house.unit_head)
    services.set_credential(channel, {"base_url": "http://localhost:1", "token": "t"}, by=None)
    browser.post(url("verification", channel))
    assert not live_part(browser, channel).find_all(["a", "button"])
    now = timezone.now()
    settled = {"asked_at": now, "done_at": now, "outcome": Errand.Outcome.REFUSED}
    with tenant(channel.institution_id):
        Errand.objects.create(
            channel=channel, asked_by=open_house.unit_head, institution_id=channel.institution_id, **settled
        )
    first, second = live_part(browser, channel).find_all(["a", "button"])
    assert (first["href"], "btn-1" in first["class"]) == (url("credential", channel), True)
    assert (second.name, second["type"]) == ("button", "submit")


def live_part(browser, channel):
    return BeautifulSoup(browser.get(url("verification", channel)).content, "html.parser").find(id="errand")


def test_the_units_head_lends_and_takes_back_on_the_page(open_house, channel, sign_in):
    browser = sign_in(open_house.unit_head)
    browser.post(url("loan", channel), {})
    assert set(queries.channels_publishable_by(open_house.editor)) == {channel}
    assert "ادامه" not in browser.get(url("loan", channel)).content.decode()
    standing = Loan.objects.get()
    assert sign_in(open_house.editor).post(url("loan", channel), {"end": standing.pk}).status_code == 403
    browser.post(url("loan", channel), {"end": standing.pk})
    assert set(queries.channels_publishable_by(open_house.editor)) == set()


def test_a_foreign_loan_is_not_ended_through_this_channel(open_house, channel, open_one, sign_in):
    other = services.lend_channel(open_one(open_house.faculty, "sample_b"), by=None)
    assert sign_in(open_house.unit_head).post(url("loan", channel), {"end": other.pk}).status_code == 404
    assert queries.standing_loan(other.channel) == other


def test_custodians_are_named_and_ended_on_the_page(open_house, channel, sign_in):
    browser = sign_in(open_house.unit_head)
    assert browser.post(url("custodians", channel), DAY | {"person": open_house.officer.pk}).status_code == 302
    held = Custodian.objects.get()
    assert (held.person, held.since) == (open_house.officer, date(2026, 3, 21))
    browser.post(url("custodians", channel), {"end": held.pk})
    held.refresh_from_db()
    assert held.until is not None


def test_a_custodian_serves_here(open_house, channel, sign_in):
    answer = sign_in(open_house.unit_head).post(url("custodians", channel), DAY | {"person": open_house.neighbour.pk})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"person"})


def test_a_channel_by_hand_is_opened_in_the_form_and_asks_for_no_credential(open_house, sign_in, sealing_key):
    browser = sign_in(open_house.editor)
    page = browser.get(reverse("directory:new")).content.decode()
    assert '<option value="manual:telegram">تلگرام، دستی</option>' in page
    said = {"unit": open_house.hospital.pk, "where": "manual:telegram", "handle": "@omid_by_hand", "purpose": "خبر"}
    opened = Channel.objects.get(pk=browser.post(reverse("directory:new"), said)["Location"].strip("/").split("/")[-1])
    assert (opened.adapter, opened.platform, opened.link) == ("manual", "telegram", "https://t.me/omid_by_hand")
    shown = browser.get(url("channel", opened)).content.decode()
    assert "راوی هیچ رمزی از این کانال نگه نمی‌دارد" in shown
    assert url("credential", opened) not in shown
    refused = browser.post(url("credential", opened), {})
    assert refused.status_code == 403 and "این کانال دستی است" in refused.content.decode()
    with pytest.raises(services.DirectoryRefused):
        services.set_credential(opened, {}, by=open_house.editor)
    assert not Credential.objects.filter(channel=opened).exists()


def test_a_handle_in_a_help_text_does_not_turn_around():
    """In Persian "@sender" reads as "sender@" where no island holds it."""
    with translation.override("fa"):
        forms = [CredentialForm(kind=registry.adapter(*way).credentials_type) for way in reachable(with_sandbox=True)]
    told = [str(field.help_text) for form in forms for field in form.fields.values()]
    assert any(isolate("@sender") in text for text in told)
    assert [text for text in told if re.search(rf"(?<![\w{LRI}])@\w", text)] == []
