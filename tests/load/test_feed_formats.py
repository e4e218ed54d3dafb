"""CSV, TSV, JSON lines, RSS and Atom: the same products in each, and what each of them refuses."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banner_engine.errors import BannerError
from banner_engine.load.catalogue import load_catalogue
from banner_engine.load.money import Money
from banner_engine.load.product import Product

GOOGLE = "http://base.google.com/ns/1.0"


def load(file: Path, text: str | bytes) -> tuple[tuple[Product, ...], list[str]]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems: list[BannerError] = []
    products = load_catalogue(file, problems)
    return products, [str(problem) for problem in problems]


def refused(file: Path, text: str | bytes) -> str:
    with pytest.raises(BannerError) as caught:
        load(file, text)
    return str(caught.value)


def table(rows: list[dict[str, str]], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def json_lines(rows: list[dict[str, str]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def rss(rows: list[dict[str, str]], head: str = "") -> str:
    items = "".join(
        "<item>" + "".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in row.items()) + "</item>"
        for row in rows
    )
    return f'{head}<rss version="2.0" xmlns:g="{GOOGLE}"><channel><title>Shop</title>{items}</channel></rss>'


def atom(rows: list[dict[str, str]]) -> str:
    entries = "".join(
        f"<entry><link href={quoteattr(row['link'])}/><title>{escape(row['title'])}</title>"
        + "".join(
            f"<g:{name}>{escape(row[name])}</g:{name}>" for name in row if name not in ("link", "title")
        )
        + "</entry>"
        for row in rows
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="{GOOGLE}"><title>Shop</title>{entries}</feed>'


# XML can hold no control characters, and a table no half surrogates
words = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn"), blacklist_characters="\u2028\u2029"), min_size=1
).filter(str.strip)
prices = st.integers(1, 10**12).map(lambda cents: str(Money(cents * 10_000, "CNY")))
rows_of_products = st.lists(
    st.fixed_dictionaries(
        {
            "id": words,
            "title": words,
            "image_link": st.just("https://img.example/a.jpg"),
            "link": st.just("https://shop.example/a?b=1&c=2"),
            "price": prices,
            "brand": words,
            "popularity": st.integers(0, 10**9).map(str),
        }
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row["id"].strip(),
)


@settings(max_examples=60, deadline=None)
@given(rows_of_products)
def test_every_format_brings_the_same_products(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    expected = tuple(
        Product(
            id=row["id"].strip(),
            title=row["title"].strip(),
            image_link=row["image_link"],
            image=None,
            price=Money(int(float(row["price"].split()[0]) * 100 + 0.5) * 10_000, "CNY"),
            brand=row["brand"].strip(),
            link=row["link"],
            popularity=int(row["popularity"]),
            row=number,
        )
        for number, row in enumerate(rows, 1)
    )
    for name, text in (
        ("feed.csv", table(rows, ",")),
        ("feed.tsv", table(rows, "\t")),
        ("feed.txt", table(rows, "\t")),
        ("semicolons.csv", table(rows, ";")),
        ("feed.jsonl", json_lines(rows)),
        ("feed.xml", rss(rows)),
        ("feed.atom", atom(rows)),
    ):
        assert load(folder / name, text) == (expected, []), name


ROW = {"id": "b1", "title": "Boot", "image_link": "https://img.example/b1.jpg"}
PRODUCT = Product("b1", "Boot", "https://img.example/b1.jpg", None, None, row=1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("feed", table([ROW], "\t")),
        ("feed.data", rss([ROW], '<?xml version="1.0"?>\n')),
        ("feed.json", json_lines([ROW])),
        ("feed.csv", rss([ROW])),
        ("feed.csv", "\ufeff" + table([ROW], ",")),
        ("feed.jsonl", "\ufeff\n" + json_lines([ROW])),
        ("feed.xml", "\ufeff" + rss([ROW])),
        ("feed.csv", "G:ID\tg:Title\tg:image link\nb1\tBoot\thttps://img.example/b1.jpg\n"),
        ("feed.csv", table([ROW], ",").replace("\r\n", "\r")),
    ],
)
def test_the_content_says_what_it_is(tmp_path: Path, name: str, text: str) -> None:
    assert load(tmp_path / name, text) == ((PRODUCT,), [])


def test_a_feed_of_latin1_says_so_in_xml(tmp_path: Path) -> None:
    text = rss([ROW | {"title": "Böt"}], '<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1")
    products, problems = load(tmp_path / "feed.xml", text)
    assert problems == []
    assert products[0].title == "Böt"


def test_json_lines_tell_each_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "feed.jsonl"
    good = json.dumps(ROW)
    lines = [
        good.encode(),
        b"{'id': 1}",
        b"",
        b"[1]",
        json.dumps(ROW | {"id": "b5", "title": "\ud800"}).encode(),
        json.dumps(ROW | {"id": "b6", "title": ["Boot"]}).encode(),
        json.dumps(ROW | {"id": "b7", "price": {"value": 1}}).encode(),
        b"[" * 200_000,
        b'{"id": ' + b"1" * 5000 + b"}",
        json.dumps(ROW | {"id": 10, "repeat_purchase": True, "popularity": 3, "brand": None}).encode(),
    ]
    products, problems = load(file, b"\n".join(lines))
    assert products == (
        PRODUCT,
        Product(
            "10", "Boot", "https://img.example/b1.jpg", None, None, popularity=3, repeat_purchase=True, row=9
        ),
    )
    assert problems == [
        f"{file}, row 2: is not valid JSON: expecting property name enclosed in double quotes at character 2",
        f"{file}, row 3: is no JSON object; write one {{...}} a line",
        f"{file}, row 4: holds half of a surrogate pair (\\ud800 to \\udfff)",
        f"{file}, row 5, title: must be text or a number",
        f"{file}, row 6, price: must be text or a number",
        f"{file}, row 7: is not valid JSON: too deep, or a number too long",
        f"{file}, row 8: is not valid JSON: too deep, or a number too long",
    ]


@pytest.mark.parametrize("name", ["feed.jsonl", "feed.csv"])
def test_bytes_that_are_not_utf8_refuse_the_feed(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    text = b'{"id": "a"}\n{"id": "\xff"}\n'
    assert refused(file, text) == f"{file}, line 2: is not valid UTF-8; save it as UTF-8"


def test_a_json_array_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "feed.json"
    assert refused(file, json.dumps([ROW])) == f"{file}: is a JSON array; write one {{...}} a line"


def test_an_item_without_what_it_needs_is_told_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    products, problems = load(file, rss([{"title": "No id"}, ROW, {"id": "b3", "title": "Boot"}]))
    assert products == (Product("b1", "Boot", "https://img.example/b1.jpg", None, None, row=2),)
    assert problems == [
        f"{file}, row 1, id: the product has no id",
        f"{file}, row 3, image_link: the product has no image_link",
    ]


def test_googles_names_go_before_plain_ones_and_nested_ones_do_not_count(tmp_path: Path) -> None:
    item = (
        "<item><id>plain</id><title>Plain</title><g:id>b1</g:id><g:id>second</g:id>"
        "<g:shipping><g:price>9 EUR</g:price></g:shipping>"
        "<g:title><![CDATA[Boot & <b>lace</b>]]> <b>new</b></g:title>"
        "<g:image_link>https://img.example/b1.jpg</g:image_link></item>"
    )
    products, problems = load(
        tmp_path / "feed.xml", f'<rss xmlns:g="{GOOGLE}"><channel>{item}</channel></rss>'
    )
    assert problems == []
    assert (products[0].id, products[0].title, products[0].price) == ("b1", "Boot & <b>lace</b> new", None)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [
  <!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
]>
<rss><channel><item><title>&b;</title></item></channel></rss>
"""
FETCH = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<rss><channel><item><title>&a;</title></item></channel></rss>
"""
PAGE = "<!-- a page -->\n<!DOCTYPE html>\n<html></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("text", [BOMB, FETCH, PAGE])
def test_document_types_are_refused(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "feed.xml"
    message = refused(file, text.encode(encoding))
    assert message == f"{file}, line 2: declares a document type (<!DOCTYPE>), which a feed must not"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<rss><channel>\n<item></channel></rss>", "line 2: is not valid XML: mismatched tag"),
        ("<rss>\n<g:id/></rss>", "line 2: is not valid XML: unbound prefix"),
        ("<rss>\n<channel>&x;</channel></rss>", "line 2: is not valid XML: undefined entity"),
        ("<rss>\n", "line 2: is not valid XML: no element found"),
        ("", "line 1: is not valid XML: no element found"),
        ("<html/>", "line 1: is no RSS or Atom feed: its root is <html>"),
        (b"<rss>\n<channel>\xff</channel></rss>", "line 2: is not valid UTF-8; save it as UTF-8"),
    ],
)
def test_bad_xml(tmp_path: Path, text: str | bytes, message: str) -> None:
    file = tmp_path / "feed.xml"
    assert refused(file, text) == f"{file}, {message}"


def test_an_empty_feed_in_xml(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    assert refused(file, "<rss><channel/></rss>") == f"{file}: is empty: it holds no products"


@pytest.mark.parametrize("name", ["feed.csv", "feed.jsonl", "feed.xml"])
def test_memory_is_flat_apart_from_the_products(tmp_path: Path, name: str) -> None:
    # rows that are left out, so that nothing but what is being read can take memory
    rows = [{"id": "b1", "title": "t" * 1000, "image_link": "https://img.example/a.jpg"}] * 8000
    text = {"csv": table(rows, ","), "jsonl": json_lines(rows), "xml": rss(rows)}[name.partition(".")[2]]
    (tmp_path / name).write_text(text)

    class Counted(list[BannerError]):
        def append(self, problem: BannerError) -> None:
            pass

    tracemalloc.start()
    try:
        products = load_catalogue(tmp_path / name, Counted())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(products) == 1
    assert peak < len(text) / 4
