"""What a unit takes by itself: its head says so once, notices then are answered in the head's name, and can be taken back."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import people_who_serve
from ravi.accounts.rules import Ability
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.core.jobs import defer
from ravi.core.logs import log, told_wall
from ravi.directory.queries import open_channels_of
from ravi.network.errors import AnsweredMeanwhile, MessageRefused, NetworkRefused, NotNow
from ravi.network.models import Adoption, AutoAdoption, Message, Offer
from ravi.network.queries.auto_adoption import headed_unit_ids, living_rules, void_rules
from ravi.network.rules import MessageKind, OfferState, may_go_by_itself
from ravi.network.services import steps
from ravi.network.services.adoption import Answer, adopt_offer
from ravi.network.services.based_on import tell_behind
from ravi.notices.services import tell
from ravi.publishing import services as publishing
from ravi.publishing.errors import PublishingRefused


@transaction.atomic
def start_auto_adoption(unit: Unit, kinds: Collection[MessageKind], *, by: Person) -> AutoAdoption:
    """From now on the unit takes these kinds of what headquarters issues, unchanged, on all its channels, in `by`'s name.

    Takes the place of what the unit took before; the same once more is the same. Raises PermissionDenied, MessageRefused.
    """
    _require_head(unit, by)
    wanted = frozenset(kinds)
    if not wanted or MessageKind.MESSAGE in wanted:
        raise MessageRefused(_("Choose notices, alerts or both. A message is always answered by a person."))
    current = AutoAdoption.objects.select_for_update().filter(unit=unit, ended_at=None).first()
    chosen = {"takes_notices": MessageKind.NOTICE in wanted, "takes_alerts": MessageKind.ALERT in wanted}
    if (
        current is not None
        and current.by_id == by.pk
        and all(getattr(current, name) == chosen[name] for name in chosen)
    ):
        return current
    if current is not None:
        end_rules([current], AutoAdoption.EndChoice.REPLACED, by=by)
    rule = AutoAdoption.objects.create(institution_id=unit.institution_id, unit=unit, by=by, at=clock.now(), **chosen)
    facts: dict[str, JSON] = {"unit": unit.pk, "kinds": sorted(wanted)}
    audit.record("start_auto_adoption", by=by.pk, subject=rule, institution_id=rule.institution_id, facts=facts)
    return rule


@transaction.atomic
def end_auto_adoption(unit: Unit, *, by: Person) -> None:
    """Nothing more is taken by itself; what was taken stays. Ending twice is ending once. Raises PermissionDenied."""
    _require_head(unit, by)
    current = list(AutoAdoption.objects.select_for_update().filter(unit=unit, ended_at=None))
    end_rules(current, AutoAdoption.EndChoice.ENDED, by=by)


def end_rules(rules: Collection[AutoAdoption], reason: str, *, by: Person | None) -> None:
    """Write it down, and tell whoever said it where somebody or something else ended it. For services of this room."""
    for rule in rules:
        rule.ended_at, rule.ended_by, rule.end_reason = clock.now(), by, reason
        rule.save(update_fields=["ended_at", "ended_by", "end_reason"])
        facts: dict[str, JSON] = {"unit": rule.unit_id, "person": rule.by_id, "end_reason": str(reason)}
        said = by.pk if by else None
        audit.record("end_auto_adoption", by=said, subject=rule, institution_id=rule.institution_id, facts=facts)
        if said != rule.by_id:
            told: dict[str, JSON] = {"unit": rule.unit.name, "reason": str(reason)}
            page = reverse("network:auto_adoption", args=[rule.unit_id])
            tell({rule.by_id}, "auto_adoption_ended", told, page, institution_id=rule.institution_id)


@transaction.atomic
def end_void_auto_adoptions() -> int:
    """Write down what holds no more, so that no right given anew revives it; how many there were."""
    void = void_rules()
    for rule, reason in void:
        held = AutoAdoption.objects.select_for_update().filter(pk=rule.pk, ended_at=None).select_related("unit")
        end_rules(list(held), reason, by=None)
    return len(void)


def take_later(message: Message) -> None:
    """In the transaction that makes offers: those that wait for a rule are taken by a side job."""
    is_behind = Adoption.objects.filter(offer__message=message, ended_at=None, rule__isnull=False).exists()
    if may_go_by_itself(message.kind, message.topic) and (is_behind or living_rules(message).exists()):
        defer("network.take", institution_id=message.institution_id, once=str(message.pk), message_id=message.pk)


def take_by_rule(offer: Offer) -> Adoption | None:
    """The unit's answer as its head said it before; None where a person has to answer, as if there were no rule."""
    try:
        with transaction.atomic():
            return _take(offer)
    except IntegrityError as error:
        log("answer_by_rule_refused", offer=offer.pk, **told_wall(error))
    except (NetworkRefused, PublishingRefused, PermissionDenied):
        pass  # as a person would read it; here nobody does
    _leave_to_people(offer)
    return None


@transaction.atomic
def take_back_answer(offer: Offer, *, answer_id: int, by: Person) -> None:
    """What was taken by itself waits for the unit's own answer again, as long as nothing of it has gone out.

    Raises PermissionDenied, AnsweredMeanwhile, NotNow.
    """
    message = steps.taken(offer.message)
    current = Offer.objects.select_for_update().get(pk=offer.pk)
    steps.require_answerer(by, current)
    steps.require_answerable(message, current)
    live = Adoption.objects.filter(offer=current, ended_at=None).select_related("by", "post").first()
    if live is None or live.pk != answer_id or live.rule_id is None or live.post is None:
        raise AnsweredMeanwhile(live.by.name if live and live.by else "")
    if publishing.has_left(live.post):
        raise NotNow(_("Copies of your answer have already gone out. Withdraw them first."))
    publishing.withdraw_post(live.post, by=by, by_keeper=True)
    live.ended_at = clock.now()
    live.save(update_fields=["ended_at"])
    current.state, current.answered_at = OfferState.OPEN, None
    current.save(update_fields=["state", "answered_at"])
    facts: dict[str, JSON] = {"posts": live.post.pk, "auto_adoption": live.rule_id}
    audit.record("take_back_answer", by=by.pk, subject=current, institution_id=current.institution_id, facts=facts)


def _take(offer: Offer) -> Adoption | None:
    message = steps.taken(offer.message)
    rule = (
        AutoAdoption.objects.select_for_update().select_related("by").filter(unit=offer.unit_id, ended_at=None).first()
    )
    live = Adoption.objects.filter(offer=offer, ended_at=None).first()
    version_id = message.current_id
    if live is not None and live.version_id == version_id:
        return None
    if rule is None or version_id is None:
        raise NotNow(_("The unit takes nothing by itself any more."))
    channel_ids = [channel_id for _unit, channel_id, _platform in open_channels_of([offer.unit_id])]
    answer = Answer(version_id, live.pk if live else None)
    taken = adopt_offer(offer, answer, channel_ids=channel_ids, by=rule.by, rule=rule).adoption
    said: dict[str, JSON] = {"title": message.title, "who": rule.by.name, "alert": message.kind == MessageKind.ALERT}
    people = people_who_serve(offer.unit_id, Ability.WRITE_POST) | {rule.by_id}
    page = reverse("network:offer", args=[offer.pk])
    tell(people, "taken_by_itself", said, page, institution_id=offer.institution_id)
    return taken


@transaction.atomic
def _leave_to_people(offer: Offer) -> None:
    """An older answer of the rule stays as it is, and its unit hears that it is older, as after an answer of its own."""
    live = (
        Adoption.objects.filter(offer=offer, ended_at=None, rule__isnull=False)
        .select_related("offer__unit", "post")
        .first()
    )
    message = Message.objects.get(pk=offer.message_id)
    if live is not None and live.post is not None and live.version_id != message.current_id:
        tell_behind(message, [live], {live.post.pk} if live.post.halted_at else ())


def _require_head(unit: Unit, by: Person) -> None:
    if unit.closed_at is not None or unit.pk not in headed_unit_ids(by):
        raise PermissionDenied(_("The head of the unit says what it takes by itself."))
