"""banner show"""

from __future__ import annotations

import datetime as dt
import json
import statistics
from pathlib import Path
from typing import Any

import click

from banner_engine.cli.common import campaign_option, json_option, open_engine, print_json, state_options


@click.command(
    epilog="""\b
Examples:
  banner show q3xk7w2mzt5yd6ab --campaign examples/double11
  banner show q3xk7w2mzt5yd6ab --profiles people.jsonl --user s7-0000012 --json
"""
)
@click.argument("variant_id")
@campaign_option
@click.option("--run", type=click.Path(path_type=Path), help="A run's folder (default: the newest).")
@click.option("--profiles", type=click.Path(path_type=Path), help="With --user: explain the product's score.")
@click.option("--user", help="A user id of that file.")
@state_options
@json_option
def show(
    variant_id: str,
    campaign: Path | None,
    run: Path | None,
    profiles: Path | None,
    user: str | None,
    store: Path | None,
    as_of: dt.datetime | None,
    as_json: bool,
) -> None:
    """Show what a variant is: its recipe, its plan, and why this product and copy were chosen."""
    from banner_engine.deliver.run import read_manifest
    from banner_engine.variants.find import find_variant, shown_to
    from banner_engine.variants.why import explain_for, plan_summary

    if (profiles is None) != (user is None):
        raise click.UsageError("--profiles and --user go together")
    engine = open_engine(campaign, as_of, store)
    found = find_variant(engine, variant_id, run)
    if as_of is None and found.out is not None:
        manifest = read_manifest(found.out)
        if manifest is not None:
            engine.moment = dt.datetime.fromisoformat(manifest["as_of"])
    told: dict[str, Any] = {
        "variant_id": found.variant_id,
        "copy": found.copy,
        "recipe": json.loads(found.recipe.canonical()),
        "plan": plan_summary(engine.workshop.plan(found.recipe)),
    }
    if found.row is not None and found.out is not None:
        told["file"] = {
            **{name: found.row[name] for name in ("quality", "bytes", "sha256", "fingerprint")},
            "path": str(found.out / kept) if (kept := found.row.get("pack") or found.row["path"]) else None,
            **({"offset": found.row["offset"]} if "pack" in found.row else {}),
        }
        rows = shown_to(found.out, found.variant_id, user)
        told["why"] = {
            "assignments": len(rows),
            "policies": sorted({row["policy"] for row in rows}),
            "median_propensity": statistics.median(row["propensity"] for row in rows) if rows else None,
            "median_match": statistics.median(row["match"] for row in rows) if rows else None,
        }
    if profiles is not None and user is not None:
        told["for_user"] = explain_for(engine, found.recipe, profiles, user)
    if as_json:
        print_json(told)
    else:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
