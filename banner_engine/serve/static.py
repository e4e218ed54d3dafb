"""Static tags: an image and a click address that anybody can paste, joined by a correlator r.

r is a cache-buster macro, or one text for each mail. The same r is the same decision, on every server and
after a restart; only a keyed hash of it is kept. A static tag knows no user.
"""

from __future__ import annotations

import asyncio
import re

from sqlalchemy import select

from banner_engine.serve.decide import Ask, Decided, Drawer, correlated_id, picture
from banner_engine.serve.decisions import site_of, size_of
from banner_engine.serve.desk import Recent
from banner_engine.serve.events import count, counted_redirect
from banner_engine.serve.http import NO_STORE, SEALED, Answer, HttpError, Request
from banner_engine.serve.images import Pictures
from banner_engine.serve.settings import Settings
from banner_engine.serve.site import Site, View
from banner_engine.serve.tags import html_tag, page, page_headers
from banner_engine.serve.urls import urls_of
from banner_engine.track import DecisionRecord
from banner_engine.track.runs import decision_record
from banner_engine.track.tables import arms, decisions
from banner_engine.track.times import to_datetime

_MACRO = re.compile(r"[\[\]{}%$<>|*]")
LONGEST = 200
REMEMBERED = 50_000
_JPEG = ((b"content-type", b"image/jpeg"), NO_STORE, SEALED)


def usable(correlator: str) -> str:
    """The correlator; '' for one that is missing, too long, or a macro that nobody has replaced."""
    return "" if len(correlator) > LONGEST or _MACRO.search(correlator) else correlator


class StaticTags:
    """Answers `/v1/placements/{id}/image`, `/click` and `/frame`."""

    def __init__(self, sites: dict[str, Site], settings: Settings, pictures: Pictures) -> None:
        self._sites, self._settings, self._pictures = sites, settings, pictures
        self._recent: Recent[str, DecisionRecord] = Recent(REMEMBERED)

    async def answer(self, request: Request, rest: str) -> Answer:
        placement, _, what = rest.partition("/")
        known = {"image": self._image, "click": self._click, "frame": self._frame}
        if what not in known:
            raise HttpError(404, "there is nothing here", hint=f"known: {', '.join(known)}", kind="route")
        request.route = f"/v1/placements/{what}"
        site = site_of(self._sites, placement)
        view = site.view
        if not view.campaign.in_flight(site.clock()):
            request.outcome = "decision:flight"
            return Answer(204, b"", (NO_STORE,))
        return await known[what](request, site, view, self._ask(request, view, placement))

    def _ask(self, request: Request, view: View, name: str) -> Ask:
        placement = view.campaign.placement(name)
        if placement is None:
            raise HttpError(404, "no such placement", field="placement")
        query = request.query
        size = size_of(placement, query.get("size"))
        locale = view.engine.served_locale(query.get("locale"))
        return Ask(placement, size, locale, correlator=usable(query.get("r", "")))

    async def _image(self, request: Request, site: Site, view: View, ask: Ask) -> Answer:
        """The picture, whose impression is on the disk when it is sent."""
        if request.method == "HEAD":
            return Answer(200, b"", _JPEG)
        drawer = Drawer(site, view, ask)
        record = await self._recalled(site, drawer, ask)
        if record is None:
            decided = await drawer.decided(self._settings.patience)
            record, ready = decided.record, decided.ready
        else:
            ready = await self._pictures.ready(site, view, record.variant_id, self._settings.patience)
        data = await picture(site, view, ready, self._settings.patience)
        await count(site, request, "impression", record)
        self._remember(ask, record)
        return Answer(200, data, _JPEG)

    async def _click(self, request: Request, site: Site, view: View, ask: Ask) -> Answer:
        """On to the landing page of what the image with this r showed. Where no image was asked for (a mail
        without pictures), of what it would have shown; reports call that a click without an impression.
        """
        drawer = Drawer(site, view, ask)
        record = await self._recalled(site, drawer, ask)
        if record is None:
            record = (await drawer.decided(self._settings.patience)).record
        answer = await counted_redirect(site, request, record)
        self._remember(ask, record)
        return answer

    async def _frame(self, request: Request, site: Site, view: View, ask: Ask) -> Answer:
        """A page for an iframe: a new decision's tag."""
        decided: Decided = await Drawer(site, view, ask).decided(self._settings.patience)
        site.later.keep(decided.record)
        request.outcome = "decision:made"
        urls = urls_of(self._settings.base, decided.ready, decided.token)
        alt = decided.ready.alt
        body = page(html_tag(urls, alt, ask.size), alt, ask.locale).encode()
        return Answer(200, body, page_headers(self._settings.base))

    async def _recalled(self, site: Site, drawer: Drawer, ask: Ask) -> DecisionRecord | None:
        """The decision that this r stands for, where it was made before."""
        if not ask.correlator:
            return None
        made = correlated_id(site, drawer.pool, ask.correlator)
        found = self._recent.get(made)
        return found or await asyncio.to_thread(stored, site, made)

    def _remember(self, ask: Ask, record: DecisionRecord) -> None:
        if ask.correlator:
            self._recent.put(record.decision_id, record)


def stored(site: Site, made: str) -> DecisionRecord | None:
    """A decision as the store has it, without its user."""
    query = select(decisions, arms).join(arms, arms.c.seq == decisions.c.arm)
    with site.store.read() as connection:
        row = connection.execute(query.where(decisions.c.decision_id == made)).mappings().first()
    if row is None:
        return None
    return decision_record(dict(row), row["campaign"], to_datetime(row["time"]), None)
