"""Pages about copies that are not sent any more: what they say before a person looks, after it, and of a repaired translation."""

from collections.abc import Callable

import pytest

from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.models import Adoption
from ravi.network.queries import fields_of
from ravi.network.services import Answer
from ravi.publishing import services as publishing
from tests.pages.conftest import Newsroom
from tests.pages.test_board import copies
from tests.pages.test_offers import offered

pytestmark = pytest.mark.django_db


def test_what_is_kept_back_says_so_before_and_after_the_look(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    alone, *several = copies(post)[:3]
    settle([alone, *several], "unknown", error_code="no_answer")
    publishing.halt_posts([post.pk], by=newsroom.head)
    editor = newsroom.browse(newsroom.editor)
    page = editor.get(f"/deliveries/{alone.pk}/").content.decode()
    assert "هر چه ببینید دوباره فرستاده نمی‌شود" in page and "نیست؛ دوباره بفرست" not in page
    alone.refresh_from_db()
    said = {"verdict": "not_there", "attempt": alone.attempt}
    page = editor.post(f"/deliveries/{alone.pk}/verdict/", said, follow=True).content.decode()
    assert "برای همین فرستاده نمی‌شود" in page
    answers = {"verdict": "not_there", "copy": [f"{one.pk}-{one.attempt}" for one in several]}
    page = editor.post(f"/deliveries/unknown/answers/?post={post.pk}", answers, follow=True).content.decode()
    assert "۲ نسخه فرستاده نمی‌شود" in page and "نسخه دوباره فرستاده می‌شود" not in page
    for one in (alone, *several):
        one.refresh_from_db()
        assert one.state == "cancelled"


def test_a_repaired_translation_stands_before_the_unit_that_took_it(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    version = offer.message.current
    text = "; ".join(f"{{{fact.name}}} as it is" for fact in fields_of(version).facts)
    services.save_translation(version, "en", "Title", f"{text} soon", by=newsroom.editor)
    channels = list(Channel.objects.filter(unit=newsroom.hospital).values_list("pk", flat=True))
    services.adopt_offer(offer, Answer(version.pk), channel_ids=channels, by=newsroom.officer, lang="en")
    services.save_translation(version, "en", "Title", f"{text} now", expected_revision=1, by=newsroom.editor)
    page = newsroom.browse(newsroom.officer).get(f"/network/offers/{offer.pk}/").content.decode()
    assert "ترجمه‌ای که برداشتید پس از پاسخ شما اصلاح شده است" in page and "متن اصلاح‌شده را برمی‌داریم" in page
    assert "soon" in page and "<ins>now" in page.replace("<bdi>", "")
    post = Adoption.objects.get(ended_at=None).post
    board = newsroom.browse(newsroom.officer).get(f"/posts/{post.pk}/board/").content.decode()
    assert "ترجمه‌اش پس از پاسخ واحد اصلاح شده است" in board
