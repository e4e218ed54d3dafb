"""Money as integer micros with an ISO 4217 currency; never added across currencies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MICROS = 1_000_000
MAX_DIGITS = 12
"""Before the point, so that the micros fit 64 bits (SQLite, numpy)."""
_PRICE = re.compile(
    r"^\s*(?P<amount>(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?)\s*(?P<currency>[A-Z]{3})\s*$"
)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    micros: int
    currency: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.micros) / MICROS

    def __str__(self) -> str:
        """As `parse_money` reads it: two decimals, or as many as the micros need."""
        amount = f"{self.amount:.2f}" if self.micros % 10_000 == 0 else f"{self.amount.normalize():f}"
        return f"{amount} {self.currency}"


def parse_money(text: str) -> Money:
    """`199.00 CNY`, as Merchant Center writes prices. Raises ValueError that says what is right."""
    found = _PRICE.match(text)
    if not found:
        raise ValueError(f"'{text}' is no price: write an amount and a currency, such as '199.00 CNY'")
    whole, _, fraction = found["amount"].replace(",", "").partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > 6:
        raise ValueError(f"'{text}' has more than six decimals")
    if len(whole.lstrip("0")) > MAX_DIGITS:
        raise ValueError(f"'{text}' is too much: write at most {MAX_DIGITS} digits before the point")
    return Money(int(whole) * MICROS + int(fraction.ljust(6, "0")), found["currency"])
