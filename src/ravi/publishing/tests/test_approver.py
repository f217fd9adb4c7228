"""Whatever SQL the web's role writes: a yes is of somebody who serves here."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ravi.accounts import services as accounts
from ravi.core import clock
from ravi.publishing.models import Approval, Copy

from .conftest import open_channels, submitted


def test_nobody_from_elsewhere_or_gone_says_yes(house: Any) -> None:
    post = submitted(house, open_channels(house))
    copy = Copy.objects.filter(post=post).first()
    assert copy
    accounts.record_leaver(house.expert, by=house.head)
    yes = {"institution_id": copy.institution_id, "copy": copy, "content_hash": copy.content_hash, "at": clock.now()}
    for stranger in (house.outsider, house.expert):
        with pytest.raises(IntegrityError, match="serves in this institution"), transaction.atomic():
            Approval.objects.create(**yes, author_id=post.author_id, approver=stranger)
    Approval.objects.create(**yes, author_id=post.author_id, approver=house.head)
