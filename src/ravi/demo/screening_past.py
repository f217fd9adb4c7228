"""How the demo's older message went through the network: offered, answered, published, corrected everywhere, translated.

Each step can be begun again after a start that was interrupted: what stands already is left as it is.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from ravi.accounts.models import Institution, Person
from ravi.accounts.queries import person_by_username, unit_heads
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.demo import names
from ravi.demo import screening as said
from ravi.demo.event import Event
from ravi.demo.screening_offer import issue, read_meanwhile
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Hour
from ravi.network.models import Adoption, CorrectedAnswer, Correction, Message, Offer, Translation, Version
from ravi.network.queries.version import fields_of
from ravi.network.rules import AdoptionKind, MessageState
from ravi.platforms.compose import FULL
from ravi.publishing.queries import copies_that_wait, digest_of
from ravi.publishing.rules import PostState
from ravi.publishing.services import Together, approve_together

FIRST_YES, SECOND_YES, CORRECTED, TRANSLATED, LAST_YES = (timedelta(days=days) for days in (2, 5, 8, 11, 13))
FIRST_ANSWER, BETWEEN_ANSWERS = timedelta(hours=26), timedelta(minutes=19)
EARLY = (*list(said.ADAPTED)[:4], *said.UNCHANGED[::2])
LATER = (*list(said.ADAPTED)[4:], *said.DECLINED, *said.UNCHANGED[1::2])
Step = Callable[[datetime], Collection[int]]


def events_left(institution: Institution) -> list[Event]:
    """What of its way has not happened yet; nothing in a demo that was loaded without it, or whose people went on from there:
    a start does not tell again what they have since withdrawn or ended."""
    with tenant(institution.pk):
        message = Message.objects.filter(versions__title=said.TITLE, offered_at__isnull=False).order_by("pk").first()
        last = Adoption.objects.filter(offer__message=message, translation__lang=said.AZB)
        is_lived = last.filter(post__state__in=[PostState.APPROVED, PostState.WITHDRAWN]).exists()
        if message is None or is_lived or message.state != MessageState.OFFERED:
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
        with (
            tenant(self.institution.pk),
            clock.at(moment),
            read_meanwhile([self.person(one.username) for one in names.PEOPLE]),
        ):
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
            issue(self._corrected(editor), editor, expert)
        version = self._version()
        if not Correction.objects.filter(version=version).exists():
            services.correct_message(version.message, version_id=version.pk, by=editor)
        while services.correct_next(version.pk):
            pass
        written = CorrectedAnswer.objects.filter(version=version, post__state=PostState.SUBMITTED)
        digests = _digests([one.post_id for one in written if one.post_id])
        return _done(services.say_corrections_yes(version, digests, by=expert))

    def translation(self, moment: datetime) -> Collection[int]:
        """In Azerbaijani, with the yes of the expert who reads it."""
        version = self._version()
        made = Translation.objects.filter(version=version, lang=said.AZB).first() or services.save_translation(
            version,
            said.AZB,
            said.AZB_TITLE,
            said.AZB_TEXT,
            variants={"micro": said.AZB_MICRO},
            by=self.person("editor2"),
        )
        services.endorse_translation(made, revision=made.revision, by=self.person("expert"))
        return ()

    def last_answer(self, moment: datetime) -> Collection[int]:
        self._answer([said.IN_AZERBAIJANI], moment - timedelta(hours=3), lang=said.AZB)
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
        kinds = dict(waiting.filter(post__state=PostState.SUBMITTED).values_list("post_id", "kind"))
        digests = _digests(kinds)
        unchanged = {pk: digest for pk, digest in digests.items() if kinds[pk] == AdoptionKind.ADOPTED}
        own = {pk: digest for pk, digest in digests.items() if pk not in unchanged}
        shared = services.say_shared_yes(version, unchanged, by=expert)
        return (*_done(shared), *_done(approve_together(own, by=expert)))

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


def _digests(post_ids: Collection[int]) -> dict[int, str]:
    return {pk: digest_of(copies) for pk, copies in copies_that_wait(post_ids).items()}


def _done(together: Together) -> Collection[int]:
    """Raises RuntimeError where a yes was refused: the demo's own words are at fault."""
    if together.refused:
        raise RuntimeError(f"Nobody could say yes: {dict(together.refused)}")
    return together.done
