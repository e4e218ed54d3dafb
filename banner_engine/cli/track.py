"""banner track import|ingest"""

from __future__ import annotations

from pathlib import Path

import click

from banner_engine.cli.common import Bar, campaign_option, json_option, open_engine, plural, print_json, say

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
""",
)
@click.argument("events", type=click.Path(path_type=Path))
@campaign_option
@click.option(
    "--max-failures", type=click.IntRange(0), default=0, show_default=True, help="More than these: exit 3."
)
@STORE
@json_option
def import_(events: Path, campaign: Path | None, max_failures: int, store: Path | None, as_json: bool) -> int:
    """Import impressions, clicks and spend from CSV or JSONL (Parquet with the extra `parquet`).

    Columns: event_id; kind (impression, click, spend); time (ISO 8601 with a zone); decision_id, or
    variant_id and placement; amount and currency of spend. Importing again changes nothing.
    """
    from banner_engine.track import Store, import_events

    engine = open_engine(campaign, None, store)
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
