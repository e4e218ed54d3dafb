"""banner prune"""

from __future__ import annotations

from pathlib import Path

import click

from banner_engine.cli.common import json_option, plural, print_json, say


@click.command(
    epilog="""\b
Examples:
  banner prune out --keep-runs 3 --dry-run
  banner prune out --keep-runs 3
"""
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--keep-runs", type=click.IntRange(1), default=1, show_default=True, help="The newest N runs stay."
)
@click.option("--dry-run", is_flag=True, help="Count, delete nothing.")
@json_option
def prune(out: Path, keep_runs: int, dry_run: bool, as_json: bool) -> None:
    """Delete the tables of old runs, and the pictures that no run which is kept names."""
    from banner_engine.deliver.prune import prune as run

    done = run(out, keep_runs, dry_run=dry_run)
    verb = "would go" if dry_run else "deleted"
    say(f"{plural(done.runs, 'run')} and {plural(done.files, 'picture')} ({done.bytes / 1e6:,.1f} MB) {verb}")
    if as_json:
        print_json({"runs": done.runs, "files": done.files, "bytes": done.bytes, "dry_run": dry_run})
