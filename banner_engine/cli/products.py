"""banner products prepare"""

from __future__ import annotations

from pathlib import Path

import click

from banner_engine.cli.common import Bar, campaign_argument, json_option, open_engine, plural, print_json, say


@click.group()
def products() -> None:
    """Cut a feed's products out of their pictures."""


@products.command(
    epilog="""\b
Examples:
  banner products prepare examples/double11
  banner products prepare my-shop --review --sheet review.png
"""
)
@campaign_argument
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes.")
@click.option("--review", is_flag=True, help="List the cut-outs whose quality is low.")
@click.option(
    "--sheet", type=click.Path(path_type=Path), help="Write a contact sheet, before and after, to this PNG."
)
@click.option(
    "--max-failures", type=click.IntRange(0), default=0, show_default=True, help="More than these: exit 3."
)
@click.option("--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state.")
@json_option
def prepare(
    campaign: Path | None,
    workers: int,
    review: bool,
    sheet: Path | None,
    max_failures: int,
    store: Path | None,
    as_json: bool,
) -> int:
    """Fetch, cut out and measure every picture of a campaign's feed, once each.

    Needs the extra `cutout` (pip install "banner-engine[cutout]"); without it, pictures with alpha are
    taken as they are and the others become photo cards. What cannot be cut out well becomes a card too;
    the catalogue can say `cutout: no` for a product, or name a file of its own.
    """
    from banner_engine.prepare import GOOD_ENOUGH, Failed, Prepared, contact_sheet, installed_cutter

    engine = open_engine(campaign, None, store)
    if installed_cutter() is None:
        say(
            'Without the extra "cutout" pictures without alpha become photo cards: pip install "banner-engine[cutout]"'
        )
    for error in engine.fetch_pictures():
        say(f"Warning: {error}")
    ready: list[Prepared] = []
    failed = 0
    with Bar("pictures") as bar:
        bar.total(len(engine.picture_jobs()))
        for outcome in engine.prepare(workers=workers):
            if isinstance(outcome, Failed):
                failed += 1
                bar.problem(outcome.error)
            else:
                ready.append(outcome)
            bar.advance(1)
    fresh = sum(one.fresh for one in ready)
    cards = sum(one.cutout.kind == "card" for one in ready)
    low = sorted(
        (one for one in ready if one.cutout.quality < GOOD_ENOUGH), key=lambda one: one.cutout.quality
    )
    say(
        f"{plural(len(ready), 'picture')}: {fresh:,} made now, {len(ready) - fresh:,} there already; "
        f"{plural(cards, 'photo card')}, {failed:,} failed, {len(low):,} of low quality"
        + ("" if review or not low else " (--review lists them)")
    )
    if review:
        for one in low:
            say(
                f"  {one.job.id}  {one.cutout.quality:.2f}  {one.cutout.kind}  {', '.join(one.cutout.reasons)}"
            )
    if sheet is not None:
        grounds = engine.ground_colours()
        contact_sheet(low if review else ready, grounds).save(sheet, "PNG")
        say(f"Contact sheet: {sheet}")
    if as_json:
        print_json(
            {
                "pictures": len(ready),
                "fresh": fresh,
                "cards": cards,
                "failed": failed,
                "low_quality": [
                    {"id": one.job.id, "quality": one.cutout.quality, "reasons": list(one.cutout.reasons)}
                    for one in low
                ],
            }
        )
    return 3 if failed > max_failures else 0
