"""One JSON exchange over HTTP, its answer sorted into receipt, refusal, delay or "we do not know"."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ravi.platforms.contract import (
    CredentialsRefused,
    HttpAnswer,
    HttpPort,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
)
from ravi.platforms.shapes.retry_after import retry_after_s

EXCERPT_CHARS = 200
_SAFE = frozenset({"GET", "HEAD"})
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,59}")
_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """A 2xx answer that could be read."""

    data: Any
    evidence: str


@dataclass(frozen=True, slots=True)
class JsonDoor:
    """`secrets` are masked in every evidence."""

    http: HttpPort
    headers: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    async def call(
        self,
        method: str,
        url: str,
        *,
        data: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JsonAnswer:
        """Send `data` as JSON (or `body` as it is). Raises every error of the contract; a failed GET is NotSent."""
        sent_headers = {**self.headers, "Accept": "application/json", **(headers or {})}
        if data is not None:
            body = _encode(data).encode()
            sent_headers["Content-Type"] = "application/json; charset=utf-8"
        answer = await self.http.request(method, url, headers=sent_headers, body=body)
        return self._settle(method, answer)

    def _settle(self, method: str, answer: HttpAnswer) -> JsonAnswer:
        evidence = excerpt(answer, self.secrets)
        parsed, is_json = _parse(answer.body)
        if 200 <= answer.status < 300:
            if not is_json:
                raise _unclear(method, "the answer is not JSON", evidence)
            if refusal := _error_inside(method, answer, parsed, evidence):
                raise self._masked(refusal)
            return JsonAnswer(parsed, evidence)
        raise self._masked(_refusal(method, answer, parsed, evidence))

    def _masked(self, refusal: PlatformError) -> PlatformError:
        """What the platform said in its own words may repeat what it was told."""
        refusal.detail = _mask(refusal.detail, self.secrets)
        refusal.args = (refusal.detail,)  # what str() says of it
        if isinstance(refusal, Rejected):
            refusal.code = _mask(refusal.code, self.secrets)
        return refusal


def excerpt(answer: HttpAnswer, secrets: tuple[str, ...]) -> str:
    """Status and the start of the answer, with every secret masked."""
    text = _mask(answer.body[: EXCERPT_CHARS * 8].decode("utf-8", "replace"), secrets)
    return f"HTTP {answer.status} {' '.join(text.split())[:EXCERPT_CHARS]}".strip()


def _mask(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def text_at(answer: JsonAnswer, *path: str) -> str:
    """A value of a receipt as text. A 2xx without it is no receipt: OutcomeUnknown."""
    value = answer.data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise OutcomeUnknown(f"the answer has no {'.'.join(path)}", evidence=answer.evidence)
    return str(value)


def asked_at(answer: JsonAnswer, *path: str) -> str:
    """A value that was asked for, as text. Without it there is no answer: NotSent, asking has no effect."""
    try:
        return text_at(answer, *path)
    except OutcomeUnknown as unclear:
        raise NotSent(unclear.detail, evidence=unclear.evidence) from unclear


def number_at(answer: JsonAnswer, *path: str) -> int:
    """A count that was asked for: a whole number, not below 0. Anything else is no answer: NotSent, asking has no effect."""
    value = answer.data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise NotSent(f"the answer has no number at {'.'.join(path)}", evidence=answer.evidence)
    return value


def _refusal(method: str, answer: HttpAnswer, parsed: object, evidence: str) -> PlatformError:
    status = answer.status
    if status == 429:
        return RateLimited(retry_after_s(answer, parsed), evidence=evidence)
    if status == 401:
        return CredentialsRefused("the platform refused the token or password", evidence=evidence)
    if status >= 500 or status < 300 or status == 408:
        return _unclear(method, f"the platform answered {status}", evidence)
    if status == 303:
        return _unclear(method, "the platform pointed to another page instead of answering", evidence)
    if status < 400:
        place = answer.headers.get("location", "")[:200] or "nowhere"
        return Rejected("redirected", f"the address has moved to {place}; Ravi does not follow", evidence=evidence)
    code, detail = _reason(parsed)
    return Rejected(code or f"http_{status}", detail or f"the platform answered {status}", evidence=evidence)


def _error_inside(method: str, answer: HttpAnswer, parsed: object, evidence: str) -> PlatformError | None:
    """Some platforms say 200 and mean no: `ok` false, or an `error` beside nothing else."""
    if not isinstance(parsed, Mapping) or (parsed.get("ok") is not False and not parsed.get("error")):
        return None
    number = parsed.get("error_code")
    if isinstance(number, int) and number >= 400:
        return _refusal(method, HttpAnswer(number, answer.headers, answer.body, answer.received_at), parsed, evidence)
    code, detail = _reason(parsed)
    return Rejected(code or "refused", detail or "the platform refused without a reason", evidence=evidence)


def _unclear(method: str, detail: str, evidence: str) -> PlatformError:
    return NotSent(detail, evidence=evidence) if method in _SAFE else OutcomeUnknown(detail, evidence=evidence)


def _reason(parsed: object) -> tuple[str, str]:
    """Code and sentence wherever platforms put them. A code is a word that logs may hold, never a sentence."""
    if not isinstance(parsed, Mapping):
        return "", ""
    error = parsed.get("error")
    if isinstance(error, Mapping):
        return _code(error.get("code")), _text(error.get("detail") or error.get("message"))
    code = _code(parsed.get("code") or parsed.get("error_code") or parsed.get("errcode") or error) or _problem(
        parsed.get("type")
    )
    return code, _text(parsed.get("message") or parsed.get("description") or error or parsed.get("detail"))


def _problem(kind: object) -> str:
    """The name of a problem whose kind is an address (RFC 9457); "about:blank" names none."""
    return _code(kind.rstrip("/").rsplit("/", 1)[-1]) if isinstance(kind, str) and "://" in kind else ""


def _code(value: object) -> str:
    text = _text(value)
    return text if _CODE.fullmatch(text) else ""


def _text(value: object) -> str:
    return str(value)[:EXCERPT_CHARS] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _parse(body: bytes) -> tuple[Any, bool]:
    try:
        return json.loads(body), True
    except (ValueError, RecursionError):
        return None, False
