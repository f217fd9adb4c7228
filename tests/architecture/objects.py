"""For each kind of object that an address can name: how to make one in a given unit, through the services.

A maker gets (house, unit, a person who serves there) and returns the address's keyword arguments by name.
"""

import io
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ravi.accounts import services as accounts
from ravi.accounts.models import AccessToken, Person, Role
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import RoleKind
from ravi.api.webhook.services import add_webhook, try_webhook
from ravi.core import clock
from ravi.core.egress import Egress
from ravi.delivery.models import Delivery
from ravi.delivery.readings.rules import Kind
from ravi.delivery.readings.services import Number, write_down
from ravi.delivery.rules import Scope
from ravi.delivery.services import stop
from ravi.directory.models import Channel
from ravi.directory.services import NewChannel, lend_channel, open_channel
from ravi.library.models import Rendition
from ravi.library.services import add_image, add_video, fit_images
from ravi.library.tests.films import film
from ravi.network import services as network
from ravi.network.draft import CampaignFields, MessageFields, VersionFields
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Day, Dose, LockedFact
from ravi.network.models import Campaign, Template
from ravi.network.rules import Aim, TargetKind
from ravi.network.template import Blank, TemplateWords
from ravi.notices import services as notices
from ravi.publishing import services as publishing
from ravi.publishing.draft import DraftFields
from ravi.training import services as training
from ravi.training.draft import SeriesFields, SessionFields, WorkshopFields
from ravi.training.models import Registration, Series
from ravi.training.rules import Part, RegistrationState

Maker = Callable[[Any, Any, Any], dict[str, Any]]


def unit(house: Any, place: Any, person: Any) -> dict[str, Any]:
    return {"unit_id": place.pk}


def person(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    return {"person_id": somebody.pk}


def role(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    held = Role.objects.get(person=somebody, ended_at=None)
    return {"person_id": somebody.pk, "role_id": held.pk}


def token(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    accounts.issue_access_token(somebody, "x", by=somebody)
    return {"token_id": AccessToken.objects.filter(person=somebody).latest("pk").pk}


def passkey(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    made = Authenticator.objects.create(
        user=somebody, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    return {"pk": made.pk}


def address(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    return {"address_id": notices.ask_code(somebody, "mail", f"{somebody.username}@example.org").pk}


def _channel(place: Any) -> Any:
    new = NewChannel(place, "telegram", "sandbox", f"unit_{place.pk}", "خبر", "http://127.0.0.1:9/x/")
    known = Channel.objects.filter(unit=place).first()
    if known:
        return known
    opened = open_channel(new, by=None)
    lend_channel(opened, by=None)
    return opened


def _expert(place: Any) -> Any:
    """Somebody in that institution who may say yes."""
    name = f"expert-of-{place.institution_id}"
    known = Person.objects.filter(username=name).first()
    if known:
        return known
    added = accounts.add_person(name, "کارشناس", None, institution=place.institution, by=None)
    accounts.grant_role(added, RoleKind.EXPERT, unit=headquarters(place.institution_id), by=None)
    return added


def _editor(place: Any) -> Any:
    """Somebody in that institution who writes for the network."""
    name = f"editor-of-{place.institution_id}"
    known = Person.objects.filter(username=name).first()
    if known:
        return known
    added = accounts.add_person(name, "ویراستار", None, institution=place.institution, by=None)
    accounts.grant_role(added, RoleKind.EDITOR, unit=headquarters(place.institution_id), by=None)
    return added


def campaign(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    name = f"پویش {Campaign.objects.count()}"
    return {"campaign_id": network.start_campaign(place, CampaignFields(name), by=_editor(place)).pk}


def workshop(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """One that headquarters plans, with a session and somebody on its list."""
    planner = _editor(place)
    series = training.start_series(SeriesFields(f"سلسله {Series.objects.count()}"), by=planner)
    planned = training.plan_workshop(series, WorkshopFields("کارگاه"), by=planner)
    starts_at = clock.now() + timedelta(days=9)
    fields = SessionFields("آغاز", Part.MORNING, starts_at, starts_at + timedelta(hours=3))
    session = training.add_session(planned, fields, by=planner)
    said = {"unit": place, "nominated_by": planner, "queued_at": clock.now(), "changed_at": clock.now()}
    more = {"institution_id": planned.institution_id, "state": RegistrationState.WAITING}
    row = Registration.objects.create(workshop=planned, person=somebody, **said, **more)
    names = {"series_id": series.pk, "session_id": session.pk, "registration_id": row.pk, "unit_id": place.pk}
    return {"pk": planned.pk, **names}


def network_message(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """A draft with one fact, at place 1."""
    held = LockedFact("دوز", FactKind.DOSE, Dose(2))
    words = VersionFields(title="عنوان", text="{دوز}", facts=(held,), valid_until=clock.now() + timedelta(days=9))
    return {"pk": network.draft_message(place, MessageFields(), words, by=_editor(place)).pk, "place": 1, "lang": "en"}


def channel(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    return {"pk": _channel(place).pk}


_sides = count(8)


def _picture() -> SimpleUploadedFile:
    """Never the same one twice: a unit keeps each picture once."""
    drawn = io.BytesIO()
    Image.new("RGB", (next(_sides), 8), "navy").save(drawn, "PNG")
    return SimpleUploadedFile("x.png", drawn.getvalue(), "image/png")


def media(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    kept = add_image(_picture(), unit=place, by=somebody, alt_text="آبی", shows_people=False, consent_reference="")
    return {"pk": kept.pk}


def rendition(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    kept = media(house, place, somebody)["pk"]
    fit_images({kept: ["jpeg 4 4000 any"]}, by=somebody)
    return {"pk": Rendition.objects.get(media_id=kept).pk}


def video(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    words = {"alt_text": "دست‌شستن", "shows_people": False}
    said = SimpleUploadedFile("x.srt", b"1\n00:00:00,000 --> 00:00:00,500\nhello\n")
    kept = add_video(
        SimpleUploadedFile("x.mp4", _film()), unit=place, by=somebody, captions_file=said, captions_lang="en", **words
    )
    return {"pk": kept.pk}


@cache
def _film() -> bytes:
    return film(frames=5)


def post(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    fields = DraftFields(title="عنوان", text="متن", channel_ids=frozenset({_channel(place).pk}))
    made = publishing.start_post(place, fields, by=somebody)
    publishing.submit_post(made, by=somebody)
    said = publishing.comment_on(made, "متن", "منبع؟", by=_expert(place), expected_revision=1)
    return {"pk": made.pk, "comment_id": said.pk, "platform": "telegram", "unit_id": place.pk}


def delivery(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    fields = DraftFields(title="عنوان", text="متن", channel_ids=frozenset({_channel(place).pk}))
    made = publishing.start_post(place, fields, by=somebody)
    shown = publishing.submit_post(made, by=somebody).ready
    approved = publishing.approve_post(made, by=_expert(place), hashes=[copy.content_hash for copy in shown])
    return {"pk": approved.delivery_ids[0]}


def sent_copy(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """A copy that the engine has carried."""
    made = Delivery.objects.get(**delivery(house, place, somebody))
    Delivery.objects.filter(pk=made.pk).update(state="sent", sent_at=clock.now(), settled_at=clock.now(), remote_id="1")
    return {"pk": made.pk, "post_id": made.post_id}


def reading(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """A number with a picture."""
    seen = Number(channel=_channel(place), delivery=None, kind=Kind.FOLLOWERS, value=5, taken_at=clock.now())
    kept = write_down(seen, picture=(b"picture", "image/png"), by=somebody, now=clock.now())
    return {"reading_id": kept.pk}


def by_hand(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """With an image, and with a report that has a picture."""
    new = NewChannel(place, "telegram", "manual", f"hand_{place.pk}", "خبر", f"https://t.me/hand_{place.pk}")
    opened = open_channel(new, by=None)
    lend_channel(opened, by=None)
    images = (media(house, place, somebody)["pk"],)
    fields = DraftFields(title="عنوان", text="متن", media_ids=images, channel_ids=frozenset({opened.pk}))
    made = publishing.start_post(place, fields, by=somebody)
    shown = publishing.submit_post(made, by=somebody).ready
    approved = publishing.approve_post(made, by=_expert(place), hashes=[copy.content_hash for copy in shown])
    Delivery.objects.filter(pk=approved.delivery_ids[0]).update(state="missed", error_code="late")
    told = publishing.Told(reason="داستان بود", picture=_picture())
    report = publishing.report_all_the_same(Delivery.objects.get(pk=approved.delivery_ids[0]), told, by=somebody)
    return {"pk": approved.delivery_ids[0], "place": 1, "report_id": report.pk}


def offer(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """News of the organisation before that unit."""
    name = f"editor-of-{place.institution_id}"
    above = headquarters(place.institution_id)
    editor = Person.objects.filter(username=name).first()
    if editor is None:
        editor = accounts.add_person(name, "سردبیر", None, institution=place.institution, by=None)
        accounts.grant_role(editor, RoleKind.EDITOR, unit=above, by=None)
    fields = MessageFields(topic="organisation", aims=(Aim(TargetKind.UNIT, place.pk),))
    message = network.draft_message(above, fields, VersionFields(title="عنوان", text="متن"), by=editor)
    version = message.versions.get()
    made = network.issue_version(version, expected_revision=version.revision, by=editor)
    return {"pk": made.offers[0].pk, "version_id": made.version.pk, "lang": "fa"}


def template(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """One blank, signed beforehand by somebody else."""
    words = TemplateWords("عنوان", "متن {تاریخ}", blanks=(Blank("تاریخ", FactKind.DATE),))
    made = network.start_template(place, f"قالب {Template.objects.count()}", words, by=somebody)
    signed = network.sign_standing(
        made.current, place, days=9, content_hash=made.current.content_hash, by=_expert(place)
    )
    return {"pk": made.pk, "rule_id": signed.pk}


def emergency(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """What went out on an expert's signature, still to be looked at."""
    words = TemplateWords(
        "عنوان", "متن {تاریخ}", topic="health", blanks=(Blank("تاریخ", FactKind.DATE),), emergency=True
    )
    made = network.start_template(place, f"اضطراری {Template.objects.count()}", words, by=somebody)
    version = made.current
    network.sign_standing(version, place, days=9, content_hash=version.content_hash, by=_expert(place))
    writer = accounts.add_person(f"alarm-{next(_sides)}", "مسئول", None, institution=place.institution, by=None)
    accounts.grant_role(writer, RoleKind.UNIT_OFFICER, unit=place, by=None)
    facts = [LockedFact("تاریخ", FactKind.DATE, Day(date(2026, 12, 1)))]
    done = network.fill_template(version, place, facts, [_channel(place).pk], by=writer)
    return {"review_id": done.post.filling.after_review.pk}


def stop_order(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    made = stop(Scope.UNIT, str(place.pk), by=somebody, reason="آزمایش", institution_id=place.institution_id)
    return {"stop_id": made.pk}


def webhook(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    """An address of that unit, with a call in its log."""
    keeper = accounts.add_person(f"keeper-{next(_sides)}", "سرپرست", None, institution=place.institution, by=None)
    accounts.grant_role(keeper, RoleKind.UNIT_HEAD, unit=place, by=None)
    made, _secret = add_webhook(place, "x", "https://example.org/x", ["copy.sent"], egress=Egress(), by=keeper)
    return {"webhook_id": made.pk, "call_id": try_webhook(made, by=keeper).pk}


MAKERS: dict[str, Maker] = {
    "webhook": webhook,
    "unit": unit,
    "emergency": emergency,
    "person": person,
    "role": role,
    "token": token,
    "passkey": passkey,
    "address": address,
    "channel": channel,
    "campaign": campaign,
    "workshop": workshop,
    "network_message": network_message,
    "media": media,
    "rendition": rendition,
    "video": video,
    "post": post,
    "delivery": delivery,
    "sent_copy": sent_copy,
    "reading": reading,
    "by_hand": by_hand,
    "offer": offer,
    "template": template,
    "network_version": lambda *where: {"version_id": offer(*where)["version_id"]},
    "stop": stop_order,
}
