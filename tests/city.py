"""A city of channels on the sandbox, for engines that really run: unit, sealed credentials, ordered copies."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ravi.accounts import services
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import UnitKind
from ravi.core.canonical import canonical_json
from ravi.core.crypto import generate_keypair, seal
from ravi.core.tenancy import tenant
from ravi.delivery.payload import freeze_payload, payload_hash
from ravi.delivery.services import CopyOrder, enqueue
from ravi.directory.errands import credential_aad
from ravi.directory.models import Channel, Credential
from tests.sandbox import Sandbox

PLATFORMS = ("telegram", "bale", "eitaa", "wordpress", "mastodon", "bluesky")
TOKEN = "a token of the sandbox"  # noqa: S105 -- of a made-up channel


@dataclass
class City:
    """`units` units with one channel on each platform, in one institution."""

    institution_id: int
    channels: list[Any]
    keys_folder: Path

    def order(self, post_id: int, now: datetime, channels: Sequence[Any] | None = None, **wanted: Any) -> list[int]:
        """Order one copy of a post for each channel; the deliveries' ids."""

        copies = [copy_order(channel, post_id, now, **wanted) for channel in channels or self.channels]
        with tenant(self.institution_id):
            return [delivery.pk for delivery in enqueue(copies, by=None, now=now)]


def copy_order(channel: Any, post_id: int, now: datetime, **wanted: Any) -> Any:

    said = {name: wanted.pop(name) for name in ("text", "title", "media", "reply_to") if name in wanted}
    said = {"text": f"پیام {post_id}", "title": "خبر"} | said
    payload = freeze_payload(
        post_id=post_id,
        channel_id=channel.pk,
        action=wanted.get("action", "publish"),
        valid_until=wanted.get("valid_until"),
        of=wanted.get("of") if wanted.get("action") == "edit" else None,
        **said,
    )
    plain = {
        "institution_id": channel.institution_id,
        "unit_id": channel.unit_id,
        "post_id": post_id,
        "channel_id": channel.pk,
        "platform": channel.platform,
        "adapter": "sandbox",
        "target": channel.address,
        "payload": payload,
        "approved_hash": payload_hash(payload),
        "due_at": now,
    }
    return CopyOrder(**(plain | wanted))


def build_city(
    sandbox: Sandbox | None,
    folder: Path,
    now: datetime,
    *,
    units: int = 60,
    slug: str = "city",
    platforms: Sequence[str] = PLATFORMS,
    url: str = "",
) -> City:
    """Found the institution, list its channels, seal their credentials, and register them with the sandbox.

    `url` is where engines reach the sandbox, if not at its own address; or another server that speaks as it does.
    """

    institution = services.found_institution("دانشگاه نمونه", slug)
    with tenant(institution.pk):
        root = headquarters(institution.pk)
        channels = []
        for number in range(units):
            unit = services.add_unit(f"بیمارستان {number}", UnitKind.HOSPITAL, parent=root, by=None)
            channels += [_channel(unit, platform, f"{slug}_{platform}_{number}", now) for platform in platforms]
        Channel.objects.bulk_create(channels)
        keys_folder = _seal_all(channels, url or (sandbox.url if sandbox else ""), folder, slug, now)
    if sandbox is not None:
        sandbox.register_all(
            {"platform": one.platform, "handle": one.handle, "name": "دانشگاه نمونه", "token": TOKEN}
            for one in channels
        )
    return City(institution.pk, channels, keys_folder)


def _channel(unit: Any, platform: str, handle: str, now: datetime) -> Any:

    return Channel(
        institution_id=unit.institution_id,
        unit=unit,
        platform=platform,
        adapter="sandbox",
        handle=handle,
        handle_key=handle,
        address=f"{platform}/{handle}",
        purpose="news",
        state=Channel.State.ACTIVE,
        state_at=now,
        listed=True,
        requested_at=now,
        sort_key=handle,
        search_key=handle,
    )


def _seal_all(channels: Sequence[Any], url: str, folder: Path, key_id: str, now: datetime) -> Path:

    private, public = generate_keypair()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key_id}.key").write_text(base64.urlsafe_b64encode(private).decode())
    plaintext = canonical_json({"base_url": url, "token": TOKEN})
    for channel in channels:
        box = seal(plaintext, public_key=public, key_id=key_id, aad=credential_aad(channel.pk))
        Credential(institution_id=channel.institution_id, channel=channel, box=box, key_id=key_id, set_at=now).save(
            force_insert=True
        )
    return folder


def without_posts(admin: Any) -> None:
    """These tests order copies of no post: publishing's wall (a living approval per copy) is tested in its own room."""
    admin.execute("alter table delivery_delivery disable trigger approved_only, disable trigger emergency_lane")
