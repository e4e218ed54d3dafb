"""Contact sheets: a theme or a campaign in every size, labelled, for an eye to judge."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from banner_engine.encode.drawn import zones_over
from banner_engine.engine import Engine
from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.campaign import Size
from banner_engine.load.folder import find_campaign, theme_finder
from banner_engine.load.product import Product
from banner_engine.load.theme import Box, Theme
from banner_engine.locales import is_rtl
from banner_engine.recipe import Recipe
from banner_engine.select.pool import Combination, Space
from banner_engine.shipped import shipped
from banner_engine.text import FontBook, Span, TextPaint, TextStyle, draw_text, set_text, shape_text

SHEET_WIDTH, GAP, LABEL = 1760, 20, 20
GROUND, INK = (118, 118, 120), "#FFFFFF"
SHOWN_QUALITY = 0.85
"""Of a cut-out that stands for the theme when no product is asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sheet shows. Empty or None: every theme, size and locale of the campaign, and the first
    product, copy set and palette that go together.
    """

    themes: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    locales: tuple[str, ...] = ()
    product: str | None = None
    copy: str | None = None
    palette: str | None = None
    seed: int | None = None
    layout: str | None = None
    scale: int = 1
    zones: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One banner of a sheet; picture is None where nothing fits, and then the label says why."""

    label: str
    picture: Image.Image | None
    size: Size
    recipe: Recipe | None


Open = Callable[[Path | None, dt.datetime | None, Path | None], Engine]


def subject_engine(
    subject: str | None, as_of: dt.datetime | None, store: Path | None, open_engine: Open
) -> tuple[Engine, tuple[str, ...]]:
    """(engine, themes to show) for what a user names: a campaign's folder, a theme's folder, or a theme.

    A theme is shown in the campaign around the working folder, else in the shipped one, at a day of that
    campaign's flight. Raises BannerError where the name is neither.
    """
    if (
        subject is None
        or (Path(subject) / "campaign.yaml").is_file()
        or Path(subject).name == "campaign.yaml"
    ):
        engine = open_engine(Path(subject) if subject else None, as_of, store)
        return _in_flight(engine, as_of), ()
    try:
        around: Path | None = find_campaign(Path.cwd())
    except BannerError:
        around = None
    state = store or (None if around else Path(tempfile.gettempdir()) / "banner-specimens")
    engine = open_engine(around or shipped("examples") / "double11", as_of, state)
    theme = theme_finder(engine.loaded.folder).load(subject)
    engine.loaded = replace(engine.loaded, themes={**engine.loaded.themes, theme.name: theme})
    return _in_flight(engine, as_of), (theme.name,)


def _in_flight(engine: Engine, as_of: dt.datetime | None) -> Engine:
    """Previews ignore the flight, but prices should be those of the flight: step into it."""
    if as_of is None and not engine.in_flight:
        flight = engine.loaded.campaign.flight
        noon = dt.datetime.combine(flight.start, dt.time(12), engine.loaded.campaign.zone)
        engine.moment = noon
    return engine


def campaign_sizes(engine: Engine) -> tuple[Size, ...]:
    return tuple(dict.fromkeys(size for p in engine.loaded.campaign.placements for size in p.sizes))


def cells(engine: Engine, wanted: Wanted) -> Iterable[tuple[str, list[Cell]]]:
    """(heading, cells) for each theme and locale. Raises BannerError for a name that is not there."""
    themes = wanted.themes or tuple(engine.loaded.themes)
    sizes = wanted.sizes or campaign_sizes(engine)
    for number, theme_name in enumerate(themes):
        theme = engine.loaded.themes[theme_name]
        palette = wanted.palette or next(iter(theme.palettes))
        if palette not in theme.palettes:
            raise BannerError(
                f"theme '{theme_name}' has no palette '{palette}'", hint=did_you_mean(palette, theme.palettes)
            )
        for turn, locale in enumerate(wanted.locales or engine.loaded.campaign.locales):
            product = _product(engine, wanted.product, locale, number * 2 + turn)
            made = [_cell(engine, theme, palette, locale, product, size, wanted) for size in sizes]
            yield f"{theme_name} · {palette} · {locale} · {product.id}", made


def covered_of(engine: Engine, size: Size) -> Box:
    """What the platforms of a size's placements cover, together."""
    found = [p.covered for p in engine.loaded.campaign.placements if size in p.sizes]
    left, top, right, bottom = (max(side) for side in zip((0.0,) * 4, *found, strict=True))
    return left, top, right, bottom


def _shaded(picture: Image.Image, covered: Box) -> Image.Image:
    """The picture with a shade over what a platform covers."""
    if not any(covered):
        return picture
    width, height = picture.size
    left, top, right, bottom = covered
    free = (
        round(left * width),
        round(top * height),
        round((1 - right) * width),
        round((1 - bottom) * height),
    )
    shaded = Image.blend(picture, Image.new("RGB", picture.size, GROUND), 0.45)
    shaded.paste(picture.crop(free), free[:2])
    return shaded


def _product(engine: Engine, wanted: str | None, locale: str, turn: int) -> Product:
    served = engine.served_locale(locale)
    shelf = engine.shelves[served]
    if wanted is not None:
        if wanted not in shelf.index:
            raise BannerError(
                f"unknown product '{wanted}'", field="--product", hint=did_you_mean(wanted, shelf.index)
            )
        return shelf.products[shelf.index[wanted]]
    good = [
        p
        for p in shelf.products
        if engine.cutouts[p.id].quality >= SHOWN_QUALITY and p.discount_at(engine.moment) > 0
    ]
    popular = sorted(good or shelf.products, key=lambda p: (-p.popularity, p.id))
    return popular[turn % len(popular)]


def _cell(
    engine: Engine, theme: Theme, palette: str, locale: str, product: Product, size: Size, wanted: Wanted
) -> Cell:
    name = f"{size[0]}x{size[1]}"
    layouts = theme.layouts_for(*size)
    if wanted.layout is not None:
        if wanted.layout not in theme.layouts:
            raise BannerError(
                f"theme '{theme.name}' has no layout '{wanted.layout}'",
                hint=did_you_mean(wanted.layout, theme.layouts),
            )
        layouts = (wanted.layout,)
    copies = [c.id for c in engine.loaded.copy_sets]
    if wanted.copy is not None:
        if wanted.copy not in copies:
            raise BannerError(
                f"unknown copy set '{wanted.copy}'", field="--copy", hint=did_you_mean(wanted.copy, copies)
            )
        copies = [wanted.copy]
    elif "discount" in copies:
        copies = ["discount", *(c for c in copies if c != "discount")]
    space = Space("", *size, locale, engine.loaded.campaign.grade, 1)
    picture = engine.cutouts[product.id].picture
    disclosure = engine.workshop.disclosure_text(None, locale)
    covered = covered_of(engine, size)
    clear = [name for name in layouts if theme.layouts[name].keeps_clear(covered, rtl=is_rtl(locale))]
    if layouts and not clear:
        return Cell(f"{name}: copy stands where the platform covers it", None, size, None)
    for copy in copies:
        for layout in clear:
            chosen = Combination(theme.name, palette, copy, layout)
            recipe = engine.workshop.judge(product, picture, chosen, space, disclosure)
            if recipe is not None:
                recipe = replace(recipe, scale=wanted.scale)
                if wanted.seed is not None:
                    recipe = replace(recipe, seed=wanted.seed)
                label, drawn = f"{name} · {copy}", engine.workshop.picture(recipe)
                if wanted.zones:
                    drawn, told = zones_over(engine.workshop.plan(recipe), drawn)
                    label = f"{name} · {sum(runs for *_, runs in told)} runs of {len(told)} zones"
                return Cell(label, _shaded(drawn, covered), size, recipe)
    problem = next(iter(engine.workshop.font_problems.values()), None)
    return Cell(f"{name}: {problem.message if problem else 'no copy fits'}", None, size, None)


def sheet(groups: Iterable[tuple[str, Sequence[Cell]]], book: FontBook, scale: int = 1) -> Image.Image:
    """All groups below each other, each packed into rows by height."""
    rows: list[tuple[str, list[list[Cell]]]] = []
    groups = [(heading, list(made)) for heading, made in groups]
    widest = max((cell.size[0] for _, made in groups for cell in made), default=0)
    width = max(SHEET_WIDTH, widest + 2 * GAP)
    for heading, made in groups:
        packed: list[list[Cell]] = []
        used = 0
        for cell in sorted(made, key=lambda c: (-c.size[1] if c.size[0] < 1000 else -10_000, -c.size[0])):
            if not packed or used + cell.size[0] + GAP > width:
                packed.append([])
                used = GAP
            packed[-1].append(cell)
            used += cell.size[0] + GAP
        rows.append((heading, packed))
    height = GAP + sum(
        LABEL + GAP + sum(max(c.size[1] for c in line) + LABEL + GAP for line in packed) for _, packed in rows
    )
    canvas = Image.new("RGB", (width * scale, height * scale), GROUND)
    y = GAP
    for heading, packed in rows:
        _label(canvas, book, heading, GAP, y, 15, scale)
        y += LABEL + GAP // 2
        for line in packed:
            x = GAP
            for cell in line:
                _label(canvas, book, cell.label, x, y, 12, scale)
                if cell.picture is None:
                    w, h = cell.size
                    box = (x, y + LABEL, x + w, y + LABEL + h)
                    canvas.paste((90, 60, 60), tuple(v * scale for v in box))  # type: ignore[arg-type]
                else:
                    canvas.paste(cell.picture, (x * scale, (y + LABEL) * scale))
                x += cell.size[0] + GAP
            y += max(c.size[1] for c in line) + LABEL + GAP
    return canvas


def _label(canvas: Image.Image, book: FontBook, text: str, x: int, y: int, size: int, scale: int) -> None:
    shaped = shape_text(book, (Span(text, TextStyle(("Inter",), weight=600)),), "en", rtl=False)
    line = set_text(shaped, size=size * scale, width=1e9, max_lines=1)
    if line is not None:
        draw_text(line, TextPaint(INK), x * scale, (y + LABEL - 6) * scale).onto(canvas)
