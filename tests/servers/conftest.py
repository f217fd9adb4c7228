"""The real servers, each started once for a run and only when a test asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.pds import Member, PersonalDataServer, personal_data_server
from tests.servers.smtp import MailServer, mail_server
from tests.servers.synapse import Account, Homeserver, homeserver
from tests.servers.wordpress import WordPressSite, wordpress_site


@pytest.fixture(scope="session")
def wordpress() -> Iterator[WordPressSite]:
    with wordpress_site() as site:
        yield site


@pytest.fixture(scope="session")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture(scope="session")
def matrix() -> Iterator[Homeserver]:
    with homeserver() as server:
        yield server


@pytest.fixture(scope="session")
def pds() -> Iterator[PersonalDataServer]:
    with personal_data_server() as server:
        yield server


@pytest.fixture(scope="session")
def poster(pds: PersonalDataServer) -> Member:
    """The account to which the seed's message goes."""
    return pds.member("omid-hospital")


@pytest.fixture(scope="session")
def workshop(matrix: Homeserver) -> Any:
    """The room to which the seed's message goes."""
    from tests.servers.test_matrix import MADE, Room

    account = matrix.account("workshop")
    made = account.ask("POST", "/createRoom", {**MADE, "room_alias_name": "workshop"})
    return Room(account, made["room_id"])


@pytest.fixture(scope="session")
def mehregan(matrix: Homeserver) -> Account:
    """An account that Synapse does not slow down."""
    return matrix.account("mehregan", is_hurried=True)


@pytest.fixture(scope="session")
def room(mehregan: Account) -> str:
    """Its room."""
    from tests.servers.test_matrix import MADE

    return str(mehregan.ask("POST", "/createRoom", {**MADE, "room_alias_name": "mehregan"})["room_id"])
