"""Money: what Merchant Center writes comes back to the micro, and what it does not write is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.load.money import Money, parse_money

currencies = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)


@given(st.integers(0, 10**18 - 1), currencies)
def test_money_round_trips_through_its_text(micros: int, currency: str) -> None:
    money = Money(micros, currency)
    assert parse_money(str(money)) == money


@pytest.mark.parametrize(
    ("text", "micros", "currency", "spelled"),
    [
        ("199.00 CNY", 199_000_000, "CNY", "199.00 CNY"),
        ("199 CNY", 199_000_000, "CNY", "199.00 CNY"),
        (" 1,299.5USD ", 1_299_500_000, "USD", "1299.50 USD"),
        ("1,234,567 JPY", 1_234_567_000_000, "JPY", "1234567.00 JPY"),
        ("0.003 USD", 3_000, "USD", "0.003 USD"),
        ("0.1000000000 USD", 100_000, "USD", "0.10 USD"),
        ("999999999999.999999 USD", 999_999_999_999_999_999, "USD", "999999999999.999999 USD"),
    ],
)
def test_what_is_read_and_written(text: str, micros: int, currency: str, spelled: str) -> None:
    money = parse_money(text)
    assert money == Money(micros, currency)
    assert str(money) == spelled


@pytest.mark.parametrize(
    "text",
    [
        "",
        "199",
        "CNY",
        "CNY 199.00",
        "¥199",
        "199.00 cny",
        "1,99 EUR",
        "12,34,567 INR",
        "-5 USD",
        "1.2.3 USD",
    ],
)
def test_no_price(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_money(text)
    message = f"'{text}' is no price: write an amount and a currency, such as '199.00 CNY'"
    assert str(caught.value) == message


def test_a_price_finer_than_a_micro_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^'0\.0000001 USD' has more than six decimals$"):
        parse_money("0.0000001 USD")


def test_a_price_that_64_bits_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"is too much: write at most 12 digits before the point$"):
        parse_money("1000000000000 USD")
