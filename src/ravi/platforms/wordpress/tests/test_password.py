"""The application password goes to its own site over TLS, and nowhere else."""

from __future__ import annotations

import pytest

from ravi.platforms.contract import Content, CredentialsRefused, NotSent, Rejected
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.wordpress.adapter import WordPress, WordPressCredentials

CONTENT = Content("متن", "عنوان")


@pytest.mark.parametrize("site", ["http://news.example.org", "news.example.org", "http://127.0.0.1.example.org"])
async def test_a_password_is_not_sent_in_the_clear(site: str) -> None:
    network = NobodyThere()
    adapter = WordPress(WordPressCredentials(site, "editor", "a word"), network)
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await adapter.publish(site, CONTENT, key="k")
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await adapter.verify(site)
    assert network.asked == []


@pytest.mark.parametrize("site", ["https://news.example.org", "http://localhost:8080", "http://[::1]:8080"])
async def test_tls_and_this_machine_are_asked(site: str) -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await WordPress(WordPressCredentials(site, "editor", "a word"), network).publish(site, CONTENT, key="k")
    assert len(network.asked) == 1


async def test_a_password_is_not_sent_to_another_site() -> None:
    network = NobodyThere()
    with pytest.raises(Rejected, match="not the site"):
        await WordPress(WordPressCredentials("https://news.example.org", "editor", "a word"), network).publish(
            "https://elsewhere.example.org", CONTENT, key="k"
        )
    assert network.asked == []
