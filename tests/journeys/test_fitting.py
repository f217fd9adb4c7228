"""A poster that is too long for one platform: padded there and nowhere else, and the bytes that people see in Ravi are the
bytes that arrive."""

import hashlib
import io
from secrets import token_hex
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey


def poster() -> bytes:
    """Twenty-five times as high as wide; Telegram takes twenty."""
    out = io.BytesIO()
    Image.effect_noise((100, 2500), 40).convert("RGB").save(out, "PNG")
    return out.getvalue()


def add(page: Page, content: bytes) -> None:
    page.locator("#add-image").evaluate("fold => fold.open = true")
    file: Any = {"name": "poster.png", "mimeType": "image/png", "buffer": content}
    page.set_input_files("[name=image-image]", file)
    page.locator("[name=image-alt_text]").fill("پوستر بلند")
    page.locator("[name=image-shows_people][value=no]").check()
    with page.expect_navigation():
        people.press(page, "add_image")


def test_each_platform_gets_its_own_and_people_saw_it_before(ravi: Ravi, device: NewContext) -> None:
    text = f"پوستر بلند {token_hex(4)}"
    editor = people.sign_in(device(360), ravi, "editor")
    people.write(editor, ravi, text, text, platforms=["telegram", "bluesky"], groups=["headquarters"])
    add(editor, poster())
    expect(editor.locator("#seen .fitted summary")).to_contain_text("برای تلگرام آماده شد: دو کناره‌اش پر شد")
    check_page(editor)
    pk = people.submit(editor)
    expert = people.sign_in(device(360), ravi, "expert")
    expert.goto(f"{ravi.url}/posts/{pk}/approval/")
    for fold in expert.locator("main details").all():
        fold.evaluate("fold => fold.open = true")
    shown = expert.locator(".fitted-pair img").last
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 125)  # Chromium has read it, too
    expect(shown).to_have_js_property("naturalHeight", 2500)
    approved = expert.request.get(f"{ravi.url}{shown.get_attribute('src')}").body()
    check_page(expert)
    people.approve(expert, ravi, pk)
    people.wait_for_copies(expert, ravi, pk, "۲")
    arrived = {one["platform"]: one["media"][0] for one in ravi.effects() if one.get("text") == text}
    assert arrived["telegram"]["sha256"] == hashlib.sha256(approved).hexdigest()
    assert arrived["telegram"]["sha256"] != arrived["bluesky"]["sha256"]
    assert {one["alt_text"] for one in arrived.values()} == {"پوستر بلند"}
