"""Consent: IAB TCF v2 strings, GPP strings that hold one, and what is refused without them.

https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework (TC string format),
https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

PURPOSES = (1, 3, 4)
"""Store on a device; make profiles for advertising; use them to choose advertising."""
TCF_SECTION = 2
"""Of GPP: European Union TCF v2."""
LONGEST = 5_000


class Consent(BaseModel):
    """What is known of a user's consent. Where GDPR applies and it cannot be read, it is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    gdpr: bool | None = None
    tcf: str = Field(default="", max_length=LONGEST)
    gpp: str = Field(default="", max_length=LONGEST)
    gpp_sid: tuple[int, ...] = Field(default=(), max_length=50)
    coppa: bool = False
    opt_out: bool = False


def may_personalise(consent: Consent, vendor: int | None = None) -> bool:
    """Whether preferences of this user may be looked up and the decision kept under a pseudonym.

    vendor: our id in the IAB's list, whose consent is needed too. Of GPP the section of TCF is read; where
    any other section applies (the laws of states of the US), nothing personal is done.
    """
    if consent.coppa or consent.opt_out:
        return False
    if any(section != TCF_SECTION for section in consent.gpp_sid):
        return False
    texts = [consent.tcf] if consent.tcf else consent.gpp.split("~")[1:]
    if consent.gdpr or TCF_SECTION in consent.gpp_sid:
        return any(allows(text, vendor) for text in texts)
    return True


@dataclass(frozen=True, slots=True)
class TcString:
    """purposes: those consented to, from 1. vendors: those consented to."""

    purposes: frozenset[int]
    vendors: frozenset[int]


@lru_cache(maxsize=4_096)
def allows(text: str, vendor: int | None) -> bool:
    try:
        parsed = parse_tcf(text)
    except ValueError:
        return False
    return parsed.purposes.issuperset(PURPOSES) and (vendor is None or vendor in parsed.vendors)


def parse_tcf(text: str) -> TcString:
    """The core segment of a TC string of version 2. Raises ValueError for anything else."""
    core = text.partition(".")[0]
    try:
        data = base64.b64decode(core + "=" * (-len(core) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("no base64url") from None
    bits = _Bits(data)
    if bits.take(6) != 2:
        raise ValueError("no TC string of version 2")
    bits.skip(36 + 36 + 12 + 12 + 6 + 12 + 12 + 6 + 1 + 1 + 12)
    purposes = frozenset(number for number in range(1, 25) if bits.take(1))
    bits.skip(24 + 1 + 12)
    return TcString(purposes, _vendors(bits))


def _vendors(bits: _Bits) -> frozenset[int]:
    most = bits.take(16)
    if not bits.take(1):
        return frozenset(number for number in range(1, most + 1) if bits.take(1))
    found: set[int] = set()
    for _ in range(bits.take(12)):
        ranged, first = bits.take(1), bits.take(16)
        last = bits.take(16) if ranged else first
        if not 1 <= first <= last <= most:
            raise ValueError("a range of vendors that cannot be")
        found.update(range(first, last + 1))
    return frozenset(found)


class _Bits:
    """Reads numbers from the left. Raises ValueError at the end."""

    def __init__(self, data: bytes) -> None:
        self._all = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def skip(self, count: int) -> None:
        self.take(count)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError("the string is too short")
        return self._all >> self._left & ((1 << count) - 1)
