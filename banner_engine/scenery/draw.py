"""A recipe becomes pixels: layers composited in float, dithered once, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.raster import Raster
from banner_engine.scenery import svg
from banner_engine.scenery.easel import Array, Easel, Patch
from banner_engine.scenery.recipe import Layer
from banner_engine.scenery.registry import generators
from banner_engine.scenery.stage import Scene, Stage


def draw_scene(recipe: Iterable[Layer], colours: Mapping[str, str], stage: Stage, seed: int) -> Scene:
    """Draw a recipe with a palette (name to '#RRGGBB') on a stage. The same input, the same bytes.

    seed: not negative; it moves what may vary (confetti, folds, the rays' phase), layer by layer, so
    that a change of one layer leaves the others' dice alone. Raises BannerError for a colour that the
    palette lacks.
    """
    numbered = list(enumerate(recipe))
    back = _paint([(n, layer) for n, layer in numbered if not layer.front], colours, stage, seed, planes=3)
    front = [(n, layer) for n, layer in numbered if layer.front]
    return Scene(
        back=Image.fromarray(_quantised(back)),
        front=_cropped(_paint(front, colours, stage, seed, planes=4)) if front else None,
    )


def _paint(
    layers: list[tuple[int, Layer]], colours: Mapping[str, str], stage: Stage, seed: int, planes: int
) -> Array:
    """Planes (3 or 4, h, w), premultiplied; the fourth is coverage."""
    width, height = stage.pixels
    canvas = np.zeros((planes, height, width), np.float32)
    fragments: list[str] = []
    for number, layer in layers:
        values = layer.values(stage.shape)
        if values is None:
            continue
        generator = generators()[layer.generator]
        resolved = _resolved(number, layer, values, colours, stage)
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number])))
        easel = Easel(stage, rng, f"l{number}", layer.folder, colours)
        if generator.medium == "vector":
            fragments.append(generator.draw(easel, **resolved))
            continue
        _lay_vectors(canvas, fragments, stage)
        behind = (canvas,) if generator.medium == "glaze" else ()
        try:
            drawn = generator.draw(easel, *behind, **resolved)
        except BannerError as error:
            error.field = f"scenery[{number}].{layer.generator}"
            raise
        if drawn is not None:
            _lay(canvas, drawn)
    _lay_vectors(canvas, fragments, stage)
    return canvas


def _resolved(
    number: int, layer: Layer, values: Mapping[str, Any], colours: Mapping[str, str], stage: Stage
) -> dict[str, Any]:
    """The parameters in px and colours of the palette; None stays, for what was left out."""
    parameters = generators()[layer.generator].parameters
    resolved = {}
    for name, value in values.items():
        try:
            kind = parameters[name].kind
            resolved[name] = None if value is None else kind.resolve(value, colours, stage)
        except BannerError as error:
            error.field = f"scenery[{number}].{layer.generator}.{name}"
            raise
    return resolved


def _lay_vectors(canvas: Array, fragments: list[str], stage: Stage) -> None:
    """Neighbouring vector layers share one SVG and one raster."""
    patch = svg.raster("".join(fragments), stage) if any(fragments) else None
    fragments.clear()
    if patch is not None:
        _lay(canvas, patch)


def _lay(canvas: Array, patch: Patch) -> None:
    """Blend a patch over the canvas, in place."""
    height, width = patch.alpha.shape
    rows, columns = slice(patch.top, patch.top + height), slice(patch.left, patch.left + width)
    for plane, colour in zip(canvas, patch.colour, strict=False):
        area = plane[rows, columns]
        area += patch.alpha * (colour - area)
    if canvas.shape[0] == 4:
        cover = canvas[3, rows, columns]
        cover += patch.alpha * (1 - cover)


def _quantised(canvas: Array) -> npt.NDArray[np.uint8]:
    """(h, w, 3) bytes of three planes, dithered by up to half a step so that no gradient bands."""
    height, width = canvas.shape[1:]
    noise = _noise(height, width + 2 * CHANNEL_SHIFT)
    out = np.empty((height, width, 3), np.uint8)
    for channel in range(3):
        shift = channel * CHANNEL_SHIFT
        level = canvas[channel] * 255 + noise[:, shift : shift + width]
        out[..., channel] = np.clip(level, 0, 255).astype(np.uint8)
    return out


CHANNEL_SHIFT = 19


@lru_cache(maxsize=4)
def _noise(height: int, width: int) -> Array:
    """Interleaved gradient noise (Jimenez 2014) by position: even in every 3x3 neighbourhood.

    From .01 to .99, so that rounding errors leave a flat colour flat.
    """
    x = np.arange(width, dtype=np.float64)[None, :]
    y = np.arange(height, dtype=np.float64)[:, None]
    whole = np.mod(52.9829189 * np.mod(0.06711056 * x + 0.00583715 * y, 1.0), 1.0)
    noise: Array = (0.01 + 0.98 * whole).astype(np.float32)
    noise.setflags(write=False)
    return noise


def _cropped(canvas: Array) -> Raster | None:
    """The four planes as a raster, cut to what is covered."""
    alpha = np.clip(canvas[3] * 255 + 0.5, 0, 255).astype(np.uint8)
    box = Image.fromarray(alpha).getbbox()
    if box is None:
        return None
    x0, y0, x1, y1 = box
    cover = np.maximum(canvas[3, y0:y1, x0:x1], 1 / 1024)
    colour = Image.fromarray(_quantised(canvas[:3, y0:y1, x0:x1] / cover))
    return Raster(x0, y0, colour, Image.fromarray(np.ascontiguousarray(alpha[y0:y1, x0:x1])))
