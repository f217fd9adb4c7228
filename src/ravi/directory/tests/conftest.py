"""Channels to look at, in a house where the second factor is relaxed: these tests are about rights and pages."""

import base64

import pytest

from ravi.core import crypto
from ravi.directory import services

PRIVATE, PUBLIC = crypto.generate_keypair()


@pytest.fixture
def open_house(house):
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True
        institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return house


@pytest.fixture
def sealing_key(settings):
    settings.CREDENTIAL_PUBLIC_KEY = base64.urlsafe_b64encode(PUBLIC).decode().rstrip("=")
    settings.CREDENTIAL_KEY_ID = "test-1"
    return {"test-1": PRIVATE}


@pytest.fixture
def open_one(house):
    def opened(unit=None, handle="sample_omid", platform="bale"):
        new = services.NewChannel(unit or house.hospital, platform, "sandbox", handle, "خبر و نوبت‌دهی")
        return services.open_channel(new, by=None)

    return opened
