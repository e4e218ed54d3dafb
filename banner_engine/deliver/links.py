"""What an assignment tells a page or a mail: alt text, click URL, and signed URLs that count."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from banner_engine.errors import BannerError
from banner_engine.load.campaign import Campaign
from banner_engine.recipe import Recipe
from banner_engine.select.decide import Decision

TOKEN_VERSION = 1


def alt_text(campaign: Campaign, decision: Decision) -> str:
    """What the banner says, for those who do not see it: brand, headline, product, price."""
    option = decision.choice.option
    return said(campaign, option.recipe, option.product.title)


def said(campaign: Campaign, recipe: Recipe, title: str) -> str:
    """What a recipe says, in one line. title: of the product."""
    text = recipe.text
    joined = " · ".join(
        dict.fromkeys(
            part for part in (campaign.brand.named(recipe.locale), text.get("headline", ""), title) if part
        )
    )
    return f"{joined}, {text['price']}" if "price" in text else joined


def click_url(campaign: Campaign, decision: Decision) -> str:
    """The landing URL with its placeholders filled and UTM fields added (GA4's names). No user in it."""
    option, space = decision.choice.option, decision.space
    product = option.product
    return landing(
        campaign,
        product=product.id,
        link=product.link,
        variant_id=option.variant_id,
        placement=space.placement,
        locale=space.locale,
    )


def landing(
    campaign: Campaign, *, product: str, link: str, variant_id: str, placement: str, locale: str
) -> str:
    """Where a click on a variant leads: the campaign's own host, whatever a feed says. link: the product's."""
    values = {
        "product.id": product,
        "product.link": link,
        "variant_id": variant_id,
        "placement.id": placement,
        "campaign.id": campaign.id,
        "locale": locale,
    }
    url = campaign.landing_url
    for name, value in values.items():
        url = url.replace("{" + name + "}", quote(value, safe=""))
    parts = urlsplit(url)
    utm = urlencode(
        {
            "utm_source": placement,
            "utm_medium": "display",
            "utm_campaign": campaign.id,
            "utm_content": variant_id,
        }
    )
    return urlunsplit(parts._replace(query=f"{parts.query}&{utm}" if parts.query else utm))


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs decisions with HMAC-SHA256. key_id names the key, so that keys can be rotated."""

    key: bytes
    key_id: str = "k1"

    def token(self, decision: Decision, campaign: str, policy: str, moment: int) -> str:
        """A decision as an opaque, signed text for a URL; it carries no user. moment: epoch seconds."""
        c = decision.choice.option.combination
        body = {
            "v": TOKEN_VERSION,
            "k": self.key_id,
            "d": decision.decision_id,
            "c": campaign,
            "p": decision.space.placement,
            "i": decision.choice.option.variant_id,
            "a": [c.theme, c.palette, c.copy, c.layout, decision.choice.option.product.id],
            "o": policy,
            "q": round(decision.choice.propensity, 6),
            "t": moment,
        }
        payload = _b64(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())
        return f"{payload}.{_b64(hmac.digest(self.key, payload.encode(), hashlib.sha256))}"

    def read(self, token: str) -> dict[str, object]:
        """The body of a token. Raises BannerError where any byte of it is not as it was signed."""
        payload, _, signature = token.partition(".")
        expected = _b64(hmac.digest(self.key, payload.encode("utf-8", "replace"), hashlib.sha256))
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
            raise BannerError("the token's signature is wrong", kind="token")
        body: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return body


def check_base_url(url: str) -> None:
    """Raises BannerError for what no URLs can be built below."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BannerError(
            f"'{url}' is no base URL", field="--base-url", hint="write https://host or https://host/path"
        )


def signed_urls(base_url: str, ending: str, recipe: Recipe, fingerprint: str, token: str) -> dict[str, str]:
    """Where a page finds the picture, reports that it was seen, and sends a click."""
    base = base_url.rstrip("/")
    return {
        "image_url": f"{base}/v1/variants/{recipe.variant_id}.{ending}?v={fingerprint}",
        "impression_url": f"{base}/v1/impressions/{token}",
        "signed_click_url": f"{base}/v1/clicks/{token}",
    }


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
