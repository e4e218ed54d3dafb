"""A market's supplemental feed: what it overrides, what it may not, and what it leaves without a price."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from banner_engine.errors import BannerError
from banner_engine.load.catalogue import apply_feed, load_catalogue, priced_in
from banner_engine.load.money import Money
from banner_engine.load.product import Product
from banner_engine.shipped import shipped


def usd(dollars: int) -> Money:
    return Money(dollars * 1_000_000, "USD")


def cny(yuan: int) -> Money:
    return Money(yuan * 1_000_000, "CNY")


BOOT = Product("boot-1", "Boot", "https://img.example/1.jpg", None, usd(100), usd(80), brand="Daybird", row=1)
TENT = Product("tent-1", "Tent", "https://img.example/2.jpg", None, usd(300), row=2)
ROPE = Product("rope-1", "Rope", "https://img.example/3.jpg", None, None, row=3)
MAIN = (BOOT, TENT, ROPE)


def apply(tmp_path: Path, text: str, currency: str = "CNY") -> tuple[tuple[Product, ...], list[str]]:
    feed = tmp_path / "cn.csv"
    feed.write_text(text)
    problems: list[BannerError] = []
    products = apply_feed(MAIN, feed, currency, problems)
    return products, [str(problem).removeprefix(f"{feed}, ") for problem in problems]


def test_what_a_feed_overrides(tmp_path: Path) -> None:
    header = "id,title,price,sale price,sale_price_effective_date,link,availability,brand,popularity"
    dates = "2026-11-01T00:00Z/2026-11-12T00:00Z"
    row = f"boot-1,山靴,799 CNY,599 CNY,{dates},https://shop.example/cn/1,out of stock,Other,9"
    products, problems = apply(tmp_path, f"{header}\n{row}\ntent-1,,2399 CNY,,,,,,\nrope-1,,99 CNY,,,,,,\n")
    assert problems == []
    assert products == (
        replace(
            BOOT,
            title="山靴",
            price=cny(799),
            sale_price=cny(599),
            sale_dates=(dt.datetime(2026, 11, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 12, tzinfo=dt.UTC)),
            link="https://shop.example/cn/1",
            availability="out_of_stock",
        ),
        replace(TENT, price=cny(2399)),
        replace(ROPE, price=cny(99)),
    )


def test_products_without_a_price_in_the_currency_are_left_out_in_one_line(tmp_path: Path) -> None:
    products, problems = apply(tmp_path, "id,price\nrope-1,99 CNY\n")
    assert products == (replace(ROPE, price=cny(99)),)
    assert problems == ["price: 2 products have no price in CNY and cannot be shown there: boot-1, tent-1"]


@pytest.mark.parametrize(("count", "names"), [(3, "p0, p1, p2"), (4, "p0, p1, p2, …")])
def test_only_the_first_three_of_them_are_named(count: int, names: str) -> None:
    products = [replace(ROPE, id=f"p{number}") for number in range(count)]
    problems: list[BannerError] = []
    assert priced_in(products, "CNY", Path("main.csv"), problems) == ()
    told = f"main.csv, price: {count} products have no price in CNY and cannot be shown there: {names}"
    assert [str(problem) for problem in problems] == [told]


def test_a_main_price_in_the_markets_currency_holds(tmp_path: Path) -> None:
    products, problems = apply(tmp_path, "id,title,price\nboot-1,Stiefel,\nrope-1,,9 USD\n", "USD")
    assert problems == []
    assert products == (replace(BOOT, title="Stiefel"), TENT, replace(ROPE, price=usd(9)))


def test_an_unknown_id_is_told_with_the_nearest(tmp_path: Path) -> None:
    rows = "boot-l,1 CNY\nzzz,1 CNY\nboot-1,1 CNY\ntent-1,1 CNY\nrope-1,1 CNY\n"
    _, problems = apply(tmp_path, f"id,price\n{rows}")
    assert problems == [
        "row 1, id: 'boot-l' is not in the main feed; did you mean 'boot-1'?",
        "row 2, id: 'zzz' is not in the main feed",
    ]


def test_other_currencies_than_the_markets_are_told(tmp_path: Path) -> None:
    products, problems = apply(
        tmp_path, "id,price,sale_price\nboot-1,9 USD,8 USD\ntent-1,,9 USD\nrope-1,1 CNY,\n"
    )
    assert [product.id for product in products] == ["rope-1"]
    assert problems == [
        "row 1, price: 9.00 USD is not in the market's currency, CNY",
        "row 1, sale_price: 8.00 USD is not in the market's currency, CNY",
        "row 2, sale_price: 9.00 USD is not in the market's currency, CNY",
        "price: 2 products have no price in CNY and cannot be shown there: boot-1, tent-1",
    ]


def test_a_new_price_in_another_currency_ends_the_main_sale(tmp_path: Path) -> None:
    products, _ = apply(tmp_path, "id,price\nboot-1,799 CNY\n")
    assert products == (replace(BOOT, price=cny(799), sale_price=None),)


def test_a_sale_price_is_held_against_the_main_price(tmp_path: Path) -> None:
    products, problems = apply(tmp_path, "id,sale_price\nboot-1,70 USD\ntent-1,301 USD\n", "USD")
    assert products == (replace(BOOT, sale_price=usd(70)), TENT)
    assert problems == [
        "row 2, sale_price: 301.00 USD is above the price, 300.00 USD",
        "price: 1 product has no price in USD and cannot be shown there: rope-1",
    ]


def test_a_row_with_a_mistake_changes_nothing(tmp_path: Path) -> None:
    products, problems = apply(
        tmp_path, "id,title,price,availability\nboot-1,New,90 USD,soon\nrope-1,,9 USD,\n", "USD"
    )
    assert products == (BOOT, TENT, replace(ROPE, price=usd(9)))
    assert problems == [
        "row 1, availability: unknown availability 'soon'; known: backorder, in_stock, out_of_stock, preorder"
    ]


def test_an_id_that_stands_twice(tmp_path: Path) -> None:
    products, problems = apply(tmp_path, "id,price\nboot-1,90 USD\nboot-1,80 USD\nrope-1,9 USD\n", "USD")
    assert products[0].price == usd(90)
    assert problems == ["row 2, id: 'boot-1' stands twice; it stands in row 1 too"]


def test_a_feed_without_ids(tmp_path: Path) -> None:
    with pytest.raises(BannerError) as caught:
        apply(tmp_path, "idd,price\nboot-1,90 USD\n")
    assert str(caught.value).endswith("cn.csv, id: column 'id' is missing; is it 'idd'?")


def test_an_empty_feed(tmp_path: Path) -> None:
    with pytest.raises(BannerError) as caught:
        apply(tmp_path, "id,price\n")
    assert str(caught.value).endswith("cn.csv: is empty: it holds no products")


def test_many_unknown_ids_cost_no_search_each(tmp_path: Path) -> None:
    feed = tmp_path / "cn.csv"
    feed.write_text("id,price\n" + "".join(f"boot-{number}x,1 CNY\n" for number in range(5000)))
    products = [replace(BOOT, id=f"boot-{number}") for number in range(40_000)]
    problems: list[BannerError] = []
    apply_feed(products, feed, "CNY", problems)
    assert problems[0].hint is not None and problems[0].hint.startswith("did you mean 'boot-")
    assert {problem.hint for problem in problems[2:]} == {None}


@pytest.mark.parametrize(("feed", "currency"), [("zh-CN.csv", "CNY"), ("en-US.csv", "USD")])
def test_the_shipped_markets_have_no_mistake(feed: str, currency: str) -> None:
    example = shipped("examples") / "double11"
    problems: list[BannerError] = []
    main = load_catalogue(example / "catalogue.csv", problems)
    assert len(apply_feed(main, example / "feeds" / feed, currency, problems)) >= 60
    assert problems == []
