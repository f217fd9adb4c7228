"""What stands at X: accounts, posts, media; who signed a call, as oauthlib checks it, and how many posts are left."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import unquote

from aiohttp import web
from oauthlib.oauth1.rfc5849 import signature
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header

# https://docs.x.com/x-api/fundamentals/rate-limits: POST /2/tweets, for a user
POSTS, WINDOW_S = 100, 15 * 60
CLOCKS_APART_S = 300  # no page says; a signature of an hour ago must not do
PROBLEMS = "https://api.x.com/2/problems/"


class Refused(Exception):
    """X's no: a status, its words, the name of the problem, and headers beside it."""

    def __init__(self, status: int, detail: str, problem: str = "", title: str = "", **headers: str) -> None:
        super().__init__(detail)
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}
        kind = f"{PROBLEMS}{problem}" if problem else "about:blank"
        self.said = {"type": kind, "title": title or detail, "detail": detail, "status": status}


@dataclass
class Media:
    """What was brought and may be used in a post; `state` as X tells it of films."""

    number: str
    owner: str
    category: str
    kind: str
    total: int = 0
    parts: dict[int, bytes] = field(default_factory=dict)
    alt_text: str = ""
    state: str = "succeeded"
    is_whole: bool = True


@dataclass
class Post:
    """One post as it stands."""

    number: str
    owner: str
    text: str
    media: tuple[str, ...] = ()
    reply_to: str = ""
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class Account:
    """Whom keys speak for; `secrets` are the app's and the account's."""

    name: str
    username: str
    app: str
    token: str
    secrets: tuple[str, str]
    bearer: str = ""
    number: str = "2244994945"
    followers: int = 0
    suspended: bool = False


@dataclass
class XWorld:
    """`looks`: how often a film is still being prepared when it is asked for; `port` is set by `running`."""

    accounts: list[Account] = field(default_factory=list)
    posts: dict[str, Post] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    ever: int = 0
    looks: int = 0
    port: int = 0
    now: Callable[[], float] = time.time
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1_900_000_000_000_000_001))
    _nonces: set[str] = field(default_factory=set)
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def number(self) -> str:
        return str(next(self._numbers))

    def account(self, request: web.Request) -> Account:
        header = request.headers.get("Authorization", "")
        if header.startswith("Bearer "):
            found = next((one for one in self.accounts if one.bearer and one.bearer == header[7:]), None)
        else:
            found = self._signed_by(request, header)
        if found is None:
            raise Refused(401, "Unauthorized")
        if found.suspended:
            raise Refused(403, "User is suspended", "user-suspended", "Forbidden")
        return found

    def _signed_by(self, request: web.Request, header: str) -> Account | None:
        try:
            own = {name: unquote(value) for name, value in parse_authorization_header(header)}
        except ValueError:
            return None
        account = next(
            (a for a in self.accounts if (a.app, a.token) == (own.get("oauth_consumer_key"), own.get("oauth_token"))),
            None,
        )
        if (
            account is None
            or own.get("oauth_nonce") in self._nonces
            or own.get("oauth_signature_method") != "HMAC-SHA1"
        ):
            return None
        if abs(float(own.get("oauth_timestamp", 0)) - self.now()) > CLOCKS_APART_S:
            return None
        asked = SimpleNamespace(
            http_method=request.method,
            uri=f"http://{request.host}{request.path_qs}",
            params=signature.collect_parameters(uri_query=request.query_string, headers={"Authorization": header}),
            signature=own.get("oauth_signature", ""),
        )
        if not signature.verify_hmac_sha1(asked, *account.secrets):
            return None
        self._nonces.add(own["oauth_nonce"])
        return account

    def pace(self, account: Account) -> dict[str, str]:
        """Counts one more post; the headers tell how many are left and until when."""
        end, used = self._windows.get(account.username, (0.0, 0))
        if self.now() >= end:
            end, used = self.now() + WINDOW_S, 0
        left = {
            "x-rate-limit-limit": str(POSTS),
            "x-rate-limit-remaining": str(max(0, POSTS - used - 1)),
            "x-rate-limit-reset": str(int(end)),
        }
        if used >= POSTS:
            raise Refused(
                429, "Too Many Requests", title="Too Many Requests", **{k.replace("-", "_"): v for k, v in left.items()}
            )
        self._windows[account.username] = (end, used + 1)
        return left
