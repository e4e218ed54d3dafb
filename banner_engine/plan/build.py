"""A recipe becomes a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from banner_engine.errors import BannerError
from banner_engine.fit.blocks import SlotText
from banner_engine.fit.feasible import Fitter
from banner_engine.fit.slots import Canvas
from banner_engine.load.folder import LogoFile
from banner_engine.load.theme import Theme
from banner_engine.plan.copy import block_items
from banner_engine.plan.items import CopyItem, LogoItem, Plan, TextItem
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
    ) -> None:
        self.themes = themes
        self.fitter = fitter
        self.scenes = scenes
        self.cutouts = cutouts
        self.logos = logos

    def plan(self, recipe: Recipe) -> Plan:
        """Every decision that pixels need. Raises BannerError where the recipe names what is not there."""
        theme = self.themes.get(recipe.theme)
        if theme is None or recipe.layout not in theme.layouts or recipe.palette not in theme.palettes:
            raise BannerError(f"theme '{recipe.theme}' has no longer what the recipe names", kind="recipe")
        canvas = canvas_of(theme, recipe)
        key = scene_key(theme, recipe, canvas)
        luminance = self.scenes.get(key).luminance
        products = []
        for picture in recipe.pictures:
            cutout = self.cutouts(picture)
            if cutout is None:
                raise BannerError(
                    f"no cut-out of picture {picture[:12]}…",
                    hint="banner products prepare makes it",
                    kind="picture",
                )
            products.append(place_product(canvas, recipe.palette, cutout))
        logo = self.logos.get(recipe.logo)
        texts = recipe.text
        copy: list[CopyItem] = []
        for name, block in canvas.layout.blocks.items():
            here = tuple(
                SlotText(slot, texts[slot], logo[1] if slot == "logo" and logo else 0.0)
                for row in block.slots
                for slot in row
                if slot in texts
            )
            placed = self.fitter.block(canvas, name, here)
            if placed is None:
                raise BannerError(f"the copy of block '{name}' no longer fits", kind="fit")
            file = (str(logo[0].path), logo[0].digest) if logo else None
            copy += block_items(canvas, recipe.palette, placed, luminance, file)
        fonts = {face.digest for item in copy if isinstance(item, TextItem) for face in item.text.faces}
        if recipe.logo and not any(isinstance(item, LogoItem) for item in copy):
            raise BannerError("the recipe's logo is no longer in the campaign", kind="recipe")
        restart = theme.restart_blocks.get(f"{recipe.width}x{recipe.height}", default_restart(recipe.width))
        return Plan(
            width=recipe.width * recipe.scale,
            height=recipe.height * recipe.scale,
            scene=key,
            products=tuple(products),
            copy=tuple(copy),
            fonts=tuple(sorted(fonts)),
            restart_blocks=restart,
        )


def default_restart(width: int) -> int:
    """A restart interval whose markers cost about 1 to 2 % of the bytes, where a theme declares none."""
    return 15 if width >= 900 else 10 if width >= 600 else 5
