"""Rows, pictures and variants that are wrong: the run goes on without them, tells each in a line, and exits 3."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shop_samples import AS_OF, Shop, Told, banner, people, read_rows, write_lines

Change = Callable[[Shop], object]
ONE, TWO = people(2)


def words(shop: Shop, profiles: Path, out: Path) -> list[str | Path]:
    folders = ["render", shop.folder, "--profiles", profiles, "--out", out]
    return [*folders, "--as-of", AS_OF, "--workers", "1", "--json"]


class PartlyWrong:
    """What a run over a partly wrong input told and kept."""

    def __init__(self, shop: Shop, profiles: Path, out: Path, *more: str) -> None:
        self.told: Told = banner(*words(shop, profiles, out), *more)
        assert self.told.code in (0, 3), self.told.err
        self.places = {str(shop.folder): "SHOP", str(profiles): "PEOPLE"}
        self.warnings = [self._short(line) for line in self.told.lines if line.startswith("Warning: ")]
        self.failures = read_rows(out / "failures.jsonl")
        self.assignments = read_rows(out / "assignments.jsonl")
        self.variants = read_rows(out / "variants.jsonl")
        assert {row["variant_id"] for row in self.assignments} == {row["variant_id"] for row in self.variants}
        assert self.told.json["failed"] == len(self.failures) == len(self.warnings)

    def _short(self, line: str) -> str:
        for place, short in self.places.items():
            line = line.replace(place, short)
        return line.removeprefix("Warning: ")


# -- the feeds ----------------------------------------------------------------------------------------


def row_of(shop: Shop, product: str) -> str:
    """A product's line in the catalogue."""
    lines = shop.text("catalogue.csv").splitlines(keepends=True)
    return next(line for line in lines if line.startswith(f"{product},"))


def cells(name: str, product: str, **values: str) -> Change:
    return lambda shop: shop.set_cells(name, product, **values)


FEED_ROWS: dict[str, tuple[Change, str, dict[str, Any]]] = {
    "a missing picture": (
        lambda shop: shop.path("pictures/p02.webp").unlink(),
        "SHOP/catalogue.csv, row 2, image_link: no such picture 'pictures/p02.webp'; paths start at the feed's folder",
        {"kind": "catalogue", "row": 2, "field": "image_link"},
    ),
    "a broken picture": (
        lambda shop: shop.write("pictures/p02.webp", b"RIFF----WEBPnothing"),
        "SHOP/catalogue.csv, row 2, image_link: pictures/p02.webp: not a picture that can be read; "
        "PNG, JPEG, WebP and AVIF are read",
        {"kind": "picture", "row": 2, "field": "image_link"},
    ),
    "a picture that is cut short": (
        lambda shop: shop.write("pictures/p02.webp", shop.path("pictures/p02.webp").read_bytes()[:2000]),
        "SHOP/catalogue.csv, row 2, image_link: pictures/p02.webp: the picture is broken or cut short "
        "(could not create decoder object)",
        {"kind": "picture", "row": 2, "field": "image_link"},
    ),
    "an empty picture": (
        lambda shop: shop.write("pictures/p02.webp", b""),
        "SHOP/catalogue.csv, row 2, image_link: pictures/p02.webp: the file is empty",
        {"kind": "picture", "row": 2, "field": "image_link"},
    ),
    "a picture that is not fetched": (
        cells("catalogue.csv", "p02", image_link="https://img.corner.example/2.jpg"),
        "SHOP/catalogue.csv, row 2, image_link: https://img.corner.example/2.jpg: the picture is not fetched yet; "
        "banner products prepare SHOP fetches it",
        {"kind": "picture", "row": 2, "field": "image_link"},
    ),
    "a hand-made cut-out that is not there": (
        cells("catalogue.csv", "p02", cutout="hands/p02.png"),
        "SHOP/catalogue.csv, row 2, cutout: no such picture 'hands/p02.png'; paths start at the feed's folder",
        {"kind": "catalogue", "row": 2, "field": "cutout"},
    ),
    "a wrong price": (
        cells("catalogue.csv", "p02", price="cheap"),
        "SHOP/catalogue.csv, row 2, price: 'cheap' is no price: write an amount and a currency, such as '199.00 CNY'",
        {"kind": "catalogue", "row": 2, "field": "price"},
    ),
    "a price of 0": (
        cells("catalogue.csv", "p02", price="0.00 USD"),
        "SHOP/catalogue.csv, row 2, price: '0.00 USD' is no price: it must be above 0",
        {"kind": "catalogue", "row": 2, "field": "price"},
    ),
    "a product id that stands twice": (
        lambda shop: shop.write("catalogue.csv", shop.text("catalogue.csv") + row_of(shop, "p02")),
        "SHOP/catalogue.csv, row 11, id: 'p02' stands twice; it stands in row 2 too",
        {"kind": "catalogue", "row": 11, "field": "id"},
    ),
    "an unknown availability": (
        cells("catalogue.csv", "p02", availability="in_stok"),
        "SHOP/catalogue.csv, row 2, availability: unknown availability 'in_stok'; did you mean 'in_stock'?",
        {"kind": "catalogue", "row": 2, "field": "availability"},
    ),
    "a product without a title": (
        cells("catalogue.csv", "p02", title=" "),
        "SHOP/catalogue.csv, row 2, title: the product has no title",
        {"kind": "catalogue", "row": 2, "field": "title"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FEED_ROWS)
def test_a_wrong_product_is_left_out_and_told_once(
    shop: Shop, profiles: Path, tmp_path: Path, kind: str
) -> None:
    change, message, record = FEED_ROWS[kind]
    change(shop)
    run = PartlyWrong(shop, profiles, tmp_path / "out", "--limit", "4")
    assert (run.told.code, run.warnings) == (3, [message])
    (failure,) = run.failures
    assert failure["file"] == str(shop.path("catalogue.csv"))
    assert {name: failure[name] for name in record} == record
    # a second row of one id leaves the first as it is
    assert ("p02" in {row["product"] for row in run.assignments}) <= ("twice" in kind)
    assert len(run.assignments) == 8


def test_a_wrong_row_of_a_markets_feed(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    shop.set_cells("feeds/en-US.csv", "p01", price="100.00 USD", sale_price="120.00 USD")
    shop.set_cells("feeds/en-US.csv", "p02", id="p2")
    run = PartlyWrong(shop, profiles, tmp_path / "out", "--limit", "2")
    assert run.told.code == 3
    assert run.warnings == [
        "SHOP/feeds/en-US.csv, row 1, sale_price: 120.00 USD is above the price, 100.00 USD",
        "SHOP/feeds/en-US.csv, row 2, id: 'p2' is not in the main feed; did you mean 'p02'?",
    ]


# -- profiles -----------------------------------------------------------------------------------------


def event(**values: Any) -> dict[str, Any]:
    return {
        **TWO,
        "events": [{"name": "view_item", "item_id": "p01", "time": "2026-11-01T00:00:00Z", **values}],
    }


PROFILE_ROWS: dict[str, tuple[dict[str, Any] | bytes, str]] = {
    "no user id": ({"locale": "en-US"}, "user_id: the profile has no user_id"),
    "an empty user id": ({**TWO, "user_id": " "}, "user_id: the profile has no user_id"),
    "a user id that is a list": ({**TWO, "user_id": ["x"]}, "user_id: must be text"),
    "a user id that stands twice": (ONE, "user_id: the user_id stands in an earlier row too"),
    "an unknown event": (
        event(name="view_itm"),
        "events[0].name: unknown event 'view_itm'; did you mean 'view_item'?",
    ),
    "an event without a zone": (
        event(time="2026-11-01T09:00:00"),
        "events[0].time: '2026-11-01T09:00:00' has no time zone; write ISO 8601 with a time zone, "
        "such as '2026-11-01T09:30:00+08:00'",
    ),
    "an unknown affinity": (
        {**TWO, "affinities": {"brands": {}}},
        "affinities.brands: unknown affinity 'brands'; did you mean 'brand'?",
    ),
    "an affinity above 1": (
        {**TWO, "affinities": {"brand": {"Daybird": 3}}},
        "affinities.brand.Daybird: 3 is no number from 0 to 1",
    ),
    "a price band in reverse": (
        {**TWO, "price_band": [30, 20]},
        "price_band: the band is reversed: 30 is above 20",
    ),
    "a line that is no JSON": (b'{"user_id": ', "is not valid JSON: expecting value at character 14"),
    "a line that is no object": (b"[1]", "is no JSON object; write one {...} a line"),
    "a line that is not UTF-8": (b'{"user_id": "\xff"}', "is not valid UTF-8; save it as UTF-8"),
    "half of a surrogate pair": (
        b'{"user_id": "\\ud800"}',
        "holds half of a surrogate pair (\\ud800 to \\udfff)",
    ),
}


@pytest.mark.parametrize("kind", PROFILE_ROWS)
def test_a_wrong_profile_is_left_out_and_told(shop: Shop, tmp_path: Path, kind: str) -> None:
    row, message = PROFILE_ROWS[kind]
    last = {**TWO, "user_id": "the last"}
    profiles = tmp_path / "people.jsonl"
    lines = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in (ONE, row, last)]
    profiles.write_bytes(b"\n".join(lines) + b"\n")
    run = PartlyWrong(shop, profiles, tmp_path / "out")
    where = "PEOPLE, row 2, " if ":" in message.split(" ")[0] else "PEOPLE, row 2: "
    assert (run.told.code, run.warnings) == (3, [where + message])
    (failure,) = run.failures
    assert (failure["kind"], failure["file"], failure["row"]) == ("profile", str(profiles), 2)
    assert [row["user_id"] for row in run.assignments] == [ONE["user_id"]] * 2 + ["the last"] * 2
    assert run.told.json["profiles"] == 2


def test_wrong_rows_of_a_table_of_profiles(shop: Shop, tmp_path: Path) -> None:
    profiles = tmp_path / "people.csv"
    profiles.write_bytes(
        b"user_id,locale,product_type:Bags\na,en-US,0.5\n,en-US,\n\xff,en-US,\nb,zh-CN,high\nc,zh-CN,1\n"
    )
    run = PartlyWrong(shop, profiles, tmp_path / "out")
    assert run.warnings == [
        "PEOPLE, row 2, user_id: the profile has no user_id",
        "PEOPLE, row 3: is not valid UTF-8; save it as UTF-8",
        "PEOPLE, row 4, affinities.product_type.Bags: 'high' is no number from 0 to 1",
    ]
    assert {row["user_id"] for row in run.assignments} == {"a", "c"}


PROFILE_FILES: dict[str, tuple[str, bytes | None, str]] = {
    "no file": (
        "people.jsonl",
        None,
        "no such file of profiles; banner profiles sample CAMPAIGN --count 2000 --out FILE makes some",
    ),
    "an empty file": ("people.jsonl", b"\n\n", "is empty: it holds no profiles"),
    "another kind of file": (
        "people.txt",
        b"x",
        "is no file of profiles; known: .jsonl, .jsonl.gz, .csv, .parquet",
    ),
    "a broken gzip file": ("people.jsonl.gz", gzip.compress(b"{}\n")[:-9], "is no whole gzip file"),
    "a table without user ids": (
        "people.csv",
        b"user,locale\nx,en-US\n",
        "column 'user_id' is missing; did you mean 'user'?",
    ),
    "a table with an unknown affinity": (
        "people.csv",
        b"user_id,brnd:Daybird\nx,1\n",
        "unknown affinity 'brnd'; did you mean 'brand'?",
    ),
}


@pytest.mark.parametrize("kind", PROFILE_FILES)
def test_a_file_of_profiles_that_cannot_be_read(shop: Shop, tmp_path: Path, kind: str) -> None:
    name, content, message = PROFILE_FILES[kind]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    told = banner("render", shop.folder, "--profiles", path, "--out", tmp_path / "out", "--as-of", AS_OF)
    fields = {"a table without user ids": ", user_id", "a table with an unknown affinity": ", brnd:Daybird"}
    assert (told.code, told.lines) == (2, [f"Error: {path}{fields.get(kind, '')}: {message}"])
    assert not (tmp_path / "out").exists()


# -- copy, variants -----------------------------------------------------------------------------------


def test_copy_with_a_placeholder_without_a_value_is_not_shown_and_no_error(
    shop: Shop, profiles: Path, tmp_path: Path
) -> None:
    """A product without a discount has no {discount}: a headline that needs it is never shown with it."""
    shop.edit("copy.yaml", "requires: {min_discount: 0.2}", "requires: {}")
    shop.edit(
        "copy.yaml", "headline: {text: Gear up for less, short: For less}", 'headline: "{discount} off"'
    )
    sold_as_it_is = {"p01", "p02", "p03"}
    for product in sold_as_it_is:
        shop.set_cells("feeds/en-US.csv", product, sale_price="", sale_price_effective_date="")
    run = PartlyWrong(shop, profiles, tmp_path / "out")
    assert run.told.code == 0
    shown = [row for row in run.variants if row["copy"] == "discount" and row["recipe"]["locale"] == "en-US"]
    assert shown and not {row["recipe"]["products"][0] for row in shown} & sold_as_it_is
    texts = json.dumps([row["recipe"]["slots"] for row in run.variants])
    assert "{" not in texts.replace("{discount} off", "") and "{discount}" not in texts


def test_a_character_that_no_font_has(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    shop.edit("copy.yaml", "headline: Picked for you", "headline: Picked for \U00012000")
    run = PartlyWrong(shop, profiles, tmp_path / "out", "--limit", "8")
    assert run.told.code == 3
    assert run.warnings == [
        f"copy set 'members' in theme '{theme}', en-US: no font has '\U00012000' (U+12000) of 'Picked for \U00012000'; "
        "add one that has it to the theme's fonts, such as Noto Sans Cuneiform, or change the text"
        for theme in ("lacquer", "plain")
    ]
    assert {row["kind"] for row in run.failures} == {"font"}
    english = [row for row in run.variants if row["recipe"]["locale"] == "en-US"]
    assert english and "members" not in {row["copy"] for row in english}


def test_a_picture_over_its_budget_is_refused_and_nobody_gets_it(
    shop: Shop, profiles: Path, tmp_path: Path
) -> None:
    shop.edit("campaign.yaml", "sizes: [300x250],", "sizes: [300x250], byte_budget: 1kB,")
    run = PartlyWrong(shop, profiles, tmp_path / "out", "--limit", "4")
    assert run.told.code == 3
    assert {row["placement"] for row in run.assignments} == {"strip"}
    assert (run.told.json["assignments"], run.told.json["variants"]) == (4, len(run.variants))
    for failure, warning in zip(run.failures, run.warnings, strict=True):
        assert (failure["kind"], failure["placement"], failure["size"]) == ("budget", "card", "300x250")
        assert failure["message"].endswith(" bytes at the last step (60) of the ladder, the budget is 1,000")
        assert warning == (
            f"variant {failure['variant_id']} (card, 300x250), byte_budget: {failure['message']}; "
            "raise the placement's byte_budget, or add lower qualities to the campaign's ladder"
        )
        picture = tmp_path / "out" / "images" / failure["variant_id"][:2] / f"{failure['variant_id']}.jpg"
        assert not picture.exists()
    told = banner("report", shop.folder, "--by", "placement", "--json")
    assert told.code == 0


def test_a_cut_out_that_is_damaged(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    for path in shop.path("cutouts").glob("*.webp"):
        path.write_bytes(path.read_bytes()[:400])
    told = banner(*words(shop, profiles, tmp_path / "out"), "--limit", "2")
    assert (told.code, told.json["assignments"]) == (3, 0)
    failures = read_rows(tmp_path / "out" / "failures.jsonl")
    assert {row["kind"] for row in failures} == {"picture"}
    assert all("if it is damaged, delete " in row["hint"] and "/cutouts/" in row["hint"] for row in failures)


def test_copy_that_fits_nowhere_leaves_requests_unserved(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    long = "unbreakable" * 20
    text = shop.text("copy.yaml")
    for old in (
        "Your season starts, short: Season starts",
        "Gear up for less, short: For less",
        "Picked for you",
    ):
        text = text.replace(old, long)
    shop.write("copy.yaml", text)
    run = PartlyWrong(shop, profiles, tmp_path / "out", "--limit", "4")
    assert (run.told.code, run.told.json["unserved"], run.told.json["assignments"]) == (0, 4, 4)
    assert "4 requests went unserved: nothing that may be shown fits there." in run.told.lines


# -- events -------------------------------------------------------------------------------------------


def test_wrong_events_are_told_and_the_others_counted(
    finished_shop: tuple[Shop, dict[str, Any]], tmp_path: Path
) -> None:
    shop, row = finished_shop
    good = {"event_id": "e1", "kind": "impression", "time": AS_OF, "decision_id": row["decision_id"]}
    events = tmp_path / "events.jsonl"
    lines = [
        good,
        {**good, "event_id": "e2", "kind": "clck"},
        {**good, "event_id": "e3", "time": "yesterday"},
        {**good, "event_id": None},
    ]
    write_lines(events, lines)
    with events.open("ab") as file:
        file.write(b"{\n\xff\n")
    told = banner("track", "import", events, "--campaign", shop.folder, "--json")
    assert (told.code, told.json) == (3, {"rows": 6, "accepted": 1, "duplicates": 0, "rejected": 5})
    warnings = [line.replace(str(events), "EVENTS") for line in told.lines if line.startswith("Warning: ")]
    assert warnings[0] == "Warning: EVENTS, row 2, kind: unknown kind 'clck'; did you mean 'click'?"
    assert [line.split(", ")[1][:5] for line in warnings] == ["row 2", "row 3", "row 4", "row 5", "row 6"]


@pytest.fixture
def finished_shop(shop: Shop, profiles: Path, tmp_path: Path) -> tuple[Shop, dict[str, Any]]:
    """A shop with one decision in its store, and that decision."""
    run = PartlyWrong(shop, profiles, tmp_path / "out", "--limit", "1")
    return shop, run.assignments[0]
