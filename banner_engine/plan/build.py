"""A recipe becomes a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from banner_engine.cache import ByteBudget, Cache
from banner_engine.errors import BannerError
from banner_engine.fit.blocks import SlotText
from banner_engine.fit.feasible import Fitter
from banner_engine.fit.slots import Canvas
from banner_engine.load.folder import LogoFile
from banner_engine.load.theme import Theme
from banner_engine.plan.bounds import unit_bounds, unit_kind
from banner_engine.plan.copy import block_items
from banner_engine.plan.items import PRODUCT, Plan, Rect, Unit
from banner_engine.plan.products import place_product
from banner_engine.prepare import Cutout
from banner_engine.prepare.scenes import SceneKey, SceneStore
from banner_engine.recipe import Recipe


def canvas_of(theme: Theme, recipe: Recipe) -> Canvas:
    layout = theme.layouts[recipe.layout]
    rtl = recipe.direction == "rtl"
    return Canvas(theme, layout, recipe.width, recipe.height, recipe.scale, recipe.locale, rtl)


def scene_key(theme: Theme, recipe: Recipe, canvas: Canvas) -> SceneKey:
    return SceneKey(
        theme=recipe.theme,
        theme_digest=theme.digest,
        palette=recipe.palette,
        seed=recipe.seed,
        layout=recipe.layout,
        width=recipe.width,
        height=recipe.height,
        scale=recipe.scale,
        mirrored=canvas.mirrored,
    )


class Planner:
    """Plans recipes. cutouts: picture digest → cut-out. logos: digest → file and aspect."""

    def __init__(
        self,
        themes: Mapping[str, Theme],
        fitter: Fitter,
        scenes: SceneStore,
        cutouts: Callable[[str], Cutout | None],
        logos: Mapping[str, tuple[LogoFile, float]],
        budget: ByteBudget,
    ) -> None:
        self.themes = themes
        self.fitter = fitter
        self.scenes = scenes
        self.cutouts = cutouts
        self.logos = logos
        self._units: Cache[Unit] = Cache(budget, "planned units", lambda unit: 600 + 900 * len(unit.items))

    def plan(self, recipe: Recipe) -> Plan:
        """Every decision that pixels need. Raises BannerError where the recipe names what is not there."""
        theme = self.themes.get(recipe.theme)
        if theme is None or recipe.layout not in theme.layouts or recipe.palette not in theme.palettes:
            raise BannerError(f"theme '{recipe.theme}' has no longer what the recipe names", kind="recipe")
        canvas = canvas_of(theme, recipe)
        key = scene_key(theme, recipe, canvas)
        bounds = dict(unit_bounds(canvas))
        products = tuple(self._product(canvas, key, picture, bounds[PRODUCT]) for picture in recipe.pictures)
        logo = self.logos.get(recipe.logo)
        if recipe.logo and logo is None:
            raise BannerError("the recipe's logo is no longer in the campaign", kind="recipe")
        texts = recipe.text
        copy = []
        for name, block in canvas.layout.blocks.items():
            here = tuple(
                SlotText(slot, texts[slot], logo[1] if slot == "logo" and logo else 0.0)
                for row in block.slots
                for slot in row
                if slot in texts
            )
            if here:
                copy.append(self._block(canvas, key, name, here, logo, bounds[name]))
        size = f"{recipe.width}x{recipe.height}"
        return Plan(
            width=recipe.width * recipe.scale,
            height=recipe.height * recipe.scale,
            scene=key,
            product_units=products,
            copy_units=tuple(copy),
            restart_blocks=theme.restart_blocks.get(size, default_restart(recipe.width)),
        )

    def _product(self, canvas: Canvas, key: SceneKey, picture: str, bounds: Rect) -> Unit:
        cutout = self.cutouts(picture)
        if cutout is None:
            raise BannerError(
                f"no cut-out of picture {picture[:12]}…",
                hint="banner products prepare makes it",
                kind="picture",
            )

        def make() -> Unit:
            return Unit.of(PRODUCT, PRODUCT, bounds, (place_product(canvas, key.palette, cutout),))

        return self._units.get((key, cutout.digest), make)

    def _block(
        self,
        canvas: Canvas,
        key: SceneKey,
        name: str,
        texts: tuple[SlotText, ...],
        logo: tuple[LogoFile, float] | None,
        bounds: Rect,
    ) -> Unit:
        """A block's unit: the same words over the same scene are planned once."""
        file = (str(logo[0].path), logo[0].digest) if logo else None

        def make() -> Unit:
            placed = self.fitter.block(canvas, name, texts)
            if placed is None:
                raise BannerError(f"the copy of block '{name}' no longer fits", kind="fit")
            luminance = self.scenes.get(key).luminance
            return Unit.of(
                name,
                unit_kind(canvas, name),
                bounds,
                tuple(block_items(canvas, key.palette, placed, luminance, file)),
            )

        return self._units.get((key, name, canvas.locale, canvas.rtl, texts, file), make)


def default_restart(width: int) -> int:
    """A restart interval whose markers cost about 1 to 2 % of the bytes, where a theme declares none."""
    return 15 if width >= 900 else 10 if width >= 600 else 5
