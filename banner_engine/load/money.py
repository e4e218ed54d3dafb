"""Money as integer micros with an ISO 4217 currency; never added across currencies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MICROS = 1_000_000
_PRICE = re.compile(r"^\s*(?P<amount>[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?P<currency>[A-Z]{3})\s*$")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    micros: int
    currency: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.micros) / MICROS

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"


def parse_money(text: str) -> Money:
    """`199.00 CNY`, as Merchant Center writes prices. Raises ValueError that says what is right."""
    found = _PRICE.match(text)
    if not found:
        raise ValueError(f"'{text}' is no price: write an amount and a currency, such as '199.00 CNY'")
    try:
        amount = Decimal(found["amount"].replace(",", ""))
    except InvalidOperation:  # pragma: no cover - the pattern admits only digits
        raise ValueError(f"'{text}' is no price") from None
    micros = amount * MICROS
    if micros != micros.to_integral_value():
        raise ValueError(f"'{text}' has more than six decimals")
    return Money(int(micros), found["currency"])
