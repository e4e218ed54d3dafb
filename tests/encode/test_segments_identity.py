"""Segments encoded alone are the bytes that the whole picture has there."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from banner_engine.encode.cuts import encode_segments
from banner_engine.encode.segments import EOI, Grid, cut, header, jpeg, marker
from banner_engine.encode.zones import runs_of, zone_map


def noise(width: int, height: int, seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    smooth = rng.integers(0, 256, (max(height // 7, 1), max(width // 7, 1), 3), np.uint8)
    picture = Image.fromarray(smooth).resize((width, height), Image.Resampling.BICUBIC)
    grain = rng.integers(0, 24, (height, width, 3))
    return Image.fromarray((np.asarray(picture) // 2 + grain).astype(np.uint8))


sizes = st.tuples(st.integers(1, 130), st.integers(1, 130))


@settings(max_examples=150, deadline=None)
@given(sizes, st.integers(1, 20), st.sampled_from([30, 68, 86, 95]), st.data())
def test_any_subset_of_segments_equals_the_whole(
    size: tuple[int, int], interval: int, quality: int, data
) -> None:  # type: ignore[no-untyped-def]
    width, height = size
    picture = noise(width, height, data.draw(st.integers(0, 9)))
    grid = Grid(width, height, interval)
    whole = jpeg(picture, quality, interval)
    head, parts = cut(whole)
    assert len(parts) == grid.count
    assert head == header(width, height, quality, interval)
    wanted = data.draw(st.sets(st.integers(0, grid.count - 1), min_size=1))
    found = encode_segments(grid, wanted, lambda y0, y1: picture.crop((0, y0, width, y1)), quality)
    assert set(found) >= wanted
    assert all(found[segment] == parts[segment] for segment in wanted)


box = st.tuples(st.integers(0, 120), st.integers(0, 120), st.integers(0, 60), st.integers(0, 60))


@settings(max_examples=150, deadline=None)
@given(sizes, st.integers(1, 20), st.lists(box, max_size=5), st.integers(0, 9))
def test_zones_joined_are_the_picture(
    size: tuple[int, int], interval: int, boxes: list[tuple[int, int, int, int]], seed: int
) -> None:
    width, height = size
    grid = Grid(width, height, interval)
    bounds = tuple(
        (min(x, width), min(y, height), min(x + w, width), min(y + h, height)) for x, y, w, h in boxes
    )
    kinds = tuple("abc"[number % 3] for number in range(len(bounds)))
    zones = zone_map(grid, bounds, kinds)
    picture = noise(width, height, seed)
    flat = [header(width, height, 80, interval)]
    for zone in zones.zones:
        made = encode_segments(grid, zone.segments, lambda y0, y1: picture.crop((0, y0, width, y1)), 80)
        flat += runs_of(zone, made, grid.count)
    assert b"".join(zones.join(flat)) == jpeg(picture, 80, interval)
    assert sorted(s for zone in zones.zones for s in zone.segments) == list(range(grid.count))


def test_a_unit_touches_the_segments_of_its_mcus_only() -> None:
    grid = Grid(64, 32, 2)  # 4 × 2 MCUs, two segments a row
    assert grid.touched([(17, 3, 18, 4)]).tolist() == [1, 0, 0, 0]
    assert grid.touched([(31, 15, 33, 17)]).tolist() == [1, 1, 1, 1]
    assert grid.touched([(5, 5, 5, 9)]).tolist() == [0, 0, 0, 0]
    assert marker(9) == b"\xff\xd1" and EOI == b"\xff\xd9"
