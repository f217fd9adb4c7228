"""A unit lends headquarters its channel and takes it back: who may, when, and what headquarters may do with it."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from ravi.core.models import AuditEntry
from ravi.directory import queries, services
from ravi.directory.models import Loan
from ravi.directory.rules import ChannelState
from ravi.directory.tests.test_services import new


def test_headquarters_publishes_on_its_own_and_on_lent_channels(house):
    own = services.open_channel(new(house.headquarters, "sample_ums"), by=house.head)
    lent = services.open_channel(new(house.hospital), by=house.head)
    services.open_channel(new(house.faculty, "sample_behdasht"), by=house.head)
    loan = services.lend_channel(lent, by=house.unit_head)
    assert set(queries.channels_publishable_by(house.editor)) == {own, lent}
    assert set(queries.channels_publishable_by(house.officer)) == {lent}
    assert set(queries.channels_publishable_by(house.expert)) == set()
    services.revoke_loan(loan, by=house.unit_head)
    assert set(queries.channels_publishable_by(house.editor)) == {own}
    assert set(queries.channels_publishable_by(house.officer)) == {lent}


@pytest.mark.parametrize("who", ["head", "editor", "officer", "neighbour", "auditor"])
def test_only_the_units_head_lends_and_takes_back(house, who):
    channel = services.open_channel(new(house.hospital), by=house.head)
    with pytest.raises(PermissionDenied):
        services.lend_channel(channel, by=getattr(house, who))
    loan = services.lend_channel(channel, by=house.unit_head)
    with pytest.raises(PermissionDenied):
        services.revoke_loan(loan, by=getattr(house, who))


def test_headquarters_lends_itself_nothing(house):
    channel = services.open_channel(new(house.headquarters), by=house.head)
    with pytest.raises(services.LoanRefused):
        services.lend_channel(channel, by=None)
    assert queries.standing_loan(channel) is None


def test_a_loan_ends_once(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    loan = services.lend_channel(channel, by=house.unit_head)
    same = Loan.objects.get(pk=loan.pk)
    services.revoke_loan(loan, by=house.unit_head)
    ended_at = loan.revoked_at
    services.revoke_loan(same, by=house.unit_head)
    loan.refresh_from_db()
    verbs = [json.loads(entry.body)["verb"] for entry in AuditEntry.objects.all()]
    assert (loan.revoked_at, verbs.count("revoke_loan")) == (ended_at, 1)


def test_lending_twice_and_lending_what_is_retired_are_refused(house):
    channel = services.open_channel(new(house.hospital), by=house.head)
    services.lend_channel(channel, by=house.unit_head)
    with pytest.raises(services.LoanRefused):
        services.lend_channel(channel, by=house.unit_head)
    services.move_channel(channel, ChannelState.RETIRED, by=house.head)
    assert queries.standing_loan(channel) is None
    with pytest.raises(services.LoanRefused):
        services.lend_channel(channel, by=house.unit_head)
