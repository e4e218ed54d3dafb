"""Which placement of a campaign may bid for an impression, in which size, at which price. No drawing, no user."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from banner_engine.load.campaign import Campaign, Placement
from banner_engine.serve.bidding import BidRequest, Imp

XHTML_BANNER, JAVASCRIPT = 2, 3
"""Banner ad types of OpenRTB 2.6 (list 5.2): what the tag is, and what its viewability script is."""
TAXONOMY = 1
"""IAB content taxonomy 1.0, in which campaigns name their categories."""
JPEG = frozenset({"image/jpeg", "image/jpg", "image/*", "*/*"})


@dataclass(frozen=True, slots=True)
class Lot:
    """An impression that may be bid for. cpm: micros of `currency`; script: whether JavaScript is welcome."""

    imp: Imp
    placement: Placement
    size: tuple[int, int]
    cpm: int
    currency: str
    script: bool


def domains(campaign: Campaign) -> tuple[str, ...]:
    host = urlsplit(campaign.landing_url).hostname or ""
    return campaign.openrtb.adomain or (host.removeprefix("www."),)


def welcome(campaign: Campaign, request: BidRequest) -> bool:
    """Whether the request lets this advertiser and its seat bid at all."""
    own = campaign.openrtb
    if request.wseat and own.seat not in request.wseat:
        return False
    if own.seat is not None and own.seat in request.bseat:
        return False
    mine = domains(campaign)
    if any(_within(domain, blocked.lower()) for blocked in request.badv for domain in mine):
        return False
    if (request.bcat or request.acat) and request.cattax != TAXONOMY:
        return False  # categories of another taxonomy: nobody here can say whether they are ours
    if any(_under(category, blocked) for blocked in request.bcat for category in own.cat):
        return False
    if request.acat:
        return bool(own.cat) and all(any(_under(one, may) for may in request.acat) for one in own.cat)
    return True


def lot(campaign: Campaign, request: BidRequest, imp: Imp, secure_base: bool) -> Lot | None:
    """What may be bid for an impression, None where nothing may. secure_base: our URLs are https."""
    banner = imp.banner
    if banner is None or (imp.pmp is not None and imp.pmp.private_auction):
        return None
    if imp.secure and not secure_base:
        return None
    if XHTML_BANNER in banner.btype or not set(campaign.openrtb.attr).isdisjoint(banner.battr):
        return None
    if banner.mimes and JPEG.isdisjoint(mime.lower() for mime in banner.mimes):
        return None
    sizes = [(f.w, f.h) for f in banner.format] or [(banner.w, banner.h)]
    found = _placed(campaign, imp.tagid, [size for size in sizes if size[0] and size[1]])
    if found is None:
        return None
    placement, size = found
    cpm = placement.bid_cpm
    assert cpm is not None
    if cpm.currency not in (request.cur or ["USD"]):
        return None
    if imp.bidfloor > 0 and (imp.bidfloorcur != cpm.currency or cpm.micros < imp.bidfloor * 1e6):
        return None
    return Lot(imp, placement, size, cpm.micros, cpm.currency, JAVASCRIPT not in banner.btype)


def _placed(
    campaign: Campaign, tagid: str | None, sizes: list[tuple[int | None, int | None]]
) -> tuple[Placement, tuple[int, int]] | None:
    """The placement that tagid names, else the only one that bids in one of the sizes; the first size of the
    impression that it has.
    """
    bidding = [p for p in campaign.placements if p.bid_cpm is not None]
    named = campaign.placement(tagid) if tagid else None
    if named is not None:
        bidding = [named] if named.bid_cpm is not None else []
    for width, height in sizes:
        fitting = [p for p in bidding if (width, height) in p.sizes]
        if len(fitting) == 1 and width and height:
            return fitting[0], (width, height)
    return None


def _under(category: str, blocked: str) -> bool:
    """IAB17-18 is under IAB17."""
    return category == blocked or category.startswith(f"{blocked}-")


def _within(domain: str, blocked: str) -> bool:
    return domain == blocked or domain.endswith(f".{blocked}")
