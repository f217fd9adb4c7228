"""Header fields that come back as they were written, however long.

Python's own folding loses or adds spaces between the encoded words of a long Persian subject or name, and encodes addresses
that are longer than a line, which no reader of RFC 5322 takes for addresses (github.com/python/cpython/issues/92081, 144156).
Here the words of a field are encoded together, spaces among them, and a field of pure ASCII stands in one line.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.policy import EmailPolicy
from typing import Any

# RFC 2047, section 2: a line with an encoded word.
LINE = 76


class LetterPolicy(EmailPolicy):
    """How a letter's fields are written; everything else as `email.policy.SMTP`."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """A subject is kept as it is: what looks like an encoded word in it was written so."""
        return (name, value) if name == "Subject" else super().header_store_parse(name, value)

    def fold(self, name: str, value: Any) -> str:
        if name.startswith("Content-"):
            return str(super().fold(name, value))  # of ASCII, with parameters
        written = self._addresses(name, value) if isinstance(value, AddressHeader) else self._words(name, str(value))
        return f"{name}: {written}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")

    def _addresses(self, name: str, value: AddressHeader) -> str:
        return f",{self.linesep} ".join(self._address(name, one) for one in value.addresses)

    def _address(self, name: str, one: Address) -> str:
        if one.display_name.isascii():
            return str(one)
        return f"{self._words(name, one.display_name)}{self.linesep} <{one.addr_spec}>"

    def _words(self, name: str, words: str) -> str:
        is_plain = words.isascii() and "=?" not in words  # which a reader would take for an encoded word
        return words if is_plain else Header(words, "utf-8", LINE, name).encode(linesep=self.linesep)


LETTERS = LetterPolicy(linesep="\r\n")
