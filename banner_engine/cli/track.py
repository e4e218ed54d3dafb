"""banner track import|ingest"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from banner_engine.cli.common import Bar, campaign_option, json_option, open_engine, plural, print_json, say

if TYPE_CHECKING:
    from banner_engine.engine import Engine

STORE = click.option(
    "--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state."
)


@click.group()
def track() -> None:
    """Bring in decisions and events."""


@track.command(
    "import",
    epilog="""\b
Examples:
  banner track import events.csv --campaign examples/double11
  banner track import events.jsonl --campaign my-shop --json
  banner track import report.csv --campaign my-shop --format google-ads --placement search
""",
)
@click.argument("events", type=click.Path(path_type=Path))
@campaign_option
@click.option(
    "--max-failures", type=click.IntRange(0), default=0, show_default=True, help="More than these: exit 3."
)
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help="Totals that another system counted: google-ads, gam, meta, or a YAML file that maps columns.",
)
@click.option("--placement", help="With --format: whose totals these are, where the file does not say.")
@click.option("--currency", help="With --format: of the spend, where the file does not say.")
@STORE
@json_option
def import_(
    events: Path,
    campaign: Path | None,
    max_failures: int,
    form: str | None,
    placement: str | None,
    currency: str | None,
    store: Path | None,
    as_json: bool,
) -> int:
    """Import impressions, clicks and spend from CSV or JSONL (Parquet with the extra `parquet`).

    Columns: event_id; kind (impression, click, spend); time (ISO 8601 with a zone); decision_id, or
    variant_id and placement; amount and currency of spend. Importing again changes nothing.

    With --format, daily or hourly totals from Google Ads, Google Ad Manager or Meta: they stand beside your own
    numbers in reports, and newer files of the same days replace older ones. A variant is known by its id in the
    ad's name or URL.
    """
    from banner_engine.track import Store, import_events

    engine = open_engine(campaign, None, store)
    if form is not None:
        return _import_counts(engine, events, form, placement, currency, max_failures, as_json)
    with Store.open(engine.state.track) as opened, Bar("events") as bar:

        def progress(rows: int, done: int, whole: int) -> None:
            bar.total(round(rows * whole / done) if done else 0)
            bar.advance(rows - bar.done)

        told = import_events(
            opened,
            events,
            campaign=engine.loaded.campaign.id,
            progress=progress,
            on_error=lambda error: None,
        )
    for error in told.errors[:20]:
        say(f"Warning: {error}")
    if told.rejected > 20:
        say(f"… and {told.rejected - 20:,} more")
    say(
        f"{plural(told.rows, 'row')}: {told.accepted:,} new, {told.duplicates:,} known already, "
        f"{told.rejected:,} rejected"
    )
    if as_json:
        print_json(
            {
                "rows": told.rows,
                "accepted": told.accepted,
                "duplicates": told.duplicates,
                "rejected": told.rejected,
            }
        )
    return 3 if told.rejected > max_failures else 0


def _import_counts(
    engine: Engine,
    file: Path,
    form: str,
    placement: str | None,
    currency: str | None,
    max_failures: int,
    as_json: bool,
) -> int:
    from banner_engine.errors import BannerError, did_you_mean
    from banner_engine.track import Store
    from banner_engine.track.aggregates import Into, import_counts
    from banner_engine.track.mapping import read_mapping

    source, mapping = read_mapping(form)
    loaded = engine.loaded.campaign
    known = [one.id for one in loaded.placements]
    if placement is not None and placement not in known:
        raise BannerError(
            f"unknown placement '{placement}'", field="--placement", hint=did_you_mean(placement, known)
        )
    into = Into(loaded.id, loaded.zone, known, placement, currency)
    with Store.open(engine.state.track) as opened:
        told = import_counts(opened, file, source, mapping, into)
    for error in told.errors[:20]:
        say(f"Warning: {error}")
    if told.rejected > 20:
        say(f"… and {told.rejected - 20:,} more")
    stored = f"{plural(told.periods, 'total')} stored, {told.rejected:,} rejected"
    say(f"{plural(told.rows, 'row')} of {mapping.title}: {stored}")
    if as_json:
        print_json({"source": source, "rows": told.rows, "periods": told.periods, "rejected": told.rejected})
    return 3 if told.rejected > max_failures else 0


@track.command(
    epilog="""\b
Examples:
  banner track ingest out --campaign examples/double11
"""
)
@click.argument("out", type=click.Path(path_type=Path))
@campaign_option
@STORE
@json_option
def ingest(out: Path, campaign: Path | None, store: Path | None, as_json: bool) -> None:
    """Store the decisions of a committed run (render does it by itself unless --no-track)."""
    from banner_engine.track.runs import ingest as run

    engine = open_engine(campaign, None, store)
    done = run(out, engine.state.track, engine.state.key())
    say(f"{plural(done.variants, 'new variant')}, {plural(done.decisions, 'new decision')}")
    if as_json:
        print_json({"variants": done.variants, "decisions": done.decisions})
