"""What mirrors and what glitters: glossy floors, water, the light on a pool's ground, frosted glass."""

from __future__ import annotations

import numpy as np

from banner_engine.scenery.easel import Array, Easel, Grid, Patch, ramp, smooth, stacked
from banner_engine.scenery.filters import blurred, sampled
from banner_engine.scenery.noise import key_of, noise_at, smooth_noise
from banner_engine.scenery.registry import field, glaze
from banner_engine.scenery.terms import Colour, Length, Number, Place, Ratio, Share, Size, Stops

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


@glaze
def glossy_floor(
    easel: Easel,
    backdrop: Array,
    *,
    horizon: Length,
    strength: Share = 0.45,
    reach: Size,
    blur: Length = 10,
    calm: Share = 0,
) -> Patch | None:
    """The mirror image of all that is drawn so far above the horizon (from the ground), in the floor.

    strength: at the horizon; the image has died `reach` px below it, and its sigma has grown to `blur`.
    Draw the floor before and what stands on it after. calm: how much of it is taken away over the copy.
    """
    stage, level = easel.stage, easel.stage.ground + horizon
    grid = easel.grid((0, level, stage.width, min(stage.height, level + reach)))
    if grid is None:
        return None
    depth = (grid.y - level) / reach
    image = _mirrored(backdrop, grid, level, stage.scale, np.zeros((1, 1), np.float32))
    soft = blurred(image, blur * stage.scale, 0.7 * blur * stage.scale)
    colour = image + (soft - image) * smooth(depth * 2.2)
    alpha = strength * (1 - smooth(depth)) * easel.inside(level - grid.y)
    return grid.patch(colour, alpha * easel.away(grid, calm, 0.15 * stage.width))


@glaze
def water(
    easel: Easel,
    backdrop: Array,
    *,
    stops: Stops,
    horizon: Length,
    ripple: Size = 26,
    chop: Share = 0.5,
    mirror: Share = 0.6,
    glint: Colour | None = None,
) -> Patch | None:
    """Water down to the lower edge, with what is drawn so far above the horizon mirrored in its ripples.

    stops: the water's own colour from the horizon (from the ground) down. ripple: from one to the next at
    the lower edge; chop: how far they break the image; mirror: its strength at the horizon; glint: light
    on the ripples. The seed moves them.
    """
    stage, level, key = easel.stage, easel.stage.ground + horizon, key_of(easel)
    grid = easel.grid((0, level, stage.width, stage.height))
    if grid is None:
        return None
    height = max(stage.height - level, 1.0)
    down = np.clip((grid.y - level) / height, 0.002, 1)
    # A plane in perspective: what is near the horizon is far away.
    far = 1 / (down + 0.22)
    x = (grid.x - stage.centre[0]) / (3.6 * ripple) * far * np.float32(0.82)
    y = np.broadcast_to(height / ripple * 1.1 * (np.float32(4.545) - far), x.shape)
    still = np.clip((down + 0.03) * height * stage.scale / 10, 0, 1)
    fine = noise_at(2.3 * x, 2.1 * y, key + 1) * still
    wave = (noise_at(x, y, key) + 0.55 * fine) * np.float32(0.85)
    shift = wave * (chop * ripple) * (0.12 + 0.75 * down)
    image = _mirrored(backdrop, grid, level, stage.scale, shift)
    colour, alpha = ramp(stops, down)
    own = colour[:, None, None] if colour.ndim == 1 else colour
    seen = mirror * (1 - 0.75 * smooth(down)) * np.clip(0.8 + 0.28 * wave, 0.2, 1)
    mixed = own + (image - own) * seen
    # Slopes towards the eye are dark, slopes away from it take the sky's light.
    mixed = mixed * (1 + 0.1 * chop * wave)
    layers = [(mixed, np.broadcast_to(alpha * easel.inside(level - grid.y), x.shape))]
    if glint is not None:
        # Light sits on the small ripples upon the large ones.
        fleck = noise_at(5.1 * x, 3.3 * y, key + 2) * still
        spark = smooth((0.55 * wave + 0.6 * fine + 0.5 * fleck - 1.35) / 0.5) * (1 - 0.35 * down)
        spark = spark * np.float32(glint[3])
        layers.append((np.asarray(glint[:3], np.float32), spark * layers[0][1]))
    return grid.patch(*stacked(layers))


@field
def caustics(
    easel: Easel,
    *,
    colour: Colour,
    size: Size = 120,
    at: Place,
    reach: Size,
    flat: Ratio = 1,
    horizon: Length | None = None,
    sharp: Share = 0.5,
    calm: Share = 0.8,
) -> Patch | None:
    """The net of light that water throws on the ground below it, brightest at `at`, gone at `reach` px.

    size: of its meshes; flat: their height over their width, for a floor seen from the side; horizon: from
    the ground, none above it. sharp: how far the light is gathered. Rays are bent by a wavy surface and
    counted where they land. The seed moves the waves.
    """
    stage, scale, key = easel.stage, easel.stage.scale, key_of(easel)
    top = 0.0 if horizon is None else stage.ground + horizon
    grid = easel.grid((0, top, stage.width, stage.height))
    if grid is None:
        return None
    rim = int(0.5 * size * scale) + 2
    rays = Grid(
        grid.left - rim,
        grid.top - rim,
        _grown(grid.x, rim, 1, scale),
        _grown(grid.y, rim, 0, scale),
    )
    surface = smooth_noise(easel, rays, key, 0.62 * size, 0.62 * size * flat)
    surface = surface + 0.35 * smooth_noise(easel, rays, key + 1, 0.33 * size, 0.33 * size * flat)
    bend = (0.05 + 0.1 * sharp) * size * size
    # Slopes per px at scale 1; the vertical ones in the plane of the floor, then seen from the side.
    slope_y, slope_x = (part * scale for part in np.gradient(surface))
    column = np.arange(surface.shape[1]) + bend * scale * slope_x - rim
    row = np.arange(surface.shape[0])[:, None] + bend * scale * flat * flat * slope_y - rim
    light = _landed(column, row, (grid.y.shape[0], grid.x.shape[1]))
    light = blurred(light, 0.006 * size * scale + 0.4)
    net = 1 - np.exp(-0.55 * np.maximum(light - 0.75, 0))
    far = np.hypot(grid.x - at[0], (grid.y - at[1]) / flat) / reach
    edge = 1.0 if horizon is None else smooth((grid.y - top) / max(0.12 * reach * flat, 1))
    alpha = net * (1 - smooth(far)) * edge * easel.away(grid, calm, 0.12 * stage.width)
    return grid.patch(np.asarray(colour[:3], np.float32), (alpha * colour[3]).astype(np.float32))


@glaze
def glass(
    easel: Easel,
    backdrop: Array,
    *,
    half: Size,
    top: Length,
    floor: Length,
    radius: Size | None = None,
    stops: Stops,
    line: Colour | None = None,
    width: Length = 1.5,
    blur: Length = 16,
    vivid: Number = 1.25,
    shadow: Colour | None = None,
) -> Patch | None:
    """A pane of frosted glass behind the hero, that blurs what is drawn so far.

    half: its half width; top: from the hero's centre; floor: from the ground; radius: of its upper corners,
    half a circle if left out. stops: its tint from the upper left to the lower right. vivid: the saturation
    of what shines through. line: around it; shadow: what it casts.
    """
    stage, scale = easel.stage, easel.stage.scale
    cx, y0, y1 = stage.centre[0], stage.centre[1] + top, stage.ground + floor
    corner = min(half if radius is None else radius, half)
    spread, fall = 38 * stage.unit, 16 * stage.unit
    rim = 2 * spread if shadow is not None else 2.0
    grid = easel.grid((cx - half - rim, y0 - rim, cx + half + rim, y1 + (rim if shadow is not None else 0)))
    if grid is None:
        return None

    def sides(lower: float) -> Array:
        """Signed px to the outline, negative inside; the floor does not count."""
        x, y = np.abs(grid.x - cx) - half + corner, y0 + lower + corner - grid.y
        out: Array = np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0) - corner
        return out

    def edge(lower: float) -> Array:
        """The same, with the floor."""
        out: Array = np.maximum(sides(lower), grid.y - y1 - lower)
        return out

    inside = easel.inside(edge(0))
    rows = slice(grid.top, grid.top + grid.y.shape[0])
    columns = slice(grid.left, grid.left + grid.x.shape[1])
    behind = blurred(backdrop[:, rows, columns], blur * scale)
    grey = np.tensordot(LUMA, behind, 1)
    behind = np.clip(grey + (behind - grey) * np.float32(vivid), 0, 1)
    along = ((grid.x - cx) / half * 0.25 + 0.25) + (grid.y - y0) / max(y1 - y0, 1) * 0.5
    tint, opacity = ramp(stops, along)
    tint = tint[:, None, None] if tint.ndim == 1 else tint
    layers: list[tuple[Array, Array]] = []
    if shadow is not None:
        dark = easel.inside(edge(fall), spread * 0.5) * (1 - inside) * np.float32(shadow[3])
        layers.append((np.asarray(shadow[:3], np.float32), dark))
    layers.append((behind + (tint - behind) * opacity, inside))
    if line is not None:
        stroke = easel.stroke(sides(0) + width / 2, width) * np.float32(line[3])
        layers.append((np.asarray(line[:3], np.float32), stroke * easel.inside(grid.y - y1)))
    return grid.patch(*stacked(layers))


def _mirrored(backdrop: Array, grid: Grid, level: float, scale: float, shift: Array) -> Array:
    """What stands above a level as a mirror shows it below, (3, h, w). shift: px it is looked up higher."""
    x = np.broadcast_to(
        np.arange(grid.x.shape[1], dtype=np.float32)[None, :] + grid.left, _shape(grid, shift)
    )
    y = np.minimum(2 * level - grid.y - shift, level - 0.5 / scale) * scale - 0.5
    return sampled(backdrop, x, np.broadcast_to(y, x.shape))


def _shape(grid: Grid, shift: Array) -> tuple[int, ...]:
    return np.broadcast_shapes((grid.y.shape[0], grid.x.shape[1]), shift.shape)


def _grown(axis: Array, rim: int, along: int, scale: float) -> Array:
    """A grid's axis with `rim` pixels more at both ends."""
    first = float(axis.flat[0])
    steps = (np.arange(axis.size + 2 * rim, dtype=np.float32) - rim) / scale + first
    return steps[None, :] if along else steps[:, None]


def _landed(column: Array, row: Array, shape: tuple[int, int]) -> Array:
    """How many rays land on each pixel, each shared out over the four around it."""
    height, width = shape
    left, top = np.floor(column).astype(np.int32), np.floor(row).astype(np.int32)
    across, down = column - left, row - top
    total = np.zeros(height * width)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = left + dx, top + dy
        weight = (across if dx else 1 - across) * (down if dy else 1 - down)
        on = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        total += np.bincount(y[on] * width + x[on], weights=weight[on], minlength=height * width)
    return total.reshape(shape).astype(np.float32)
