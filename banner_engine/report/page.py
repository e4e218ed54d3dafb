"""A report as one HTML file that needs nothing else: pictures and charts are inside, no request leaves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from banner_engine.report.build import reports
from banner_engine.report.leaderboard import BY, Board, Leaderboard, leaders_of
from banner_engine.report.page_parts import (
    about,
    board_of,
    elsewhere_of,
    figure,
    notes_of,
    tiles,
    variants_of,
)
from banner_engine.report.page_parts import charts as charts_of
from banner_engine.report.settings import CampaignSettings
from banner_engine.report.table import ReportTable
from banner_engine.track.store import Store

Pictures = Callable[[Sequence[str]], Mapping[str, str]]
"""Data URIs of variants, by id, as far as they can be had."""

COMPONENTS = ("placement", "theme", "copy", "product_type", "layout", "size")
_SHOWN = ("variant", "theme", "layout", "copy", "product", "size", "locale")
MOST_PICTURES = 300
MOST_HOURS = 24 * 4
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class PageTables:
    """What a page shows: one moment's reports by variant, by time, by each component, and the leaders."""

    variants: ReportTable
    time: ReportTable
    components: Mapping[str, ReportTable]
    leaders: Leaderboard
    shown: Mapping[str, str]
    """What each variant shows, in words."""


def page_tables(
    store: Store,
    settings: CampaignSettings,
    *,
    where: Mapping[str, str | Collection[str]] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    simulated: bool = False,
) -> PageTables:
    """Everything that `html_page` needs; arguments as of `report`."""

    bys = [("variant",), ("hour",), ("day",), BY, _SHOWN, *((name,) for name in COMPONENTS)]
    variants, hours, days, placed, shown, *parts = reports(
        store, settings, bys, where=where, since=since, until=until, simulated=simulated
    )
    few = len({row.key for row in hours.rows if row.impressions}) <= MOST_HOURS
    return PageTables(
        variants,
        hours if few else days,
        dict(zip(COMPONENTS, parts, strict=True)),
        leaders_of(placed),
        {str(row.key[0]): " · ".join(filter(None, row.key[1:])) for row in shown.rows if row.key[0]},
    )


def html_page(tables: PageTables, pictures: Pictures, made: dt.datetime) -> str:
    """The page. made: when, with a zone. Variants without a picture are named in words."""
    table = tables.variants
    wanted = [
        *(entry.variant_id for board in tables.leaders.boards for entry in board.ranked[:_TOP]),
        *(str(row.key[0]) for row in table.rows if row.key[0]),
    ]
    found = pictures(list(dict.fromkeys(wanted))[:MOST_PICTURES])
    body = "\n".join(_sections(tables, found, made))
    title = escape(f"{table.campaign}: report")
    style = (_DATA / "page.css").read_text(encoding="utf-8")
    script = (_DATA / "page.js").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n<script>\n{script}</script>\n"
        "</body>\n</html>\n"
    )


_TOP = 8


def _sections(tables: PageTables, pictures: Mapping[str, str], made: dt.datetime) -> Iterable[str]:
    table = tables.variants
    yield f"<h1>{escape(table.campaign)}</h1>"
    yield f'<p class="soft">{_period(table)} · hours of {escape(table.timezone)} · made {made:%Y-%m-%d %H:%M %Z}</p>'
    if table.simulated:
        yield '<p class="note">These events are <b>simulated</b>. Nobody saw these banners.</p>'
    if not table.totals:
        yield '<p class="card">Nothing was counted yet.</p>'
    for total in table.totals:
        yield tiles(total)
    yield notes_of(table)
    if table.totals:
        yield f"<h2>Over time</h2>\n{charts_of(tables.time)}"
        yield _leaders(tables.leaders.boards, pictures, tables.shown)
        figures = "".join(figure(name, one) for name, one in tables.components.items())
        overlap = "CTR with its 95 % interval. Where intervals overlap much, no one is better yet."
        yield f'<h2>What works</h2>\n<p class="soft">{overlap}</p>\n<div class="two">{figures}</div>'
    for total in table.totals:
        yield variants_of(table, total, pictures, tables.shown)
    yield elsewhere_of(table)
    yield about()


def _leaders(boards: Sequence[Board], pictures: Mapping[str, str], shown: Mapping[str, str]) -> str:
    if not boards:
        return ""
    return "<h2>Lowest cost per click</h2>\n" + "\n".join(
        board_of(board, pictures, shown, _TOP) for board in boards
    )


def _period(table: ReportTable) -> str:
    if table.since is None and table.until is None:
        return "everything so far"
    start, end = (at.strftime("%Y-%m-%d %H:%M") if at else "…" for at in (table.since, table.until))
    return f"{start} to {end}"
