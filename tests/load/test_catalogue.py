"""The main feed: every mistake is told with file, row and field, and the right rows go on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from banner_engine.errors import BannerError
from banner_engine.load.catalogue import load_catalogue
from banner_engine.load.money import Money
from banner_engine.load.product import Product
from banner_engine.shipped import shipped

HEADER = "id,title,image_link"
DATES = "2026-11-01T00:00+08:00/2026-11-12T00:00+08:00"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    (tmp_path / "boot.webp").write_bytes(b"picture")
    return tmp_path / "feed.csv"


def load(feed: Path, text: str | bytes) -> tuple[tuple[Product, ...], list[str]]:
    feed.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems: list[BannerError] = []
    products = load_catalogue(feed, problems)
    return products, [str(problem) for problem in problems]


def refused(feed: Path, text: str | bytes) -> str:
    with pytest.raises(BannerError) as caught:
        load(feed, text)
    return str(caught.value)


def test_every_attribute(feed: Path) -> None:
    (feed.parent / "cut.png").write_bytes(b"picture")
    header = (
        "ID,Title,Image Link,price,Sale Price,sale_price_effective_date,Brand,Product Type,"
        "gender,availability,item group id,link,popularity,repeat_purchase,cutout,description"
    )
    row = (
        f'b1,"Boot, black",boot.webp,"1,299.00 CNY",999 CNY,{DATES},Daybird,Footwear > Boots,'
        "Female,out of stock,g1,https://shop.example/b1,1840,yes,cut.png,tolerated"
    )
    products, problems = load(feed, f"{header}\n{row}\n")
    assert problems == []
    zone = dt.timezone(dt.timedelta(hours=8))
    assert products == (
        Product(
            id="b1",
            title="Boot, black",
            image_link="boot.webp",
            image=feed.parent / "boot.webp",
            price=Money(1_299_000_000, "CNY"),
            sale_price=Money(999_000_000, "CNY"),
            sale_dates=(dt.datetime(2026, 11, 1, tzinfo=zone), dt.datetime(2026, 11, 12, tzinfo=zone)),
            brand="Daybird",
            product_type="Footwear > Boots",
            gender="female",
            availability="out_of_stock",
            item_group_id="g1",
            link="https://shop.example/b1",
            popularity=1840,
            repeat_purchase=True,
            cutout=str(feed.parent / "cut.png"),
            row=1,
        ),
    )


def test_what_is_not_said_has_a_default(feed: Path) -> None:
    products, problems = load(feed, f"{HEADER}\nb1,Boot,https://img.example/b1.jpg\n")
    assert problems == []
    assert products == (Product("b1", "Boot", "https://img.example/b1.jpg", None, None, row=1),)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            "price",
            "199",
            "price: '199' is no price: write an amount and a currency, such as '199.00 CNY'",
        ),
        (
            "price",
            "CNY 199.00",
            "price: 'CNY 199.00' is no price: write an amount and a currency, such as '199.00 CNY'",
        ),
        ("price", "0.00 CNY", "price: '0.00 CNY' is no price: it must be above 0"),
        ("sale_price", "5 CNY", "sale_price: a sale price needs a price"),
        (
            "availability",
            "in stok",
            "availability: unknown availability 'in stok'; did you mean 'in_stock'?",
        ),
        (
            "availability",
            "?",
            "availability: unknown availability '?'; known: backorder, in_stock, out_of_stock, preorder",
        ),
        ("gender", "femal", "gender: unknown gender 'femal'; did you mean 'female'?"),
        ("popularity", "-3", "popularity: '-3' is no count; write a whole number, 0 or more"),
        ("popularity", "²", "popularity: '²' is no count; write a whole number, 0 or more"),
        ("repeat_purchase", "maybe", "repeat_purchase: 'maybe' is neither yes nor no"),
        (
            "link",
            "javascript:alert(1)",
            "link: 'javascript:alert(1)' is no link; it must start with https:// or http:// and name a host",
        ),
        (
            "link",
            "https:///b1",
            "link: 'https:///b1' is no link; it must start with https:// or http:// and name a host",
        ),
        (
            "link",
            "https://[",
            "link: 'https://[' is no link; it must start with https:// or http:// and name a host",
        ),
        (
            "cutout",
            "cut/b1.png",
            "cutout: no such picture 'cut/b1.png'; paths start at the feed's folder",
        ),
        (
            "sale_price_effective_date",
            "2026-11-01",
            "sale_price_effective_date: '2026-11-01' is no range of dates; "
            f"write start/end, such as '{DATES}'",
        ),
        (
            "sale_price_effective_date",
            "2026-11-01/2026-11-12",
            "sale_price_effective_date: '2026-11-01' has no time and time zone; "
            f"write start/end, such as '{DATES}'",
        ),
        (
            "sale_price_effective_date",
            "2026-11-01T00:00/2026-11-12T00:00+08:00",
            "sale_price_effective_date: '2026-11-01T00:00' has no time zone; "
            f"write start/end, such as '{DATES}'",
        ),
        (
            "sale_price_effective_date",
            "2026-11-31T00:00Z/2026-12-12T00:00Z",
            "sale_price_effective_date: '2026-11-31T00:00Z' is no date of ISO 8601; "
            f"write start/end, such as '{DATES}'",
        ),
        (
            "sale_price_effective_date",
            "2026-11-12T00:00Z/2026-11-12T08:00+08:00",
            "sale_price_effective_date: the sale ends (2026-11-12T08:00+08:00) "
            "before it starts (2026-11-12T00:00Z)",
        ),
    ],
)
def test_a_wrong_value_leaves_out_its_row(feed: Path, column: str, value: str, message: str) -> None:
    rows = f'b1,Boot,boot.webp,"{value}"\nb2,Boot,boot.webp,\n'
    products, problems = load(feed, f"{HEADER},{column}\n{rows}")
    assert problems == [f"{feed}, row 1, {message}"]
    assert [product.id for product in products] == ["b2"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",Boot,boot.webp", "id: the product has no id"),
        ("b1,,boot.webp", "title: the product has no title"),
        ("b1,Boot,", "image_link: the product has no image_link"),
        (
            "b1,Boot,boots.webp",
            "image_link: no such picture 'boots.webp'; paths start at the feed's folder",
        ),
        (
            f"b1,Boot,{'b' * 300}.webp",
            f"image_link: no such picture '{'b' * 300}.webp'; paths start at the feed's folder",
        ),
        (
            "b1,Boot,ftp://img.example/b.jpg",
            "image_link: 'ftp://img.example/b.jpg' is no link; "
            "it must start with https:// or http:// and name a host",
        ),
        ("b0,Boot,boot.webp", "id: 'b0' stands twice; it stands in row 1 too"),
    ],
)
def test_a_row_without_what_it_needs(feed: Path, row: str, message: str) -> None:
    products, problems = load(feed, f"{HEADER}\nb0,Boot,boot.webp\n{row}\nb9,Boot,boot.webp\n")
    assert problems == [f"{feed}, row 2, {message}"]
    assert [product.id for product in products] == ["b0", "b9"]


def test_prices_of_a_row_must_agree(feed: Path) -> None:
    rows = "b1,Boot,boot.webp,199 CNY,249 CNY\nb2,Boot,boot.webp,199 CNY,49 USD\nb3,B,boot.webp,9 CNY,9 CNY\n"
    products, problems = load(feed, f"{HEADER},price,sale_price\n{rows}")
    assert problems == [
        f"{feed}, row 1, sale_price: 249.00 CNY is above the price, 199.00 CNY",
        f"{feed}, row 2, sale_price: 49.00 USD is in another currency than the price, 199.00 CNY",
    ]
    assert [product.id for product in products] == ["b3"]


def test_all_mistakes_of_a_row_are_told(feed: Path) -> None:
    _, problems = load(feed, f"{HEADER},price,gender\nb1,,boot.webp,x,y\nb2,Boot,boot.webp,,\n")
    assert [problem.split(": ")[0].split(", ")[-1] for problem in problems] == ["title", "price", "gender"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("id,title,image_lnk", "image_link: column 'image_link' is missing; is it 'image_lnk'?"),
        ("SKU,title,image_link", "id: column 'id' is missing; the header has: SKU, title, image_link"),
        ("id,Tilte,image_link", "title: column 'title' is missing; is it 'Tilte'?"),
        ("id,title,image_link,image link", "image_link: column 'image_link' stands twice"),
    ],
)
def test_columns(feed: Path, header: str, message: str) -> None:
    assert refused(feed, f"{header}\nb1,Boot,boot.webp,x\n") == f"{feed}, {message}"


def test_a_row_that_is_wider_than_the_header_is_told(feed: Path) -> None:
    _, problems = load(feed, f"{HEADER}\nb1,Boot, black,boot.webp\nb2,Boot,boot.webp,,\n")
    hint = "put quotes around a cell that holds ','"
    assert problems == [f"{feed}, row 1: has 4 cells, but the header has 3; {hint}"]


def test_a_quote_that_stays_open_is_told_and_the_rows_before_it_go_on(feed: Path) -> None:
    products, problems = load(feed, f'{HEADER}\nb1,Boot,boot.webp\nb2,"Boot,boot.webp\nb3,Boot,boot.webp\n')
    hint = 'within quotes, write " as ""'
    assert problems == [f"{feed}, row 2: a quoted cell does not end with its quote; {hint}"]
    assert [product.id for product in products] == ["b1"]


def test_a_quote_within_quotes_is_told_and_the_rows_after_it_go_on(feed: Path) -> None:
    products, problems = load(feed, f'{HEADER}\nb1,"12" Pan",boot.webp\nb2,12" Pan,boot.webp\n')
    assert len(problems) == 1 and problems[0].startswith(f"{feed}, row 1: a quoted cell")
    assert [product.title for product in products] == ['12" Pan']


def test_a_huge_cell_is_told(feed: Path) -> None:
    products, problems = load(feed, f"{HEADER}\nb1,{'x' * 200_000},boot.webp\nb2,Boot,boot.webp\n")
    hint = "is a quote left open?"
    assert problems == [f"{feed}, row 1: a cell has more than 131072 characters; {hint}"]
    assert [product.id for product in products] == ["b2"]


def test_text_stands_on_one_line(feed: Path) -> None:
    products, _ = load(feed, f'{HEADER}\nb1,"Boot\r\n black\u2028\x07 ",boot.webp\n')
    assert products[0].title == "Boot black"


def test_empty_lines_do_not_count(feed: Path) -> None:
    products, problems = load(feed, f"\n{HEADER}\n\nb1,Boot,boot.webp\n\n,,\nb3,,boot.webp\n")
    assert [product.row for product in products] == [1]
    assert problems == [f"{feed}, row 3, title: the product has no title"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        (f"{HEADER}\n", "is empty: it holds no products"),
        (f"{HEADER}\n,,\n", "is empty: it holds no products"),
    ],
)
def test_an_empty_feed_is_refused(feed: Path, text: str, message: str) -> None:
    assert refused(feed, text) == f"{feed}: {message}"


def test_a_feed_without_one_right_row_is_refused(feed: Path) -> None:
    message = refused(feed, f"{HEADER}\nb1,,\nb2,Boot,no.webp\n")
    assert message == f"{feed}: none of its 2 products can be used; row 1, title: the product has no title"
    message = refused(feed, f"{HEADER}\nb2,Boot,no.webp\n")
    assert message == (
        f"{feed}: its only product cannot be used; row 1, image_link: no such picture 'no.webp'; "
        "paths start at the feed's folder"
    )


def test_bytes_that_are_not_utf8_are_refused_with_their_line(feed: Path) -> None:
    text = f"{HEADER}\nb1,Boot,boot.webp\n".encode() + "b2,靴子,boot.webp\n".encode("gb18030")
    assert refused(feed, text) == f"{feed}, line 3: is not valid UTF-8; save it as UTF-8"


def test_a_feed_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BannerError) as caught:
        load_catalogue(tmp_path / "no.csv", [])
    assert str(caught.value) == f"{tmp_path / 'no.csv'}: no such feed"
    with pytest.raises(BannerError) as caught:
        load_catalogue(tmp_path, [])
    assert str(caught.value) == f"{tmp_path}: is a folder, not a feed"


def test_problems_know_their_kind_for_failures_jsonl(feed: Path) -> None:
    feed.write_text(f"{HEADER},price\nb1,Boot,boot.webp,x\nb2,Boot,boot.webp,\n")
    problems: list[BannerError] = []
    load_catalogue(feed, problems)
    record = problems[0].record()
    assert (record["kind"], record["file"], record["row"], record["field"]) == (
        "catalogue",
        str(feed),
        1,
        "price",
    )


def test_how_a_cutout_is_asked_for(feed: Path) -> None:
    (feed.parent / "cut.png").write_bytes(b"picture")
    words = ["", "auto", "Yes", "no", "FALSE", "cut.png"]
    rows = "".join(f"b{number},Boot,boot.webp,{word}\n" for number, word in enumerate(words))
    products, problems = load(feed, f"{HEADER},cutout\n{rows}")
    assert problems == []
    cut = str(feed.parent / "cut.png")
    assert [product.cutout for product in products] == ["auto", "auto", "auto", "no", "no", cut]


def test_a_sale_may_end_with_the_calendar(feed: Path) -> None:
    dates = "2026-01-01T00:00-08:00/9999-12-31T23:59-08:00"
    products, problems = load(
        feed, f"{HEADER},price,sale_price,sale_price_effective_date\nb1,B,boot.webp,2 USD,1 USD,{dates}\n"
    )
    assert problems == []
    moment = dt.datetime(2026, 11, 11, tzinfo=dt.UTC)
    assert products[0].price_at(moment) == (Money(1_000_000, "USD"), Money(2_000_000, "USD"))


def test_the_shipped_catalogue_has_no_mistake() -> None:
    problems: list[BannerError] = []
    products = load_catalogue(shipped("examples") / "double11" / "catalogue.csv", problems)
    assert problems == []
    assert len(products) >= 60
