"""Channels on real servers that two units of the demo get in the browser: a website and a Bluesky account, a Matrix room and
a mailing list. What stands there is asked of each server in its own way."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.running import Ravi
from tests.servers.pds import Member, personal_data_server
from tests.servers.smtp import PASSWORD, USER, MailServer, mail_server
from tests.servers.synapse import homeserver
from tests.servers.test_email import body
from tests.servers.test_matrix import MADE, Room
from tests.servers.test_wordpress import words
from tests.servers.wordpress import USER as SITE_USER
from tests.servers.wordpress import WordPressSite, wordpress_site

ROOM, LIST = "journey", "journey@lists.example.org"
LOOKS_S = 120


@dataclass(frozen=True)
class RealChannels:
    """One channel on each server."""

    site: WordPressSite
    member: Member
    room: Room
    mail: MailServer

    @property
    def allowed(self) -> str:
        """As `RAVI_EGRESS_ALLOW` names them: addresses of this machine are refused otherwise."""
        ports = (self.site.port, self.member.port, self.room.port, self.mail.port)
        return ",".join(f"127.0.0.1:{port}" for port in ports)

    def connect_pages(self, page: Page, ravi: Ravi, unit: int) -> None:
        """The unit's website and its account on Bluesky."""
        site, member = self.site, self.member
        given = {"site": site.url, "username": SITE_USER, "application_password": site.application_password}
        _connect(page, ravi, unit, "wordpress:wordpress", site.url, given)
        given = {"identifier": member.handle, "app_password": member.app_password, "server": member.url}
        _connect(page, ravi, unit, "bluesky:bluesky", f"@{member.handle}", given)

    def connect_letters(self, page: Page, ravi: Ravi, unit: int) -> None:
        """The unit's room and its mailing list."""
        account = self.room.account
        given = {"homeserver": account.url, "access_token": account.token}
        _connect(page, ravi, unit, "matrix:matrix", f"#{ROOM}:localhost", given)
        given = {
            "host": "127.0.0.1", "port": str(self.mail.port), "security": "none", "username": USER, "password": PASSWORD,
            "sender": "خبرنامهٔ سلامت <news@example.org>", "unsubscribe": "https://example.org/leave",
        }  # fmt: skip
        _connect(page, ravi, unit, "email:email", LIST, given)

    def standing(self, title: str) -> Mapping[str, list[str]]:
        """Platform -> the texts of this message that a reader finds there now, oldest first."""
        posts = self.site.read("/wp/v2/posts", search=title, status="publish", context="edit", order="asc")
        records = [one["value"] for one in self.member.posts()]
        letters = [one for one in self.mail.all_letters() if title in str(one["Subject"])]
        return {
            "wordpress": [words(one["content"]["raw"]) for one in posts],
            "bluesky": [one["text"] for one in sorted(records, key=lambda one: str(one["createdAt"]))],
            "matrix": [said["body"] for one in self.room.messages() if (said := self.room.content(one["event_id"]))],
            "email": [body(one, "plain") for one in letters],
        }


@contextmanager
def real_channels(folder: Path) -> Iterator[RealChannels]:
    """Each server started for this alone."""
    with ExitStack() as stack:
        site, mail = stack.enter_context(wordpress_site()), stack.enter_context(mail_server(folder))
        account = stack.enter_context(homeserver()).account(ROOM)
        made = account.ask("POST", "/createRoom", {**MADE, "room_alias_name": ROOM})
        member = stack.enter_context(personal_data_server()).member(ROOM)
        yield RealChannels(site, member, Room(account, made["room_id"]), mail)


def _connect(page: Page, ravi: Ravi, unit: int, where: str, handle: str, given: Mapping[str, str]) -> None:
    """Open the channel, seal what opens its account, and wait until the engine has found the account."""
    page.goto(f"{ravi.url}/channels/new/")
    page.locator("[name=unit]").select_option(str(unit))
    page.locator("[name=where]").select_option(where)
    page.locator("[name=handle]").fill(handle)
    page.locator("[name=purpose]").fill("خبر و آموزش سلامت")
    with page.expect_navigation(url="**/channels/*/"):
        page.locator("main form .btn-1").click()
    page.goto(f"{page.url}credential/")
    for name, value in given.items():
        page.locator(f"main [name={name}]").fill(value)
    with page.expect_navigation(url="**/verification/"):
        page.locator("main form .btn-1").click()
    page.locator("#errand form .btn-1").click()
    expect(page.locator("#errand .say.is-sent, #errand .say.is-knot")).to_be_visible(timeout=LOOKS_S * 1000)
