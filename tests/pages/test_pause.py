"""The page of a pause: one tap, and everybody sees what of theirs it holds."""

import pytest

from ravi.delivery.models import StopOrder
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db
PAUSE = "/posts/pause/"


def test_one_tap_pauses_light_content(newsroom: Newsroom) -> None:
    head = newsroom.browse(newsroom.head)
    page = head.get(PAUSE)
    assert 'value="light" id="id_topics_0" checked' in " ".join(page.content.decode().split())
    sent = head.post(PAUSE, {"topics": ["light"], "why": "mourning"}, follow=True)
    order = StopOrder.objects.get()
    assert (order.scope, order.key, order.reason) == ("topic", "light", "سوگواری")
    said = sent.content.decode()
    assert "مکث" in said
    assert "شخص دیگری" in said


def test_everybody_sees_it_and_only_the_head_has_the_button(newsroom: Newsroom) -> None:
    newsroom.browse(newsroom.head).post(PAUSE, {"topics": ["light"], "why": "crisis"})
    for person in (newsroom.officer, newsroom.neighbour):
        page = newsroom.browse(person).get(PAUSE).content.decode()
        assert "بحران" in page
        assert 'name="why"' not in page
        assert newsroom.browse(person).post(PAUSE, {"topics": ["light"], "why": "crisis"}).status_code == 403
    assert StopOrder.objects.count() == 1


def test_a_message_of_another_topic_is_not_said_to_wait_for_it(newsroom: Newsroom) -> None:
    newsroom.browse(newsroom.head).post(PAUSE, {"topics": ["light"], "why": "crisis"})
    news, light = newsroom.approved(topic="organisation"), newsroom.approved(topic="light")
    editor = newsroom.browse(newsroom.editor)
    assert "در مکث" not in editor.get(f"/posts/{news.pk}/board/").content.decode()
    assert "در مکث" in editor.get(f"/posts/{light.pk}/board/").content.decode()


def test_a_form_without_a_topic_or_a_reason_is_answered_with_a_sentence(newsroom: Newsroom) -> None:
    head = newsroom.browse(newsroom.head)
    for sent in ({"why": "crisis"}, {"topics": ["light"]}, {"topics": ["health"], "why": "crisis"}, {"why": "x"}):
        assert head.post(PAUSE, sent).status_code == 422
    assert not StopOrder.objects.exists()
