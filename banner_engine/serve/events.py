"""Impressions, clicks and views: on the disk first, then acknowledged."""

from __future__ import annotations

import datetime as dt
import logging
import os

from banner_engine.errors import BannerError
from banner_engine.serve.http import NO_STORE, SEALED, Answer, HttpError, Request
from banner_engine.serve.redirects import target
from banner_engine.serve.site import Site, View
from banner_engine.track import DecisionRecord, Kind, Receipt, VariantRecord
from banner_engine.track.tokens import Token

GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""One transparent pixel."""
_PIXEL = ((b"content-type", b"image/gif"), NO_STORE, SEALED)
log = logging.getLogger("banner.serve")


async def known(site: Site, token: Token) -> VariantRecord:
    """What a token's variant shows. HttpError 410 where neither this server nor the store knows it."""
    record = await site.variant(token.variant_id)
    if record is None:
        raise HttpError(410, "the variant is not known any more", kind="token")
    return record


async def count(
    site: Site, request: Request, kind: Kind, decision: DecisionRecord, *, source: str = "pixel"
) -> bool:
    """Store an event; on return it is on the disk. Gives whether it is new. `e=` names it, for who sends it
    again; without it each request is an event of its own.
    """
    now = site.clock()
    event_id = request.query.get("e") if request.scope["query_string"] else None
    flags = site.view.screen.flags(request.headers, request.address, now)
    receipt = Receipt(
        event_id or f"{kind[0]}-{os.urandom(16).hex()}",
        kind,
        now,
        decision.decision_id,
        source=source,
        flags=flags,
    )
    decision = site.later.find(decision.decision_id) or decision  # a token does not say the pseudonym
    ack = await site.recorder.arecord(receipt, decision)
    request.outcome = f"{kind}:{'flagged' if flags else 'new' if ack.new else 'repeated'}"
    return ack.new


async def impression(site: Site, request: Request, token: Token) -> Answer:
    """GET gives a pixel; POST, for beacons, nothing."""
    if request.method != "HEAD":
        await count(site, request, "impression", token.decision(await known(site, token)))
    return Answer(204, b"", (NO_STORE,)) if request.method == "POST" else Answer(200, GIF, _PIXEL)


async def click(site: Site, request: Request, token: Token) -> Answer:
    """Count a click and send the browser on. Whatever becomes of the counting, a person gets to the page; the
    header X-Banner-Counted says whether the click is on the disk.
    """
    record = await known(site, token)
    return await counted_redirect(site, request, token.decision(record))


async def counted_redirect(site: Site, request: Request, decision: DecisionRecord) -> Answer:
    counted = request.method != "HEAD"
    if counted:
        try:
            await count(site, request, "click", decision)
        except BannerError as error:
            if error.kind not in ("store", "busy"):
                raise
            counted = False
            request.outcome = "click:lost"
    where = target_of(site.view, decision)
    headers = (
        (b"location", where.encode("ascii")),
        (b"x-banner-counted", b"1" if counted else b"0"),
        NO_STORE,
        SEALED,
    )
    return Answer(302, b"", headers)


def target_of(view: View, decision: DecisionRecord) -> str:
    """The landing page of what a decision showed."""
    campaign = view.campaign
    products = view.engine.loaded.products[campaign.market_of(decision.locale).id]
    return target(
        campaign,
        next((product for product in products if product.id == decision.product), None),
        product_id=decision.product,
        variant_id=decision.variant_id,
        placement=decision.placement,
        locale=decision.locale,
    )


async def view(site: Site, request: Request, token: Token) -> Answer:
    """A banner was half in view for a second. Counted in the metrics; the store keeps impressions and clicks."""
    flags = site.view.screen.flags(request.headers, request.address, site.clock())
    request.outcome = "view:flagged" if flags else "view:new"
    return Answer(204, b"", (NO_STORE,))


def parse_expiry(token: Token) -> str:
    return dt.datetime.fromtimestamp(token.expires, dt.UTC).isoformat()
