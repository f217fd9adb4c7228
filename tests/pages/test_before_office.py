"""Words for the network stand on the desk of whoever says yes to them and of whoever writes them, and headquarters finds its
messages from a phone."""

from datetime import timedelta

import pytest

from ravi.accounts.services import set_reads
from ravi.core import clock
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.models import Message
from ravi.network.queries import before_office
from ravi.network.rules import Aim, TargetKind
from ravi.notices.models import Notice
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db
TITLE = "شستن دست‌ها"


def health_draft(newsroom: Newsroom) -> Message:
    """Health words that nobody has looked at."""
    top = newsroom.headquarters
    words = VersionFields(title=TITLE, text="دست‌ها را بشویید.", valid_until=clock.now() + timedelta(days=30))
    return services.draft_message(top, MessageFields(aims=(Aim(TargetKind.TREE, top.pk),)), words, by=newsroom.editor)


def desk(newsroom: Newsroom, name: str) -> str:
    return newsroom.browse(getattr(newsroom, name)).get("/").content.decode()


def test_each_is_asked_on_their_own_desk(newsroom: Newsroom) -> None:
    message = health_draft(newsroom)
    assert f'href="/network/{message.pk}/"' in desk(newsroom, "editor") and TITLE not in desk(newsroom, "expert")
    services.ask_endorsement(message, by=newsroom.editor)
    asked = desk(newsroom, "expert")
    assert f'href="/network/{message.pk}/endorsement/"' in asked and "منتظر تأیید شماست" in asked
    assert "منتظر تأیید کارشناس سلامت" in desk(newsroom, "editor")
    draft = message.versions.get()
    services.endorse_version(draft, content_hash=draft.content_hash, by=newsroom.expert)
    assert f'href="/network/{message.pk}/issue/"' in desk(newsroom, "editor") and TITLE not in desk(newsroom, "expert")
    services.issue_version(draft, expected_revision=draft.revision, by=newsroom.editor)
    assert before_office(newsroom.editor).drafts == before_office(newsroom.expert).to_look == []


def test_a_translation_asks_the_expert_who_reads_it(newsroom: Newsroom) -> None:
    message = health_draft(newsroom)
    draft = message.versions.get()
    services.endorse_version(draft, content_hash=draft.content_hash, by=newsroom.expert)
    version = services.issue_version(draft, expected_revision=draft.revision, by=newsroom.editor).version
    kept = services.save_translation(version, "ar", "غسل اليدين", "اغسلوا أيديكم.", by=newsroom.editor)
    assert before_office(newsroom.expert).to_look == []
    set_reads(newsroom.expert, ["fa", "ar"], by=newsroom.head)
    newsroom.expert.refresh_from_db()
    assert f'href="/network/{message.pk}/translations/ar/"' in desk(newsroom, "expert")
    services.endorse_translation(kept, revision=kept.revision, by=newsroom.expert)
    assert before_office(newsroom.expert).to_look == []


def test_nobody_else_is_asked(newsroom: Newsroom) -> None:
    services.ask_endorsement(health_draft(newsroom), by=newsroom.editor)
    for person in (newsroom.officer, newsroom.neighbour, newsroom.auditor, newsroom.outsider):
        found = before_office(person)
        assert (found.to_look, found.drafts) == ([], [])


def test_more_leads_headquarters_to_its_messages_and_units_to_their_inbox(newsroom: Newsroom) -> None:
    for name, sees, answers in (("editor", True, False), ("auditor", True, False), ("officer", False, True)):
        page = newsroom.browse(getattr(newsroom, name)).get("/more/").content.decode()
        for part in ("/network/", "/network/week/"):
            assert (f'<li><a href="{part}"' in page) is sees
        assert ('<li><a href="/network/offers/"' in page) is answers


def test_the_expert_says_what_should_change_and_is_asked_again(newsroom: Newsroom) -> None:
    message = health_draft(newsroom)
    services.ask_endorsement(message, by=newsroom.editor)
    expert, address = newsroom.browse(newsroom.expert), f"/network/{message.pk}/endorsement/"
    given = {"act": "return", "content_hash": message.versions.get().content_hash}
    assert expert.post(address, given | {"note": " "}).status_code == 422
    stale = expert.post(address, given | {"content_hash": "0" * 64, "note": "منبع ندارد"}, follow=True)
    assert "دوباره بخوانید" in stale.content.decode()
    assert message.versions.get().asked_at is not None
    assert expert.post(address, given | {"note": "منبع ندارد"}).status_code == 302
    told = Notice.objects.get(person=newsroom.editor, kind="version_returned")
    assert (told.params["note"], told.url) == ("منبع ندارد", f"/network/{message.pk}/words/")
    assert TITLE not in desk(newsroom, "expert") and "در حال نوشتن" in desk(newsroom, "editor")
    services.ask_endorsement(message, by=newsroom.editor)
    assert TITLE in desk(newsroom, "expert")
    for person in (newsroom.editor, newsroom.officer, newsroom.auditor, newsroom.outsider):
        assert newsroom.browse(person).post(address, given | {"note": "نه"}).status_code in (403, 404)
    assert message.versions.get().asked_at is not None
