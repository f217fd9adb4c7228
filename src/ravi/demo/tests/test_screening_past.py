"""The older message's way through the network by the services alone; what the engine would send counts as sent."""

import base64
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import LazySettings

from ravi.accounts.models import Institution, Person
from ravi.core.crypto import generate_keypair
from ravi.core.tenancy import tenant
from ravi.demo import screening as said
from ravi.demo.load import Sandbox, load_institution
from ravi.demo.screening_past import events_left
from ravi.network import queries
from ravi.network.models import Adoption, CorrectedAnswer, Message, Offer
from ravi.network.services import withdraw_message
from ravi.network.tests.outside import carried
from ravi.notices.models import Notice
from ravi.publishing.models import Post

pytestmark = pytest.mark.database


class Unasked(Sandbox):
    """Practice platforms that nobody started."""

    def ask(self, method: str, path: str, data: Mapping[str, object]) -> None:
        return


@pytest.fixture
def institution(fresh_database: Any, settings: LazySettings) -> Institution:
    settings.CREDENTIAL_PUBLIC_KEY = base64.urlsafe_b64encode(generate_keypair()[1]).decode()
    settings.CREDENTIAL_KEY_ID = "k1"
    return load_institution(password="a long enough password", sandbox=Unasked("http://127.0.0.1:8600", "token"))


def test_it_goes_its_way_and_a_start_that_was_interrupted_goes_on(institution: Institution) -> None:
    for event in events_left(institution):
        first = event.happen()
        assert len(set(first)) == len(first)
        with tenant(institution.pk):
            carried(*Post.objects.filter(pk__in=first))
        assert list(event.happen()) == []
    assert events_left(institution) == []
    with tenant(institution.pk):
        older, newer = Message.objects.order_by("pk")
        assert answers(newer) == {"open": 59}
        assert answers(older) == {"adopted": 29, "adapted": 8, "declined": 4, "open": 18}
        assert older.offers.filter(state="open", seen_at=None).count() == len(said.UNSEEN)
        assert older.current is not None and older.current.number == 2
        assert set(CorrectedAnswer.objects.values_list("outcome", "post__state")) == {("made", "approved")}
        assert CorrectedAnswer.objects.count() == 36
        assert list(queries.usable_translations([older.current]).values_list("lang", flat=True)) == [said.AZB]
        taken = Adoption.objects.get(translation__lang=said.AZB)
        assert taken.post is not None and (taken.post.lang, taken.post.state) == (said.AZB, "approved")
        assert not Notice.objects.filter(read_at=None, person__username__in=["expert", "editor2", "officer"]).exists()
        withdraw_message(older, reason="از نو می‌نویسیم", by=Person.objects.get(username="head"))
        Post.objects.filter(pk=taken.post_id).update(state="withdrawn")
    assert events_left(institution) == []  # the next start leaves it withdrawn


def answers(message: Message) -> Counter[str]:
    return Counter(Offer.objects.filter(message=message).values_list("state", flat=True))
