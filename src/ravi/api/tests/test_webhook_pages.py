"""The pages of addresses: for heads, with the secret shown once, a log, and the same questions for many rows as for one."""

import re
from typing import Any

import pytest
from django.urls import reverse

from ravi.api.interface import description
from ravi.api.models import Webhook, WebhookCall
from ravi.api.webhook import services
from ravi.api.webhook.rules import CHOSEN, EventType
from ravi.core.egress import Egress

pytestmark = pytest.mark.django_db

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


def add(newsroom: Any, name: str = "x") -> Webhook:
    made, _secret = services.add_webhook(
        newsroom.hospital, name, "https://example.org/x", CHOSEN, egress=Egress(), by=newsroom.unit_head
    )
    return made


def test_a_head_adds_an_address_and_sees_its_secret_once(newsroom):
    browser = newsroom.browse(newsroom.unit_head)
    said = {"name": "گزارشگر", "url": "https://127.0.0.1/x", "unit": newsroom.hospital.pk, "events": ["copy.sent"]}
    refused = browser.post(reverse("api:new_webhook"), said)
    assert refused.status_code == 422
    assert "گزارشگر" in refused.content.decode() and not Webhook.objects.exists()
    assert browser.post(reverse("api:new_webhook"), {**said, "events": []}).status_code == 422
    assert browser.post(reverse("api:new_webhook"), {**said, "unit": newsroom.faculty.pk}).status_code == 422
    made = browser.post(reverse("api:new_webhook"), {**said, "url": "https://example.org/x"}, follow=True)
    assert len(SECRET.findall(made.content.decode())) == 1
    again = browser.get(made.redirect_chain[-1][0]).content.decode()
    assert not SECRET.search(again) and "https://example.org/x" in again
    renewed = browser.post(reverse("api:renew_secret", args=[Webhook.objects.get().pk]), follow=True)
    assert len(SECRET.findall(renewed.content.decode())) == 1


def test_its_switches(newsroom):
    hook, browser = add(newsroom), newsroom.browse(newsroom.unit_head)
    tried = browser.post(reverse("api:try_webhook", args=[hook.pk]), follow=True).content.decode()
    assert "آزمایش به دست یک همکار" in tried
    call = WebhookCall.objects.get()
    page = browser.get(reverse("api:webhook_call", args=[call.pk])).content.decode()
    assert call.message_id in page and "webhook.test" in page
    for name, off in (("off", "person"), ("off", "person"), ("on", "")):
        browser.post(reverse("api:switch_webhook", args=[hook.pk]), {name: "1"})
        hook.refresh_from_db()
        assert hook.off_why == off
    browser.post(reverse("api:end_webhook", args=[hook.pk]))
    assert browser.get(reverse("api:webhook", args=[hook.pk])).status_code == 404
    for person in (newsroom.officer, newsroom.editor, newsroom.auditor):
        assert newsroom.browse(person).get(reverse("api:webhooks")).status_code == 403


@pytest.mark.parametrize("count", [1, 3, 40])
def test_lists_ask_the_same_number_of_questions(newsroom, count, django_assert_max_num_queries):
    hook, browser = add(newsroom), newsroom.browse(newsroom.unit_head)
    for number in range(min(count, 19)):
        add(newsroom, f"{number}")
    for _ in range(count):
        services.try_webhook(hook, by=newsroom.unit_head)
    for address in (reverse("api:webhooks"), reverse("api:webhook", args=[hook.pk])):
        with django_assert_max_num_queries(13):
            assert browser.get(address).status_code == 200


def test_the_description_names_every_event_with_a_type_that_is_there():
    told = description()
    assert set(told["webhooks"]) == {str(one) for one in EventType}
    for operations in told["webhooks"].values():
        schema = operations["post"]["requestBody"]["content"]["application/json"]["schema"]
        name = schema["properties"]["data"]["$ref"].rpartition("/")[2]
        assert told["components"]["schemas"][name]["properties"]["institution_id"]
