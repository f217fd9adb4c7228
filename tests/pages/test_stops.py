"""Stops: every scope within reach, its weight said before the yes, and single copies that waited."""

from collections.abc import Callable
from typing import Any

import pytest

from ravi.core.tenancy import tenant
from ravi.delivery import services
from ravi.delivery.models import Delivery, StopOrder
from tests.pages.conftest import Newsroom
from tests.pages.test_board import asked, copies

pytestmark = pytest.mark.django_db
NEW = "/deliveries/stops/new/"


def targets(browser: Any, address: str = NEW) -> dict[str, str]:
    return dict(browser.get(address).context["form"].fields["target"].choices)


def test_each_choice_says_how_much_it_would_hold(newsroom: Newsroom) -> None:
    newsroom.approved()
    found = targets(newsroom.browse(newsroom.head))
    assert found == {
        "institution:": "همهٔ ارسال‌ها (۶ نسخه در نوبت)",
        "platform:mastodon": "ارسال به ماستودون (۳ نسخه در نوبت)",
        "platform:telegram": "ارسال به تلگرام (۳ نسخه در نوبت)",
    }


def test_one_unit_and_its_channels_are_two_taps_away(newsroom: Newsroom) -> None:
    newsroom.approved()
    head = newsroom.browse(newsroom.head)
    hospital = newsroom.hospital.pk
    assert f"?unit={hospital}" in head.get(f"{NEW}units/").content.decode()
    found = targets(head, f"{NEW}?unit={hospital}")
    assert list(found)[0] == f"unit:{hospital}"
    channel = next(target for target in found if target.startswith("channel:"))
    assert head.post(f"{NEW}?unit={hospital}", {"target": channel}).status_code == 302
    assert f"{StopOrder.objects.get().scope}:{StopOrder.objects.get().key}" == channel
    assert (
        newsroom.browse(newsroom.neighbour).get(f"{NEW}?unit={hospital}").context["form"].fields["target"].choices == []
    )


def test_a_campaign_is_stopped_by_whoever_sees_the_institution(newsroom: Newsroom) -> None:
    one = copies(newsroom.approved())[0]
    target = f"{NEW}?target=campaign:7"
    assert "campaign:7" not in targets(newsroom.browse(newsroom.head), target)
    with tenant(newsroom.institution.pk):
        services.stop("campaign", "7", by=newsroom.head, reason="", institution_id=one.institution_id)
    assert "پویش" in newsroom.browse(newsroom.editor).get("/deliveries/stops/").content.decode()


def test_a_stop_says_what_it_keeps_back(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post)[:2], "held", error_code="stop")
    newsroom.browse(newsroom.editor).post(NEW, {"target": "institution:"})
    order = StopOrder.objects.get()
    head = newsroom.browse(newsroom.head)
    for address in ("/deliveries/stops/", f"/deliveries/stops/{order.pk}/lifting/"):
        assert "۶ نسخه منتظر است" in head.get(address).content.decode()
        assert len(asked(head, address)) <= 12


def test_one_copy_alone_is_sent_or_dropped(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    one, two, *rest = copies(post)
    settle(copies(post), "held", error_code="stop")
    editor = newsroom.browse(newsroom.editor)
    assert f'name="copy" value="{one.pk}"' in editor.get(f"/deliveries/{one.pk}/").content.decode()
    editor.post("/deliveries/held/", {"post": post.pk, "copy": one.pk, "act": "send"})
    editor.post("/deliveries/held/", {"post": post.pk, "copy": two.pk, "act": "drop"})
    mistyped = editor.post("/deliveries/held/", {"post": post.pk, "copy": rest[0].pk, "act": "move", "due_at_0": "۴۰"})
    assert mistyped.status_code == 422
    assert f'name="copy" value="{rest[0].pk}"' in mistyped.content.decode()
    states = list(Delivery.objects.filter(post_id=post.pk).order_by("pk").values_list("state", flat=True))
    assert states == ["pending", "cancelled", "held", "held", "held", "held"]
