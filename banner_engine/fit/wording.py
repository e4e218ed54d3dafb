"""Copy with its placeholders filled for one product and locale: money and discount as readers write them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from banner_engine.load.copysets import CopySet, SlotTexts, fill, placeholders
from banner_engine.load.money import Money
from banner_engine.load.product import Product


@dataclass(frozen=True, slots=True)
class Wording:
    """A slot's words, resolved: the long form and, where there is one, the short form."""

    slot: str
    text: str
    short: str | None = None


@lru_cache(maxsize=64)
def _money_format(locale: str, currency: str, whole: bool) -> Any:
    import icu

    form = (
        icu.NumberFormatter.withLocale(icu.Locale(locale))
        .unit(icu.CurrencyUnit(currency))
        .unitWidth(icu.UNumberUnitWidth.NARROW)
    )
    return form.precision(icu.Precision.integer()) if whole else form


def money_text(money: Money, locale: str) -> str:
    """An amount as its locale writes it, without decimals where they are zero: `¥1,299`, `$129.99`."""
    whole = money.micros % 1_000_000 == 0
    return str(_money_format(locale, money.currency, whole).formatDouble(float(money.amount)))


def discount_text(discount: float, locale: str) -> str:
    """A discount as shops of the locale write it: `-50%`; in Chinese what is left to pay in tenths: `5折`.

    Rounded against the shop, so that no more is promised than holds.
    """
    if locale.split("-")[0] == "zh":
        tenths = math.ceil((1 - discount) * 100 - 1e-9)
        return f"{tenths // 10}折" if tenths % 10 == 0 else f"{tenths / 10:.1f}折"
    # the sign is the locale's too: from right to left it needs marks to stay before its digits
    return _percent(-_whole_percent(discount), locale)


def percent_text(discount: float, locale: str) -> str:
    """A share as a whole percentage of the locale, rounded down so that no more is promised than holds."""
    return _percent(_whole_percent(discount), locale)


def _whole_percent(discount: float) -> int:
    # 1e-9 undoes binary noise: 0.3 is stored as 0.29999…
    return int(discount * 100 + 1e-9)


def _percent(whole: int, locale: str) -> str:
    import icu

    return str(icu.NumberFormatter.withLocale(icu.Locale(locale)).unit(icu.NoUnit.percent()).formatInt(whole))


def values_for(product: Product, locale: str, moment: dt.datetime) -> dict[str, str]:
    """Placeholder values of a product. A product that is not on sale has no old price and no discount, one
    that is less than 1 % off no discount.
    """
    price, old = product.price_at(moment)
    values = {"product.title": product.title, "price": money_text(price, locale)}
    if product.brand:
        values["product.brand"] = product.brand
    if old is not None:
        values["old_price"] = money_text(old, locale)
        discount = product.discount_at(moment)
        if _whole_percent(discount) > 0:
            values["discount"] = discount_text(discount, locale)
            values["discount_percent"] = percent_text(discount, locale)
    return values


def wordings(copy: CopySet, product: Product, locale: str, moment: dt.datetime) -> dict[str, Wording] | None:
    """The words of every slot for a product, or None where the headline or the call to action has a
    placeholder without a value (such a pair of copy and product is never shown). Other slots without
    a value are left out; a short form without one is left out alone.
    """
    values = values_for(product, locale, moment)
    texts: SlotTexts = copy.for_locale(locale)
    out: dict[str, Wording] = {}
    for slot in SlotTexts.model_fields:
        copy_text = getattr(texts, slot)
        if copy_text is None:
            continue
        if any(name not in values for name in placeholders(copy_text.text)):
            if slot in ("headline", "cta"):
                return None
            continue
        short = copy_text.short
        if short is not None and any(name not in values for name in placeholders(short)):
            short = None
        out[slot] = Wording(slot, fill(copy_text.text, values), fill(short, values) if short else None)
    out["price"] = Wording("price", values["price"])
    if "old_price" in values:
        out["old_price"] = Wording("old_price", values["old_price"])
    return out


def allowed(copy: CopySet, product: Product, moment: dt.datetime) -> bool:
    """Whether a copy set's conditions hold for a product."""
    needs = copy.requires
    discount = product.discount_at(moment)
    return not (
        (needs.min_discount is not None and discount < needs.min_discount - 1e-9)
        or (needs.max_discount is not None and discount > needs.max_discount + 1e-9)
        or (needs.product_types and product.product_type not in needs.product_types)
        or (needs.on_sale is not None and needs.on_sale != (discount > 0))
    )
