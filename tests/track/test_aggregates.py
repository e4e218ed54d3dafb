"""Reports of Google Ads, Google Ad Manager and Meta, as those systems export them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from track_samples import ingest

from banner_engine.errors import BannerError
from banner_engine.report import CampaignSettings, report, to_csv, to_dict
from banner_engine.track import Store
from banner_engine.track.aggregates import ImportedCounts, Into, import_counts
from banner_engine.track.mapping import read_mapping, shipped_mappings
from banner_engine.track.tables import counts

ONE, TWO = "abcdefgh234567ab", "zyxwvuts765432zy"
INTO = Into("double11", ZoneInfo("Asia/Shanghai"), ("home", "mail"))

GOOGLE = f"""\
Banners by day
November 10, 2026 - November 11, 2026
Day,Campaign,Ad group,Ad name,Currency code,Impr.,Clicks,CTR,Cost
2026-11-10,双11,home,"Winter {ONE}",CNY,"12,345",67,0.54%,"1,234.50"
2026-11-10,双11,home,"Winter {ONE} mobile",CNY,655,3,0.46%,12.25
2026-11-11,双11,mail,no id here,CNY,1000, --,0.00%,0.00
Total: Account, , , , ,"14,000",70,0.50%,"1,246.75"
"""
GAM = f"""\
Date,Ad unit,Creative,Ad server impressions,Ad server clicks,Ad server CPM and CPC revenue (CN¥)
11/10/26,home,{ONE},13000,70,"CN¥1,246.75"
11/11/26,mail,{TWO}.jpg,1000,0,CN¥0.00
Total,,,14000,70,"CN¥1,246.75"
"""
GAM_API = f"""\
Dimension.DATE,Dimension.AD_UNIT_NAME,Dimension.CREATIVE_NAME,Column.AD_SERVER_IMPRESSIONS,\
Column.AD_SERVER_CLICKS,Column.AD_SERVER_CPM_AND_CPC_REVENUE
2026-11-10,home,{ONE},13000,70,1246750000
2026-11-11,mail,{TWO},1000,0,0
"""
META = f"""\
Reporting starts,Reporting ends,Day,Ad name,Placement,Impressions,Clicks (all),Link clicks,Amount spent (CNY)
2026-11-10,2026-11-10,2026-11-10,"{ONE}",home,13000,99,70,1246.75
2026-11-11,2026-11-11,2026-11-11,"utm_content={TWO}&x=1",mail,1000,5,,
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "track.db") as opened:
        ingest(opened)
        yield opened


def imported(
    store: Store, tmp_path: Path, text: str | bytes, form: str, into: Into = INTO, name: str = "report.csv"
) -> ImportedCounts:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_counts(store, path, *read_mapping(form), into)


def kept(store: Store) -> list[tuple[object, ...]]:
    c = counts.c
    columns = (
        c.source,
        c.placement,
        c.variant_id,
        c.start,
        c.currency,
        c.impressions,
        c.clicks,
        c.spend_micros,
    )
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(c.start, c.source))]


TENTH = int(dt.datetime(2026, 11, 10, tzinfo=INTO.zone).timestamp()) * 1_000_000
DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("form", "text", "second"),
    [
        ("google-ads", GOOGLE, ""),
        ("gam", GAM, TWO),
        ("gam", GAM_API, TWO),
        ("meta", META, TWO),
        ("google-ads", GOOGLE.replace(",", "\t").encode("utf-16"), ""),
    ],
)
def test_each_export_says_the_same(store: Store, tmp_path: Path, form: str, text: str, second: str) -> None:
    if isinstance(text, bytes):
        text = (
            GOOGLE.replace('"12,345"', "12345")
            .replace('"1,234.50"', "1234.50")
            .replace(",", "\t")
            .encode("utf-16")
        )
    into = Into("double11", INTO.zone, INTO.placements, currency="CNY")
    done = imported(store, tmp_path, text, form, into)
    assert (done.periods, done.rejected) == (2, 0)
    assert kept(store) == [
        (form, "home", ONE, TENTH, "CNY", 13_000, 70, 1_246_750_000),
        (form, "mail", second, TENTH + DAY, "CNY", 1_000, 0, 0),
    ]


def test_newer_numbers_of_the_same_days_replace_older_ones(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, GAM, "gam")
    imported(store, tmp_path, GAM.replace("13000,70", "13100,71"), "gam")
    assert [row[5:7] for row in kept(store)] == [(13_100, 71), (1_000, 0)]


def test_hours_are_hours(store: Store, tmp_path: Path) -> None:
    text = f"Date,Hour,Ad unit,Creative,Impressions,Clicks\n2026-11-10,23,home,{ONE},10,1\n"
    imported(store, tmp_path, text, "gam", Into("double11", INTO.zone, INTO.placements, currency="CNY"))
    with store.read() as connection:
        (row,) = connection.execute(select(counts.c.start, counts.c.end))
    assert (row.start, row.end) == (TENTH + 23 * DAY // 24, TENTH + DAY)


def test_bad_rows_are_told_alone_with_their_line(store: Store, tmp_path: Path) -> None:
    head = "Day,Placement,Ad name,Impressions,Link clicks,Amount spent (CNY)\n"
    bad = {
        "yesterday,home,x,1,1,1": "'yesterday' is no day",
        "2026-11-10,atlantis,x,1,1,1": "'atlantis' is no placement of the campaign",
        "2026-11-10,home,x,many,1,1": "'many' is no number",
        "2026-11-10,home,x,1.5,1,1": "'1.5' is no count",
        "2026-11-10,home,x,1,1,-3": "-3000000 is no amount",
    }
    done = imported(store, tmp_path, head + "\n".join(bad) + "\n2026-11-10,home,x,5,1,1\n", "meta")
    assert (done.rows, done.periods, done.rejected) == (6, 1, 5)
    for place, (error, message) in enumerate(zip(done.errors, bad.values(), strict=True), start=2):
        assert (error.line, message in str(error)) == (place, True), error


def test_what_is_no_report_is_told_at_once(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BannerError, match="there is no head of Meta Ads Manager; a line must name Day, Imp"):
        imported(store, tmp_path, "a,b\n1,2\n", "meta")
    with pytest.raises(BannerError, match="neither UTF-8 nor UTF-16"):
        imported(store, tmp_path, b"Day\xff\xfe\xff", "meta")
    with pytest.raises(BannerError, match="no currency is named; give --currency") as caught:
        done = imported(store, tmp_path, GAM.replace(" (CN¥)", ""), "gam")
        raise done.errors[0]
    assert caught.value.line == 2


def test_a_mapping_of_ones_own(store: Store, tmp_path: Path) -> None:
    (tmp_path / "newsletter.yaml").write_text(
        """\
title: The mail tool
columns:
  {day: [Datum], variant: [Motiv], placement: [Kanal], impressions: [Gesehen], clicks: [Geklickt], spend: [Kosten]}
variant: "v-([0-9]+)"
placements: {Post: mail}
decimal: ","
""",
        encoding="utf-8",
    )
    text = 'Datum,Kanal,Motiv,Gesehen,Geklickt,Kosten\n10.11.2026,Post,v-17,1.000,5,"1.012,5"\n'
    into = Into("double11", INTO.zone, INTO.placements, currency="EUR")
    imported(store, tmp_path, text, str(tmp_path / "newsletter.yaml"), into)
    assert kept(store) == [("newsletter", "mail", "17", TENTH, "EUR", 1_000, 5, 1_012_500_000)]
    (tmp_path / "wrong.yaml").write_text(
        "title: x\ncolumns: {day: [a], impressions: [b], clicks: [c]}\nvariant: '('\n"
    )
    with pytest.raises(BannerError, match=r"wrong.yaml, line 3, variant: '\(' is no pattern"):
        read_mapping(str(tmp_path / "wrong.yaml"))
    with pytest.raises(BannerError, match="did you mean 'google-ads'"):
        read_mapping("google-adds")
    assert shipped_mappings() == ["gam", "google-ads", "meta"]


SETTINGS = CampaignSettings("double11", "Asia/Shanghai", {})


def test_reports_show_them_beside_and_never_add_them(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, GOOGLE.replace(ONE, "v0"), "google-ads")
    path = tmp_path / "own.yaml"
    path.write_text(
        "title: x\ncolumns: {day: [Day], variant: [Ad name], placement: [Ad group], impressions: [Impr.], "
        "clicks: [Clicks], spend: [Cost], currency: [Currency code]}\nvariant: '(v[0-9])'\n"
    )
    imported(store, tmp_path, GOOGLE.replace(ONE, "v0"), str(path))
    table = report(store, SETTINGS, by=("theme",))
    assert table.totals == ()
    found = {
        (row.source, row.key): (row.impressions, row.clicks, row.spend.per_click) for row in table.elsewhere
    }
    assert found == {
        ("own", ("lacquer",)): (13_000, 70, 17_810_714),
        ("own", (None,)): (1_000, 0, None),
        ("google-ads", (None,)): (14_000, 70, 17_810_714),
    }
    by_day = report(store, SETTINGS, by=("day", "hour"), where={"placement": "mail"}).elsewhere
    assert {row.key for row in by_day} == {("2026-11-11", None)}
    since = dt.datetime(2026, 11, 11, tzinfo=INTO.zone)
    assert sum(row.impressions for row in report(store, SETTINGS, since=since).elsewhere) == 2_000
    assert report(store, SETTINGS, simulated=True).elsewhere == ()
    said = to_dict(table)["elsewhere"][0]
    assert (said["source"], said["impressions"], said["ctr"]) == ("google-ads", 14_000, 0.005)
    assert "counted by own,lacquer,CNY,13000" in to_csv(table)
