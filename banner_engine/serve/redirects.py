"""Where a click may lead: to the campaign's own landing host, in one spelling that no browser reads another way."""

from __future__ import annotations

from urllib.parse import urlsplit

from banner_engine.deliver.links import landing
from banner_engine.load.campaign import Campaign
from banner_engine.load.product import Product


def allowed_hosts(campaign: Campaign) -> frozenset[str]:
    """scheme://host[:port] of the landing URL, as it is written there."""
    parts = urlsplit(campaign.landing_url)
    return frozenset({f"{parts.scheme}://{parts.netloc}"})


def is_allowed(url: str, hosts: frozenset[str]) -> bool:
    """Whether a browser that is sent to `url` stays on one of the hosts.

    Anything that browsers and parsers read in two ways is refused: blanks, control and non-ASCII letters,
    backslashes, names before an @, a host that is not spelt as the campaign spells it.
    """
    if any(ord(letter) <= 32 or ord(letter) >= 127 or letter == "\\" for letter in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if "@" in parts.netloc:
        return False
    return f"{parts.scheme}://{parts.netloc}" in hosts and url.startswith(f"{parts.scheme}://{parts.netloc}")


def target(
    campaign: Campaign,
    product: Product | None,
    *,
    product_id: str,
    variant_id: str,
    placement: str,
    locale: str,
) -> str:
    """Where a click on a variant leads. product: as the catalogue has it now, None where it is gone.

    Should the campaign and its feed make something else than a link of the landing host, it is the landing
    host's first page.
    """
    url = landing(
        campaign,
        product=product_id,
        link=product.link if product else "",
        variant_id=variant_id,
        placement=placement,
        locale=locale,
    )
    url = ascii_url(url)
    hosts = allowed_hosts(campaign)
    return url if is_allowed(url, hosts) else f"{min(hosts)}/"


def ascii_url(url: str) -> str:
    """The same URL with letters outside of ASCII in percent-encoding (a host's in punycode stays the feed's)."""
    from urllib.parse import quote

    return quote(url, safe="%/:=&?~#+!$,;'@()*[]\\ ")
