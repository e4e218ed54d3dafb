"""Micros as people read them: in the currency's own decimals (ISO 4217)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
MICROS = 1_000_000


def amount(micros: int, currency: str, more: int = 0) -> str:
    """1,234.50 for 1,234,500,000 micros of CNY. more: decimals beyond the currency's, for a click's price."""
    step = Decimal(1).scaleb(-min(_DECIMALS.get(currency, 2) + more, 6))
    return f"{(Decimal(micros) / MICROS).quantize(step, ROUND_HALF_EVEN):,}"
