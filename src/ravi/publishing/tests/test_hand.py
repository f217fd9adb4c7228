"""What people do by hand: whose word counts, when it does not, and what follows from it."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from PIL import Image

from ravi.core import audit, blob, clock
from ravi.core.models import AuditEntry
from ravi.delivery import services as ledger
from ravi.delivery.errors import AlreadyExpired, ChannelNotPublic, ReportRefused, StillStopped, TooLateToTakeBack
from ravi.delivery.models import Delivery, HandReport, LedgerEntry
from ravi.delivery.queries import board
from ravi.delivery.rules import HAND_LATENESS_S, TAKE_BACK_S
from ravi.delivery.watch import watch
from ravi.directory import services as directory
from ravi.directory.models import Channel
from ravi.directory.rules import ChannelState
from ravi.directory.services import NewChannel
from ravi.notices.models import Notice
from ravi.notices.rules import kind
from ravi.publishing import services
from ravi.publishing.models import Post
from ravi.publishing.pages.board import Board
from ravi.publishing.pages.packet import Packet
from ravi.publishing.queries import shown_set
from ravi.publishing.services import Told

from .conftest import fields

pytestmark = pytest.mark.django_db
LINK = Told(link="https://t.me/omid_by_hand/12")


@pytest.fixture
def by_hand(house):
    """A channel of the hospital that people serve, lent to headquarters."""
    new = NewChannel(house.hospital, "telegram", "manual", "omid_by_hand", "خبر", "https://t.me/omid_by_hand")
    channel = directory.open_channel(new, by=None)
    directory.lend_channel(channel, by=None)
    return channel


@pytest.fixture
def post(house, by_hand):
    return ordered(house, by_hand)


def ordered(house, *channels, **more) -> Post:
    """A message of the editor on these channels, with the expert's yes."""
    given = fields(frozenset(channel.pk for channel in channels), **more)
    post = services.start_post(house.headquarters, given, by=house.editor)
    services.submit_post(post, by=house.editor)
    services.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)
    post.refresh_from_db()
    return post


def due(post: Post, action: str = "publish") -> Delivery:
    """Stands in for the engine: the copy by hand is set aside for its person."""
    waiting = Delivery.objects.filter(post_id=post.pk, action=action, adapter="manual", state="pending")
    waiting.update(state="held", error_code="by_hand", changed_at=clock.now())
    return Delivery.objects.filter(post_id=post.pk, action=action, adapter="manual").latest("id")


def picture() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(drawn, "PNG")
    return SimpleUploadedFile("shot.png", drawn.getvalue() + b"hidden", "image/png")


def packet(house, copy: Delivery) -> Packet:
    channel = Channel.objects.get(pk=copy.channel_id)
    return Packet(copy, channel, house.officer, may_do=True, now=clock.now())


def line(house, post: Post):
    [shown] = Board(post, house.editor, now=clock.now()).lines
    return shown


def test_a_copy_by_hand_is_ordered_with_its_yes_and_waits_a_week(house, post):
    copy = Delivery.objects.get(post_id=post.pk)
    assert (copy.adapter, copy.platform, copy.lateness_limit_s) == ("manual", "telegram", HAND_LATENESS_S)
    assert copy.approved_hash == copy.content_hash


def test_the_officer_confirms_and_it_counts_beside_the_others(house, post):
    copy = due(post)
    assert line(house, post).state == "by_hand"
    services.report_done(copy, Told(LINK.link, picture=picture()), by=house.officer)
    copy.refresh_from_db()
    assert (copy.state, copy.link, copy.remote_id) == ("sent", LINK.link, LINK.link)
    report = HandReport.objects.get()
    assert (report.said, report.by_id, report.link, report.media_type) == (
        "done", house.officer.pk, LINK.link, "image/jpeg",
    )  # fmt: skip
    assert b"hidden" not in blob.get(house.institution.pk, report.evidence)
    last = LedgerEntry.objects.filter(delivery=copy).latest("id")
    assert (last.before, last.after, last.cause, last.by_id) == ("held", "sent", "done_by_hand", house.officer.pk)
    assert AuditEntry.objects.filter(verb="delivery.by_hand", subject_id=str(copy.pk)).count() == 1
    assert audit.verify(house.institution.pk) == []
    shown = line(house, post)
    assert (shown.state, shown.delivery.by_hand) == ("sent_by_hand", True)
    assert Board(post, house.editor, now=clock.now()).sent == 1


@pytest.mark.parametrize("who", ["neighbour", "expert", "auditor", "outsider"])
def test_others_have_no_word_in_it(house, post, who):
    copy = due(post)
    for act in (services.report_done, services.report_not_done, services.report_all_the_same, services.correct_link):
        with pytest.raises(PermissionDenied):
            act(copy, LINK, by=getattr(house, who))
    with pytest.raises(PermissionDenied):
        services.take_back_report(copy, by=getattr(house, who))
    assert due(post).state == "held"


def test_the_custodian_of_the_account_may(house, post, by_hand):
    directory.add_custodian(by_hand, house.expert, since=clock.now().date(), by=house.head)
    services.report_done(due(post), LINK, by=house.expert)
    assert Delivery.objects.get(post_id=post.pk).state == "sent"


def test_the_second_of_two_is_told_who_was_first(house, post):
    copy = due(post)
    stale = Delivery.objects.get(pk=copy.pk)
    services.report_done(copy, LINK, by=house.officer)
    for act in (services.report_done, services.report_not_done):
        with translation.override("fa"), pytest.raises(ReportRefused, match=f"^{house.officer.name} پیش از این گفته"):
            act(stale, Told("https://t.me/omid_by_hand/13", "نشد"), by=house.unit_head)
    assert HandReport.objects.count() == 1
    copy.refresh_from_db()
    assert copy.link == LINK.link


def test_under_a_stop_nothing_new_is_confirmed(house, post, by_hand):
    copy = due(post)
    stop = ledger.stop("channel", str(by_hand.pk), by=house.head, reason="", institution_id=house.institution.pk)
    with pytest.raises(StillStopped):
        services.report_done(copy, LINK, by=house.officer)
    ledger.lift_stop(stop, by=house.editor)
    services.report_done(copy, LINK, by=house.officer)


def test_after_its_last_day_it_is_not_confirmed(house, by_hand):
    until = clock.now() + timedelta(hours=1)
    copy = due(ordered(house, by_hand, valid_until=until))
    with clock.at(until), pytest.raises(AlreadyExpired):
        services.report_done(copy, LINK, by=house.officer)


def test_on_a_frozen_channel_nothing_is_confirmed(house, post, by_hand):
    copy = due(post)
    directory.move_channel(by_hand, ChannelState.FROZEN, by=None)
    with pytest.raises(ChannelNotPublic):
        services.report_done(copy, LINK, by=house.officer)


def test_what_was_not_possible_is_told_to_the_writers_and_can_be_ordered_again(house, post):
    services.report_not_done(due(post), Told(reason="حساب بسته است"), by=house.officer)
    failed = Delivery.objects.get(post_id=post.pk)
    assert (failed.state, failed.error_code, failed.error_detail) == ("failed", "not_done", "حساب بسته است")
    services.tell_troubles(house.institution.pk)
    assert Notice.objects.filter(kind="copies_troubled", person=house.editor).count() == 1
    [again] = services.send_again(post, [failed.pk], by=house.editor)
    assert Delivery.objects.get(pk=again).adapter == "manual"
    due(post)
    with translation.override("fa"), pytest.raises(ReportRefused, match="همین متن بار دیگر"):
        services.report_all_the_same(failed, LINK, by=house.officer)


def test_published_and_withdrawn_meanwhile_is_told_as_it_is_and_removed(house, post):
    copy = due(post)
    services.withdraw_post(post, by=house.head)
    with pytest.raises(ReportRefused):
        services.report_done(copy, LINK, by=house.officer)
    copy.refresh_from_db()
    assert copy.state == "cancelled"
    services.report_all_the_same(copy, LINK, by=house.officer)
    assert (copy.state, copy.link) == ("sent", LINK.link)
    removal = due(post, "delete")
    assert (removal.about_id, removal.state) == (copy.pk, "held")
    post.refresh_from_db()
    assert line(house, post).state == "by_hand"
    services.report_done(removal, Told(), by=house.officer)
    assert line(house, post).state == "cancelled"


def test_missed_for_lateness_and_published_all_the_same_may_stand(house, post):
    copy = due(post)
    Delivery.objects.filter(pk=copy.pk).update(state="missed", error_code="late")
    copy.refresh_from_db()
    services.report_all_the_same(copy, LINK, by=house.officer)
    assert not Delivery.objects.filter(action="delete").exists()


def test_giving_up_is_no_way_round_a_stop(house, post, by_hand):
    copy = due(post)
    stop = ledger.stop("channel", str(by_hand.pk), by=house.head, reason="", institution_id=house.institution.pk)
    services.report_not_done(copy, Told(reason="نشد"), by=house.officer)
    with pytest.raises(StillStopped):
        services.report_all_the_same(copy, LINK, by=house.officer)
    assert copy.state == "failed"
    ledger.lift_stop(stop, by=house.editor)
    services.report_all_the_same(copy, LINK, by=house.officer)
    assert copy.state == "sent"


def test_given_up_and_published_after_its_last_day_is_told_as_it_is_and_removed(house, by_hand):
    until = clock.now() + timedelta(hours=1)
    copy = due(ordered(house, by_hand, valid_until=until))
    services.report_not_done(copy, Told(reason="نشد"), by=house.officer)
    with clock.at(until):
        services.report_all_the_same(copy, LINK, by=house.officer)
    assert (copy.state, Delivery.objects.get(action="delete").about_id) == ("sent", copy.pk)


def test_given_up_and_published_on_a_frozen_channel_is_told_as_it_is_and_removed(house, post, by_hand):
    copy = due(post)
    services.report_not_done(copy, Told(reason="نشد"), by=house.officer)
    directory.move_channel(by_hand, ChannelState.FROZEN, by=None)
    services.report_all_the_same(copy, LINK, by=house.officer)
    assert (copy.state, Delivery.objects.get(action="delete").about_id) == ("sent", copy.pk)


def test_a_mistake_is_taken_back_for_a_quarter_of_an_hour(house, post):
    copy = due(post)
    services.report_done(copy, LINK, by=house.officer)
    services.take_back_report(copy, by=house.unit_head)
    assert (copy.state, copy.error_code, copy.link) == ("held", "by_hand", "")
    services.report_done(copy, LINK, by=house.officer)
    with clock.at(clock.now() + timedelta(seconds=TAKE_BACK_S)), pytest.raises(ReportRefused):
        services.take_back_report(copy, by=house.officer)
    assert [report.said for report in HandReport.objects.all()] == ["done", "taken_back", "done"]


def test_the_link_is_corrected_and_the_earlier_word_stays(house, post):
    copy = due(post)
    services.report_done(copy, LINK, by=house.officer)
    services.correct_link(copy, Told("https://t.me/omid_by_hand/14"), by=house.officer)
    assert copy.link == "https://t.me/omid_by_hand/14"
    assert list(HandReport.objects.values_list("link", flat=True)) == [LINK.link, "https://t.me/omid_by_hand/14"]


def test_withdrawing_asks_for_a_removal_and_counts_it_when_it_is_done(house, post):
    copy = due(post)
    services.report_done(copy, LINK, by=house.officer)
    done = services.withdraw_post(post, by=house.head)
    assert ([found.delivery_id for found in done.by_hand], done.removals) == ([copy.pk], ())
    with pytest.raises(ReportRefused):
        services.take_back_report(copy, by=house.officer)
    services.report_done(due(post, "delete"), Told(), by=house.officer)
    assert line(house, Post.objects.get(pk=post.pk)).state == "cancelled"


def test_where_a_platform_lets_no_program_remove_a_person_does(house):
    new = NewChannel(house.hospital, "eitaa", "sandbox", "omid_eitaa", "خبر")
    eitaa = directory.open_channel(new, by=None)
    directory.lend_channel(eitaa, by=None)
    post = ordered(house, eitaa)
    sent = {"state": "sent", "sent_at": clock.now(), "remote_id": "7", "link": "https://eitaa.com/omid_eitaa/7"}
    Delivery.objects.filter(post_id=post.pk).update(**sent)
    services.withdraw_post(post, by=house.head)
    removal = due(post, "delete")
    assert (removal.platform, removal.adapter, removal.valid_until) == ("eitaa", "manual", None)
    post.refresh_from_db()
    assert line(house, post).state == "by_hand"
    services.report_done(removal, Told(), by=house.officer)
    assert line(house, post).state == "cancelled"


def test_what_a_person_published_a_person_removes_also_after_a_program_came(house):
    """The address that a person pasted is no name that a program may give to the platform."""
    by_hand = NewChannel(house.hospital, "mastodon", "manual", "omid@m.example", "خبر", "https://m.example/@omid")
    channel = directory.open_channel(by_hand, by=None)
    directory.lend_channel(channel, by=None)
    post = ordered(house, channel)
    services.report_done(due(post), Told("https://m.example/@omid/112"), by=house.officer)
    directory.edit_channel(channel, by_hand._replace(adapter="mastodon"), by=house.head)
    done = services.withdraw_post(post, by=house.head)
    assert (len(done.by_hand), done.removals) == (1, ())
    assert Delivery.objects.get(post_id=post.pk, action="delete").adapter == "manual"


def test_a_removal_that_a_platform_refused_is_asked_of_a_person_once(house, channels):
    post = ordered(house, channels.telegram)
    Delivery.objects.filter(post_id=post.pk).update(state="sent", sent_at=clock.now(), remote_id="7")
    services.withdraw_post(post, by=house.head)
    refused = {"state": "failed", "error_code": "no_rights", "changed_at": clock.now()}
    Delivery.objects.filter(post_id=post.pk, action="delete").update(**refused)
    for _time in range(2):
        services.tell_troubles(house.institution.pk)
    assert Delivery.objects.filter(post_id=post.pk, action="delete", adapter="manual").count() == 1
    due(post, "delete")
    assert line(house, Post.objects.get(pk=post.pk)).state == "by_hand"


def test_a_removal_that_a_person_could_not_do_says_why_and_may_be_done_later(house, post):
    services.report_done(due(post), LINK, by=house.officer)
    services.withdraw_post(post, by=house.head)
    removal = due(post, "delete")
    services.report_not_done(removal, Told(reason="رمز حساب گم شده است"), by=house.officer)
    services.tell_troubles(house.institution.pk)
    post.refresh_from_db()
    assert line(house, post).state == "sent_by_hand"
    services.report_all_the_same(removal, Told(), by=house.officer)
    assert line(house, post).state == "cancelled"


def test_what_was_said_all_the_same_is_not_taken_back(house, post):
    copy = due(post)
    services.withdraw_post(post, by=house.head)
    services.report_all_the_same(copy, LINK, by=house.officer)
    services.correct_link(copy, Told("https://t.me/omid_by_hand/14"), by=house.officer)
    services.report_not_done(due(post, "delete"), Told(reason="نشد"), by=house.officer)
    assert not packet(house, copy).may_take_back
    with pytest.raises(TooLateToTakeBack):
        services.take_back_report(copy, by=house.officer)
    assert copy.state == "sent"


def test_a_copy_of_a_withdrawn_message_never_waits_for_a_confirmation_again(house, post):
    copy = due(post)
    services.report_done(copy, LINK, by=house.officer)
    assert packet(house, copy).may_take_back
    services.withdraw_post(post, by=house.head)
    services.report_not_done(due(post, "delete"), Told(reason="نشد"), by=house.officer)
    with pytest.raises(TooLateToTakeBack):
        services.take_back_report(copy, by=house.officer)


def test_what_is_confirmed_of_a_message_that_is_not_approved_any_more_is_to_be_removed(house, post):
    copy = due(post)
    Post.objects.filter(pk=post.pk).update(state="withdrawn")
    services.report_done(copy, LINK, by=house.officer)
    assert copy.state == "sent"
    assert due(post, "delete").about_id == copy.pk


@pytest.mark.parametrize("state", ["pending", "claimed", "sending", "unknown", "failed"])
def test_no_sql_brings_a_confirmed_copy_into_the_line(house, post, state):
    copy = due(post)
    services.report_done(copy, LINK, by=house.officer)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update delivery_delivery set state = %s where id = %s", [state, copy.pk])


def test_the_door_for_a_persons_word_is_closed_to_copies_of_programs(house, channels):
    post = ordered(house, channels.telegram)
    Delivery.objects.filter(post_id=post.pk).update(state="cancelled")
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(post_id=post.pk).update(state="sent", sent_at=clock.now())


def test_a_report_is_never_changed(house, post):
    services.report_done(due(post), LINK, by=house.officer)
    for change in ("update delivery_handreport set link = ''", "delete from delivery_handreport"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_whose_hand_is_wanted_is_told_once_and_again_before_it_is_late(house, post, by_hand):
    copy = due(post)
    directory.add_custodian(by_hand, house.expert, since=clock.now().date(), by=house.head)

    def told() -> set[int]:
        return set(Notice.objects.filter(kind="hand_wanted").values_list("person_id", flat=True))

    for _time in range(2):
        watch(house.institution.pk, clock.now())
    assert told() == {house.officer.pk, house.unit_head.pk, house.expert.pk}
    assert Notice.objects.filter(kind="hand_wanted").count() == 3
    notice = Notice.objects.filter(kind="hand_wanted", person=house.officer).get()
    assert notice.url == f"/posts/hands/{copy.pk}/"
    with translation.override("fa"):
        assert "منتظر کار دستی شماست" in kind("hand_wanted").sentence(notice.params)
    watch(house.institution.pk, copy.miss_at - timedelta(hours=23))
    assert Notice.objects.filter(kind="hand_wanted", person=house.officer).count() == 2
    services.report_done(copy, LINK, by=house.officer)
    watch(house.institution.pk, clock.now())
    assert Notice.objects.filter(kind="hand_wanted").count() == 6


def test_json_of_the_board_says_by_hand(house, post):
    due(post)
    [shown] = board([post.pk])[post.pk]
    assert (shown.ask, shown.waiting_for, shown.by_hand, shown.is_silent) == ("do_by_hand", "by_hand", True, False)
