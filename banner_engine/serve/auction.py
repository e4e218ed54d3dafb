"""`POST /openrtb2/auction`: a bid for each impression that a placement can fill in time, or none."""

from __future__ import annotations

import time
from typing import Any

from pydantic import ValidationError

from banner_engine.errors import BannerError
from banner_engine.load.profiles import Profile
from banner_engine.serve.bidding import BidRequest, Regs, User
from banner_engine.serve.consent import Consent, may_personalise
from banner_engine.serve.decide import Ask, Decided, Drawer
from banner_engine.serve.decisions import invalid
from banner_engine.serve.desk import COLD
from banner_engine.serve.eligible import Lot, domains, lot, welcome
from banner_engine.serve.events import target_of
from banner_engine.serve.http import NO_STORE, Answer, HttpError, Request, json_answer
from banner_engine.serve.settings import Settings
from banner_engine.serve.site import Site, View
from banner_engine.serve.tags import html_tag
from banner_engine.serve.urls import Urls, urls_of
from banner_engine.track.traffic import is_crawler

TMAX = 120
"""Milliseconds where a request names none."""
SHARE = 0.8
"""Of tmax; the rest is the way back."""
EXPIRES = 3_600
"""Seconds from the auction to the impression that a bid is good for."""
UNKNOWN, CRAWLER, TIME = 0, 3, 15
"""No-bid reasons (AdCOM 1.0, list of no-bid reason codes): unknown, known web crawler, insufficient time."""


class Auction:
    def __init__(self, sites: dict[str, Site], settings: Settings) -> None:
        self._sites, self._settings = sites, settings
        self._secure = settings.base.startswith("https://")

    async def answer(self, request: Request) -> Answer:
        began = time.perf_counter()
        body = await request.body()
        try:
            asked = BidRequest.model_validate_json(body)
        except ValidationError as error:
            raise invalid(error) from None
        ids = [imp.id for imp in asked.imp]
        if len(set(ids)) != len(ids):
            raise HttpError(400, "two impressions have the same id", field="imp.id")
        deadline = began + (asked.tmax if asked.tmax is not None else TMAX) / 1000 * SHARE
        if asked.device is not None and asked.device.ua and is_crawler(asked.device.ua):
            return self._none(request, asked, CRAWLER)
        seatbid, currency = await self._bids(asked, deadline)
        if time.perf_counter() > deadline:
            return self._none(request, asked, TIME)
        if not seatbid:
            return self._none(request, asked, UNKNOWN)
        request.outcome = "auction:bid"
        return json_answer({"id": asked.id, "cur": currency, "seatbid": seatbid}, 200, (*_VERSION, NO_STORE))

    def _none(self, request: Request, asked: BidRequest, reason: int) -> Answer:
        """204; with `?nbr=1` an answer that says why."""
        request.outcome = f"auction:none-{reason}"
        if request.query.get("nbr") == "1":
            return json_answer({"id": asked.id, "nbr": reason}, 200, (*_VERSION, NO_STORE))
        return Answer(204, b"", (*_VERSION, NO_STORE))

    async def _bids(self, asked: BidRequest, deadline: float) -> tuple[list[dict[str, Any]], str]:
        """One seatbid for each campaign that bids, all in the currency of the first bid. An impression gets
        one bid at most: campaigns are asked in the order in which they were given.
        """
        seats: list[dict[str, Any]] = []
        currency, taken = "", set[str]()
        for site in self._sites.values():
            view = site.view
            if not view.campaign.in_flight(site.clock()) or not welcome(view.campaign, asked):
                continue
            lots = [lot(view.campaign, asked, imp, self._secure) for imp in asked.imp if imp.id not in taken]
            bids = []
            profile = None
            for one in lots:
                if one is None or (currency and one.currency != currency):
                    continue
                profile = profile or self._profile(site, asked)
                bid = await self._bid(site, view, asked, one, profile, deadline)
                if bid is not None:
                    currency = one.currency
                    taken.add(one.imp.id)
                    bids.append(bid)
            if bids:
                seat = view.campaign.openrtb.seat
                seats.append({"bid": bids, **({"seat": seat} if seat else {})})
        return seats, currency

    async def _bid(
        self, site: Site, view: View, asked: BidRequest, one: Lot, profile: Profile, deadline: float
    ) -> dict[str, Any] | None:
        language = (asked.device.langb or asked.device.language) if asked.device else None
        locale = view.engine.served_locale(language or profile.locale)
        drawer = Drawer(site, view, Ask(one.placement, one.size, locale, profile))
        try:
            decided = drawer.warm()
            if decided is None:
                decided = await drawer.decided(max(deadline - time.perf_counter(), 0.0))
        except BannerError as error:
            if error.kind == "store":
                raise
            return None  # nothing fits, or it would be late
        return self._said(view, asked, one, decided)

    def _said(self, view: View, asked: BidRequest, one: Lot, decided: Decided) -> dict[str, Any]:
        own = view.campaign.openrtb
        record, ready = decided.record, decided.ready
        urls = urls_of(self._settings.base, ready, decided.token)
        alt = ready.alt
        bid: dict[str, Any] = {
            "id": record.decision_id,
            "impid": one.imp.id,
            "price": one.cpm / 1e6,
            "adid": record.variant_id,
            "crid": record.variant_id,
            "cid": view.campaign.id,
            "adomain": list(domains(view.campaign)),
            "iurl": f"{self._settings.base}/v1/variants/{record.variant_id}.jpg",
            "w": one.size[0],
            "h": one.size[1],
            "mtype": 1,
            "exp": EXPIRES,
        }
        if own.attr:
            bid["attr"] = list(own.attr)
        if own.cat:
            bid["cat"] = list(own.cat)
        if asked.test:
            # a test is not billable and nobody's impression: picture and landing page, and nothing that counts
            bid["adm"] = html_tag(
                Urls(urls.image, target_of(view, record), "", "", ""), alt, one.size, script=False
            )
        else:
            bid["adm"] = html_tag(urls, alt, one.size, script=one.script)
            bid["burl"] = f"{urls.billing}?price=${{AUCTION_PRICE}}&auction=${{AUCTION_ID}}"
        return bid

    def _profile(self, site: Site, asked: BidRequest) -> Profile:
        """The preferences of the request's user, where consent allows to look for them."""
        if not may_personalise(consent_of(asked), self._settings.tcf_vendor):
            return COLD
        for key in keys_of(asked.user or User()):
            found = site.people.find(site.people.pseudonym(key))
            if found is not None:
                return found
        return COLD


_VERSION = ((b"x-openrtb-version", b"2.6"),)


def keys_of(user: User) -> list[str]:
    """A user's ids, the buyer's own first."""
    eids = user.eids if user.ext is None else [*user.eids, *user.ext.eids]
    keys = [user.buyeruid, *(uid.id for eid in eids for uid in eid.uids), user.id]
    return list(dict.fromkeys(key for key in keys if key))[:10]


def consent_of(asked: BidRequest) -> Consent:
    """regs, user.consent and device, also where they stand in `ext` as before 2.6."""
    regs, user, device = asked.regs or Regs(), asked.user or User(), asked.device
    gdpr, us, tcf = regs.gdpr, regs.us_privacy, user.consent
    if regs.ext is not None:
        gdpr, us = regs.ext.gdpr if gdpr is None else gdpr, us or regs.ext.us_privacy
    if user.ext is not None:
        tcf = tcf or user.ext.consent
    return Consent(
        gdpr=None if gdpr is None else bool(gdpr),
        tcf=tcf or "",
        gpp=regs.gpp or "",
        gpp_sid=tuple(regs.gpp_sid),
        coppa=bool(regs.coppa),
        # 1YYN: the third letter says whether the sale of data was refused (IAB US privacy string 1.0)
        opt_out=(us or "")[2:3] in ("Y", "y") or bool(device and (device.dnt or device.lmt)),
    )
