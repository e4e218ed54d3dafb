"""banner preview"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from banner_engine.cli.common import (
    Locales,
    Preset,
    Sizes,
    json_option,
    open_engine,
    plural,
    print_json,
    say,
    state_options,
)


@click.command(
    epilog="""\b
Examples:
  banner preview examples/double11 --open
  banner preview night-tech --sizes 1200x628,300x250 --locale en-US --out sheet.png
  banner preview night-tech --preset meta --out sheet.png
  banner preview lacquer --palette bordeaux --product outdoor-009 --scale 2 --inline
  banner preview --specimen --out type.png
"""
)
@click.argument("subject", metavar="[THEME|CAMPAIGN]", required=False)
@click.option("--sizes", type=Sizes(), default=(), help="Default: the sizes of the campaign's placements.")
@click.option(
    "--preset", type=Preset(), help="A platform's sizes; what it covers is shaded: google-display, meta, …"
)
@click.option("--locale", "locales", type=Locales(), default=(), help="Locales, such as zh-CN,en-US.")
@click.option("--product", help="A product's id.")
@click.option("--copy", "copy_", help="A copy set's id.")
@click.option("--palette", help="A palette's name (default: the theme's first).")
@click.option(
    "--seed", type=click.IntRange(0), help="A seed of the scenery (default: the one a render takes)."
)
@click.option("--layout", help="A layout's name (default: the first of the size's shape).")
@click.option("--scale", type=click.IntRange(1, 3), default=1, show_default=True, help="2 for HiDPI.")
@click.option("--zones", is_flag=True, help="Tint the zones that segment assembly keeps apart.")
@click.option("--specimen", is_flag=True, help="Show the type instead: every family, weight, script, effect.")
@click.option("--out", type=click.Path(path_type=Path), help="PNG file (default: preview.png here).")
@click.option("--open", "open_", is_flag=True, help="Open the sheet in the system's viewer.")
@click.option("--inline", is_flag=True, help="Show the sheet in the terminal.")
@state_options
@json_option
def preview(
    subject: str | None,
    sizes: tuple[tuple[int, int], ...],
    preset: str | None,
    locales: tuple[str, ...],
    product: str | None,
    copy_: str | None,
    palette: str | None,
    seed: int | None,
    layout: str | None,
    scale: int,
    zones: bool,
    specimen: bool,
    out: Path | None,
    open_: bool,
    inline: bool,
    store: Path | None,
    as_of: dt.datetime | None,
    as_json: bool,
) -> None:
    """Draw a contact sheet of a theme or a campaign: every size, labelled.

    A theme is shown with the products and copy of the campaign around it, or else of the shipped one.
    Flight dates do not matter here. --specimen shows the shipped fonts and those that the subject brings.
    """
    from banner_engine.preview import Wanted, cells, sheet, subject_engine

    unfit: list[str] = []
    if specimen:
        from banner_engine.specimen import shipped_book, specimen_sheet

        engine = subject_engine(subject, as_of, store, open_engine)[0] if subject else None
        book = engine.workshop.book if engine else shipped_book()
        picture, told = specimen_sheet(book), f"{len(book.families)} families"
    else:
        engine, themes = subject_engine(subject, as_of, store, open_engine)
        if preset:
            engine.take_preset(preset)
        wanted = Wanted(themes, sizes, locales, product, copy_, palette, seed, layout, scale, zones)
        groups = list(cells(engine, wanted))
        picture = sheet(groups, engine.workshop.book, scale)
        told = plural(sum(len(made) for _, made in groups), "banner")
        unfit = [cell.label for _, made in groups for cell in made if cell.picture is None]
    path = out or Path("preview.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "PNG")
    for label in unfit:
        say(f"Warning: {label}")
    if inline:
        from rich.console import Console
        from textual_image.renderable import Image as Inline

        Console().print(Inline(picture))
    say(f"{path}: {told}, {picture.width}×{picture.height} px")
    if open_:
        click.launch(str(path))
    if as_json:
        print_json({"path": str(path), "width": picture.width, "height": picture.height, "unfit": len(unfit)})
