"""Requests and answers over raw ASGI: what the routes need, and no more, for the hot path is short."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from banner_engine.errors import BannerError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

LARGEST_BODY = 1_000_000
SAFE: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
"""Of every answer: pages of other sites may show pictures, and nothing is taken for what it is not."""
SEALED: Header = (b"content-security-policy", b"default-src 'none'; sandbox")
"""Of answers that are no pages: nothing in them may run or load, whoever opens them by themselves."""
NO_STORE: Header = (b"cache-control", b"private, no-store")


class HttpError(BannerError):
    """A mistake of a request, with its status. retry_after: seconds, where asking again later may help."""

    def __init__(self, status: int, message: str, *, retry_after: int | None = None, **where: Any) -> None:
        super().__init__(message, **where)
        self.status = status
        self.retry_after = retry_after


class Shed(HttpError):  # noqa: N818 - a state, not a mistake
    """Too much is waiting; come again."""

    def __init__(self, message: str) -> None:
        super().__init__(503, message, retry_after=1, kind="busy")


class Request:
    """One request. id: of the log lines; route: set by who answers, for logs and metrics."""

    __slots__ = ("_headers", "_receive", "id", "method", "outcome", "path", "route", "scope")

    def __init__(self, scope: Scope, receive: Receive, id: str) -> None:
        self.scope = scope
        self.id = id
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.route = "unknown"
        self.outcome = ""
        self._receive = receive
        self._headers: dict[str, str] | None = None

    @property
    def headers(self) -> dict[str, str]:
        """By lower-case names; of a name that stands twice, the last."""
        if self._headers is None:
            self._headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in self.scope["headers"]}
        return self._headers

    @property
    def query(self) -> dict[str, str]:
        """Parameters, the first of each name. HttpError where they are too many."""
        try:
            pairs = parse_qsl(self.scope["query_string"].decode("latin-1"), True, max_num_fields=50)
        except ValueError:
            raise HttpError(400, "the query has too many parameters") from None
        return dict(reversed(pairs))

    @property
    def address(self) -> str | None:
        """The client's address; behind a proxy that is trusted, what the proxy says."""
        client = self.scope.get("client")
        return client[0] if client else None

    async def body(self, limit: int = LARGEST_BODY) -> bytes:
        """The whole body. HttpError 413 where it is larger than `limit` bytes."""
        said = self.headers.get("content-length", "0")
        if said.isdigit() and int(said) > limit:
            raise HttpError(413, f"the body is larger than {limit:,} bytes")
        parts, size = [], 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise HttpError(400, "the body is not complete")
            part = message.get("body", b"")
            size += len(part)
            if size > limit:
                raise HttpError(413, f"the body is larger than {limit:,} bytes")
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)


class Answer:
    """status, headers (with content-type), body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, body: bytes = b"", headers: tuple[Header, ...] = ()) -> None:
        self.status = status
        self.body = body
        self.headers = headers


JSON: Header = (b"content-type", b"application/json")


def json_answer(data: Any, status: int = 200, headers: tuple[Header, ...] = (NO_STORE,)) -> Answer:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return Answer(status, body, (JSON, SEALED, *headers))


def told(error: BannerError) -> dict[str, Any]:
    """What a caller is told: the mistake and what would be right, and no path of this machine."""
    said = {"message": error.message, "kind": error.kind}
    return {"error": said | {name: value for name in ("field", "hint") if (value := getattr(error, name))}}


def error_answer(error: BannerError) -> Answer:
    headers: tuple[Header, ...] = (NO_STORE,)
    retry = getattr(error, "retry_after", None) or (1 if error.status == 503 else None)
    if retry:
        headers = (*headers, (b"retry-after", str(retry).encode()))
    if error.status == 401:
        headers = (*headers, (b"www-authenticate", b"Bearer"))
    return json_answer(told(error), error.status, headers)
