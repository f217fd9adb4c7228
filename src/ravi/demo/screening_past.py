"""How the demo's older message went through the network: offered, answered, published, corrected everywhere, translated.

Each step can be begun again after a start that was interrupted: what stands already is left as it is.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial

from django.db.models import Max

from ravi.accounts.models import Institution, Person, Unit
from ravi.accounts.queries import person_by_username, unit_heads
from ravi.core import calendar, clock
from ravi.core.tenancy import tenant
from ravi.demo import names
from ravi.demo import screening as said
from ravi.demo.event import Event
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.draft import CampaignFields, MessageFields, Source, VersionFields
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Hour
from ravi.network.models import Adoption, CorrectedAnswer, Correction, Message, Offer, Translation, Version
from ravi.network.queries.version import fields_of
from ravi.network.rules import AdoptionKind, Aim, TargetKind
from ravi.notices.models import Notice
from ravi.notices.services import mark_read
from ravi.platforms.compose import FULL
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set
from ravi.publishing.rules import PostState
from ravi.publishing.services import Together, approve_together
from ravi.text.jalali import TEHRAN

OFFERED_BEFORE, AT = timedelta(days=14), time(10)
STARTS_AFTER, LASTS, ANSWERED_WITHIN, HOLDS = (timedelta(days=days) for days in (3, 31, 19, 40))
FIRST_YES, SECOND_YES, CORRECTED, TRANSLATED, LAST_YES = (timedelta(days=days) for days in (2, 5, 8, 11, 13))
FIRST_ANSWER, BETWEEN_ANSWERS = timedelta(hours=26), timedelta(minutes=19)
EARLY = (*list(said.ADAPTED)[:4], *said.UNCHANGED[::2])
LATER = (*list(said.ADAPTED)[4:], *said.DECLINED, *said.UNCHANGED[1::2])
AZB = "azb"

Step = Callable[[datetime], Collection[int]]


def offer_screening(headquarters: Unit, people: Mapping[str, Person]) -> Message:
    """Two weeks ago: written by the second editor, seen by the expert, offered to every unit."""
    day = calendar.in_tehran(clock.now() - OFFERED_BEFORE).date()
    editor, expert = people["editor2"], people["expert"]
    with clock.at(datetime.combine(day, AT, TEHRAN)), _read([people[one.username] for one in names.PEOPLE]):
        message = services.draft_message(headquarters, _fields(headquarters, editor), _words(expert), by=editor)
        _issue(message.versions.get(), editor, expert)
        services.tell_offers(message.pk)
    return message


def events_left(institution: Institution) -> list[Event]:
    """What of its way has not happened yet; nothing in a demo that was loaded without it."""
    with tenant(institution.pk):
        message = Message.objects.filter(versions__title=said.TITLE, offered_at__isnull=False).order_by("pk").first()
        last = Adoption.objects.filter(offer__message=message, translation__lang=AZB)
        if message is None or last.filter(post__state=PostState.APPROVED).exists():
            return []
    begun = message.offered_at
    assert begun is not None  # it was asked for above
    way = _Way(institution, message.pk)
    steps = (
        (FIRST_YES, way.first_answers),
        (SECOND_YES, way.second_answers),
        (CORRECTED, way.correction),
        (TRANSLATED, way.translation),
        (LAST_YES, way.last_answer),
    )
    return [Event(begun + after, partial(way.go, begun + after, step)) for after, step in steps]


@dataclass(frozen=True)
class _Way:
    """The message's steps after its offer; each is given its moment, and gives the posts that have their yes with it."""

    institution: Institution
    message_id: int

    def go(self, moment: datetime, step: Step) -> Collection[int]:
        """One step in its transaction; what it told people who sign in was read long ago."""
        with tenant(self.institution.pk), clock.at(moment), _read([self.person(one.username) for one in names.PEOPLE]):
            return step(moment)

    def first_answers(self, moment: datetime) -> Collection[int]:
        self._answer(EARLY, moment - FIRST_YES + FIRST_ANSWER)
        return self._say_yes()

    def second_answers(self, moment: datetime) -> Collection[int]:
        self._answer(LATER, moment - SECOND_YES + FIRST_YES + FIRST_ANSWER)
        for latin in said.SEEN:
            offer, person = self._asked(latin)
            services.see_offer(offer, by=person)
        return self._say_yes()

    def correction(self, moment: datetime) -> Collection[int]:
        """The second version with the right hour, and the same in every copy of the first."""
        editor, expert = self.person("editor2"), self.person("expert")
        if self._version().number == 1:
            _issue(self._corrected(editor), editor, expert)
        version = self._version()
        if not Correction.objects.filter(version=version).exists():
            services.correct_message(version.message, version_id=version.pk, by=editor)
        while services.correct_next(version.pk):
            pass
        written = CorrectedAnswer.objects.filter(version=version, post__state=PostState.SUBMITTED)
        posts = Post.objects.filter(pk__in=written.values("post"))
        return _done(services.say_corrections_yes(version, _digests(posts), by=expert))

    def translation(self, moment: datetime) -> Collection[int]:
        """In Azerbaijani, with the yes of the expert who reads it."""
        version = self._version()
        made = Translation.objects.filter(version=version, lang=AZB).first() or services.save_translation(
            version, AZB, said.AZB_TITLE, said.AZB_TEXT, variants={"micro": said.AZB_MICRO}, by=self.person("editor2")
        )
        services.endorse_translation(made, revision=made.revision, by=self.person("expert"))
        return ()

    def last_answer(self, moment: datetime) -> Collection[int]:
        self._answer([said.IN_AZERBAIJANI], moment - timedelta(hours=3), lang=AZB)
        return self._say_yes()

    def person(self, username: str) -> Person:
        """Raises LookupError for one who has left."""
        found = person_by_username(username, self.institution.pk)
        if found is None:
            raise LookupError(f"The demo institution has lost its {username}.")
        return found

    def _answer(self, latins: Iterable[str], begins: datetime, lang: str = "") -> None:
        """Each unit's answer, one after the other; who has answered says nothing more."""
        for turn, latin in enumerate(latins):
            offer, person = self._asked(latin)
            if not offer.adoptions.exists():
                with clock.at(begins + turn * BETWEEN_ANSWERS):
                    self._answer_one(latin, offer, person, lang)

    def _answer_one(self, latin: str, offer: Offer, person: Person, lang: str) -> None:
        answer = services.Answer(self._version().pk)
        if latin in said.DECLINED:
            services.decline_offer(offer, answer, reason=said.DECLINED[latin], by=person)
            return
        parts = {FULL: said.ADAPTED[latin]} if latin in said.ADAPTED else None
        mine = Channel.objects.filter(unit=offer.unit, adapter="sandbox", platform__in=said.platforms_of(latin))
        channel_ids = list(mine.values_list("pk", flat=True))
        services.adopt_offer(offer, answer, channel_ids=channel_ids, by=person, parts=parts, lang=lang)

    def _say_yes(self) -> Collection[int]:
        """One yes to all that was taken unchanged; each unit's own words are read for themselves."""
        expert, version = self.person("expert"), self._version()
        waiting = Adoption.objects.filter(offer__message=self.message_id, ended_at=None)
        waiting = waiting.filter(post__state=PostState.SUBMITTED)
        posts = {
            kind: _digests(Post.objects.filter(pk__in=waiting.filter(kind=kind).values("post")))
            for kind in (AdoptionKind.ADOPTED, AdoptionKind.ADAPTED)
        }
        unchanged = services.say_shared_yes(version, posts[AdoptionKind.ADOPTED], by=expert)
        own = approve_together(posts[AdoptionKind.ADAPTED], by=expert)
        return (*_done(unchanged), *_done(own))

    def _asked(self, latin: str) -> tuple[Offer, Person]:
        """The unit's offer, and who answers it: the hospital's officer, elsewhere the head."""
        channel = Channel.objects.get(handle=names.handle(latin, "telegram"), platform="telegram")
        offer = Offer.objects.select_related("unit", "message").get(message=self.message_id, unit=channel.unit_id)
        if latin == "omid":
            return offer, self.person("officer")
        return offer, Person.objects.get(pk=min(unit_heads(offer.unit_id)))

    def _version(self) -> Version:
        current = Message.objects.select_related("current__message").get(pk=self.message_id).current
        assert current is not None  # it was issued when the demo was loaded
        return current

    def _corrected(self, editor: Person) -> Version:
        draft = services.start_version(self._version().message, by=editor)
        words = fields_of(draft)
        facts = tuple(
            replace(fact, value=Hour(said.OPENS, said.CLOSES)) if fact.kind is FactKind.TIME else fact
            for fact in words.facts
        )
        fixed = replace(words, facts=facts, what_changed=said.WHAT_CHANGED)
        return services.save_version(draft, fixed, expected_revision=draft.revision, by=editor)


def _fields(headquarters: Unit, editor: Person) -> MessageFields:
    named = CampaignFields(
        "فشار خون را بشناسیم",
        "هر کس چهل سال یا بیشتر دارد، فشار خونش را بداند.",
        age_groups="۴۰ سال و بالاتر",
        languages=("fa", AZB),
        starts_on=calendar.today(),
    )
    campaign = services.start_campaign(headquarters, named, by=editor)
    return MessageFields(
        window_min=0,
        deadline=clock.now() + ANSWERED_WITHIN,
        campaign_id=campaign.pk,
        aims=(Aim(TargetKind.TREE, headquarters.pk),),
    )


def _words(expert: Person) -> VersionFields:
    first = calendar.today() + STARTS_AFTER
    return VersionFields(
        title=said.TITLE,
        text=said.TEXT,
        variants={"micro": said.MICRO},
        facts=said.facts(first, first + LASTS),
        key_messages=said.KEY_MESSAGES,
        sources=(Source("برنامهٔ نمونهٔ ستاد", dated=calendar.today(), reviewer=expert.name),),
        valid_until=clock.now() + HOLDS,
    )


def _issue(draft: Version, editor: Person, expert: Person) -> None:
    services.endorse_version(draft, content_hash=draft.content_hash, by=expert)
    services.issue_version(draft, expected_revision=draft.revision, by=editor)


def _digests(posts: Iterable[Post]) -> dict[int, str]:
    return {post.pk: shown_set(post).digest for post in posts}


def _done(together: Together) -> Collection[int]:
    """Raises RuntimeError where a yes was refused: the demo's own words are at fault."""
    if together.refused:
        raise RuntimeError(f"Nobody could say yes: {dict(together.refused)}")
    return together.done


@contextmanager
def _read(people: Collection[Person]) -> Iterator[None]:
    """What these people are told inside the block counts as read."""
    before = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
    yield
    for person in people:
        told = Notice.objects.filter(person=person, pk__gt=before).values_list("pk", flat=True)
        mark_read(person, list(told))
