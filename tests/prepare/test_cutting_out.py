"""Cutting real shop pictures out, with the extra `cutout`; and what needs no network, on drawings."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from banner_engine.prepare import (
    Cut,
    CutoutStore,
    PictureJob,
    Prepared,
    installed_cutter,
    open_picture,
    prepare_all,
    prepare_picture,
)
from banner_engine.prepare.ground import busyness, fitted_ground
from banner_engine.prepare.holes import find_holes
from banner_engine.prepare.measure import ink_box
from banner_engine.prepare.quality import Evidence, evidence, judge
from banner_engine.shipped import shipped

PICTURES = shipped("examples") / "double11" / "pictures"

needs_cutter = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("onnxruntime", "pymatting")),
    reason="the extra 'cutout' (onnxruntime, pymatting) is not installed",
)


@cache
def cut(name: str) -> Cut:
    cutter = installed_cutter(threads=2)
    assert cutter is not None, "the shipped model is missing"
    result = cutter.cut(open_picture(PICTURES / name).image)
    assert result is not None
    return result


@needs_cutter
def test_a_watch_is_cut_out_and_its_band_is_open() -> None:
    """Picture 59: the network takes what is seen through the band for the watch."""
    alpha = cut("59.webp").rgba[..., 3]
    assert alpha[5, 5] == alpha[5, 594] == alpha[594, 5] == alpha[594, 594] == 0
    assert alpha[180, 240] == 255, "the dial"
    assert alpha[390, 310] == 0, "the opening of the band"
    assert alpha[550, 520] == 0, "the shadow"
    box = ink_box(alpha)
    assert box is not None
    assert np.abs(np.array(box) - (94, 61, 520, 531)).max() <= 8
    assert cut("59.webp").likely[390, 310] > 0.9, "the hole was found by its colour"


@needs_cutter
def test_highlights_are_no_holes() -> None:
    """The shiny toe caps of black boots (1) and a bend of a grey band (80) have the ground's colour."""
    alpha = cut("1.webp").rgba[..., 3]
    assert alpha[380:410, 260:320].min() == 255
    assert alpha[360:376, 120:160].min() == 255
    assert cut("80.webp").rgba[82:94, 390:406, 3].min() == 255


@needs_cutter
def test_no_ground_shines_through_at_the_edges() -> None:
    """Picture 28, a red jacket on light grey: what is half covered is red, not pink (below its shoulders)."""
    rgba = cut("28.webp").rgba[250:].astype(int)
    half = (rgba[..., 3] > 60) & (rgba[..., 3] < 200)
    red, green = rgba[half][:, 0], rgba[half][:, 1]
    assert half.sum() > 200
    assert np.percentile(green, 90) < 80 and np.median(red - green) > 60


@needs_cutter
def test_good_and_bad_pictures_are_told_apart() -> None:
    found = {}
    for name in ("59.webp", "28.webp"):
        rgb = np.asarray(open_picture(PICTURES / name).image)
        found[name] = judge(evidence(rgb, cut(name)))
    assert found == {"59.webp": (1.0, ()), "28.webp": (1.0, ())}


@needs_cutter
def test_processes_make_the_same_files_as_one(tmp_path: Path) -> None:
    jobs = [PictureJob(n, PICTURES / f"{n}.webp") for n in ("59", "76")]
    files = []
    for workers in (1, 2):
        store = CutoutStore(tmp_path / str(workers))
        outcomes = list(prepare_all(jobs, store, workers=workers, cutter=installed_cutter()))
        assert all(isinstance(outcome, Prepared) and outcome.cutout.kind == "cutout" for outcome in outcomes)
        files.append({p.name: p.read_bytes() for p in (tmp_path / str(workers)).glob("[!.]*")})
    assert len(files[0]) == 4 and files[0] == files[1]


@needs_cutter
def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """PyMatting prints hints on its solver and numba warns: not to users."""
    picture = open_picture(PICTURES / "2.webp")
    prepare_picture(picture, mode="auto", cutter=installed_cutter())
    assert capfd.readouterr() == ("", "")


@needs_cutter
@pytest.mark.parametrize("colour", ["#FFFFFF", "#000000", "#808080"])
def test_an_empty_picture_becomes_a_card(tmp_path: Path, colour: str) -> None:
    Image.new("RGB", (200, 120), colour).save(tmp_path / "a.png")
    image, measures = prepare_picture(
        open_picture(tmp_path / "a.png"), mode="auto", cutter=installed_cutter()
    )
    assert measures.kind == "card" and measures.quality < 0.5 and measures.reasons
    assert image.mode == "RGBA"


def band(inner: str = "#E4E4E4") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A dark ring on a plain ground, seen as one solid thing: rgb, the network's answer, sure ground."""
    image = Image.new("RGB", (300, 300), "#E4E4E4")
    draw = ImageDraw.Draw(image)
    draw.ellipse((50, 50, 250, 250), fill="#202428")
    draw.ellipse((110, 110, 190, 190), fill=inner)
    y, x = np.mgrid[:300, :300] - 150
    likely = (np.hypot(x, y) <= 100).astype(np.float32)
    return np.asarray(image), likely, np.hypot(x, y) > 110


def test_a_hole_is_the_grounds_colour_with_a_wall_around_it() -> None:
    holes = find_holes(*band())
    assert holes[150, 150] and not holes[150, 70] and not holes[20, 20]
    assert 0.8 * np.pi * 40**2 < holes.sum() < np.pi * 40**2


@pytest.mark.parametrize("inner", ["#C03028", "#9A9A9A", "#E4E0D0"])
def test_a_patch_of_another_colour_is_no_hole(inner: str) -> None:
    assert not find_holes(*band(inner)).any()


def test_a_highlight_that_fades_is_no_hole() -> None:
    rgb, likely, ground = band()
    soft = np.asarray(Image.fromarray(rgb).filter(ImageFilter.GaussianBlur(14)))
    inside = likely > 0
    shiny = np.where(inside[..., None], soft, rgb).astype(np.uint8)
    assert not find_holes(shiny, likely, ground)[120:180, 120:180].any()


def test_a_hole_reaches_into_the_shade_of_its_wall() -> None:
    """The same ground, ever darker towards one side: too steep to be found alone, but joined to what is."""
    rgb, likely, ground = band()
    shaded = rgb.copy()
    inner = (rgb == 0xE4).all(axis=-1) & (likely > 0)
    depth = np.clip((np.mgrid[:300, :300][0] - 165) * 4, 0, 60)
    shaded[inner] = (rgb[inner].astype(int) - depth[inner][:, None]).astype(np.uint8)
    holes = find_holes(shaded, likely, ground)
    assert holes[130, 150] and holes[177, 150]
    assert not (holes & ~inner).any()


def test_ground_is_fitted_through_a_slope_of_light() -> None:
    y, x = np.mgrid[:200, :300]
    grey = np.clip(200 + 0.1 * x + 0.05 * y, 0, 255)
    rgb = np.repeat(grey[..., None], 3, axis=-1).astype(np.uint8)
    hidden = np.zeros((200, 300), bool)
    hidden[60:140, 100:200] = True
    painted = rgb.copy()
    painted[hidden] = (200, 30, 30)
    surface = fitted_ground(painted, ~hidden)
    reference = fitted_ground(rgb, np.ones_like(hidden))
    assert surface is not None and reference is not None
    assert np.abs(surface - reference).max() < 0.5
    assert fitted_ground(painted, np.zeros_like(hidden)) is None


def test_busy_ground_is_measured_away_from_the_subject() -> None:
    plain = np.full((200, 200, 3), 230, np.uint8)
    everywhere = np.ones((200, 200), bool)
    assert busyness(plain, everywhere) == 0.0
    stripes = plain.copy()
    stripes[:, ::6] = 40
    assert busyness(stripes, everywhere) > 10


PERFECT = Evidence(
    framed=0, soft=1.2, doubt=0.04, crumbs=0, busy=0.5, uneven=3, alike=0, left=0, veil=0.01, side=480
)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"framed": 0.1}, "cut-by-frame"),
        ({"soft": 9.0}, "soft-edge"),
        ({"doubt": 0.6}, "unsure"),
        ({"crumbs": 0.05}, "pieces"),
        ({"busy": 20.0}, "busy-ground"),
        ({"uneven": 40.0}, "uneven-ground"),
        ({"alike": 0.3}, "white-on-white"),
        ({"left": 0.4}, "ground-left"),
        ({"veil": 0.4}, "see-through"),
        ({"side": 60}, "small"),
    ],
)
def test_each_fault_has_its_reason(fault: dict[str, float], reason: str) -> None:
    assert judge(PERFECT) == (1.0, ())
    quality, reasons = judge(replace(PERFECT, **fault))
    assert quality <= 0.55 and reasons == (reason,)


def test_faults_multiply_and_the_worst_comes_first() -> None:
    quality, reasons = judge(replace(PERFECT, framed=0.1, crumbs=0.05))
    assert quality == pytest.approx(0.3 * 0.5)
    assert reasons == ("cut-by-frame", "pieces")
