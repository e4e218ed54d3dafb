"""Cases of a report, worked out by hand: currencies, filters, ranges, sorting, what it says of nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from report_samples import VARIANTS, decision
from rich.console import Console

from banner_engine.errors import BannerError
from banner_engine.report import (
    CampaignSettings,
    Cost,
    PlacementValue,
    Price,
    ReportTable,
    ReportView,
    report,
    to_csv,
    to_dict,
    to_json,
)
from banner_engine.track import Receipt, RunRecord, SpendRecord, Store

# The campaign's day begins at 16:00 of the day before, UTC. An hour of home is worth 1 CNY, of mail 2 USD.
START = datetime(2026, 11, 10, 16, tzinfo=UTC)
FLIGHT = (START, START + timedelta(days=1))
PLACEMENTS = {
    "home": PlacementValue(24_000_000, "CNY", "S"),
    "mail": PlacementValue(48_000_000, "USD", "B"),
}
SETTINGS = CampaignSettings("double11", "Asia/Shanghai", PLACEMENTS, FLIGHT)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """home: v0 shown twice and clicked once in hour 0, v1 shown once; v1 in hour 2. mail: v0 in hour 1."""
    with Store.open(tmp_path / "track.db") as opened:
        places = [(0, "home"), (0, "home"), (1, "home"), (1, "home"), (0, "mail")]
        decisions = [decision(n, variant, place, START, False) for n, (variant, place) in enumerate(places)]
        opened.ingest_run(RunRecord("r", "double11", START), VARIANTS, decisions)
        outcome = opened.record(
            [
                Receipt("i0", "impression", at(1), "d0"),
                Receipt("i0b", "impression", at(2), "d0"),
                Receipt("i1", "impression", at(3), "d1"),
                Receipt("i2", "impression", at(4), "d2"),
                Receipt("i3", "impression", at(125), "d3"),
                Receipt("i4", "impression", at(61), "d4"),
                Receipt("i4b", "impression", at(62), "d4", flags=("crawler",)),
                Receipt("k0", "click", at(5), "d0"),
                Receipt("early", "impression", at(-10), "d2"),
            ]
        )
        assert outcome.rejected == []
        yield opened


def micros(table: ReportTable) -> dict[tuple[str | None, ...], int | None]:
    return {(row.currency, *row.key): row.value.micros if row.value else None for row in table.rows}


def test_value_goes_by_net_impressions_of_each_hour(store: Store) -> None:
    table = report(store, SETTINGS)
    assert micros(table) == {
        ("CNY", "v0"): 666_667,
        ("CNY", "v1"): 333_333 + 1_000_000,
        ("USD", "v0"): 2_000_000,
    }
    cny, usd = table.totals
    assert (cny.impressions, cny.impressions_gross, cny.clicks, cny.flagged) == (4, 6, 1, 1)
    assert cny.value == Cost(2_000_000, 1, 2_000_000, 358_961, 78_995_780)
    assert (cny.unsold_hours, cny.unsold_micros) == (1, 1_000_000)
    assert usd.value == Cost(2_000_000, 0, None, 542_170, None)
    assert (usd.unsold_hours, usd.unsold_micros) == (2, 4_000_000)
    assert table.flags == {"crawler": 1, "early": 1}


def test_without_clicks_the_cost_of_one_is_unknown_and_at_least_its_bound(store: Store) -> None:
    row = next(row for row in report(store, SETTINGS).rows if row.currency == "USD")
    assert row.value is not None
    assert (row.ctr, row.value.per_click, row.value.high) == (0.0, None, None)
    assert row.value.low == round(2_000_000 / 3.6888794541139354)


def test_unsold_hours_stand_in_rows_that_have_no_variant(store: Store) -> None:
    table = report(store, SETTINGS, by=("hour", "placement"), until=at(180))
    assert [(*row.key, row.impressions, row.unsold_hours) for row in table.rows] == [
        ("2026-11-10T23:00+08:00", "home", 0, 0),
        ("2026-11-11T00:00+08:00", "home", 3, 0),
        ("2026-11-11T01:00+08:00", "home", 0, 1),
        ("2026-11-11T02:00+08:00", "home", 1, 0),
        ("2026-11-11T00:00+08:00", "mail", 0, 1),
        ("2026-11-11T01:00+08:00", "mail", 1, 0),
        ("2026-11-11T02:00+08:00", "mail", 0, 1),
    ]


def test_hours_stand_in_the_order_in_which_they_passed(tmp_path: Path) -> None:
    night = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    berlin = replace(SETTINGS, timezone="Europe/Berlin", flight=None)
    with Store.open(tmp_path / "track.db") as store:
        store.ingest_run(RunRecord("r", "double11", night), VARIANTS, [])
        shown = Receipt("e", "impression", night, variant_id="v0", placement="home")
        store.record([replace(shown, event_id=f"e{n}", time=night + timedelta(hours=n)) for n in range(3)])
        for sort in (None, "hour"):
            rows = report(store, berlin, by=("hour",), where={"placement": "home"}, sort=sort).rows
            assert [row.key for row in rows] == [
                ("2026-10-25T01:00+02:00",),
                ("2026-10-25T02:00+02:00",),
                ("2026-10-25T02:00+01:00",),
            ]


def test_a_whole_day_is_unsold_where_nothing_was_shown(store: Store) -> None:
    table = report(store, replace(SETTINGS, campaign="other"), by=("day",), until=FLIGHT[1])
    assert [(row.key, row.currency, row.unsold_hours, row.unsold_micros) for row in table.rows] == [
        (("2026-11-11",), "CNY", 24, 24_000_000),
        (("2026-11-11",), "USD", 24, 48_000_000),
    ]


def test_a_filter_hides_rows_and_changes_none(store: Store) -> None:
    everything = {(row.currency, row.key): row for row in report(store, SETTINGS).rows}
    table = report(store, SETTINGS, where={"theme": "night-tech"})
    assert [row.key for row in table.rows] == [("v1",)]
    assert all(everything[row.currency, row.key] == row for row in table.rows)
    assert [total.unsold_hours for total in table.totals] == [None]
    both = report(store, SETTINGS, where={"theme": ["night-tech", "lacquer"], "placement": "mail"})
    assert [(row.currency, row.key) for row in both.rows] == [("USD", ("v0",))]


def test_a_filter_that_finds_nothing_says_so(store: Store) -> None:
    table = report(store, SETTINGS, where={"theme": "laquer"})
    assert (table.rows, table.totals) == ((), ())
    assert table.notes == ("nothing was counted for theme 'laquer'; did you mean 'lacquer'?",)


def test_a_range_is_widened_to_whole_local_hours_and_first_stays_first(store: Store) -> None:
    table = report(store, SETTINGS, since=at(70), until=at(130))
    assert (table.since, table.until) == (at(60), at(180))
    assert str(table.since) == "2026-11-11 01:00:00+08:00"
    assert micros(table) == {("CNY", "v1"): 1_000_000, ("USD", "v0"): 2_000_000}
    store.record([Receipt("i0c", "impression", at(65), "d0")])
    later = next(row for row in report(store, SETTINGS, since=at(60)).rows if row.key == ("v0",))
    assert (later.impressions, later.impressions_gross) == (0, 1)


def test_events_outside_of_the_flight_count_without_value(store: Store) -> None:
    short = replace(SETTINGS, flight=(START, at(60)))
    assert micros(report(store, short)) == {("CNY", "v0"): 666_667, ("CNY", "v1"): 333_333, ("USD", "v0"): 0}
    assert sum(total.impressions for total in report(store, short).totals) == 5
    store.record([Receipt("k1", "click", at(130), "d3")])
    rows = report(store, short, by=("hour",), where={"placement": "home"}, sort="cpc").rows
    assert [(row.key[0][11:13], row.clicks, row.value and row.value.per_click) for row in rows] == [
        ("00", 1, 1_000_000),
        ("23", 0, None),
        ("02", 1, None),
    ]


def test_without_a_flight_value_lies_between_the_first_and_the_last_event(store: Store) -> None:
    always = replace(SETTINGS, flight=None)
    cny, usd = report(store, always).totals
    # One hour before START holds the early receipt.
    assert (cny.unsold_hours, usd.unsold_hours) == (2, 3)


def test_spend_stands_beside_value_and_is_not_invented_for_variants(store: Store) -> None:
    spend = SpendRecord("s0", at(1), 3_000_000, "CNY", placement="home", campaign="double11")
    store.record_spend([spend, replace(spend, event_id="s1", variant_id="v0", amount_micros=500_000)])
    table = report(store, SETTINGS)
    found = {row.key: row.spend for row in table.rows if row.currency == "CNY"}
    assert found[("v0",)] == Cost(500_000, 1, 500_000, 89_740, 19_748_945)
    assert found[("v1",)] is None
    assert found[(None,)] == Cost(3_000_000, 0, None, 813_255, None)
    assert table.totals[0].spend is not None
    assert table.totals[0].spend.micros == 3_500_000
    assert table.totals[0].value == Cost(2_000_000, 1, 2_000_000, 358_961, 78_995_780)


def test_currencies_are_never_added(store: Store) -> None:
    """home has its value in CNY and is paid in USD: its clicks divide each money, its value stays in CNY."""
    store.record_spend([SpendRecord("s0", at(1), 7_000_000, "USD", placement="home", variant_id="v0")])
    table = report(store, SETTINGS, by=("placement",))
    found = {(row.currency, row.key[0]): row for row in table.rows}
    assert set(found) == {("CNY", "home"), ("USD", "home"), ("USD", "mail")}
    assert found["CNY", "home"].spend is None
    assert found["USD", "home"].value is None
    paid = found["USD", "home"].spend
    assert paid is not None
    assert (paid.micros, paid.per_click) == (7_000_000, 7_000_000)
    usd = table.totals[1]
    assert (usd.impressions, usd.clicks) == (5, 1)
    assert usd.value is not None
    assert (usd.value.micros, usd.value.clicks, usd.value.per_click) == (2_000_000, 0, None)


def test_a_placement_without_money_has_no_currency(store: Store) -> None:
    table = report(store, replace(SETTINGS, placements={"home": PLACEMENTS["home"]}, grades={"mail": "C"}))
    (last,) = [row for row in table.rows if row.currency is None]
    assert (last.key, last.impressions, last.value, last.unsold_hours) == (("v0",), 1, None, None)
    grades = report(store, replace(SETTINGS, placements={}, grades={"mail": "C"}), by=("grade",))
    assert [(row.key, row.impressions) for row in grades.rows] == [(("",), 4), (("C",), 1)]


def test_more_clicks_than_impressions_have_a_rate_and_no_interval(store: Store) -> None:
    store.record([Receipt("k1", "click", at(70), "d1"), Receipt("k2", "click", at(126), "d3")])
    rows = report(store, SETTINGS, by=("hour",), where={"placement": "home"}).rows
    one = next(row for row in rows if row.key == ("2026-11-11T01:00+08:00",))
    assert (one.clicks, one.impressions, one.ctr, one.ctr_interval) == (1, 0, None, None)
    late = report(store, SETTINGS, since=at(60), by=("placement",)).rows[0]
    assert (late.clicks, late.impressions, late.ctr, late.ctr_interval) == (2, 1, 2.0, None)


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        (None, ["v2", "v0", "v1", "v3"]),
        ("variant", ["v0", "v1", "v2", "v3"]),
        ("impressions", ["v2", "v0", "v1", "v3"]),
        ("ctr", ["v3", "v0", "v1", "v2"]),
        ("clicks", ["v0", "v3", "v1", "v2"]),
        ("cpc", ["v3", "v0", "v1", "v2"]),
        ("value", ["v2", "v0", "v1", "v3"]),
    ],
)
def test_sorting_puts_the_best_first_and_the_unknown_last(
    store: Store, sort: str | None, keys: list[str]
) -> None:
    shown = Receipt("x", "impression", at(3), variant_id="v2", placement="home")
    store.record([replace(shown, event_id=f"x{number}", time=at(130)) for number in range(3)])
    store.record(
        [
            replace(shown, event_id="y", variant_id="v3"),
            Receipt("z", "click", at(4), variant_id="v3", placement="home"),
        ]
    )
    rows = report(store, SETTINGS, sort=sort, where={"placement": "home"}).rows
    assert [row.key[0] for row in rows] == keys


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": ("pixels",)}, "pixels: a report has no 'pixels'; known: copy, creative, day"),
        ({"by": ("them",)}, "them: a report has no 'them'; did you mean 'theme'?"),
        ({"where": {"site": "x"}}, "site: a report has no 'site'; did you mean 'size'?"),
        ({"sort": "cpm"}, "sort: a report is not sorted by 'cpm'; did you mean 'cpc'?"),
        ({"since": datetime(2026, 11, 11)}, "since: time 2026-11-11T00:00:00 has no zone"),
    ],
)
def test_what_a_report_does_not_know(store: Store, options: dict[str, object], message: str) -> None:
    with pytest.raises(BannerError) as caught:
        report(store, SETTINGS, **options)
    assert str(caught.value).startswith(message)


def test_settings_are_checked(store: Store) -> None:
    with pytest.raises(BannerError, match="unknown time zone 'Asia/Shangai'"):
        report(store, replace(SETTINGS, timezone="Asia/Shangai"))
    with pytest.raises(BannerError, match="'yuan' is no currency"):
        PlacementValue(1, "yuan")
    with pytest.raises(BannerError, match="are no value of a day"):
        PlacementValue(-1, "CNY")


def test_json_has_money_in_micros_and_null_for_the_unknown(store: Store) -> None:
    table = report(store, SETTINGS, by=("theme", "size"))
    said = json.loads(to_json(table))
    assert said == to_dict(table)
    assert [row["theme"] for row in said["rows"]] == ["lacquer", "night-tech", "lacquer"]
    usd = said["rows"][2]
    assert (usd["currency"], usd["value_micros"], usd["cpc_micros"], usd["cpc_low_micros"]) == (
        "USD",
        2_000_000,
        None,
        542_170,
    )
    assert said["simulated"] is False
    assert [total["currency"] for total in said["totals"]] == ["CNY", "USD"]


def test_csv_has_groups_then_totals(store: Store) -> None:
    lines = list(csv.DictReader(io.StringIO(to_csv(report(store, SETTINGS, by=("theme",))))))
    assert [(line["row"], line["theme"], line["currency"]) for line in lines] == [
        ("group", "lacquer", "CNY"),
        ("group", "night-tech", "CNY"),
        ("group", "lacquer", "USD"),
        ("total", "", "CNY"),
        ("total", "", "USD"),
    ]
    assert (lines[2]["cpc_micros"], lines[2]["ctr"], lines[2]["simulated"]) == ("", "0.0", "false")


def printed(table: ReportTable, width: int, limit: int | None = None) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(ReportView(table, limit))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_terminal_shows_rates_and_money_in_its_currency(store: Store) -> None:
    wide = printed(report(store, SETTINGS), 150)
    for text in ("double11 · Asia/Shanghai · CNY", "50.00%", "CPC USD", "≥ 0.5422", "0.3590 – 79.00", "2.00"):
        assert text in wide, text
    assert "1 placement hour without an impression, worth CNY 1.00" in wide
    assert "Not in net: 1 crawler, 1 early." in wide
    assert "SIMULATED" not in wide


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_column_of_the_terminal_is_lost(store: Store, width: int) -> None:
    text = printed(report(store, SETTINGS, by=("variant", "placement")), width)
    assert max(map(len, text.splitlines())) <= width
    for word in ("v0", "home", "impressions", "clicks", "CTR", "CPC", "50.00%"):
        assert word in text, word
    assert "…" not in text


def test_a_limit_says_how_many_rows_are_left(store: Store) -> None:
    assert "1 more row" in printed(report(store, SETTINGS), 120, limit=1)


def test_simulated_is_written_over_everything_that_is(store: Store, tmp_path: Path) -> None:
    assert "Nothing was counted yet by the simulation." in printed(
        report(store, SETTINGS, simulated=True), 100
    )
    store.record([Receipt("s", "impression", at(1), "d0", simulated=True)])
    table = report(store, SETTINGS, simulated=True)
    assert "double11 · SIMULATED · Asia/Shanghai" in printed(table, 100)
    assert json.loads(to_json(table))["simulated"] is True
    assert to_csv(table).splitlines()[1].endswith(",true")
    assert table.totals[0].impressions == 1
    assert report(store, SETTINGS).totals[0].impressions == 4


def test_a_price_for_clicks_or_impressions_becomes_spend_that_adds_up(store: Store) -> None:
    prices = {"home": Price("click", 700_000, "CNY"), "mail": Price("mille", 4_000_333, "USD")}
    bought = replace(SETTINGS, prices=prices)
    table = report(store, bought)
    spent = {(row.currency, row.key[0]): row.spend for row in table.rows}
    assert spent["CNY", "v0"] == Cost(700_000, 1, 700_000, 125_636, 27_648_523)
    assert spent["CNY", "v1"] is None  # nobody clicked, so nothing was paid
    assert spent["USD", "v0"] is not None
    assert spent["USD", "v0"].micros == 4_000  # one impression
    by_hour = report(store, bought, by=("hour", "variant"))
    assert sum(row.spend.micros for row in by_hour.rows if row.spend) == 704_000
    told = SpendRecord("s0", at(1), 5, "CNY", placement="home", variant_id="v0")
    store.record_spend([told])
    assert report(store, bought).totals[0].spend == Cost(700_005, 1, 700_005, 125_637, 27_648_721)
