"""Which words of a text can be found, and by which words; PostgreSQL never parses Persian."""

import unicodedata
from itertools import pairwise

import regex

ZWNJ = "\u200c"
LONGEST_TOKEN = 100
FOLD = str.maketrans("يىیكکڪھہەۀةآأإٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "یییکککههههه" + "ا" * 4 + "0123456789" * 2, "ئؤءـ")
MARKS = regex.compile(r"[\p{M}\u00ad\u00ac\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]++")
DOUBLED = regex.compile(r"ییی*+|ووو*+")
WORD = regex.compile(r"[\p{L}\p{N}\u200c]++")
PLURAL = regex.compile("(?:ها|های|هایی|هایم|هایت|هایش|هایمان|هایتان|هایشان)$")
ENDING = regex.compile(f"{PLURAL.pattern}|(?:ترین|تری|تر|ان|ات)$")
LOOSE_PLURALS = frozenset(PLURAL.pattern.removeprefix("(?:").removesuffix(")$").split("|"))
LOOSE_PREFIXES = frozenset(("می", "نمی"))
SHORTEST_STEM = 3


def search_key(text: str) -> str:
    """The text as it is compared: one letter per sound shape, Latin digits and lower case, no marks; ZWNJ stays.

    «مسئول», «مسؤول» and «مسوول» become one, and so do «رئیس» and «رییس».
    """
    bare = MARKS.sub("", text.translate(FOLD))
    folded = MARKS.sub("", unicodedata.normalize("NFKD", bare).casefold().translate(FOLD))
    return str(DOUBLED.sub(lambda found: found.group()[0], folded))


def tokens(text: str) -> list[str]:
    """One token for each word, in order: joined over its ZWNJ, its plural taken off, loose «ها» and «می» joined."""
    found: list[str] = []
    waiting = ""
    for word in _words(text):
        whole = word.replace(ZWNJ, "")
        if whole in LOOSE_PREFIXES:
            found += [waiting] if waiting else []
            waiting = whole
        elif whole in LOOSE_PLURALS and found and not waiting:
            continue
        elif whole:
            found.append(_stem(waiting + whole, PLURAL)[:LONGEST_TOKEN])
            waiting = ""
    return [*found, waiting] if waiting else found


def index_tokens(text: str) -> frozenset[str]:
    """Everything by which the text can be found: each word whole, in parts, without its endings, and with the next."""
    words = [word for word in _words(text) if word.strip(ZWNJ)]
    found = {form for word in words for form in _forms(word)}
    found |= {(first + second).replace(ZWNJ, "") for first, second in pairwise(words)}
    return frozenset(token[:LONGEST_TOKEN] for token in found)


def token_line(*texts: str) -> str:
    """Everything by which the texts are found, each token once and between spaces: one column of a table."""
    return "".join(f" {token}" for token in sorted(index_tokens(" ".join(texts)))) + " "


def query_words(text: str) -> list[frozenset[str]]:
    """For each word of a query the tokens of which one must be there (OR inside a word, AND between words).

    A loose «ها» or «می» asks for nothing by itself: it belongs to its neighbour.
    """
    return [frozenset({token, *_forms(token)}) for token in dict.fromkeys(tokens(text)) if token not in LOOSE_PREFIXES]


def _words(text: str) -> list[str]:
    return [found.group() for found in WORD.finditer(search_key(text))]


def _forms(word: str) -> set[str]:
    whole = word.replace(ZWNJ, "")
    parts = {part for part in word.split(ZWNJ) if len(part) > 1 and part not in LOOSE_PLURALS}
    return {whole, _stem(whole, ENDING), _stem(whole, PLURAL), *parts}


def _stem(word: str, ending: regex.Pattern[str]) -> str:
    stem = ending.sub("", word)
    return stem if len(stem) >= SHORTEST_STEM else word
