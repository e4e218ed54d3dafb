"""Tokens: a decision as an opaque, signed text for a URL. It carries the whole choice, and no user.

payload "." signature, both base64url without padding (RFC 4648). The payload is JSON, the signature
HMAC-SHA256 (RFC 2104) over the payload's text, by the key that the payload names. Texts are compared, not
decoded bytes: base64's unused bits can't make a second spelling of the same token.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from banner_engine.errors import BannerError
from banner_engine.track.keys import Key
from banner_engine.track.records import DecisionRecord, VariantRecord

VERSION = 2
LIFETIME = 90 * 86_400
"""Seconds that a token is good for unless it says otherwise: as long as a receipt of it can be net."""
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Token:
    """A decision as its token says it. time, expires: seconds since 1970. 0 < propensity ≤ 1.

    grade, run_id: '' in tokens of links that `render` wrote, whose decisions are in the store.
    """

    decision_id: str
    campaign: str
    placement: str
    variant_id: str
    theme: str
    palette: str
    copy: str
    layout: str
    product: str
    policy: str
    propensity: float
    time: int
    expires: int
    grade: str = ""
    run_id: str = ""

    def decision(self, variant: VariantRecord) -> DecisionRecord:
        """The decision's row, for a store that lost it (or never had it). Nobody's name is in it."""
        return DecisionRecord(
            decision_id=self.decision_id,
            run_id=self.run_id,
            campaign=self.campaign,
            placement=self.placement,
            variant_id=self.variant_id,
            user=None,
            time=dt.datetime.fromtimestamp(self.time, dt.UTC),
            theme=self.theme,
            palette=self.palette,
            layout=self.layout,
            copy=self.copy,
            product_type=variant.product_type,
            product=self.product,
            policy=self.policy,
            propensity=self.propensity,
            grade=self.grade,
            locale=variant.locale,
        )


def token_of(decision: DecisionRecord, lifetime: int = LIFETIME) -> Token:
    """What a decision's token says. lifetime: seconds."""
    moment = int(decision.time.timestamp())
    return Token(
        decision_id=decision.decision_id,
        campaign=decision.campaign,
        placement=decision.placement,
        variant_id=decision.variant_id,
        theme=decision.theme,
        palette=decision.palette,
        copy=decision.copy,
        layout=decision.layout,
        product=decision.product,
        policy=decision.policy,
        propensity=decision.propensity,
        time=moment,
        expires=moment + lifetime,
        grade=decision.grade,
        run_id=decision.run_id,
    )


class Keyring:
    """Signs with the newest key that is not retired, and reads what any such key signed."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = {key.id: key.secret for key in keys if not key.retired}
        self._retired = {key.id for key in keys if key.retired}
        if not self._keys:
            raise BannerError("there is no key to sign with", kind="token")
        self._signs = list(self._keys)[-1]

    def sign(self, token: Token) -> str:
        body = {
            "v": VERSION,
            "k": self._signs,
            "d": token.decision_id,
            "c": token.campaign,
            "p": token.placement,
            "i": token.variant_id,
            "a": [token.theme, token.palette, token.copy, token.layout, token.product],
            "o": token.policy,
            "q": token.propensity,
            "t": token.time,
            "x": token.expires,
            "g": token.grade,
            "r": token.run_id,
        }
        payload = _b64(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())
        return f"{payload}.{_signature(self._keys[self._signs], payload)}"

    def read(self, text: str, now: dt.datetime) -> Token:
        """What a token says. now: with a zone.

        BannerError (kind "token") unless every byte of it is as a key in use signed it, and now lies
        before its expiry.
        """
        if len(text) > LONGEST or not text.isascii():
            raise _refused("this is no token")
        payload, _, signature = text.partition(".")
        body = _body(payload)
        name = body.get("k")
        secret = self._keys.get(name) if isinstance(name, str) else None
        if secret is None or not hmac.compare_digest(signature, _signature(secret, payload)):
            retired = isinstance(name, str) and name in self._retired
            raise _refused("the token's key is retired" if retired else "the token's signature is wrong")
        token = _token(body)
        if now.timestamp() >= token.expires:
            raise _refused("the token has expired")
        return token


def _signature(secret: bytes, payload: str) -> str:
    return _b64(hmac.digest(secret, payload.encode(), hashlib.sha256))


def _refused(message: str) -> BannerError:
    return BannerError(message, kind="token")


def _body(payload: str) -> dict[str, Any]:
    """The claims, which nobody has vouched for yet: only the key's name may be used of them."""
    try:
        body = json.loads(base64.b64decode(payload + "=" * (-len(payload) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise _refused("this is no token") from None
    if not isinstance(body, dict):
        raise _refused("this is no token")
    return body


def _token(body: dict[str, Any]) -> Token:
    """Of a body that is ours; version 1 (links of `render`) names no expiry, grade and run."""
    if body["v"] not in (1, VERSION):
        raise BannerError(
            f"a token of version {body['v']}", kind="token", hint="update banner-engine on this machine"
        )
    theme, palette, copy, layout, product = body["a"]
    return Token(
        decision_id=body["d"],
        campaign=body["c"],
        placement=body["p"],
        variant_id=body["i"],
        theme=theme,
        palette=palette,
        copy=copy,
        layout=layout,
        product=product,
        policy=body["o"],
        propensity=body["q"],
        time=body["t"],
        expires=body.get("x", body["t"] + LIFETIME),
        grade=body.get("g", ""),
        run_id=body.get("r", ""),
    )


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
