"""Tags to paste: for a page, a mail, an iframe, and Google Ad Manager, with the macros that each one replaces.

https://support.google.com/admanager/answer/2376981 (macros for third-party creatives)
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.campaign import Campaign
from banner_engine.serve.decisions import size_of

KINDS = {"html": "[CACHEBUSTER]", "gam": "%%CACHEBUSTER%%", "mail": "{{message_id}}", "iframe": ""}
"""Kinds of tags, and the macro that each fills r with."""
CLICK = "%%CLICK_URL_UNESC%%"
"""Ad Manager counts the click and goes on to what stands behind it."""


def static_tag(
    campaign: Campaign,
    name: str,
    kind: str,
    base: str,
    *,
    size: str | None = None,
    locale: str | None = None,
    correlator: str | None = None,
) -> str:
    """A placement's tag. correlator: what fills r (the kind's macro where None). Raises BannerError for a
    placement, kind or size that is not there.
    """
    placement = campaign.placement(name)
    if placement is None:
        known = [one.id for one in campaign.placements]
        raise BannerError(f"unknown placement '{name}'", field="placement", hint=did_you_mean(name, known))
    if kind not in KINDS:
        raise BannerError(f"unknown kind of tag '{kind}'", field="--for", hint=did_you_mean(kind, KINDS))
    width, height = size_of(placement, size)
    r = KINDS[kind] if correlator is None else correlator
    more = {"size": f"{width}x{height}"} if len(placement.sizes) > 1 else {}
    more |= {"locale": locale} if locale else {}
    root = f"{base.rstrip('/')}/v1/placements/{name}"

    def at(what: str) -> str:
        # the macro stands first and as it is: whoever replaces it looks for these very letters
        query = "&".join(part for part in (f"r={r}" if r else "", urlencode(more)) if part)
        return escape(f"{root}/{what}" + (f"?{query}" if query else ""))

    if kind == "iframe":
        return (
            f'<iframe src="{at("frame")}" width="{width}" height="{height}" title="{escape(campaign.title)}" '
            f'style="border:0" scrolling="no" sandbox="allow-scripts allow-popups '
            f'allow-popups-to-escape-sandbox"></iframe>'
        )
    click = (CLICK if kind == "gam" else "") + at("click")
    return (
        f'<a href="{click}" target="_blank" rel="noopener"><img src="{at("image")}" width="{width}" '
        f'height="{height}" alt="{escape(campaign.title)}" style="display:block;border:0"></a>'
    )
