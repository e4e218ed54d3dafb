"""The cheapest clicks of a week: who is ranked, in which order, and who stands apart."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from report_samples import VARIANTS
from rich.console import Console

from banner_engine.errors import BannerError
from banner_engine.report import CampaignSettings, PlacementValue
from banner_engine.report.leaderboard import leaderboard, to_dict, week_of
from banner_engine.report.table import needed
from banner_engine.report.terminal_board import BoardView
from banner_engine.track import Receipt, RunRecord, SpendRecord, Store

MONDAY = datetime(2026, 11, 9, tzinfo=UTC)
SETTINGS = CampaignSettings(
    "double11",
    "UTC",
    {"home": PlacementValue(2_400_000_000, "CNY", "S"), "mail": PlacementValue(24_000_000, "USD", "S")},
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        opened.ingest_run(RunRecord("r", "double11", MONDAY), VARIANTS, [])
        # one hour worth 100 CNY: v0 is cheap by luck, v1 surely, v2 dear, v3 has too few clicks to say
        for variant, impressions, clicks in (
            ("v0", 100, 12),
            ("v1", 1_000, 100),
            ("v2", 1_000, 20),
            ("v3", 900, 9),
        ):
            seen(opened, "home", variant, impressions, clicks)
        seen(opened, "mail", "v0", 10, 1)
        yield opened


def seen(store: Store, placement: str, variant: str, impressions: int, clicks: int) -> None:
    store.record(
        Receipt(f"{placement}{variant}{kind}{number}", kind, MONDAY, variant_id=variant, placement=placement)
        for kind, many in (("impression", impressions), ("click", clicks))
        for number in range(many)
    )


def test_the_rank_goes_by_the_upper_end_within_each_placement_and_currency(store: Store) -> None:
    home, mail = leaderboard(store, SETTINGS).boards
    assert [(board.placement, board.currency, board.kind) for board in (home, mail)] == [
        ("home", "CNY", "value"),
        ("mail", "USD", "value"),
    ]
    # v0's CPC is the lowest, its upper end is not
    cpcs = {entry.variant_id: entry.cost.per_click or 0 for entry in home.ranked}
    assert cpcs["v0"] < cpcs["v1"]
    assert [(entry.rank, entry.variant_id) for entry in home.ranked] == [(1, "v1"), (2, "v0"), (3, "v2")]
    assert [(entry.rank, entry.variant_id, entry.row.clicks) for entry in home.apart] == [(None, "v3", 9)]
    assert (mail.ranked, [entry.variant_id for entry in mail.apart]) == ((), ["v0"])


def test_who_stands_apart_is_told_what_is_missing(store: Store) -> None:
    home, mail = leaderboard(store, SETTINGS).boards
    # 141 clicks of 3,000: ten are expected of 213
    assert (home.apart[0].needs, mail.apart[0].needs) == (0, 90)
    few = mail.apart[0].row
    assert (needed(few, 0.05), needed(few, None), needed(home.ranked[0].row, 0.05)) == (190, None, 0)


def test_what_was_paid_has_a_board_of_its_own(store: Store) -> None:
    paid = SpendRecord("s", MONDAY, 30_000_000, "CNY", "home", "v2")
    store.record_spend([paid])
    kinds = [
        (board.placement, board.kind, [e.variant_id for e in board.ranked])
        for board in leaderboard(store, SETTINGS).boards
    ]
    assert ("home", "spend", ["v2"]) in kinds


def test_a_week_is_local_and_begins_on_monday() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    now = datetime(2026, 11, 15, 17, tzinfo=UTC)  # a Sunday, and Monday in Shanghai
    monday = datetime(2026, 11, 9, tzinfo=UTC)
    week = timedelta(days=7)
    assert week_of("this", ZoneInfo("UTC"), now) == (monday, monday + week)
    there = datetime(2026, 11, 16, tzinfo=shanghai)
    assert week_of("this", shanghai, now) == (there, there + week)
    assert week_of("last", shanghai, now) == (there - week, there)
    assert week_of("2026-W46", ZoneInfo("UTC"), now) == (monday, monday + week)
    for wrong in ("2026-W54", "next", "46"):
        with pytest.raises(BannerError, match="is no week"):
            week_of(wrong, shanghai, now)


def test_json_and_the_terminal_say_the_same(store: Store) -> None:
    board = leaderboard(store, SETTINGS)
    said = to_dict(board)
    assert [entry["variant"] for entry in said["boards"][0]["ranked"]] == ["v1", "v0", "v2"]
    assert said["boards"][0]["apart"][0]["cpc_high_micros"] > said["boards"][0]["apart"][0]["cpc_micros"]
    console = Console(width=100, file=io.StringIO(), color_system=None)
    console.print(BoardView(board))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "home · value CPC in CNY" in text
    assert "none has 10 clicks yet" in text
    assert (
        "1 with fewer than 10 clicks stand apart; the most seen is v0 (10 impressions, 1 click, needs 90 more"
        in (" ".join(text.split()))
    )
