"""A message of the network in other languages."""

from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from ravi.api.schemas.parts import Named, Strict, Words
from ravi.api.schemas.posts import MOST_VARIANTS
from ravi.publishing.rules import LONGEST_TEXT, LONGEST_TITLE

Language = Literal["azb", "az", "ku", "ar", "en"]


class TranslationIn(Strict):
    """The words in that language: send the whole. Texts name facts in braces, as the message's own do."""

    title: Words = Field(min_length=1, max_length=LONGEST_TITLE)
    text: Words = Field(min_length=1, max_length=LONGEST_TEXT)
    variants: dict[str, Words] = Field(default_factory=dict, max_length=MOST_VARIANTS)


class TranslationYesIn(Strict):
    """The yes of a health expert who reads the language, to the words of that revision."""

    revision: int = Field(ge=1, le=2**31 - 1)


class TranslatedOut(Schema):
    """Words in another language; `shown` as people read them, with facts as that language writes them."""

    version: int = Field(description="the number of the version that it translates")
    revision: int
    by: Named
    at: datetime
    parts: dict[str, str]
    shown: dict[str, str]
    is_endorsed: bool = Field(description="an expert who reads it said yes to this revision")
    is_outdated: bool = Field(description="there is a newer version of the message")


class TranslationOut(Schema):
    """One language. Its ETag goes back as If-Match with what is written; there is one before the first word, too."""

    lang: Language
    etag: str
    is_given: bool = Field(description="units may take it, and citizens read it")
    needs_yes: bool = Field(description="it waits for a health expert who reads the language")
    translation: TranslatedOut | None
