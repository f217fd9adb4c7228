"""Counts what stands on a real PDS as an AppView does: likes, reposts, quotations, answers and followers, from every
account's records. The network's own AppView judges it in the full run (tests/network/test_bluesky_network.py)."""

from __future__ import annotations

import base64
import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

HOST = "127.0.0.1"
MANY = 25  # https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/getPosts.json
LIKE, REPOST, POST, FOLLOW = "app.bsky.feed.like", "app.bsky.feed.repost", "app.bsky.feed.post", "app.bsky.graph.follow"


class Refused(Exception):
    """The protocol's 400 with its name."""


@contextmanager
def app_view(pds_url: str) -> Iterator[str]:
    """Its address; it serves what the PDS hands on to it, signed by the account that asks."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # noqa: N802 (http.server's name)
            parts = urlsplit(self.path)
            name, asked = parts.path.removeprefix("/xrpc/"), parse_qs(parts.query)
            try:
                _check_signed(self.headers.get("Authorization", ""), name)
                status, said = 200, ANSWERS[name](pds_url, asked)
            except Refused as refused:
                status, said = 400, {"error": "InvalidRequest", "message": str(refused)}
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def _check_signed(authorization: str, name: str) -> None:
    """The PDS speaks for an account by a token that names it and the one call that it is for."""
    parts = authorization.removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        raise Refused("not signed")
    claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    if not str(claims.get("iss", "")).startswith("did:plc:") or claims.get("lxm") != name:
        raise Refused("signed for something else")


def _posts(url: str, asked: dict[str, list[str]]) -> dict[str, Any]:
    uris = asked.get("uris", [])
    if not 0 < len(uris) <= MANY:
        raise Refused(f"uris must not have more than {MANY} elements")
    records = _everything(url)
    standing = {record["uri"]: record for record in records[POST]}
    return {"posts": [_view(standing[uri], records) for uri in uris if uri in standing]}


def _view(post: dict[str, Any], records: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    uri = post["uri"]
    values = {kind: [record["value"] for record in found] for kind, found in records.items()}
    return {
        "uri": uri,
        "cid": post["cid"],
        "record": post["value"],
        "likeCount": sum(like["subject"]["uri"] == uri for like in values[LIKE]),
        "repostCount": sum(repost["subject"]["uri"] == uri for repost in values[REPOST]),
        "replyCount": sum(one.get("reply", {}).get("parent", {}).get("uri") == uri for one in values[POST]),
        "quoteCount": sum(one.get("embed", {}).get("record", {}).get("uri") == uri for one in values[POST]),
        "indexedAt": post["value"]["createdAt"],
    }


def _profile(url: str, asked: dict[str, list[str]]) -> dict[str, Any]:
    [actor] = asked.get("actor", [""])
    follows = [record["value"]["subject"] for record in _everything(url)[FOLLOW]]
    return {"did": actor, "handle": "somebody.test", "followersCount": follows.count(actor)}


ANSWERS = {"app.bsky.feed.getPosts": _posts, "app.bsky.actor.getProfile": _profile}


def _everything(url: str) -> dict[str, list[dict[str, Any]]]:
    repos = _ask(url, "com.atproto.sync.listRepos", limit="500")["repos"]
    return {
        kind: [record for repo in repos for record in _records(url, repo["did"], kind)]
        for kind in (LIKE, REPOST, POST, FOLLOW)
    }


def _records(url: str, did: str, kind: str) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while True:
        page = _ask(url, "com.atproto.repo.listRecords", repo=did, collection=kind, limit="100", cursor=cursor)
        found += page["records"]
        cursor = page.get("cursor", "")
        if not cursor:
            return found


def _ask(url: str, name: str, **parameters: str) -> dict[str, Any]:
    given = urlencode({key: value for key, value in parameters.items() if value})
    with urllib.request.urlopen(f"{url}/xrpc/{name}?{given}", timeout=20) as answer:
        said: dict[str, Any] = json.load(answer)
    return said
