"""Billing notices: what an exchange says an impression cost, and what of it is believed."""

from __future__ import annotations

import asyncio
import re
from decimal import Decimal

from banner_engine.serve.http import NO_STORE, Answer, HttpError, Request
from banner_engine.serve.site import Site
from banner_engine.track import SpendRecord
from banner_engine.track.tokens import Token

MOST_CPM = Decimal(1_000_000)
"""A price above it is a mistake, or an attack: no impression costs a thousand of any currency."""
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,18})?")


def micros_of(price: str) -> tuple[int, str]:
    """(micros of one impression, why it adds nothing). price: a CPM, as ${AUCTION_PRICE} was replaced.

    'audit' is a test of the exchange (OpenRTB 2.6, 4.4); 'unexpanded' a macro that nobody replaced.
    """
    text = price.strip()
    if not text:
        return 0, "empty"
    if text.upper() == "AUDIT":
        return 0, "audit"
    if "AUCTION_PRICE" in text:
        return 0, "unexpanded"
    if text.startswith("-"):
        return 0, "negative"
    if not _NUMBER.fullmatch(text):
        return 0, "unreadable"
    cpm = Decimal(text)
    if cpm > MOST_CPM:
        return 0, "too_much"
    return int((cpm * 1000).to_integral_value()), ""


async def billing(site: Site, request: Request, token: Token) -> Answer:
    """Add what one billed impression cost: price ÷ 1000, once for each decision. A price that is none adds 0,
    and is kept with the reason in its source.
    """
    if request.method == "HEAD":
        return Answer(204, b"", (NO_STORE,))
    record = await site.variant(token.variant_id)
    placement = site.view.campaign.placement(token.placement)
    if record is None or placement is None or placement.bid_cpm is None:
        raise HttpError(410, "the placement does not bid any more", kind="token")
    amount, wrong = micros_of(request.query.get("price", ""))
    # what is flagged has an id of its own, so that the real price that may follow is still counted
    event_id = f"burl-{token.decision_id}" + (f"-{wrong}" if wrong else "")
    spend = SpendRecord(
        event_id,
        site.clock(),
        amount,
        placement.bid_cpm.currency,
        decision_id=token.decision_id,
        source=f"openrtb:{wrong}" if wrong else "openrtb",
    )
    decision = site.later.find(token.decision_id) or token.decision(record)
    await site.recorder.arecord(None, decision)
    outcome = await asyncio.to_thread(site.store.record_spend, [spend])
    request.outcome = f"billing:{wrong or ('new' if outcome.accepted else 'repeated')}"
    return Answer(204, b"", (NO_STORE,))
