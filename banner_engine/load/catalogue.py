"""Product feeds with the attribute names of Google Merchant Center, and a market's feed over them.

https://support.google.com/merchants/answer/7052112 (product data specification).
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from banner_engine.errors import BannerError, nearest
from banner_engine.load import attributes
from banner_engine.load.feedxml import xml_rows
from banner_engine.load.money import Money
from banner_engine.load.product import Product
from banner_engine.load.rows import check_utf8, json_rows, open_bytes, table_rows

KIND = "catalogue"
REQUIRED = ("id", "title", "image_link")
_ATTRIBUTES = frozenset(Product.__dataclass_fields__) - {"image", "sale_dates", "row"} | {
    "sale_price_effective_date"
}
_CONTROLS = re.compile(" *[\x00-\x1f\x7f-\x9f\u2028\u2029][\x00-\x20\x7f-\x9f\u2028\u2029]*")
_COMPARISONS = 100_000
"""How many ids may be compared in all to find the nearest ones: each comparison takes about 10 µs."""

Value = TypeVar("Value")
Item = tuple[int, dict[str, Any]]


def load_catalogue(
    file: Path, problems: list[BannerError], refused: set[str] | None = None
) -> tuple[Product, ...]:
    """The products of a main feed (CSV, TSV, JSON lines, RSS or Atom XML), in its order.

    A row with a mistake is left out and told in `problems`, and its id put into `refused`. Raises
    BannerError where the feed itself is wrong: unreadable, not UTF-8, empty, without a column that it
    needs, or without one right row.
    """
    products: list[Product] = []
    first_problem = len(problems)
    for record in _records(file, REQUIRED, problems):
        product = record.product()
        if product is not None:
            products.append(product)
        elif refused is not None:
            refused.add(record.values["id"])
    if not products:
        if len(problems) == first_problem:
            raise BannerError("is empty: it holds no products", file=file, kind=KIND)
        first = problems[first_problem]
        count = len({problem.row for problem in problems[first_problem:]})
        raise BannerError(
            f"none of its {count} products can be used" if count > 1 else "its only product cannot be used",
            file=file,
            hint=str(BannerError(first.message, line=first.line, row=first.row, field=first.field)),
            kind=KIND,
        )
    return tuple(products)


def apply_feed(
    products: Iterable[Product],
    file: Path,
    currency: str,
    problems: list[BannerError],
    refused: Collection[str] = (),
) -> tuple[Product, ...]:
    """A market's products: its feed's title, price, sale price and dates, link and availability, by id.

    An empty cell leaves the main feed's value; a row with a mistake or an unknown id is told in
    `problems` and changes nothing (`refused`: ids that the main feed has, with a mistake that is told
    already). Products without a price in the market's currency are left out
    (`priced_in`). Raises BannerError as `load_catalogue` does.
    """
    by_id = {product.id: product for product in products}
    comparisons = 0
    first_problem = len(problems)
    empty = True
    for record in _records(file, ("id",), problems):
        empty = False
        product = by_id.get(record.values["id"])
        if product is None and record.values["id"] in refused:
            continue
        if product is None:
            comparisons += len(by_id)
            near = nearest(record.values["id"], by_id) if comparisons <= _COMPARISONS else None
            hint = f"did you mean '{near}'?" if near else None
            record.wrong("id", f"'{record.values['id']}' is not in the main feed", hint)
        else:
            by_id[product.id] = record.over(product, currency)
    if empty and len(problems) == first_problem:
        raise BannerError("is empty: it holds no products", file=file, kind=KIND)
    return priced_in(by_id.values(), currency, file, problems)


def priced_in(
    products: Iterable[Product], currency: str, file: Path, problems: list[BannerError]
) -> tuple[Product, ...]:
    """The products that have a price in a currency; the others are told in one problem of `file`."""
    kept: list[Product] = []
    left: list[str] = []
    for product in products:
        if product.price is not None and product.price.currency == currency:
            kept.append(product)
        else:
            left.append(product.id)
    if left:
        names = ", ".join(left[:3]) + (", …" if len(left) > 3 else "")
        what = "1 product has" if len(left) == 1 else f"{len(left)} products have"
        message = f"{what} no price in {currency} and cannot be shown there: {names}"
        problems.append(BannerError(message, file=file, field="price", kind=KIND))
    return tuple(kept)


def _records(file: Path, required: tuple[str, ...], problems: list[BannerError]) -> Iterator[_Record]:
    """Every row that has an id of its own; the others go into `problems`."""
    rows: dict[str, int] = {}
    with open_bytes(file, what="feed") as stream:
        for item in _items(stream, file, required):
            if isinstance(item, BannerError):
                problems.append(item)
                continue
            record = _Record(file, item[0], item[1], problems)
            product_id = record.values.get("id")
            if not record.right:
                continue
            if not product_id:
                record.wrong("id", "the product has no id")
            elif product_id in rows:
                record.wrong("id", f"'{product_id}' stands twice", f"it stands in row {rows[product_id]} too")
            else:
                rows[product_id] = record.row
                yield record


def _items(stream: BinaryIO, file: Path, required: tuple[str, ...]) -> Iterator[Item | BannerError]:
    """The rows of a feed in whatever form it has: by the file's ending, else by how it begins."""
    begin = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    stream.seek(0)
    ending = file.suffix.lower()
    if ending in (".xml", ".rss", ".atom") or begin == b"<":
        return iter(xml_rows(stream, file))
    check_utf8(stream, file)
    stream.seek(0)
    if ending in (".jsonl", ".ndjson") or begin == b"{":
        return json_rows(stream, file, KIND)
    if begin == b"[":
        raise BannerError("is a JSON array", file=file, hint="write one {...} a line", kind=KIND)
    return iter(table_rows(stream, file, lambda header: _columns(header, file, required), KIND))


def _columns(header: list[str], file: Path, required: tuple[str, ...]) -> list[str]:
    names = [_name(cell) for cell in header]
    for name in required:
        if name not in names:
            near = nearest(name, names)
            hint = f"is it '{header[names.index(near)]}'?" if near else f"the header has: {', '.join(header)}"
            raise BannerError(f"column '{name}' is missing", file=file, field=name, hint=hint, kind=KIND)
    for name in names:
        if name in _ATTRIBUTES and names.count(name) > 1:
            raise BannerError(f"column '{name}' stands twice", file=file, field=name, kind=KIND)
    return names


def _name(header: str) -> str:
    """`Image Link` and `g:image_link` as `image_link`."""
    return header.lower().removeprefix("g:").strip().replace(" ", "_")


class _Record:
    """One row of a feed, and where its mistakes go."""

    def __init__(self, file: Path, row: int, item: dict[str, Any], problems: list[BannerError]) -> None:
        self.file = file
        self.row = row
        self.problems = problems
        self.right = True
        self.values: dict[str, str] = {}
        """The attributes that we know, as clean text on one line."""
        for key, value in item.items():
            name = _name(key)
            if name not in _ATTRIBUTES or value is None:
                continue
            if isinstance(value, dict | list):
                self.wrong(name, "must be text or a number")
            text = str(value).lower() if isinstance(value, bool) else str(value)
            self.values[name] = _CONTROLS.sub(" ", text).strip()

    def wrong(self, field: str, message: str, hint: str | None = None) -> None:
        self.right = False
        self.problems.append(
            BannerError(message, file=self.file, row=self.row, field=field, hint=hint, kind=KIND)
        )

    def read(self, field: str, parse: Callable[[str], Value], default: Value) -> Value:
        """The parsed value, or the default where there is none or (after telling so) a wrong one."""
        text = self.values.get(field)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            self.wrong(field, str(error))
            return default

    def product(self) -> Product | None:
        """The product of a main feed's row, or None where something is wrong."""
        text = self.values.get
        for field in ("title", "image_link"):
            if not text(field):
                self.wrong(field, f"the product has no {field}")
        price, sale_price, sale_dates = self._prices()
        if sale_price is not None and price is None and not text("price"):
            self.wrong("sale_price", "a sale price needs a price")
        product = Product(
            id=self.values["id"],
            title=text("title", ""),
            image_link=text("image_link", ""),
            image=self.read("image_link", self._picture, None),
            price=price,
            sale_price=sale_price,
            sale_dates=sale_dates,
            brand=sys.intern(text("brand", "")),
            product_type=sys.intern(text("product_type", "")),
            gender=self.read("gender", attributes.gender, "unisex"),
            availability=self.read("availability", attributes.availability, "in_stock"),
            item_group_id=text("item_group_id", ""),
            link=self.read("link", attributes.link, ""),
            popularity=self.read("popularity", attributes.count, 0),
            repeat_purchase=self.read("repeat_purchase", attributes.yes_or_no, False),
            cutout=self.read("cutout", self._cutout, "auto"),
            row=self.row,
        )
        return product if self.right else None

    def over(self, product: Product, currency: str) -> Product:
        """A product with what this row of a market's feed says; unchanged where something is wrong."""
        price, sale_price, sale_dates = self._prices()
        for field, money in (("price", price), ("sale_price", sale_price)):
            if money is not None and money.currency != currency:
                self.wrong(field, f"{money} is not in the market's currency, {currency}")
        # a sale price of the main feed means nothing beside a price in another currency
        kept_sale = product.sale_price if price is None or _alike(product.sale_price, price) else None
        if price is None and sale_price is not None and _alike(product.price, sale_price):
            self._check_sale(sale_price, product.price)
        new = replace(
            product,
            title=self.values.get("title") or product.title,
            price=price or product.price,
            sale_price=sale_price or kept_sale,
            sale_dates=sale_dates or product.sale_dates,
            link=self.read("link", attributes.link, product.link),
            availability=self.read("availability", attributes.availability, product.availability),
        )
        return new if self.right else product

    def _prices(self) -> tuple[Money | None, Money | None, tuple[dt.datetime, dt.datetime] | None]:
        price = self.read("price", attributes.price, None)
        sale_price = self.read("sale_price", attributes.price, None)
        if price is not None and sale_price is not None:
            if _alike(price, sale_price):
                self._check_sale(sale_price, price)
            else:
                message = f"{sale_price} is in another currency than the price, {price}"
                self.wrong("sale_price", message)
        return price, sale_price, self.read("sale_price_effective_date", attributes.dates, None)

    def _check_sale(self, sale_price: Money, price: Money | None) -> None:
        if price is not None and sale_price.micros > price.micros:
            self.wrong("sale_price", f"{sale_price} is above the price, {price}")

    def _picture(self, text: str) -> Path | None:
        if "://" in text:
            attributes.link(text)
            return None
        return self._local(text)

    def _cutout(self, text: str) -> str:
        """`auto` or `no`, else the path of a hand-made cut-out, from the feed's folder."""
        words = {"auto": "auto", "yes": "auto", "true": "auto", "no": "no", "false": "no"}
        return words.get(text.lower()) or str(self._local(text))

    def _local(self, text: str) -> Path:
        path = self.file.parent / text
        try:
            found = path.is_file()
        except OSError:  # a name that is too long, a folder that may not be entered
            found = False
        if not found:
            raise ValueError(f"no such picture '{text}'; paths start at the feed's folder")
        return path


def _alike(one: Money | None, other: Money) -> bool:
    return one is not None and one.currency == other.currency
