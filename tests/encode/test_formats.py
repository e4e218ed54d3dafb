"""Bytes of pictures: formats, budgets, and what a JPEG must and must not hold."""

from __future__ import annotations

import io
import itertools
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from banner_engine.encode import FORMATS, encode, steps_of
from banner_engine.encode.formats import PNG_STEPS
from banner_engine.encode.segments import cut, jpeg
from banner_engine.errors import BannerError

LADDER = (86, 74, 60)
UNLIMITED = 1 << 30

# ITU-T T.81, Annex K.3.3: (class and id, codes of 1 to 16 bits, first values)
HUFFMAN = {
    0x00: ("00010501010101010100000000000000", "000102030405060708090a0b"),
    0x10: ("0002010303020403050504040000017d", "01020300041105122131410613516107"),
    0x01: ("00030101010101010101010000000000", "000102030405060708090a0b"),
    0x11: ("00020102040403040705040400010277", "00010203110405213106124151076171"),
}


def picture(width: int = 97, height: int = 61, seed: int = 0) -> Image.Image:
    """Soft colours, a hard edge and some grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([x * 255 / max(width - 1, 1), y * 255 / max(height - 1, 1), (x + y) % 256], axis=-1)
    rgb[height // 3 : height // 2] = (250, 20, 30)
    return Image.fromarray(np.clip(rgb + rng.normal(0, 9, rgb.shape), 0, 255).astype(np.uint8))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def segments(data: bytes) -> list[tuple[int, bytes]]:
    """(marker, payload) up to and with SOS."""
    assert data[:2] == b"\xff\xd8"
    out, at = [], 2
    while True:
        assert data[at] == 0xFF
        kind, size = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        out.append((kind, data[at + 4 : at + 2 + size]))
        at += 2 + size
        if kind == 0xDA:
            return out


def huffman_tables(data: bytes) -> dict[int, tuple[bytes, bytes]]:
    tables = {}
    for kind, payload in segments(data):
        while kind == 0xC4 and payload:
            counts = payload[1:17]
            values = payload[17 : 17 + sum(counts)]
            tables[payload[0]] = (counts, values)
            payload = payload[17 + sum(counts) :]
    return tables


# -- JPEG -------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 150), st.integers(1, 150), st.integers(1, 12), st.sampled_from(LADDER))
def test_restart_markers_change_no_pixel(width: int, height: int, interval: int, quality: int) -> None:
    image = picture(width, height)
    plain = io.BytesIO()
    image.save(plain, "JPEG", quality=quality, subsampling="4:2:0")
    with_markers = opened(jpeg(image, quality, interval))
    assert with_markers.size == (width, height)
    assert with_markers.tobytes() == opened(plain.getvalue()).tobytes()


def test_a_jpeg_is_baseline_in_420_with_its_restart_interval() -> None:
    parts = dict(segments(jpeg(picture(), 80, 5)))
    assert 0xC0 in parts
    precision, height, width, components = struct.unpack(">BHHB", parts[0xC0][:6])
    assert (precision, width, height, components) == (8, 97, 61, 3)
    assert [parts[0xC0][7 + 3 * n] for n in range(3)] == [0x22, 0x11, 0x11]
    assert struct.unpack(">H", parts[0xDD]) == (5,)


@given(st.integers(1, 130), st.integers(1, 130), st.integers(1, 40))
def test_a_marker_stands_after_every_interval_but_the_last(width: int, height: int, interval: int) -> None:
    data = jpeg(picture(width, height), 60, interval)
    body = data[len(cut(data)[0]) :]
    numbers = [b - 0xD0 for a, b in itertools.pairwise(body) if a == 0xFF and 0xD0 <= b <= 0xD7]
    mcus = -(-width // 16) * -(-height // 16)
    assert numbers == [n % 8 for n in range(-(-mcus // interval) - 1)]


def test_huffman_tables_are_the_standard_ones_whatever_the_picture() -> None:
    flat = jpeg(Image.new("RGB", (40, 40), "red"), 30, 3)
    for data in (flat, jpeg(picture(), 95, 7)):
        found = huffman_tables(data)
        assert set(found) == set(HUFFMAN)
        for name, (counts, values) in HUFFMAN.items():
            assert found[name][0].hex() == counts
            assert found[name][1].hex().startswith(values)


def test_a_jpeg_carries_no_metadata() -> None:
    image = picture()
    image.info.update(exif=b"Exif\0\0x", icc_profile=b"icc", comment=b"made by", dpi=(300, 300), xmp=b"<x/>")
    kinds = [kind for kind, _ in segments(jpeg(image, 80, 5))]
    # JFIF's own header, tables, frame, interval, scan: no EXIF (APP1), ICC (APP2) or comment
    assert set(kinds) == {0xE0, 0xDB, 0xC0, 0xC4, 0xDD, 0xDA}


def test_equal_pixels_have_equal_bytes() -> None:
    assert jpeg(picture(), 80, 5) == jpeg(picture(), 80, 5)
    for format in ("png", "webp", "avif"):
        assert encode(picture(), format, (70,) if format != "png" else (64,), UNLIMITED) == encode(
            picture(), format, (70,) if format != "png" else (64,), UNLIMITED
        )


# -- other formats, and budgets ---------------------------------------------------------------------


def test_formats_and_their_endings() -> None:
    assert FORMATS == {"jpeg": "jpg", "png": "png", "webp": "webp", "avif": "avif"}


@pytest.mark.parametrize("format", ["png", "webp", "avif"])
def test_each_format_decodes_to_the_picture(format: str) -> None:
    image = picture(300, 250)
    made = encode(image, format, steps_of(format, LADDER), UNLIMITED)
    found = opened(made.data)
    assert found.format == format.upper()
    assert found.size == (300, 250)
    assert found.mode == "RGB"
    error = np.abs(np.asarray(found, float) - np.asarray(image, float)).mean()
    assert error < (0.001 if format == "png" else 12)
    assert made.quality == (0 if format == "png" else 86)


@pytest.mark.parametrize("format", ["png", "webp", "avif"])
def test_the_first_step_that_fits_is_taken(format: str) -> None:
    image = picture(160, 120)
    steps = steps_of(format, LADDER)
    sizes = {step: len(encode(image, format, (step,), UNLIMITED).data) for step in steps}
    for step in steps:
        made = encode(image, format, steps, sizes[step])
        assert made.quality == next(one for one in steps if sizes[one] <= sizes[step])
        assert len(made.data) == sizes[made.quality] <= sizes[step]
    least = min(sizes.values())
    assert len(encode(image, format, steps, least).data) == least
    with pytest.raises(BannerError) as caught:
        encode(image, format, steps, least - 1)
    assert caught.value.kind == "budget"
    assert caught.value.field == "byte_budget"
    assert caught.value.message == (
        f"{sizes[steps[-1]]:,} bytes at the last step ({steps[-1]}) of the ladder, "
        f"the budget is {least - 1:,}"
    )
    assert "raise the placement's byte_budget" in str(caught.value)


def test_a_png_goes_down_by_colours_and_no_ladder_moves_them() -> None:
    assert steps_of("png", LADDER) == PNG_STEPS == (0, 256, 128, 64, 32)
    assert steps_of("webp", LADDER) == steps_of("jpeg", LADDER) == LADDER
    for colours in PNG_STEPS[1:]:
        found = opened(encode(picture(160, 120), "png", (colours,), UNLIMITED).data)
        assert found.mode == "P"
        assert len(found.convert("RGB").getcolors(1000) or ()) <= colours


def test_a_png_at_the_step_that_was_taken_before_has_the_same_bytes() -> None:
    image = picture(160, 120)
    full = len(encode(image, "png", (0,), UNLIMITED).data)
    first = encode(image, "png", PNG_STEPS, full - 1)
    assert first.quality > 0
    assert encode(image, "png", (first.quality,), UNLIMITED) == first


@pytest.mark.parametrize("format", ["png", "webp", "avif"])
def test_no_format_carries_metadata(format: str) -> None:
    image = picture()
    image.info.update(exif=b"Exif\0\0x", comment=b"made by", xmp=b"<x/>")
    found = opened(encode(image, format, steps_of(format, LADDER), UNLIMITED).data)
    assert not {"exif", "icc_profile", "comment", "xmp", "dpi"} & set(found.info)
