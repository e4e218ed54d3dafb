"""Recipes of the shipped campaign's products in every theme, palette, shape and script, and how to draw them."""

from __future__ import annotations

import atexit
import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from canvas_samples import themes

from banner_engine.cache import ByteBudget
from banner_engine.load.copysets import CopySet
from banner_engine.load.folder import load_campaign
from banner_engine.load.product import Product
from banner_engine.prepare import CutoutStore, Failed, PictureJob, prepare_all
from banner_engine.recipe import Recipe
from banner_engine.select.pool import Combination, Space
from banner_engine.shipped import shipped
from banner_engine.workshop import Workshop

MOMENT = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)
LOCALES = ("en", "zh-CN", "ar", "he", "de", "th", "ja")
SCRIPTS = ("en", "zh-CN", "ar")
"""What fits in every layout of every theme at its reference size."""
AD = {"en": "Ad", "zh-CN": "广告", "ar": "إعلان", "he": "מודעה", "de": "Anzeige", "th": "โฆษณา", "ja": "広告"}
TEXT = {
    "en": (
        "11.11 Sale",
        "Gear up for less",
        "For trail, rock and snow",
        "Shop now",
        "Now",
        "While stocks last",
    ),
    "zh-CN": ("双11狂欢季", "山野装备狂欢", "山径岩壁一次配齐", "立即抢购", "到手价", "库存有限售完即止"),
    "ar": ("عروض 11.11", "خصم كبير", "معدات التخييم", "تسوق الآن", "الآن", "حتى نفاد الكمية"),
    "he": ("מבצע 11.11", "ציוד בפחות", "לשביל ולסלע", "קנו עכשיו", "עכשיו", "עד גמר המלאי"),
    "de": (
        "11.11 Sale",
        "Alles im Angebot",
        "Für Fels und Schnee",
        "Jetzt kaufen",
        "Jetzt",
        "Solange Vorrat",
    ),
    "th": ("ลดราคา 11.11", "ลดราคา", "รองเท้าเดินป่า", "ซื้อเลย", "เพียง", "สินค้ามีจำนวนจำกัด"),
    "ja": ("11.11セール", "冬の装備を", "初雪の前に", "今すぐ購入", "特価", "在庫限り"),
}
WORD = {"en": "GO", "zh-CN": "出发", "ar": "انطلق", "he": "קדימה", "de": "LOS", "th": "ไปกัน", "ja": "出発"}


def copy_sets() -> tuple[CopySet, ...]:
    """One with a number, one with a word."""
    made = []
    for name in ("number", "word"):
        text = {}
        for locale, (badge, headline, subline, cta, label, note) in TEXT.items():
            giant = "{discount}" if name == "number" else WORD[locale]
            text[locale] = {
                "badge": badge, "headline": headline, "subline": subline, "cta": cta,
                "price_label": label, "disclaimer": note, name: giant,
            }  # fmt: skip
        made.append(CopySet.model_validate({"id": name, "text": text}))
    return tuple(made)


def _scratch() -> Path:
    """A folder for the cut-outs that are not shipped ready, for as long as this process lives."""
    scratch = tempfile.TemporaryDirectory()
    atexit.register(scratch.cleanup)
    return Path(scratch.name)


@cache
def open_workshop(scenery: Path | None = None) -> Workshop:
    """The shipped campaign with all themes, and copy in many scripts. Scenes are kept in `scenery`."""
    folder = shipped("examples") / "double11"
    loaded = replace(load_campaign(folder), themes=themes(), copy_sets=copy_sets())
    jobs = [PictureJob(p.id, p.image) for p in loaded.products["cn"] if p.image is not None]
    made = prepare_all(jobs, CutoutStore(_scratch(), folder / "cutouts"), workers=1, cutter=None)
    cutouts = {}
    for outcome in made:
        assert not isinstance(outcome, Failed)
        cutouts[outcome.cutout.picture] = outcome.cutout
    return Workshop(loaded, cutouts, scenery, MOMENT, ByteBudget(128 << 20))


@cache
def _pictures() -> dict[str, str]:
    """Product id → digest of its picture."""
    import hashlib

    loaded = open_workshop().loaded
    return {
        p.id: hashlib.sha256(p.image.read_bytes()).hexdigest()
        for p in loaded.products["cn"]
        if p.image is not None
    }


def product(locale: str, number: int) -> Product:
    """A product on sale of the locale's market."""
    market = open_workshop().loaded.products["cn" if locale == "zh-CN" else "us"]
    on_sale = [p for p in market if p.discount_at(MOMENT) > 0.1]
    return on_sale[number % len(on_sale)]


def recipe_of(
    theme: str, layout: str, palette: str = "", locale: str = "en", copy: str = "number", number: int = 0,
    size: tuple[int, int] | None = None,
) -> Recipe | None:  # fmt: skip
    """The recipe of a combination at a size (the layout's reference size), None where it is infeasible."""
    one = themes()[theme]
    width, height = size or one.layouts[layout].reference
    thing = product(locale, number)
    combination = Combination(theme, palette or next(iter(one.palettes)), copy, layout)
    space = Space("card", width, height, locale, "A", 1)
    return open_workshop().judge(thing, _pictures()[thing.id], combination, space, AD[locale])


def recipes(
    theme: str,
    locales: tuple[str, ...],
    copies: tuple[str, ...] = ("number",),
    *,
    palettes: int | None = None,
) -> Iterator[Recipe]:
    """Palette × layout × locale × copy at the reference sizes, each with another product, without what fits
    nowhere (long words in the narrow layouts of some themes). palettes: only so many.
    """
    number = 0
    for layout in themes()[theme].layouts:
        for palette in list(themes()[theme].palettes)[:palettes]:
            for locale in locales:
                for copy in copies:
                    number += 1
                    found = recipe_of(theme, layout, palette, locale, copy, number)
                    assert found is not None or locale not in SCRIPTS, (theme, layout, palette, locale, copy)
                    if found is not None:
                        yield found
