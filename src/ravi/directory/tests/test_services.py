"""Channels through their life: request, opening, freezing, loans, credentials, custodians."""

import base64
import hashlib
import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import ProgrammingError

from ravi.core import audit, crypto
from ravi.core.models import AuditEntry
from ravi.directory import queries, services
from ravi.directory.models import Channel, Credential, Errand
from ravi.directory.rules import ChannelState, ErrandKind

PRIVATE, PUBLIC = crypto.generate_keypair()
VALUES = {"base_url": "http://localhost:8101", "token": "secret-token-of-the-channel"}


@pytest.fixture(autouse=True)
def sealing_key(settings):
    settings.CREDENTIAL_PUBLIC_KEY = base64.urlsafe_b64encode(PUBLIC).decode().rstrip("=")
    settings.CREDENTIAL_KEY_ID = "test-1"


def new(unit, handle="sample_omid", platform="bale", **more):
    return services.NewChannel(unit, platform, "sandbox", handle, "خبر و نوبت‌دهی", **more)


def test_a_request_waits_for_headquarters(house):
    channel = services.request_channel(new(house.hospital), by=house.officer)
    assert (channel.state, channel.listed) == (ChannelState.REQUESTED, False)
    with pytest.raises(PermissionDenied):
        services.move_channel(channel, ChannelState.ACTIVE, by=house.officer)
    services.move_channel(channel, ChannelState.ACTIVE, by=house.editor)
    channel.refresh_from_db()
    assert (channel.state, channel.listed, channel.address) == (ChannelState.ACTIVE, True, "bale/sample_omid")


@pytest.mark.parametrize("who", ["expert", "auditor", "neighbour"])
def test_a_request_is_for_people_of_the_unit(house, who):
    with pytest.raises(PermissionDenied):
        services.request_channel(new(house.hospital), by=getattr(house, who))


def test_the_same_handle_twice_is_refused_and_free_after_retiring(house):
    first = services.open_channel(new(house.hospital), by=house.head)
    with pytest.raises(services.ChannelTaken):
        services.open_channel(new(house.faculty, "https://ble.ir/Sample_Omid"), by=house.head)
    services.open_channel(new(house.faculty, platform="eitaa"), by=house.head)
    services.move_channel(first, ChannelState.RETIRED, by=house.head)
    assert services.open_channel(new(house.faculty), by=house.head).pk != first.pk


@pytest.mark.parametrize("handle", ["", "@", "کانال", "two words", "https://t.me/sample_omid", "a/../b", "x" * 300])
def test_a_handle_that_cannot_be_one_is_refused(house, handle):
    with pytest.raises(services.ChannelRefused):
        services.open_channel(new(house.hospital, handle), by=house.head)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ble.ir/x", "//evil.example"])
def test_a_link_that_is_no_web_address_is_refused(house, link):
    with pytest.raises(services.ChannelRefused):
        services.open_channel(new(house.hospital, link=link), by=None)


def test_freezing_is_for_whoever_may_stop_and_thawing_for_headquarters(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    with pytest.raises(PermissionDenied):
        services.move_channel(channel, ChannelState.FROZEN, by=house.neighbour)
    services.move_channel(channel, ChannelState.FROZEN, by=house.officer, note="رمز دزدیده شد")
    channel.refresh_from_db()
    assert (channel.state, channel.listed, channel.state_note) == (ChannelState.FROZEN, True, "رمز دزدیده شد")
    with pytest.raises(PermissionDenied):
        services.move_channel(channel, ChannelState.ACTIVE, by=house.officer)
    services.move_channel(channel, ChannelState.ACTIVE, by=house.editor)


def test_a_move_on_a_stale_page_is_refused(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    stale = Channel.objects.get(pk=channel.pk)
    services.move_channel(channel, ChannelState.RETIRED, by=house.head)
    with pytest.raises(services.ChannelRefused):
        services.move_channel(stale, ChannelState.FROZEN, by=house.head)
    channel.refresh_from_db()
    assert channel.state == ChannelState.RETIRED


def test_the_database_lists_no_retired_channel(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    with pytest.raises(Exception, match="channel_listed_while_alive"), transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(state=ChannelState.RETIRED)


def test_a_channel_off_the_list_is_not_publishable(house):
    channel = services.open_channel(new(house.headquarters), by=house.head)
    assert list(queries.channels_publishable_by(house.editor)) == [channel]
    services.list_channel(channel, False, by=house.editor)
    assert list(queries.channels_publishable_by(house.editor)) == []
    assert list(queries.official_channels(house.institution)) == []


def test_a_credential_is_sealed_for_its_channel_and_unreadable_to_the_web(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    services.set_credential(channel, VALUES, by=house.unit_head)
    read = queries.credential_of(channel)
    assert read is not None and (read.set_by, read.key_id) == (house.unit_head, "test-1")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        assert read.box
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Credential.objects.update(key_id="other")


def test_channels_with_one_bot_share_its_pace_and_the_mark_tells_nothing_of_the_token(house):
    one, same, other, bare = (services.open_channel(new(house.hospital, f"sample_{n}"), by=house.head) for n in "abcd")
    for channel, token in ((one, "bot"), (same, "bot"), (other, "another")):
        services.set_credential(channel, VALUES | {"token": token}, by=house.head)
    paces = queries.paces_of({one.pk, same.pk, other.pk, bare.pk})
    assert paces[one.pk] == paces[same.pk] != paces[other.pk]
    assert bare.pk not in paces
    plain = json.dumps(VALUES | {"token": "bot"}, separators=(",", ":"), sort_keys=True).encode()
    assert hashlib.sha256(plain).hexdigest()[:32] not in paces[one.pk]


def test_a_new_credential_takes_the_old_ones_place_and_asks_for_verification(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    services.set_credential(channel, VALUES, by=house.unit_head)
    Channel.objects.filter(pk=channel.pk).update(verified_at=channel.requested_at)
    channel.refresh_from_db()
    services.set_credential(channel, VALUES | {"token": "another"}, by=house.editor)
    channel.refresh_from_db()
    assert channel.verified_at is None
    assert [c.set_by for c in Credential.objects.all()] == [house.editor]


@pytest.mark.parametrize("who", ["officer", "neighbour", "expert", "auditor"])
def test_a_credential_is_not_for_everybody(house, who):
    channel = services.open_channel(new(house.hospital), by=house.head)
    with pytest.raises(PermissionDenied):
        services.set_credential(channel, VALUES, by=getattr(house, who))


def test_without_a_key_nothing_is_kept(house, settings):
    settings.CREDENTIAL_PUBLIC_KEY = ""
    channel = services.open_channel(new(house.hospital), by=house.head)
    with pytest.raises(services.CredentialRefused):
        services.set_credential(channel, VALUES, by=house.head)
    assert queries.credential_of(channel) is None


def test_no_secret_and_no_name_enters_the_audit_chain(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    services.set_credential(channel, VALUES, by=house.unit_head)
    services.request_verification(channel, by=house.unit_head)
    services.add_custodian(channel, house.officer, since=date(2026, 1, 1), by=house.unit_head)
    bodies = " ".join(AuditEntry.objects.values_list("body", flat=True))
    assert VALUES["token"] not in bodies and channel.handle not in bodies
    verbs = [json.loads(e.body)["verb"] for e in AuditEntry.objects.order_by("seq")]
    assert verbs[-4:] == ["open_channel", "set_credential", "request_verification", "add_custodian"]
    assert audit.verify(house.institution.pk) == []


def test_verification_is_asked_once_and_needs_a_credential(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    with pytest.raises(services.CredentialRefused):
        services.request_verification(channel, by=house.unit_head)
    services.set_credential(channel, VALUES, by=house.unit_head)
    at = channel.requested_at
    earlier = Errand.objects.create(
        institution=house.institution, channel=channel, kind=ErrandKind.VERIFY, asked_at=at, done_at=at
    )
    first = services.request_verification(channel, by=house.unit_head)
    assert first != earlier
    assert services.request_verification(channel, by=house.editor) == first


def test_another_handle_is_unverified_again_and_another_purpose_is_not(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    Channel.objects.filter(pk=channel.pk).update(verified_at=channel.requested_at)
    channel.refresh_from_db()
    services.edit_channel(channel, new(house.hospital)._replace(purpose="آموزش"), by=house.editor)
    assert channel.verified_at is not None
    services.edit_channel(channel, new(house.hospital, "sample_omid2"), by=house.editor)
    channel.refresh_from_db()
    assert (channel.verified_at, channel.handle, channel.purpose) == (None, "sample_omid2", "خبر و نوبت‌دهی")


def test_an_edit_on_a_stale_page_undoes_no_move(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    stale = Channel.objects.get(pk=channel.pk)
    services.move_channel(channel, ChannelState.FROZEN, by=house.unit_head, note="حساب در دست دیگری است")
    services.list_channel(channel, False, by=house.head)
    services.edit_channel(stale, new(house.hospital)._replace(purpose="آموزش"), by=house.head)
    channel.refresh_from_db()
    assert (channel.state, channel.listed, channel.purpose) == (ChannelState.FROZEN, False, "آموزش")
    assert channel.state_note == "حساب در دست دیگری است"


def test_a_unit_edits_its_request_and_no_more_once_it_is_active(house):
    channel = services.request_channel(new(house.hospital), by=house.officer)
    services.edit_channel(channel, new(house.hospital, "sample_omid3"), by=house.unit_head)
    services.move_channel(channel, ChannelState.ACTIVE, by=house.editor)
    with pytest.raises(PermissionDenied):
        services.edit_channel(channel, new(house.hospital), by=house.unit_head)


def test_custodians_have_a_first_and_a_last_day(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    one = services.add_custodian(channel, house.officer, since=date(2026, 3, 21), by=house.unit_head)
    with pytest.raises(services.CustodianRefused):
        services.add_custodian(channel, house.officer, since=date(2026, 4, 1), by=house.unit_head)
    with pytest.raises(services.CustodianRefused):
        services.add_custodian(channel, house.outsider, since=date(2026, 4, 1), by=house.unit_head)
    with pytest.raises(services.CustodianRefused):
        services.end_custodian(one, until=date(2026, 3, 20), by=house.unit_head)
    services.end_custodian(one, until=date(2026, 5, 1), by=house.unit_head)
    one.refresh_from_db()
    assert (one.until, one.ended_by) == (date(2026, 5, 1), house.unit_head)


def test_channels_in_sight_of_each_person(house):
    hospital = services.open_channel(new(house.hospital), by=house.head)
    faculty = services.open_channel(new(house.faculty, "sample_behdasht"), by=house.head)
    seen = {name: set(queries.channels_visible_to(person)) for name, person in house.people().items()}
    everything = {hospital, faculty}
    assert seen == {
        "head": everything,
        "editor": everything,
        "expert": everything,
        "auditor": everything,
        "unit_head": {hospital},
        "officer": {hospital},
        "neighbour": {faculty},
        "outsider": set(),
    }
