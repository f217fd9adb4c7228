"""Bytes go when nothing names them: every column that could name some is asked, or it is said here what it names instead."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from ravi.core import blob, blob_names, clock, retention
from ravi.core.access import is_tenant
from ravi.core.models import Blob
from ravi.delivery.models import Delivery
from ravi.delivery.services import enqueue
from ravi.directory.models import Channel
from tests.architecture.objects import MAKERS
from tests.city import copy_order

pytestmark = pytest.mark.django_db

# Words that somebody approves are named by these, in every table.
OF_WORDS = {"content_hash", "approved_hash"}
# As long as a SHA-256 in hex, or named like one, and no bytes of core.blob.
OTHERS = {
    ("accounts_accesstoken", "digest"): "a key's mark",
    ("api_answer", "fingerprint"): "a request's mark",
    ("core_audit_entry", "hash"): "a link of the chain",
    ("core_audit_entry", "previous_hash"): "a link of the chain",
    ("core_blob", "sha256"): "the bytes' own name",
    ("delivery_delivery", "key"): "the name under which it is sent",
    ("delivery_delivery", "key_scope"): "a credential's mark",
    ("directory_credential", "fingerprint"): "a credential's mark",
    ("network_sharedyespart", "digest"): "the set of copies that was shown",
    ("notices_address", "code_hash"): "a code's mark",
}


def test_every_column_that_names_bytes_is_asked(house):
    with connection.cursor() as cursor:
        cursor.execute(
            """select c.table_name, c.column_name from information_schema.columns c
               join pg_class t on t.relname = c.table_name and t.relnamespace = 'public'::regnamespace
               where c.table_schema = 'public' and not t.relispartition and t.relkind in ('r', 'p')
                   and (c.character_maximum_length = 64 or c.column_name ~ 'sha256|blob')"""
        )
        found = set(cursor.fetchall())
    tenants = {model._meta.db_table for model in apps.get_models() if is_tenant(model)}
    found = {(table, column) for table, column in found if table in tenants and column not in OF_WORDS}
    retention.keeps()
    asked = {key for key, name in blob_names.NAMES.items() if isinstance(name, blob_names.Name)}
    assert asked == found - OTHERS.keys()


def test_what_nothing_names_goes_the_next_night_and_nothing_else(house):
    media = MAKERS["media"](house, house.hospital, house.officer)["pk"]
    reading = MAKERS["reading"](house, house.hospital, house.officer)
    report = MAKERS["by_hand"](house, house.hospital, house.officer)
    assert media and reading and report
    named = set(Blob.objects.values_list("sha256", flat=True))
    lost = blob.put(house.institution.pk, b"an upload whose form failed", "image/png")
    told = blob.put(house.institution.pk, b"in frozen words only", "image/png")
    frozen(house, told)
    young = clock.now() + timedelta(hours=23)
    old = clock.now() + timedelta(hours=25)
    assert retention.discard_old(young, of_institution=True).get("core_blob") is None
    assert retention.discard_old(old, of_institution=True)["core_blob"] == 1
    left = set(Blob.objects.values_list("sha256", flat=True))
    assert named <= left and told in left and lost not in left


def frozen(house, sha256):
    """What was ordered with these bytes in its words; a removal asks for no yes."""
    channel = Channel.objects.filter(unit=house.hospital).first()
    media, now = [(sha256, "image/png", "شرح")], clock.now()
    of = Delivery.objects.latest("pk").pk
    enqueue([copy_order(channel, 1, now, media=media, action="delete", of=of)], by=None, now=now)


def test_bytes_that_come_again_are_young_again(house):
    Blob.objects.all().delete()
    name = blob.put(house.institution.pk, b"twice", "image/png")
    Blob.objects.update(stored_at=clock.now() - timedelta(days=3))
    assert blob.put(house.institution.pk, b"twice", "image/png") == name
    assert list(blob_names.forgotten(clock.now() - timedelta(days=1))) == []
