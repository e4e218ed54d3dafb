"""Words: placeholders filled as readers of a locale write them, and discounts that promise no more than holds."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.fit.wording import (
    Wording,
    allowed,
    discount_text,
    money_text,
    percent_text,
    values_for,
    wordings,
)
from banner_engine.load.copysets import CopySet
from banner_engine.load.money import Money, parse_money
from banner_engine.load.product import Product

NOW = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)
MARKS = re.compile("[\u200e\u200f\u061c]")


def product(price: str = "199.00 USD", sale: str | None = None, **others: Any) -> Product:
    values: dict[str, Any] = {"title": "Trail Boots", "brand": "Kestrel", "product_type": "Footwear"} | others
    return Product(
        "p1", image_link="p1.png", image=None, price=parse_money(price),
        sale_price=None if sale is None else parse_money(sale), **values,
    )  # fmt: skip


def copy(requires: dict[str, Any] | None = None, **text: dict[str, Any]) -> CopySet:
    return CopySet.model_validate({"id": "set", "requires": requires or {}, "text": text})


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", MARKS.sub("", text))


# -- money ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "locale", "written"),
    [
        ("1299.00 CNY", "zh-CN", "¥1,299"),
        ("1299.50 CNY", "zh-CN", "¥1,299.50"),
        ("0.99 USD", "en-US", "$0.99"),
        ("129.99 USD", "en", "$129.99"),
        ("1299 USD", "en", "$1,299"),
        ("1299.00 EUR", "de-DE", "1.299\xa0€"),
        ("1299.50 EUR", "de-DE", "1.299,50\xa0€"),
        ("1299.50 EUR", "fr-FR", "1\u202f299,50\xa0€"),
        ("12900 JPY", "ja-JP", "￥12,900"),
        ("12900 KRW", "ko", "₩12,900"),
        ("1.005 KWD", "en", "KWD\xa01.005"),
        ("123456789012.99 USD", "en", "$123,456,789,012.99"),
    ],
)
def test_money_is_written_as_its_locale_does(amount: str, locale: str, written: str) -> None:
    assert money_text(parse_money(amount), locale) == written


def test_money_of_right_to_left_locales_keeps_its_marks() -> None:
    assert plain(money_text(parse_money("1299 EGP"), "ar-EG")) == "١٬٢٩٩ E£"
    assert plain(money_text(parse_money("1299.50 ILS"), "he")) == "1,299.50 ₪"
    assert MARKS.search(money_text(parse_money("1299 ILS"), "he"))


# -- discounts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("discount", "en", "zh"),
    [
        (0.5, "-50%", "5折"),
        (0.2, "-20%", "8折"),
        (1 - 0.8, "-20%", "8折"),
        (0.3, "-30%", "7折"),
        (1 - 0.7, "-30%", "7折"),
        (0.15, "-15%", "8.5折"),
        (0.199, "-19%", "8.1折"),
        (0.4999, "-49%", "5.1折"),
        (0.101, "-10%", "9折"),
        (0.95, "-95%", "0.5折"),
        (0.01, "-1%", "9.9折"),
    ],
)
def test_discounts_are_rounded_against_the_shop(discount: float, en: str, zh: str) -> None:
    assert discount_text(discount, "en-US") == en
    assert discount_text(discount, "zh-CN") == discount_text(discount, "zh-TW") == zh


@given(st.integers(1, 10**9), st.data())
def test_no_discount_promises_more_than_holds(old: int, data: st.DataObject) -> None:
    new = data.draw(st.integers(0, old))
    exact = 1 - Fraction(new, old)
    thing = product(str(Money(old * 10_000, "USD")), str(Money(new * 10_000, "USD")))
    discount = thing.discount_at(NOW)
    percent = int(percent_text(discount, "en").rstrip("%"))
    assert 0 <= exact * 100 - percent < 1
    assert discount_text(discount, "en") == (f"-{percent}%" if percent else "0%")
    tenths = Fraction(discount_text(discount, "zh-CN").rstrip("折"))
    # what is left to pay, in tenths of the price, rounded up to the next hundredth
    assert 0 <= tenths / 10 - (1 - exact) < Fraction(1, 100)


@pytest.mark.parametrize("locale", ["ar", "ar-EG", "he", "fa", "ur"])
def test_right_to_left_locales_keep_the_sign_before_the_digits(locale: str) -> None:
    import icu

    written = discount_text(0.25, locale)
    assert plain(written)[0] in "-−"
    bidi = icu.Bidi()
    text = icu.UnicodeString(written)  # setPara keeps no copy
    bidi.setPara(text, 1)
    seen = plain(str(bidi.writeReordered(0)))
    assert re.fullmatch(r"[-−]?[٪%]?[\d]{2}[٪%]?[-−]?", seen), seen
    if locale in ("he", "fa"):  # whose sign stands at the left, as in English
        assert seen[0] in "-−"


@pytest.mark.parametrize(
    ("locale", "written"), [("de", "-25\xa0%"), ("tr", "-%25"), ("sv", "−25\xa0%"), ("fr-FR", "-25\xa0%")]
)
def test_signs_and_percents_are_the_locale_s(locale: str, written: str) -> None:
    assert plain(discount_text(0.25, locale)) == plain(written)


def test_less_than_one_percent_off_is_no_discount_to_speak_of() -> None:
    values = values_for(product("1000.00 USD", "990.01 USD"), "en", NOW)
    assert values["old_price"] == "$1,000"
    assert "discount" not in values
    assert "discount_percent" not in values
    assert values_for(product("1000.00 USD", "990.00 USD"), "zh-CN", NOW)["discount"] == "9.9折"


# -- values and words -------------------------------------------------------------------------------


def test_values_of_a_product_on_sale() -> None:
    assert values_for(product("199.00 USD", "99.50 USD"), "en", NOW) == {
        "product.title": "Trail Boots",
        "product.brand": "Kestrel",
        "price": "$99.50",
        "old_price": "$199",
        "discount": "-50%",
        "discount_percent": "50%",
    }


def test_values_of_a_product_at_its_price() -> None:
    assert values_for(product(brand=""), "en", NOW) == {"product.title": "Trail Boots", "price": "$199"}


def test_a_sale_holds_in_its_dates_only() -> None:
    sale = (NOW - dt.timedelta(days=1), NOW)
    thing = product("199.00 USD", "99.00 USD", sale_dates=sale)
    assert "old_price" not in values_for(thing, "en", NOW)
    assert values_for(thing, "en", NOW - dt.timedelta(seconds=1))["old_price"] == "$199"


def test_words_in_long_and_short_with_the_product_s_prices() -> None:
    one = copy(
        en={
            "headline": {"text": "{product.title} at {price}", "short": "{price}"},
            "number": "{discount}",
            "subline": "by {product.brand}, was {old_price}",
            "cta": "Shop now",
        }
    )
    assert wordings(one, product("199.00 USD", "99.50 USD"), "en-GB", NOW) == {
        "headline": Wording("headline", "Trail Boots at $99.50", "$99.50"),
        "number": Wording("number", "-50%"),
        "subline": Wording("subline", "by Kestrel, was $199"),
        "cta": Wording("cta", "Shop now"),
        "price": Wording("price", "$99.50"),
        "old_price": Wording("old_price", "$199"),
    }


@pytest.mark.parametrize("slot", ["headline", "cta"])
def test_a_headline_or_button_without_its_value_is_no_banner(slot: str) -> None:
    one = copy(en={"headline": "Sale", "cta": "Shop", slot: "Save {discount}"})
    assert wordings(one, product(), "en", NOW) is None
    assert wordings(one, product("199.00 USD", "99.00 USD"), "en", NOW) is not None


def test_other_slots_without_a_value_are_left_out_and_short_forms_alone() -> None:
    one = copy(
        en={
            "headline": {"text": "Sale", "short": "{discount}"},
            "number": "{discount_percent}",
            "subline": {"text": "by {product.brand}", "short": "{old_price}"},
            "badge": "{old_price} before",
            "cta": "Shop",
        }
    )
    found = wordings(one, product(), "en", NOW)
    assert found == {
        "headline": Wording("headline", "Sale"),
        "subline": Wording("subline", "by Kestrel"),
        "cta": Wording("cta", "Shop"),
        "price": Wording("price", "$199"),
    }


def test_braces_in_a_product_s_title_are_words() -> None:
    one = copy(en={"headline": "{product.title}", "cta": "Shop"})
    found = wordings(one, product(title="{price} {x}"), "en", NOW)
    assert found is not None
    assert found["headline"].text == "{price} {x}"


def test_words_come_from_the_nearest_locale_and_money_from_the_asked_one() -> None:
    one = copy(en={"headline": "Now {price}", "cta": "Shop"}, zh={"headline": "仅{price}", "cta": "买"})
    chinese = wordings(one, product("99.00 CNY"), "zh-CN", NOW)
    german = wordings(one, product("99.00 EUR"), "de", NOW)
    assert chinese is not None
    assert german is not None
    assert chinese["headline"].text == "仅¥99"
    assert german["headline"].text == "Now 99\xa0€"


# -- conditions -------------------------------------------------------------------------------------


def test_a_fifth_off_is_a_fifth_off() -> None:
    fifth = product("100.00 USD", "80.00 USD")
    assert fifth.discount_at(NOW) < 0.2  # 1 − 0.8 in binary
    assert allowed(copy({"min_discount": 0.2}, en={"headline": "x", "cta": "y"}), fifth, NOW)
    third = product("10.00 USD", "7.00 USD")
    assert third.discount_at(NOW) > 0.3
    assert allowed(copy({"max_discount": 0.3}, en={"headline": "x", "cta": "y"}), third, NOW)


@given(st.integers(1, 99), st.integers(1, 10_000))
def test_edges_of_conditions_are_inside(percent: int, cents: int) -> None:
    old, new = cents * 100, cents * (100 - percent)
    thing = product(str(Money(old * 10_000, "USD")), str(Money(new * 10_000, "USD")))
    for low, high, holds in (
        (percent / 100, percent / 100, True),
        ((percent + 0.001) / 100, None, False),
        (None, (percent - 0.001) / 100, False),
    ):
        one = copy({"min_discount": low, "max_discount": high}, en={"headline": "x", "cta": "y"})
        assert allowed(one, thing, NOW) == holds


@pytest.mark.parametrize(
    ("requires", "full_price", "on_sale"),
    [
        ({}, True, True),
        ({"min_discount": 0.2}, False, True),
        ({"max_discount": 0.2}, True, False),
        ({"min_discount": 0.0}, True, True),
        ({"on_sale": True}, False, True),
        ({"on_sale": False}, True, False),
        ({"product_types": ["Footwear", "Bags"]}, True, True),
        ({"product_types": ["Bags"]}, False, False),
        ({"product_types": ["Footwear"], "min_discount": 0.6}, False, False),
    ],
)
def test_conditions(requires: dict[str, Any], full_price: bool, on_sale: bool) -> None:
    one = copy(requires, en={"headline": "x", "cta": "y"})
    assert allowed(one, product(), NOW) == full_price
    assert allowed(one, product("199.00 USD", "99.50 USD"), NOW) == on_sale
