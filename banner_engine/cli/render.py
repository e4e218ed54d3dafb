"""banner render"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from banner_engine.cli.common import (
    Bar,
    Names,
    Preset,
    Sizes,
    campaign_argument,
    json_option,
    open_engine,
    plural,
    print_json,
    say,
    state_options,
)

SHOWN_PROBLEMS = 20


@click.command(
    epilog="""\b
Examples:
  banner render examples/double11 --profiles people.jsonl --out out --as-of 2026-11-10
  banner render my-shop --profiles people.jsonl --out out --sizes 300x250,728x90 --workers 2
  banner render my-shop --profiles people.jsonl --out out --resume     # after an interruption
  banner render my-shop --profiles people.jsonl --out out --dry-run    # decide, draw nothing
  banner render my-shop --profiles people.jsonl --out out --preset google-display
  banner render my-shop --profiles people.jsonl --out out --pack       # packs/000000.tar …
"""
)
@campaign_argument
@click.option("--profiles", type=click.Path(path_type=Path), required=True, help="JSONL, CSV or Parquet.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for pictures and tables.")
@click.option("--sizes", type=Sizes(), default=(), help="Only these sizes, such as 1200x628,300x250.")
@click.option("--placements", type=Names(), default=(), help="Only these placements, by id.")
@click.option(
    "--preset",
    type=Preset(),
    help="A platform's placements in the place of the campaign's: google-display, meta, amazon, douyin, wechat.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jpeg", "png", "webp", "avif"]),
    default="jpeg",
    show_default=True,
    help="Of the pictures.",
)
@click.option(
    "--pack", is_flag=True, help="Tar files of many pictures, with an index, in the place of images/."
)
@click.option("--recipes-only", is_flag=True, help="Keep no pictures: banner get makes them when asked.")
@click.option(
    "--workers", type=click.IntRange(1), default=None, help="Processes (default: one for each core)."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the draws.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N profiles.")
@click.option("--resume", is_flag=True, help="Go on with the run that began in --out.")
@click.option("--dry-run", is_flag=True, help="Decide and count, write nothing.")
@click.option(
    "--no-track", is_flag=True, help="Do not store the decisions (banner track ingest OUT does it later)."
)
@click.option("--base-url", help="Add signed image, impression and click URLs below this one.")
@click.option(
    "--max-failures", type=click.IntRange(0), default=0, show_default=True, help="More than these: exit 3."
)
@state_options
@json_option
def render(
    campaign: Path | None,
    profiles: Path,
    out: Path,
    sizes: tuple[tuple[int, int], ...],
    placements: tuple[str, ...],
    preset: str | None,
    format_: str,
    pack: bool,
    recipes_only: bool,
    workers: int | None,
    seed: int,
    limit: int | None,
    resume: bool,
    dry_run: bool,
    no_track: bool,
    base_url: str | None,
    max_failures: int,
    store: Path | None,
    as_of: dt.datetime | None,
    as_json: bool,
) -> int:
    """Make the banners of a file of profiles: one file a variant, and the tables of the run.

    Many users share a variant, so N profiles become M pictures. OUT gets images/, variants.jsonl,
    assignments.jsonl, failures.jsonl and, last, manifest.json. With --pack the pictures stand in tar files,
    packs/000000.tar and so on, and packs/index.jsonl says at which offset. With --recipes-only there are none.
    """
    from banner_engine.engine import Spaces
    from banner_engine.errors import BannerError
    from banner_engine.job.pin import Options, resumed_moment
    from banner_engine.job.render import READABLE
    from banner_engine.job.render import render as run
    from banner_engine.track.runs import ingest

    if pack and recipes_only:
        raise click.UsageError("--pack and --recipes-only exclude each other")
    if preset and placements:
        raise click.UsageError("--preset and --placements exclude each other")
    if resume and as_of is None:
        as_of = resumed_moment(out)
    engine = open_engine(campaign, as_of, store)
    if preset:
        placements = engine.take_preset(preset)
    if not engine.in_flight:
        flight = engine.loaded.campaign.flight
        say(
            f"{engine.moment:%Y-%m-%d} is outside the flight ({flight.start} to {flight.end}): nothing is decided. "
            "Use --as-of to rehearse."
        )
        if as_json:
            from banner_engine.job.render import Summary

            print_json({**Summary().to_dict(), "outside_flight": True})
        return 0
    options = Options(
        spaces=Spaces(placements, sizes),
        format=format_,
        keep="packs" if pack else "recipes" if recipes_only else "files",
        workers=workers or _cores(),
        seed=seed,
        limit=limit,
        resume=resume,
        dry_run=dry_run,
        base_url=base_url,
    )

    class Watcher:
        told = 0

        def __init__(self, bar: Bar) -> None:
            self.bar = bar

        def total(self, profiles: int) -> None:
            self.bar.total(profiles)

        def advance(self, profiles: int, variants: int) -> None:
            self.bar.advance(profiles, plural(variants, "variant"))

        def problem(self, error: BannerError) -> None:
            self.told += 1
            if self.told <= SHOWN_PROBLEMS:
                self.bar.problem(error)

    with Bar("profiles") as bar:
        watcher = Watcher(bar)
        summary = run(engine, profiles, out, options, watcher)
    if watcher.told > SHOWN_PROBLEMS:
        say(
            f"… and {plural(watcher.told - SHOWN_PROBLEMS, 'more problem')}"
            + ("" if dry_run else f"; all are in {out / 'failures.jsonl'}")
        )
    if summary.unserved:
        say(f"{plural(summary.unserved, 'request')} went unserved: nothing that may be shown fits there.")
    say(
        f"{plural(summary.profiles, 'profile')} → {plural(summary.assignments, 'assignment')} → "
        f"{plural(summary.variants, 'variant')}: {summary.written:,} written, {summary.skipped:,} there already, "
        f"{summary.failed:,} failed, in {summary.seconds:.1f} s ({summary.per_second:,.0f} variants/s)"
    )
    if summary.assignments and summary.assignments_per_variant < READABLE:
        say(
            f"A variant has {plural(round(summary.assignments_per_variant), 'assignment')} (median): too few to tell "
            "variants apart; report by theme, copy or product, or lower max_variants of the placements."
        )
    if not dry_run:
        if not no_track:
            ingest(out, engine.state.track, engine.state.key())
        engine.state.remember_run(out)
        say(f"{'Tables' if recipes_only else 'Pictures and tables'} are in {out}")
    if as_json:
        print_json(summary.to_dict())
    return 3 if summary.failed > max_failures else 0


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
