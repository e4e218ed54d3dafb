"""banner get"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from banner_engine.cli.common import campaign_option, json_option, open_engine, print_json, say, state_options


@click.command(
    epilog="""\b
Examples:
  banner get q3xk7w2mzt5yd6ab --campaign examples/double11 > x.jpg
  banner get q3xk7w2mzt5yd6ab --run out --out x.jpg
  banner get q3xk7w2mzt5yd6ab --format webp > x.webp
"""
)
@click.argument("variant_id")
@campaign_option
@click.option("--run", type=click.Path(path_type=Path), help="A run's folder (default: the newest).")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jpeg", "png", "webp", "avif"]),
    help="Default: the run's own, else jpeg.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write here (default: standard output).")
@state_options
@json_option
def get(
    variant_id: str,
    campaign: Path | None,
    run: Path | None,
    format_: str | None,
    out: Path | None,
    store: Path | None,
    as_of: dt.datetime | None,
    as_json: bool,
) -> None:
    """Write a variant's picture: the file or the pack's member that its run kept, else made of its recipe.

    A run with --recipes-only keeps no pictures; the bytes are those that it would have written. --json goes
    with --out, for standard output is the picture's.
    """
    from banner_engine.deliver.files import write_atomic
    from banner_engine.variants.get import get_picture

    if out is None and as_json:
        raise click.UsageError("--json needs --out: standard output is the picture's")
    if out is None and sys.stdout.isatty():
        raise click.UsageError("a picture is nothing for a terminal: name a file with --out, or add > x.jpg")
    picture = get_picture(open_engine(campaign, as_of, store), variant_id, run, format_)
    if picture.changed:
        say(f"Warning: its run made other bytes; banner rerender {picture.variant_id} names what changed")
    if out is None:
        sys.stdout.buffer.write(picture.data)
        sys.stdout.buffer.flush()
        return
    write_atomic(out, picture.data)
    if as_json:
        print_json(
            {
                "variant_id": picture.variant_id,
                "format": picture.format,
                "bytes": len(picture.data),
                "source": picture.source,
                "changed": picture.changed,
            }
        )
