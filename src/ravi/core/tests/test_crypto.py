"""A sealed box opens for its key and its row only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.core.crypto import BoxUnreadable, generate_keypair, open_sealed, seal

PRIVATE, PUBLIC = generate_keypair()


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_round_trip(plaintext, aad):
    box = seal(plaintext, public_key=PUBLIC, key_id="k1", aad=aad)
    assert open_sealed(box, private_keys={"k1": PRIVATE}, aad=aad) == plaintext


@given(st.integers(min_value=0, max_value=200), st.integers(min_value=1, max_value=255))
def test_any_changed_byte_is_noticed(position, change):
    box = bytearray(seal(b"token", public_key=PUBLIC, key_id="k1", aad=b"row:1"))
    box[position % len(box)] ^= change
    with pytest.raises(BoxUnreadable):
        open_sealed(bytes(box), private_keys={"k1": PRIVATE}, aad=b"row:1")


def test_box_of_another_row_or_key_stays_closed():
    box = seal(b"token", public_key=PUBLIC, key_id="k1", aad=b"row:1")
    other, _ = generate_keypair()
    for keys, aad in (({"k1": PRIVATE}, b"row:2"), ({"k1": other}, b"row:1"), ({"k2": PRIVATE}, b"row:1")):
        with pytest.raises(BoxUnreadable):
            open_sealed(box, private_keys=keys, aad=aad)
