"""One spelling of a value as bytes, so that equal values have equal hashes.

Objects have sorted keys, no spaces, UTF-8 letters as they are; floats are refused, since their spelling is not one.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

_FOREIGN = "A canonical value holds text, whole numbers, true, false, null, lists and objects; not {}."

JSON = None | bool | int | str | Sequence["JSON"] | Mapping[str, "JSON"]


def canonical_json(value: object) -> bytes:
    """UTF-8 bytes of `value`. Raises TypeError for floats and foreign types, ValueError for lone surrogates."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def sha256(value: object) -> str:
    """Lower-case hex SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _check(value: object) -> None:
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(_FOREIGN.format(type(key).__name__))
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise TypeError(_FOREIGN.format(type(value).__name__))
