"""The application: a request in, its route's answer out, with an id, a log line and a count."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Awaitable, Callable

from banner_engine.errors import BannerError, BannerErrors
from banner_engine.serve import events
from banner_engine.serve.admin import is_near, need_token, reload
from banner_engine.serve.auction import Auction
from banner_engine.serve.decisions import Decisions
from banner_engine.serve.demo import demo
from banner_engine.serve.http import (
    NO_STORE,
    SAFE,
    SEALED,
    Answer,
    HttpError,
    Receive,
    Request,
    Scope,
    Send,
    error_answer,
    json_answer,
)
from banner_engine.serve.images import Pictures
from banner_engine.serve.logs import Log
from banner_engine.serve.metrics import TYPE, Metrics
from banner_engine.serve.money import billing
from banner_engine.serve.openapi import docs_page, openapi
from banner_engine.serve.settings import Settings
from banner_engine.serve.site import Site
from banner_engine.serve.static import StaticTags
from banner_engine.track.tokens import Token

Route = Callable[[Request, str], Awaitable[Answer]]
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_READ = ("GET", "HEAD")


class App:
    """An ASGI application over some campaigns. Placements and campaigns must have ids of their own."""

    def __init__(self, sites: list[Site], settings: Settings, log: Log) -> None:
        self.sites = {site.id: site for site in sites}
        self.settings, self.log = settings, log
        self.metrics = Metrics(sites)
        self.placements = placements_of(sites)
        self._decisions = Decisions(self.placements, settings)
        self._pictures = Pictures()
        self._auction = Auction(self.sites, settings)
        self._static = StaticTags(self.placements, settings, self._pictures)
        self._routes: dict[str, tuple[tuple[str, ...], Route]] = {
            "/v1/decisions": (("POST",), self._decide),
            "/openrtb2/auction": (("POST",), self._auction_answer),
            "/favicon.ico": (_READ, self._no_icon),
            "/healthz": (_READ, self._healthz),
            "/readyz": (_READ, self._readyz),
            "/metrics": (_READ, self._metrics),
            "/openapi.json": (_READ, self._openapi),
            "/docs": (_READ, self._docs),
            "/demo": ((*_READ, "POST"), self._demo),
            "/admin/reload": (("POST",), self._reload),
        }
        self._below: dict[str, tuple[tuple[str, ...], Route]] = {
            "variants": (_READ, self._variant),
            "impressions": ((*_READ, "POST"), self._impression),
            "clicks": (_READ, self._click),
            "views": ((*_READ, "POST"), self._view),
            "billing": ((*_READ, "POST"), self._billing),
            "placements": (_READ, self._static.answer),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        given = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"").decode("latin-1")
        request = Request(scope, receive, given if _ID.fullmatch(given) else os.urandom(8).hex())
        try:
            answer = await self._answer(request)
        except BannerErrors as errors:
            answer = error_answer(errors.errors[0])
        except BannerError as error:
            if error.kind == "store":
                error.status = 503
                self.log.say("store", id=request.id, message=error.message)
            answer = error_answer(error)
        except Exception as error:  # whatever it is, the caller gets an answer, and the log its place
            self.log.error(request, error)
            answer = error_answer(HttpError(500, "this is a fault of the server", kind="fault"))
        headers = [
            *SAFE,
            *answer.headers,
            (b"x-request-id", request.id.encode()),
            (b"content-length", str(len(answer.body)).encode()),
        ]
        if answer.status in (204, 304):
            headers.pop()
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if request.method == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})
        seconds = time.perf_counter() - began
        self.metrics.saw(request.route, answer.status, request.outcome, seconds)
        self.log.request(request, answer.status, seconds)

    async def _answer(self, request: Request) -> Answer:
        path, rest = request.path, ""
        found = self._routes.get(path)
        if found is not None:
            request.route = path
        elif path.startswith("/v1/"):
            name, _, rest = path[4:].partition("/")
            found = self._below.get(name) if rest else None
            if found is not None:
                request.route = f"/v1/{name}"
        if found is None:
            raise HttpError(404, "there is nothing here", hint="/docs lists what there is", kind="route")
        methods, route = found
        if request.method not in methods:
            answer = error_answer(HttpError(405, f"{request.method} is not for this address", kind="route"))
            answer.headers += ((b"allow", ", ".join(methods).encode()),)
            return answer
        return await route(request, rest)

    # -- routes ---------------------------------------------------------------------------------------

    async def _decide(self, request: Request, _: str) -> Answer:
        return await self._decisions.answer(request)

    async def _variant(self, request: Request, name: str) -> Answer:
        for site in self.sites.values():
            if len(self.sites) == 1 or await site.variant(name.partition(".")[0]):
                return await self._pictures.answer(site, request, name, self.settings.patience)
        raise HttpError(404, "no such variant", kind="variant")

    def token(self, text: str) -> tuple[Site, Token]:
        """What a token says, and whose it is. BannerError unless a campaign here has signed every byte."""
        first: BannerError | None = None
        for site in self.sites.values():
            try:
                token = site.view.keyring.read(text, site.clock())
            except BannerError as error:
                first = first or error
                continue
            if token.campaign == site.id:
                return site, token
        raise first or HttpError(400, "the token is of another campaign", kind="token")

    async def _impression(self, request: Request, text: str) -> Answer:
        return await events.impression(*self._of(request, text))

    async def _click(self, request: Request, text: str) -> Answer:
        return await events.click(*self._of(request, text))

    async def _view(self, request: Request, text: str) -> Answer:
        return await events.view(*self._of(request, text))

    async def _billing(self, request: Request, text: str) -> Answer:
        return await billing(*self._of(request, text))

    async def _auction_answer(self, request: Request, _: str) -> Answer:
        return await self._auction.answer(request)

    def _of(self, request: Request, text: str) -> tuple[Site, Request, Token]:
        site, token = self.token(text)
        return site, request, token

    async def _healthz(self, request: Request, _: str) -> Answer:
        return json_answer({"status": "alive"})

    async def _no_icon(self, request: Request, _: str) -> Answer:
        """Browsers ask for one of every page."""
        return Answer(204)

    async def _readyz(self, request: Request, _: str) -> Answer:
        waits = [site.id for site in self.sites.values() if not site.prepared]
        return json_answer(
            {"status": "waiting" if waits else "ready", "waiting": waits}, 503 if waits else 200
        )

    async def _openapi(self, request: Request, _: str) -> Answer:
        return json_answer(openapi())

    async def _docs(self, request: Request, _: str) -> Answer:
        policy = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'")
        return Answer(200, docs_page(), ((b"content-type", b"text/html; charset=utf-8"), policy, NO_STORE))

    async def _demo(self, request: Request, _: str) -> Answer:
        return await demo(self.sites, self._decisions, request, self.settings)

    async def _reload(self, request: Request, _: str) -> Answer:
        return await reload(self.sites, request, self.settings)

    async def _metrics(self, request: Request, _: str) -> Answer:
        if not is_near(request):
            need_token(request, self.settings)
        return Answer(200, self.metrics.text(), ((b"content-type", TYPE), NO_STORE, SEALED))


def placements_of(sites: list[Site]) -> dict[str, Site]:
    """Sites by their placements' ids. BannerError where two campaigns share an id."""
    found: dict[str, Site] = {}
    seen: dict[str, Site] = {}
    for site in sites:
        if site.id in seen:
            raise BannerError(f"two campaigns have the id '{site.id}'", kind="config")
        seen[site.id] = site
        for placement in site.view.campaign.placements:
            if placement.id in found:
                raise BannerError(
                    f"campaigns '{found[placement.id].id}' and '{site.id}' both have a placement '{placement.id}'",
                    hint="give placements ids of their own, or serve the campaigns on two ports",
                    kind="config",
                )
            found[placement.id] = site
    return found
