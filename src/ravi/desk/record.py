"""The audit chain as sentences: who did what to what, and whether every link is there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.accounts.queries import people_by_id
from ravi.core import audit
from ravi.core.models import AuditEntry
from ravi.desk import record_facts
from ravi.desk.record_facts import Names

# Verb of core.audit.record -> what people read. A test holds this table to the verbs in the code.
VERBS: dict[str, str | Promise] = {
    "found_institution": gettext_lazy("founded the institution"),
    "add_unit": gettext_lazy("added a unit"),
    "rename_unit": gettext_lazy("renamed a unit"),
    "close_unit": gettext_lazy("closed a unit"),
    "hand_over_channel": gettext_lazy("handed a channel over to another unit"),
    "close_offers": gettext_lazy("ended a unit's open offers"),
    "add_person": gettext_lazy("added a person"),
    "set_password": gettext_lazy("set a password"),
    "grant_role": gettext_lazy("gave a role"),
    "end_role": gettext_lazy("ended a role"),
    "record_leaver": gettext_lazy("recorded that somebody left"),
    "erase_person": gettext_lazy("erased what was personal of a former colleague"),
    "issue_access_token": gettext_lazy("made a key"),
    "revoke_access_token": gettext_lazy("ended a key"),
    "add_webhook": gettext_lazy("added an address that is told"),
    "edit_webhook": gettext_lazy("changed an address that is told"),
    "renew_webhook_secret": gettext_lazy("made a new secret for an address"),
    "switch_webhook": gettext_lazy("switched an address off or on"),
    "end_webhook": gettext_lazy("ended an address that was told"),
    "resend_webhook": gettext_lazy("had something told again"),
    "confirm_address": gettext_lazy("wants to be told outside of Ravi too"),
    "end_address": gettext_lazy("wants to be told inside Ravi only"),
    "open_channel": gettext_lazy("opened a channel"),
    "request_channel": gettext_lazy("asked for a channel"),
    "move_channel": gettext_lazy("changed a channel's state"),
    "list_channel": gettext_lazy("put a channel on the public list or took it off"),
    "edit_channel": gettext_lazy("edited a channel"),
    "set_credential": gettext_lazy("set a channel's credential"),
    "request_verification": gettext_lazy("asked to verify a channel"),
    "add_custodian": gettext_lazy("named a custodian"),
    "end_custodian": gettext_lazy("ended a custodian's charge"),
    "lend_channel": gettext_lazy("lent a channel to headquarters"),
    "revoke_loan": gettext_lazy("took a loan back"),
    "add_image": gettext_lazy("added an image"),
    "fit_image": gettext_lazy("had an image fitted for platforms"),
    "edit_image": gettext_lazy("edited what is said of an image"),
    "note_absence": gettext_lazy("noted that somebody is away"),
    "end_absence": gettext_lazy("noted that somebody is back"),
    "pass_on_post": gettext_lazy("asked somebody else for the yes"),
    "go_on_post": gettext_lazy("let older words go on"),
    "start_series": gettext_lazy("began a series of workshops"),
    "plan_workshop": gettext_lazy("planned a workshop"),
    "edit_workshop": gettext_lazy("edited what is said of a workshop"),
    "set_unit_seats": gettext_lazy("set the seats of single units"),
    "open_workshop": gettext_lazy("announced a workshop"),
    "cancel_workshop": gettext_lazy("cancelled a workshop"),
    "add_session": gettext_lazy("added a session to a workshop"),
    "edit_session": gettext_lazy("edited a session of a workshop"),
    "drop_session": gettext_lazy("took a session out of a workshop"),
    "nominate": gettext_lazy("sent people to a workshop"),
    "confirm_seat": gettext_lazy("said that they come to a workshop"),
    "decline_seat": gettext_lazy("said that they do not come to a workshop"),
    "cancel_registration": gettext_lazy("took somebody off the list of a workshop"),
    "lapse_seats": gettext_lazy("gave on seats that nobody had confirmed"),
    "take_back_yes": gettext_lazy("took a yes back"),
    "comment_on_post": gettext_lazy("commented on a passage"),
    "answer_comment": gettext_lazy("answered a comment"),
    "resolve_comment": gettext_lazy("settled a comment"),
    "set_reads": gettext_lazy("said which languages somebody reads"),
    "set_steps": gettext_lazy("said how many yeses a topic needs"),
    "erase_media": gettext_lazy("erased an image or a video for good"),
    "add_video": gettext_lazy("added a video"),
    "edit_video": gettext_lazy("edited what is said of a video"),
    "choose_picture": gettext_lazy("chose another picture of a video"),
    "set_captions": gettext_lazy("set a video's captions"),
    "make_card": gettext_lazy("made a text card"),
    "stamp_image": gettext_lazy("put a name on an image"),
    "correct_post": gettext_lazy("began a correction of a message"),
    "choose_pinning": gettext_lazy("said whether answers are pinned to the top"),
    "choose_replacing": gettext_lazy("said whether copies are removed and published anew"),
    "start_post": gettext_lazy("began a message"),
    "save_draft": gettext_lazy("changed a message"),
    "lose_media": gettext_lazy("took what was erased out of a message's line"),
    "set_aside_draft": gettext_lazy("typed while somebody else saved first"),
    "submit_post": gettext_lazy("sent a message for approval"),
    "approve_post": gettext_lazy("approved a message"),
    "approve_by_rule": gettext_lazy("sent what somebody had approved beforehand"),
    "return_post": gettext_lazy("returned a message"),
    "return_version": gettext_lazy("returned words for the network"),
    "schedule_post": gettext_lazy("moved a message's time"),
    "send_again": gettext_lazy("sent copies again"),
    "start_campaign": gettext_lazy("began a campaign"),
    "edit_campaign": gettext_lazy("described a campaign anew"),
    "close_campaign": gettext_lazy("ended a campaign"),
    "draft_message": gettext_lazy("began a message for the network"),
    "edit_message": gettext_lazy("set how a message goes through the network"),
    "start_version": gettext_lazy("began a new version"),
    "save_version": gettext_lazy("changed the words of a version"),
    "save_translation": gettext_lazy("kept a translation of a version"),
    "endorse_translation": gettext_lazy("said the health expert's yes to a translation"),
    "confirm_words": gettext_lazy("found health words still true and set when they are looked at again"),
    "ask_endorsement": gettext_lazy("asked for a health expert's yes"),
    "endorse_version": gettext_lazy("said the health expert's yes"),
    "answer_offer": gettext_lazy("answered an offer"),
    "open_after_review": gettext_lazy("sent an emergency message, to be looked at within a day"),
    "review_afterwards": gettext_lazy("looked at an emergency message"),
    "start_auto_adoption": gettext_lazy("said what a unit takes by itself"),
    "end_auto_adoption": gettext_lazy("ended that a unit takes something by itself"),
    "take_back_answer": gettext_lazy("took back what was taken by itself"),
    "keep_template": gettext_lazy("kept a template's words"),
    "end_template": gettext_lazy("ended a template"),
    "fill_template": gettext_lazy("filled in a template"),
    "sign_standing": gettext_lazy("approved a template's words beforehand"),
    "end_standing": gettext_lazy("ended a standing approval"),
    "issue_version": gettext_lazy("offered a version to the units"),
    "correct_message": gettext_lazy("corrected a message everywhere"),
    "withdraw_message": gettext_lazy("withdrew a message everywhere"),
    "begin_shared_yes": gettext_lazy("said one yes to many units"),
    "stop_shared_yes": gettext_lazy("stopped a yes to many units"),
    "end_message": gettext_lazy("ended a message"),
    "delivery.order": gettext_lazy("ordered copies"),
    "delivery.batch": gettext_lazy("carried copies"),
    "delivery.allow_again": gettext_lazy("let copies go on that had been kept back"),
    "delivery.cancel": gettext_lazy("cancelled copies"),
    "delivery.keep_back": gettext_lazy("kept copies in flight from being sent again"),
    "delivery.by_hand": gettext_lazy("said what they did with a copy by hand"),
    "delivery.release": gettext_lazy("let held copies go"),
    "delivery.resolve": gettext_lazy("said what became of an unknown copy"),
    "delivery.read_back": gettext_lazy("dealt with a change that did not stand"),
    "delivery.read_by_hand": gettext_lazy("wrote down a number"),
    "delivery.read_file": gettext_lazy("brought a file of numbers"),
    "delivery.restore": gettext_lazy("came back from a backup and stopped sending"),
    "delivery.resume": gettext_lazy("ended a stop"),
    "delivery.resume_channel": gettext_lazy("let a channel go on"),
    "delivery.supersede": gettext_lazy("put newer copies in the place of older ones"),
    "delivery.stop": gettext_lazy("stopped sending"),
    "withdraw_post": gettext_lazy("withdrew a message"),
}


@dataclass(frozen=True)
class Line:
    """One entry. `facts` are names, counts and states in words, as (what it is called, what it is)."""

    seq: int
    at: datetime
    who: str
    did: str | Promise
    subject: str
    facts: tuple[tuple[str, str], ...]
    hash: str


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """The entries in words: one query for whoever did it, four for what they did it to."""
    listed = list(entries)
    people = {pk: who.name for pk, who in people_by_id({one.by_id for one in listed if one.by_id}).items()}
    told = [json.loads(entry.body)["facts"] for entry in listed]
    names = record_facts.names(listed, told)
    return [_line(entry, said, people, names) for entry, said in zip(listed, told, strict=True)]


def problems(institution_id: int) -> list[str]:
    """What is wrong with the whole chain; empty when it is whole."""
    return audit.verify(institution_id)


def _line(entry: AuditEntry, said: dict[str, Any], people: dict[int, str], names: Names) -> Line:
    who = people.get(entry.by_id, _("somebody who is gone")) if entry.by_id else _("Ravi")
    return Line(
        seq=entry.seq,
        at=entry.at,
        who=who,
        did=VERBS.get(entry.verb, entry.verb),
        subject=names.of(entry.subject_type, entry.subject_id),
        facts=record_facts.said(said, names),
        hash=entry.hash,
    )
