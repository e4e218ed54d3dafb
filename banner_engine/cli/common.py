"""What commands share: options, how values are read, how results and progress are told."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from banner_engine.engine import Engine
    from banner_engine.errors import BannerError

Command = TypeVar("Command", bound=Callable[..., Any])


def say(text: str) -> None:
    """A message for people, on standard error."""
    click.echo(text, err=True)


def print_json(data: dict[str, Any]) -> None:
    """The machine-readable result: one JSON object as the last line of standard output."""
    click.echo(json.dumps(data, ensure_ascii=False))


class Moment(click.ParamType[dt.datetime]):
    """ISO 8601; a date alone is its first moment."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is no time: write '2026-11-10' or '2026-11-10T12:00:00+08:00'", param, ctx)


class Sizes(click.ParamType[tuple[tuple[int, int], ...]]):
    """`1200x628,300x250`."""

    name = "sizes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        from banner_engine.load.campaign import parse_size

        try:
            return tuple(dict.fromkeys(parse_size(part) for part in value.split(",")))
        except ValueError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        common = ("1200x628", "300x250", "728x90", "300x600", "160x600", "320x50", "1080x1080", "1080x1920")
        return [CompletionItem(size) for size in common if size.startswith(incomplete)]


class Preset(click.ParamType[str]):
    """A name of `presets.yaml`."""

    name = "preset"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from banner_engine.load.presets import preset

        preset(value)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from banner_engine.load.presets import presets

        return [CompletionItem(name) for name in presets() if name.startswith(incomplete)]


class Bytes(click.ParamType[int]):
    """`5GB`, `1.5 MB`, `200000`: units of 1,000."""

    name = "bytes"
    units: ClassVar = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([A-Za-z]*)", value.strip())
        unit = self.units.get(found[2].lower()) if found else None
        if found is None or unit is None:
            self.fail(f"'{value}' is no number of bytes: write 5GB, 500MB or 200000", param, ctx)
        return round(float(found[1]) * unit)


class Locale(click.ParamType[str]):
    """A tag of BCP 47."""

    name = "locale"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from banner_engine.load.campaign import check_locale

        try:
            return check_locale(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Names(click.ParamType[tuple[str, ...]]):
    """`a,b,c`."""

    name = "names"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, str):
            return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
        return tuple(value)


class Locales(Names):
    """`zh-CN,en-US`."""

    name = "locales"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        return tuple(Locale().convert(name, param, ctx) for name in super().convert(value, param, ctx))


def campaign_argument(command: Command) -> Command:
    """CAMPAIGN: a folder; by default the nearest parent that holds a campaign.yaml."""
    return click.argument("campaign", type=click.Path(path_type=Path), required=False)(command)


def campaign_option(command: Command) -> Command:
    return click.option(
        "--campaign",
        type=click.Path(path_type=Path),
        help="The campaign's folder (default: the nearest parent with a campaign.yaml).",
    )(command)


def state_options(command: Command) -> Command:
    command = click.option(
        "--store",
        type=click.Path(path_type=Path),
        envvar="BANNER_STORE",
        help="Folder of the campaign's state (default: CAMPAIGN/.banner).",
    )(command)
    return click.option(
        "--as-of",
        type=Moment(),
        help="Act as if it were this time (default: now). Without a zone: the campaign's local time.",
    )(command)


def json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")(
        command
    )


def open_engine(campaign: Path | None, as_of: dt.datetime | None, store: Path | None) -> Engine:
    from banner_engine.engine import Engine
    from banner_engine.load.folder import find_campaign

    folder = find_campaign(Path.cwd()) if campaign is None else campaign
    return Engine.open(folder.parent if folder.name == "campaign.yaml" else folder, as_of=as_of, store=store)


class Bar:
    """Progress on standard error: a bar with rate and time left in a terminal, else a line every 10 s."""

    def __init__(self, what: str, *, quiet: bool = False) -> None:
        self.what = what
        self.quiet = quiet
        self.done = 0
        self.whole = 0
        self.note = ""
        self._began = self._told = time.monotonic()
        self._rich: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not self.quiet:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._rich = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[note]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self._rich.start()
            self._task = self._rich.add_task(self.what, total=None, rate="", note="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rich is not None:
            self._rich.stop()

    def total(self, whole: int) -> None:
        self.whole = whole
        if self._rich is not None:
            self._rich.update(self._task, total=whole)

    def advance(self, done: int, note: str = "") -> None:
        self.done += done
        self.note = note
        now = time.monotonic()
        rate = self.done / max(now - self._began, 1e-6)
        if self._rich is not None:
            self._rich.update(self._task, completed=self.done, rate=f"{rate:,.0f}/s", note=note)
        elif not self.quiet and now - self._told >= 10:
            self._told = now
            left = (self.whole - self.done) / rate if rate and self.whole else 0
            of = f" of {self.whole:,}" if self.whole else ""
            say(
                f"{self.what}: {self.done:,}{of}, {rate:,.0f}/s, {left:.0f} s left{', ' + note if note else ''}"
            )

    def problem(self, error: BannerError) -> None:
        text = f"Warning: {error}"
        if self._rich is not None:
            self._rich.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            say(text)


def plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
