"""What one process draws with: fonts, scenes, cut-outs and their caches, bound to one campaign."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image

from banner_engine.cache import ByteBudget, shared
from banner_engine.encode import Assembler, encode
from banner_engine.encode.zonestore import DiskZones
from banner_engine.errors import BannerError
from banner_engine.fit.feasible import Fitter, SlotWords
from banner_engine.fit.slots import Canvas
from banner_engine.fit.wording import Wording, allowed, wordings
from banner_engine.load.campaign import localised
from banner_engine.load.folder import CampaignFolder, LogoFile
from banner_engine.load.product import Product
from banner_engine.load.theme import Theme
from banner_engine.locales import is_rtl
from banner_engine.paint import Painter
from banner_engine.paint.logo import logo_aspect
from banner_engine.plan.build import Planner
from banner_engine.plan.items import Plan
from banner_engine.prepare import Cutout
from banner_engine.prepare.scenes import SceneStore
from banner_engine.recipe import Recipe
from banner_engine.rendition import Rendition, fingerprint, made_of
from banner_engine.select.pool import Combination, Space
from banner_engine.shipped import shipped
from banner_engine.text import FontBook


@dataclass(frozen=True, slots=True)
class Order:
    """A rendition that is asked for: what, in which format, under which budget (bytes)."""

    recipe: Recipe
    format: str
    budget: int


class Workshop:
    """Makes recipes, plans, pictures and renditions of one campaign.

    cutouts: by the digest of the source picture. scenery: folder where scenes are kept, or None.
    moment: the time at which prices hold. zones: folder where zones are kept, or None. Raises BannerError
    where fonts or logos are broken.
    """

    def __init__(
        self,
        loaded: CampaignFolder,
        cutouts: Mapping[str, Cutout],
        scenery: Path | None,
        moment: datetime,
        budget: ByteBudget = shared,
        zones: Path | None = None,
    ) -> None:
        self.loaded = loaded
        self.cutouts = cutouts
        self.moment = moment
        self.book = FontBook.load(*_font_folders(loaded.themes.values()))
        self.fitter = Fitter(self.book, budget)
        self.scenes = SceneStore(loaded.themes, scenery, budget)
        self.logos: dict[str, tuple[LogoFile, float]] = {
            logo.digest: (logo, logo_aspect(logo.path)) for logo in loaded.logos.values()
        }
        self.planner = Planner(loaded.themes, self.fitter, self.scenes, cutouts.get, self.logos, budget)
        self.painter = Painter(self.scenes, budget)
        self.zones = DiskZones(zones) if zones is not None else None
        self.assembler = Assembler(self.painter, budget, self.zones)
        self.copy = {one.id: one for one in loaded.copy_sets}
        self.font_problems: dict[str, BannerError] = {}
        self._words: dict[tuple[str, str, str], dict[str, Wording] | None] = {}

    def judge(
        self, product: Product, picture: str, combination: Combination, space: Space, disclosure: str = ""
    ) -> Recipe | None:
        """The recipe of a combination, or None where its copy, theme or product do not go together there.

        picture: digest of the product's picture. A character that no font has makes a combination
        infeasible; it is kept in `font_problems` and told once.
        """
        theme = self.loaded.themes[combination.theme]
        words = self._worded(product, combination.copy, space.locale)
        if words is None:
            return None
        rtl = is_rtl(space.locale)
        layout = theme.layouts[combination.layout]
        canvas = Canvas(theme, layout, space.width, space.height, 1, space.locale, rtl)
        logo = self._logo(theme)
        extra = [
            SlotWords("logo", self.loaded.campaign.brand.named(space.locale), None, logo[1] if logo else 0.0)
        ]
        if disclosure:
            extra.append(SlotWords("disclosure", disclosure))
        try:
            fitted = self.fitter.fit(canvas, words, tuple(extra))
        except BannerError as error:
            where = f"copy set '{combination.copy}' in theme '{combination.theme}', {space.locale}"
            self.font_problems.setdefault(
                f"{where}: {error.message}",
                BannerError(error.message, field=where, hint=error.hint, kind="font"),
            )
            return None
        if fitted is None:
            return None
        shows_logo = logo is not None and any(slot == "logo" for slot, _ in fitted.slots)
        return Recipe(
            theme=combination.theme,
            theme_digest=theme.digest,
            palette=combination.palette,
            seed=seed_of(theme, combination, product.product_type),
            layout=combination.layout,
            width=space.width,
            height=space.height,
            scale=1,
            products=(product.id,),
            pictures=(picture,),
            slots=fitted.slots,
            locale=space.locale,
            direction="rtl" if rtl else "ltr",
            logo=logo[0].digest if logo and shows_logo else "",
            disclosure=disclosure,
        )

    def plan(self, recipe: Recipe) -> Plan:
        return self.planner.plan(recipe)

    def picture(self, recipe: Recipe) -> Image.Image:
        """The RGB pixels of a recipe."""
        return self.painter.paint(self.plan(recipe))

    def rendition(self, order: Order, steps: Sequence[int]) -> Rendition:
        """A recipe's bytes at the first of the format's steps that fits the budget. Raises BannerError (kind
        "budget") where none does.
        """
        plan = self.plan(order.recipe)
        if order.format == "jpeg":
            encoded = self.assembler.jpeg(plan, steps, order.budget)
        else:
            encoded = encode(self.painter.paint(plan), order.format, steps, order.budget)
        return Rendition(
            order.recipe.variant_id,
            order.format,
            encoded.quality,
            fingerprint(plan),
            made_of(plan),
            encoded.data,
        )

    def flush(self) -> None:
        """Leave what was painted to other processes and later runs."""
        if self.zones is not None:
            self.zones.flush()

    def disclosure_text(self, placement_id: str | None, locale: str) -> str:
        """The label that a placement asks for, else the campaign's; "" where there is none."""
        campaign = self.loaded.campaign
        placement = campaign.placement(placement_id) if placement_id else None
        texts = (
            campaign.disclosure if placement is None or placement.disclosure is None else placement.disclosure
        )
        return str(localised(texts, locale) or "")

    def _logo(self, theme: Theme) -> tuple[LogoFile, float] | None:
        logo = self.loaded.logos.get(theme.ground) or next(iter(self.loaded.logos.values()), None)
        return None if logo is None else self.logos[logo.digest]

    def _worded(self, product: Product, copy_id: str, locale: str) -> dict[str, Wording] | None:
        key = (product.id, copy_id, locale)
        if key not in self._words:
            copy = self.copy[copy_id]
            fits = allowed(copy, product, self.moment)
            self._words[key] = wordings(copy, product, locale, self.moment) if fits else None
        return self._words[key]


def seed_of(theme: Theme, combination: Combination, group: str) -> int:
    """One of the theme's seeds, by a hash of theme, palette, layout and product group; never an arm."""
    text = f"{theme.name}\x1f{combination.palette}\x1f{combination.layout}\x1f{group}"
    return theme.seeds[hashlib.sha256(text.encode()).digest()[0] % len(theme.seeds)]


def _font_folders(themes: Iterable[Theme]) -> list[Path]:
    own = [theme.folder / theme.fonts for theme in themes if theme.fonts]
    return [shipped("fonts"), *dict.fromkeys(own)]
