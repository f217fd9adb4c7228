"""What a copy may be about, by the names that a higher room gives: the ledger knows keys only."""

from collections.abc import Mapping

TOPICS: dict[str, object] = {}


def name_topics(names: Mapping[str, object]) -> None:
    """Say what each key means; called when the apps are ready, with names that are translated when they are shown."""
    TOPICS.update(names)


def topic_name(key: str) -> str:
    """The topic in words; its key where nobody named it."""
    return str(TOPICS.get(key, key))
