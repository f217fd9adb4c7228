"""A post made from a template: typed values in the blanks, and the yes of whoever signed for these words beforehand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import unit_names_below
from ravi.accounts.rules import Ability
from ravi.accounts.services import wait_for_turn
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.core.logs import log, told_wall
from ravi.network.errors import FactsContradicted, NotNow, TemplateChanged, TemplateRefused
from ravi.network.facts.check import problems_of
from ravi.network.facts.reference import render
from ravi.network.facts.rendering import written
from ravi.network.facts.values import LockedFact, as_json
from ravi.network.models import Filling, StandingRule, Template, TemplateVersion
from ravi.network.queries.after_review import closing_review
from ravi.network.queries.standing import reaches, rules_for
from ravi.network.sentences import sentences
from ravi.network.services.after_review import ask_reviewers, open_after_review
from ravi.network.template import LANG, TemplateWords, filled_wrongly, read_payload
from ravi.notices.services import tell
from ravi.platforms.compose import FULL
from ravi.publishing import services as publishing
from ravi.publishing.draft import TITLE, DraftFields
from ravi.publishing.models import Post
from ravi.publishing.queries import why_not_approve

SAME_FORM = timedelta(minutes=1)


@dataclass(frozen=True)
class Filled:
    """The post, how many copies of it wait or go, how many stay out, and whether it has every yes already."""

    post: Post
    ready: int
    blocked: int
    is_approved: bool


@transaction.atomic
def fill_template(
    version: TemplateVersion, unit: Unit, facts: Sequence[LockedFact], channel_ids: Collection[int], *, by: Person
) -> Filled:
    """A post of `unit` with these values in the template's blanks, sent for approval; a standing approval is one yes to it.

    The same form again is the same post. Raises PermissionDenied, TemplateChanged, TemplateRefused, FactsContradicted and
    what publishing refuses (PublishingRefused).
    """
    require(by, Ability.WRITE_POST, unit.pk)
    wait_for_turn(by)
    known = made_just_now(version, unit, facts, channel_ids, by=by)
    if known is not None:
        return standing_of(known)
    post = make_post(version, unit, facts, channel_ids, by=by)
    publishing.submit_post(post, by=by)
    say_signed_yeses(post, rules_for(version.template, unit), by=by)
    return standing_of(post)


def standing_of(post: Post) -> Filled:
    """How a post that was made from a template stands now."""
    post.refresh_from_db()
    blocked = [
        bool(problems) for problems in post.copies.filter(revision=post.revision).values_list("problems", flat=True)
    ]
    return Filled(post, len(blocked) - sum(blocked), sum(blocked), post.state == Post.State.APPROVED)


def make_post(
    version: TemplateVersion, unit: Unit, facts: Sequence[LockedFact], channel_ids: Collection[int], *, by: Person
) -> Post:
    """The draft with its filling. For services of this room, which have asked for the right and waited for their turn."""
    template = _taken(version, unit)
    words = read_payload(version.payload)
    _check(words, facts, unit)
    page = reverse("templates:fill", args=[template.pk])
    post = publishing.start_post(unit, draft_of(words, facts, channel_ids), by=by, words_at=page)
    Filling.objects.create(
        institution_id=post.institution_id,
        post=post,
        version=version,
        filled=values_of(facts),
        written={fact.name: written(fact, LANG) for fact in facts},
        by=by,
        at=clock.now(),
    )
    said: dict[str, JSON] = {"posts": post.pk, "number": version.number, "sha256": version.content_hash}
    audit.record("fill_template", by=by.pk, subject=template, institution_id=post.institution_id, facts=said)
    return post


def values_of(facts: Sequence[LockedFact]) -> dict[str, JSON]:
    """Each blank's value, for the row."""
    return {fact.name: as_json(fact.value) for fact in facts}


def draft_of(words: TemplateWords, facts: Sequence[LockedFact], channel_ids: Collection[int]) -> DraftFields:
    """What is published: each value in its blank's place, not a letter tidied afterwards."""
    parts = {name: render(text, facts, LANG).text for name, text in words.parts.items()}
    return DraftFields(
        title=parts.pop(TITLE),
        text=parts.pop(FULL),
        variants=parts,
        lang=LANG,
        topic=words.topic,
        valid_until=clock.now() + timedelta(days=words.days),
        channel_ids=frozenset(channel_ids),
        as_typed=frozenset(words.parts),
    )


def say_signed_yeses(post: Post, rules: Sequence[StandingRule], *, by: Person) -> None:
    """Each signer's one yes, as far as it is missing and theirs to say; what the database does not take waits for a person."""
    for rule in rules:
        post.refresh_from_db()
        if (
            post.state == Post.State.SUBMITTED
            and not why_not_approve(rule.approver, post)
            and not _is_closed(rule, post)
        ):
            try:
                with transaction.atomic():
                    _say_signed_yes(post, rule, by)
            except IntegrityError as error:
                log("signed_yes_refused", post=post.pk, rule=rule.pk, **told_wall(error))


def _say_signed_yes(post: Post, rule: StandingRule, by: Person) -> None:
    """An emergency message is to be looked at afterwards from the same moment, or it has no yes."""
    review = open_after_review(post.filling, by=by) if rule.is_emergency else None
    publishing.approve_by_rule(post, rule.pk, rule.approver, by=by, is_emergency=rule.is_emergency)
    board = reverse("publishing:board", args=[post.pk])
    said: dict[str, JSON] = {"title": post.title, "who": by.name}
    tell({rule.approver_id}, "standing_used", said, board, institution_id=post.institution_id)
    if review is not None:
        ask_reviewers(review)


def _is_closed(rule: StandingRule, post: Post) -> bool:
    """Whether an earlier emergency message was not looked at in time; then this one waits for a person, as all do."""
    return rule.is_emergency and closing_review(rule.version.template, post.unit) is not None


def made_just_now(
    version: TemplateVersion, unit: Unit, facts: Sequence[LockedFact], channel_ids: Collection[int], *, by: Person
) -> Post | None:
    """What the same form, sent twice within a minute, has already made."""
    lately = Filling.objects.filter(version=version, by=by, filled=values_of(facts), at__gte=clock.now() - SAME_FORM)
    waiting = lately.filter(post__unit=unit, post__state__in=(Post.State.SUBMITTED, Post.State.APPROVED))
    for one in waiting.select_related("post").order_by("-pk"):
        if set(one.post.chosen.values_list("channel_id", flat=True)) == set(channel_ids):
            return one.post
    return None


def _taken(version: TemplateVersion, unit: Unit) -> Template:
    """Held, so that its words stay what they are until this is done."""
    audit.hold(unit.institution_id)
    template = Template.objects.select_for_update().get(pk=version.template_id)
    if template.current_id != version.pk or template.ended_at is not None:
        raise TemplateChanged
    if not reaches(template, unit):
        raise NotNow(_("This template belongs to another unit."))
    return template


def _check(words: TemplateWords, facts: Sequence[LockedFact], unit: Unit) -> None:
    bad = filled_wrongly(words, facts, unit_names_below(unit))
    if bad or len(facts) != len(words.blanks):
        raise TemplateRefused(_("Fill in or choose again: %(names)s.") % {"names": "، ".join(bad) or words.title})
    problems = problems_of(words.parts, facts, LANG, without=frozenset({TITLE, *set(words.parts) - {FULL}}))
    if problems:
        raise FactsContradicted(problems, sentences(problems, LANG))
