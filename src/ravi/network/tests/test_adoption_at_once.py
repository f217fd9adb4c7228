"""Two colleagues adapt the same offer in the same moment: one answer stands, the other is told whose, no post is left."""

from typing import Any

import pytest

from ravi.core import audit
from ravi.core.tenancy import tenant
from ravi.network import services
from ravi.network.draft import VersionFields
from ravi.network.errors import AnsweredMeanwhile
from ravi.network.models import Adoption
from ravi.network.services import Answer
from ravi.network.tests.test_based_on_at_once import Stage
from ravi.publishing.models import Post
from tests.at_once import both

pytestmark = pytest.mark.database


def test_two_adaptations_at_once_leave_one_answer(fresh_database: Any, words: VersionFields) -> None:
    stage = Stage(words)
    house = stage.house

    def adapt(by: Any, title: str) -> Any:
        answer = Answer(stage.first.pk)
        return services.adopt_offer(
            stage.offer, answer, channel_ids=stage.channel_ids, by=by, parts={"title": title, "full": words.text}
        )

    one, other = both(
        house, lambda: adapt(house.officer, "از مسئول انتشار"), lambda: adapt(house.unit_head, "از مدیر واحد")
    )
    first, second = sorted((one, other), key=lambda answer: isinstance(answer, Exception))
    assert isinstance(second, AnsweredMeanwhile), (one, other)
    with tenant(house.institution.pk):
        standing = Adoption.objects.get()
        assert standing.pk == first.adoption.pk and standing.by is not None
        assert standing.by.name in str(second)
        assert Post.objects.count() == 1 and Post.objects.get().title == standing.parts["title"]
        assert audit.verify(house.institution.pk) == []
