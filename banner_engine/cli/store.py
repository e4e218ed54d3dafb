"""banner store check|vacuum|export|migrate|rules|keys"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import click

from banner_engine.cli.common import (
    Names,
    campaign_argument,
    json_option,
    open_engine,
    plural,
    print_json,
    say,
)

STATE = click.option(
    "--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state."
)


@click.group()
def store() -> None:
    """Check, export and keep the store of events."""


@store.command(
    epilog="""\b
Examples:
  banner store check my-shop
"""
)
@campaign_argument
@STATE
@json_option
def check(campaign: Path | None, store: Path | None, as_json: bool) -> int:
    """Look for damage: every page, every reference, and every roll-up against a recount of its events.

    Exit code 2 where something is wrong.
    """
    from banner_engine.track.keeping import check as run

    problems = run(open_engine(campaign, None, store).state.track)
    for problem in problems:
        say(f"Error: {problem}")
    if not problems:
        say("The store is whole, and its roll-ups equal a recount.")
    if as_json:
        print_json({"whole": not problems, "problems": problems})
    return 2 if problems else 0


@store.command(
    epilog="""\b
Examples:
  banner store vacuum my-shop
"""
)
@campaign_argument
@STATE
@json_option
def vacuum(campaign: Path | None, store: Path | None, as_json: bool) -> None:
    """Delete raw events that are older than the rules keep them, and give room back to the disk.

    Reports stay as they are: roll-ups by the hour are kept. See `banner store rules --keep-days`.
    """
    from banner_engine.track import Store
    from banner_engine.track.keeping import prune
    from banner_engine.track.keeping import vacuum as run

    path = open_engine(campaign, None, store).state.track
    with Store.open(path, create=False) as opened:
        gone = prune(opened, dt.datetime.now(dt.UTC))
    before, after = run(path)
    say(f"{plural(gone, 'raw event')} deleted; {before / 1e6:,.1f} MB became {after / 1e6:,.1f} MB")
    if as_json:
        print_json({"events": gone, "bytes_before": before, "bytes_after": after})


@store.command(
    epilog="""\b
Examples:
  banner store export my-shop --out exported
  banner store export my-shop --out exported --tables events,spend --format parquet
"""
)
@campaign_argument
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for a file each table.")
@click.option(
    "--tables", type=Names(), default=(), help="events, spend, decisions, hourly, counts, variants, pauses."
)
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@STATE
@json_option
def export(
    campaign: Path | None,
    out: Path,
    tables: tuple[str, ...],
    form: str,
    store: Path | None,
    as_json: bool,
) -> None:
    """Write the store's tables as CSV or Parquet, all of one moment. Users stand in it by pseudonym."""
    from banner_engine.track import Store
    from banner_engine.track.exporting import export as run

    with Store.open(open_engine(campaign, None, store).state.track, create=False) as opened:
        rows = run(opened, out, tables, form)
    for name, number in rows.items():
        say(f"{out / f'{name}.{form}'}: {plural(number, 'row')}")
    if as_json:
        print_json({"out": str(out), "rows": rows})


@store.command(
    epilog="""\b
Examples:
  banner store migrate my-shop
"""
)
@campaign_argument
@STATE
@json_option
def migrate(campaign: Path | None, store: Path | None, as_json: bool) -> None:
    """Bring the store to this program's schema version. Every command does so by itself when it opens it."""
    from banner_engine.track import Store

    path = open_engine(campaign, None, store).state.track
    with Store.open(path, create=False) as opened:
        found, now = opened.versions
    say(f"schema version {found}" + (f" became {now}" if found != now else ", which is the newest"))
    if as_json:
        print_json({"found": found, "version": now})


@store.command(
    epilog="""\b
Examples:
  banner store rules my-shop
  banner store rules my-shop --late-days 30 --keep-days 400
"""
)
@campaign_argument
@click.option(
    "--early-minutes", type=click.FloatRange(0), help="A receipt may be so much before its decision."
)
@click.option("--late-days", type=click.FloatRange(0), help="… and so much after it, to count in net.")
@click.option("--keep-days", type=click.FloatRange(0), help="Days that raw events are kept; 0: for ever.")
@STATE
@json_option
def rules(
    campaign: Path | None,
    early_minutes: float | None,
    late_days: float | None,
    keep_days: float | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Show or change what counts: how early and late a receipt may be, and how long raw events are kept.

    A change holds for all that was ever stored: the roll-ups are made again, which takes a minute for ten
    million events.
    """
    from banner_engine.track import Store

    engine = open_engine(campaign, None, store)
    name = engine.loaded.campaign.id
    with Store.open(engine.state.track) as opened:
        wanted = opened.rules(name)
        if early_minutes is not None:
            wanted = replace(wanted, early=dt.timedelta(minutes=early_minutes))
        if late_days is not None:
            wanted = replace(wanted, late=dt.timedelta(days=late_days))
        if keep_days is not None:
            wanted = replace(wanted, keep=dt.timedelta(days=keep_days) if keep_days else None)
        opened.set_rules(name, replace(wanted, timezone=engine.loaded.campaign.timezone))
        now = opened.rules(name)
    told = {
        "timezone": now.timezone,
        "early_minutes": now.early / dt.timedelta(minutes=1),
        "late_days": now.late / dt.timedelta(days=1),
        "keep_days": None if now.keep is None else now.keep / dt.timedelta(days=1),
    }
    kept = "for ever" if now.keep is None else f"{told['keep_days']:g} days"
    say(
        f"Hours of {now.timezone}; a receipt counts from {told['early_minutes']:g} min before to "
        f"{told['late_days']:g} days after its decision; raw events are kept {kept}."
    )
    if as_json:
        print_json(told)


@store.command(
    epilog="""\b
Examples:
  banner store keys my-shop --rotate
  banner store keys my-shop --retire k1
"""
)
@campaign_argument
@click.option("--rotate", is_flag=True, help="Add a key, which signs from now on.")
@click.option("--retire", metavar="ID", help="Refuse what this key signed from now on.")
@STATE
@json_option
def keys(campaign: Path | None, rotate: bool, retire: str | None, store: Path | None, as_json: bool) -> None:
    """Show, rotate or retire the keys that sign tokens. Keys themselves are never printed."""
    from banner_engine.track import keys as book

    state = open_engine(campaign, None, store).state
    secret = state.key()
    if rotate:
        say(f"{book.rotate(state.folder, secret)} signs from now on")
    if retire:
        book.retire(state.folder, secret, retire)
    known = book.read_keys(state.folder, secret)
    signs = [key.id for key in known if not key.retired][-1]
    for key in known:
        say(f"{key.id}: {'retired' if key.retired else 'signs' if key.id == signs else 'is read'}")
    if as_json:
        print_json({"signs": signs, "retired": [key.id for key in known if key.retired]})
