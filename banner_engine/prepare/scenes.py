"""Scenes, drawn once, in memory and on disk, with their luminance."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from banner_engine.cache import ByteBudget, Cache
from banner_engine.load.theme import Box, Layout, Theme
from banner_engine.raster import Raster
from banner_engine.scenery import Scene, Stage, draw_scene, parse_recipe

SCENERY_VERSION = 2
"""Raise it when a generator draws other pixels than before: stored scenes are then drawn anew."""


@dataclass(frozen=True, slots=True)
class SceneKey:
    """What a scene's pixels depend on. width, height: px at scale 1."""

    theme: str
    theme_digest: str
    palette: str
    seed: int
    layout: str
    width: int
    height: int
    scale: int
    mirrored: bool

    @property
    def digest(self) -> str:
        return _digest(self)


@lru_cache(maxsize=4096)
def _digest(key: SceneKey) -> str:
    return hashlib.sha256(repr((SCENERY_VERSION, *astuple(key))).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class LitScene:
    """A scene and the relative luminance (WCAG 2.2, 0 to 1) of every pixel of its back: h × w float32."""

    scene: Scene
    luminance: npt.NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        back, front = self.scene.back, self.scene.front
        return 3 * back.width * back.height + self.luminance.nbytes + (front.nbytes if front else 0)


def mirrored_box(box: Box, mirrored: bool) -> Box:
    """A box of fractions, or its mirror image about the canvas's vertical axis."""
    x, y, w, h = box
    return (1 - x - w, y, w, h) if mirrored else box


def stage_of(layout: Layout, width: int, height: int, scale: int, mirrored: bool) -> Stage:
    """A layout's stage on a canvas, in px at scale 1."""
    cx, cy = layout.stage.centre
    quiet = (mirrored_box(box, mirrored) for box in layout.quiet)
    # as type does, the hero follows the side that is short against the reference: it never meets the copy
    unit = min(width / layout.reference[0], height / layout.reference[1])
    return Stage(
        width=width,
        height=height,
        scale=scale,
        centre=((1 - cx if mirrored else cx) * width, cy * height),
        radius=layout.stage.radius * min(layout.reference) * unit,
        ground=layout.stage.ground * height,
        quiet=tuple((x * width, y * height, w * width, h * height) for x, y, w, h in quiet),
        shape=layout.shape,
    )


_CHANNEL = np.array(
    [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in range(256)],
    dtype=np.float32,
)


def luminance(image: Image.Image) -> npt.NDArray[np.float32]:
    """Relative luminance of an RGB image, h × w, 0 to 1 (WCAG 2.2, after IEC 61966-2-1)."""
    pixels = np.asarray(image)
    out: npt.NDArray[np.float32] = (
        _CHANNEL[pixels[..., 0]] * np.float32(0.2126)
        + _CHANNEL[pixels[..., 1]] * np.float32(0.7152)
        + _CHANNEL[pixels[..., 2]] * np.float32(0.0722)
    )
    return out


class SceneStore:
    """Scenes by key: from memory, else from `folder`, else drawn (and kept in both).

    Files appear whole, so processes may share a folder. Raises BannerError for a recipe that names
    what no generator knows.
    """

    def __init__(self, themes: Mapping[str, Theme], folder: Path | None, budget: ByteBudget) -> None:
        self.themes = themes
        self.folder = folder
        self.drawn = 0
        self._cache: Cache[LitScene] = Cache(budget, "scenes", lambda lit: lit.nbytes)

    def get(self, key: SceneKey) -> LitScene:
        return self._cache.get(key, lambda: self._make(key))

    def _make(self, key: SceneKey) -> LitScene:
        scene = self._read(key) or self._draw(key)
        return LitScene(scene, luminance(scene.back))

    def _draw(self, key: SceneKey) -> Scene:
        theme = self.themes[key.theme]
        layout = theme.layouts[key.layout]
        recipe = parse_recipe(theme.scenery, file=theme.scenery_file)
        stage = stage_of(layout, key.width, key.height, key.scale, key.mirrored)
        scene = draw_scene(recipe, theme.palettes[key.palette], stage, key.seed)
        self.drawn += 1
        if self.folder is not None:
            self._write(key, scene)
        return scene

    def _paths(self, key: SceneKey) -> tuple[Path, Path]:
        assert self.folder is not None
        stem = self.folder / key.digest[:2] / key.digest
        return stem.with_suffix(".back.png"), stem.with_suffix(".front.png")

    def _read(self, key: SceneKey) -> Scene | None:
        if self.folder is None:
            return None
        back_file, front_file = self._paths(key)
        try:
            with Image.open(back_file) as opened:
                back = opened.convert("RGB")
            front = None
            if front_file.exists():
                with Image.open(front_file) as opened:
                    offset = opened.info.get("place", "0,0").split(",")
                    rgba = opened.convert("RGBA")
                front = Raster(int(offset[0]), int(offset[1]), rgba.convert("RGB"), rgba.getchannel("A"))
        except (OSError, SyntaxError, ValueError):
            return None
        return Scene(back, front)

    def _write(self, key: SceneKey, scene: Scene) -> None:
        from PIL.PngImagePlugin import PngInfo

        back_file, front_file = self._paths(key)
        back_file.parent.mkdir(parents=True, exist_ok=True)
        if scene.front is not None:
            front = scene.front
            assert isinstance(front.colour, Image.Image)
            rgba = front.colour.copy()
            rgba.putalpha(front.alpha)
            place = PngInfo()
            place.add_text("place", f"{front.x},{front.y}")
            _save(rgba, front_file, place)
        # the back is written last: a scene without its back does not count as stored
        _save(scene.back, back_file, None)


def _save(image: Image.Image, path: Path, info: object) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    image.save(beside, "PNG", compress_level=1, pnginfo=info)
    beside.replace(path)
