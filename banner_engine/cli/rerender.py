"""banner rerender"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from banner_engine.cli.common import campaign_option, json_option, open_engine, print_json, say, state_options


@click.command(
    epilog="""\b
Examples:
  banner rerender q3xk7w2mzt5yd6ab --campaign examples/double11
  banner rerender q3xk7w2mzt5yd6ab --run out --out again.jpg
"""
)
@click.argument("variant_id")
@campaign_option
@click.option("--run", type=click.Path(path_type=Path), help="A run's folder (default: the newest).")
@click.option("--out", type=click.Path(path_type=Path), help="Also write the picture here.")
@state_options
@json_option
def rerender(
    variant_id: str,
    campaign: Path | None,
    run: Path | None,
    out: Path | None,
    store: Path | None,
    as_of: dt.datetime | None,
    as_json: bool,
) -> int:
    """Draw a variant of a run again: the same bytes, or it names what changed. Exit 1 where they differ."""
    from banner_engine.variants.again import draw_again

    engine = open_engine(campaign, as_of, store)
    again = draw_again(engine, variant_id, run)
    if out is not None:
        out.write_bytes(again.data)
    if again.same:
        say(f"{again.variant_id}: the same {len(again.data):,} bytes (sha256 {again.sha256[:16]}…)")
    else:
        say(
            f"{again.variant_id}: other bytes; changed: {', '.join(again.changed) or 'nothing that is known'}"
        )
    if as_json:
        print_json(
            {
                "variant_id": again.variant_id,
                "same": again.same,
                "changed": list(again.changed),
                "bytes": len(again.data),
                "sha256": again.sha256,
            }
        )
    return 0 if again.same else 1
