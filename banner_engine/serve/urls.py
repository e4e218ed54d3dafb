"""The URLs of a decision. A token says all of it, signed; no user is in any of them."""

from __future__ import annotations

from dataclasses import dataclass

from banner_engine.serve.ready import Ready


@dataclass(frozen=True, slots=True)
class Urls:
    image: str
    click: str
    impression: str
    view: str
    billing: str


def urls_of(base: str, ready: Ready, token: str) -> Urls:
    return Urls(
        image=image_url(base, ready),
        click=f"{base}/v1/clicks/{token}",
        impression=f"{base}/v1/impressions/{token}",
        view=f"{base}/v1/views/{token}",
        billing=f"{base}/v1/billing/{token}",
    )


def image_url(base: str, ready: Ready) -> str:
    return f"{base}/v1/variants/{ready.variant_id}.jpg?v={ready.fingerprint}"
