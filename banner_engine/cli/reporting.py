"""What `banner report` was asked, and its answer in each form: terminal, JSON, CSV, HTML, live."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import RenderableType

from banner_engine.cli.common import say
from banner_engine.engine import Engine
from banner_engine.errors import BannerError
from banner_engine.report import ReportTable, ReportView, to_csv, to_dict
from banner_engine.report import report as build
from banner_engine.report.campaign import settings_of
from banner_engine.report.compare import Comparison, compare, period_before
from banner_engine.report.compare import to_dict as compared
from banner_engine.report.leaderboard import Leaderboard, leaderboard, week_of
from banner_engine.report.leaderboard import to_dict as leaders
from banner_engine.report.settings import CampaignSettings
from banner_engine.track import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command. since, until: without a zone they are local."""

    by: Sequence[str]
    where: Mapping[str, list[str]]
    since: dt.datetime | None
    until: dt.datetime | None
    week: str | None
    timezone: str | None
    sort: str | None
    limit: int | None
    compare: bool
    leaderboard: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A question about one store; each method counts anew."""

    engine: Engine
    store: Store
    asked: Asked
    settings: CampaignSettings
    zone: ZoneInfo

    def csv(self) -> str:
        return to_csv(self._table())

    def json(self) -> dict[str, Any]:
        if self.asked.leaderboard:
            return leaders(self._leaders())
        table = self._table()
        said = to_dict(table)
        return compared(self._compared(table), said) if self.asked.compare else said

    def show(self) -> None:
        from rich.console import Console

        view = self._view()
        Console().print(view)
        if isinstance(view, ReportView) and not view.report.totals and not self.asked.simulated:
            say("Simulated events are shown with --simulated.")

    def watch(self, seconds: float) -> None:
        """Show it until Ctrl-C, counted again every so many seconds."""
        from rich.console import Group
        from rich.live import Live
        from rich.text import Text

        def now() -> RenderableType:
            at = dt.datetime.now(self.zone)
            return Group(
                self._view(),
                Text(f"counted at {at:%H:%M:%S}, again every {seconds:g} s; Ctrl-C ends", "dim"),
            )

        try:
            with Live(now(), auto_refresh=False, vertical_overflow="crop") as live:
                while True:
                    time.sleep(seconds)
                    live.update(now(), refresh=True)
        except KeyboardInterrupt:
            return

    def write_html(self, path: Path) -> None:
        from banner_engine.deliver.files import write_atomic
        from banner_engine.report.page import html_page, page_tables
        from banner_engine.report.thumbnails import thumbnails

        since, until = self._period()
        tables = page_tables(
            self.store,
            self.settings,
            where=self.asked.where,
            since=since,
            until=until,
            simulated=self.asked.simulated,
        )
        made = dt.datetime.now(self.zone)
        page = html_page(tables, lambda ids: thumbnails(self.engine, ids), made)
        write_atomic(path, page.encode())

    def _view(self) -> RenderableType:
        if self.asked.leaderboard:
            from banner_engine.report.terminal_board import TOP, BoardView

            return BoardView(self._leaders(), self.asked.limit or TOP)
        table = self._table()
        return ReportView(table, self.asked.limit, self._compared(table) if self.asked.compare else None)

    def _leaders(self) -> Leaderboard:
        since, until = self._period()
        return leaderboard(
            self.store,
            self.settings,
            where=self.asked.where,
            since=since,
            until=until,
            simulated=self.asked.simulated,
        )

    def _table(self, period: tuple[dt.datetime | None, dt.datetime | None] | None = None) -> ReportTable:
        since, until = period or self._period()
        return build(
            self.store,
            self.settings,
            by=self.asked.by,
            where=self.asked.where,
            since=since,
            until=until,
            sort=self.asked.sort,
            simulated=self.asked.simulated,
            shown_in=self.zone,
        )

    def _compared(self, table: ReportTable) -> Comparison:
        until = table.until or dt.datetime.now(self.zone)
        return compare(table, self._table(period_before(table.since, until, self.zone)))

    def _period(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        if self.asked.week is not None:
            return week_of(self.asked.week, self.zone, dt.datetime.now(dt.UTC))
        return self._local(self.asked.since), self._local(self.asked.until)

    def _local(self, moment: dt.datetime | None) -> dt.datetime | None:
        if moment is None or moment.tzinfo is not None:
            return moment
        return moment.replace(tzinfo=self.zone)


def ask(engine: Engine, store: Store, asked: Asked) -> Answer:
    """BannerError for a time zone that nobody knows."""
    settings = settings_of(engine.loaded.campaign, store)
    zone = settings.zone
    if asked.timezone is not None:
        try:
            zone = ZoneInfo(asked.timezone)
        except (KeyError, ValueError, OSError):
            raise BannerError(
                f"unknown time zone '{asked.timezone}'",
                field="--timezone",
                hint="write it like Asia/Shanghai",
            ) from None
    return Answer(engine, store, asked, settings, zone)
