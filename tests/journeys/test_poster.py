"""What hangs on a wall: the code of a message is read by a reader that is none of ours, and its printed page says whose it is."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from conftest import build_house
from ravi.core.qr import qr_file
from ravi.core.tenancy import tenant
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.queries import short_link_of
from ravi.network.rules import Aim, TargetKind

pytestmark = pytest.mark.journey
ADDRESS = "https://ravi.behdasht-namoone.example.ac.ir/m/abcdefg"
# Pixels of a screen for 2 cm of paper: the smallest that one still finds on a poster.
SMALLEST_PX = 76


@pytest.mark.parametrize(("side_px", "scheme"), [(SMALLEST_PX, "light"), (300, "dark")])
def test_a_drawing_in_a_page_is_read(chromium: Browser, side_px: int, scheme: str) -> None:
    drawn = qr_file(ADDRESS, "svg")
    assert drawn
    with chromium.new_context(color_scheme=scheme, device_scale_factor=3) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.set_content(f'<body style="width:{side_px}px;margin:24px">{drawn[0].decode()}</body>')
        shot = page.screenshot()
    with Image.open(io.BytesIO(shot)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"))
    assert [(one.text, str(one.format)) for one in found] == [(ADDRESS, "QR Code")]


@pytest.fixture
def address(site: str) -> str:
    """The page of news that stand before all units."""
    house = build_house()
    aims = (Aim(TargetKind.TREE, house.headquarters.pk),)
    with tenant(house.institution.pk):
        settings, words = (
            MessageFields(topic="organisation", aims=aims),
            VersionFields(title="درمانگاه", text="باز است."),
        )
        message = services.draft_message(house.headquarters, settings, words, by=house.editor)
        services.issue_version(message.versions.get(), expected_revision=1, by=house.editor)
        code = short_link_of(message).code  # type: ignore[union-attr]
    return f"{site}/p/{house.institution.slug}/messages/{code}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_says_in_black_whether_it_holds_and_who_says_so(chromium: Browser, address: str, scheme: str) -> None:
    with chromium.new_context(color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        name = page.locator(".on-paper")
        assert not name.is_visible()
        page.emulate_media(media="print")
        assert name.inner_text()
        colours = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
        assert page.locator(".verdict h2").evaluate(colours) == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]
        assert not page.locator(".bar").first.is_visible()
