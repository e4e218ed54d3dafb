"""Pictures of every kind come out upright, in sRGB, 8 bits a channel; broken ones are one clear line."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from banner_engine.errors import BannerError
from banner_engine.prepare import open_picture

SIZE = (60, 40)
CORNER = (10, 8)  # of the red block in the blue picture's top left


def two_colours(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", SIZE, (20, 40, 220))
    image.paste((230, 30, 20), (0, 0, *CORNER))
    return image.convert(mode)


def saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, ...], tolerance: int = 0) -> bool:
    found = image.getpixel(place)
    assert isinstance(found, tuple)
    return len(found) == len(colour) and all(
        abs(a - b) <= tolerance for a, b in zip(found, colour, strict=True)
    )


def profile_with_swapped_primaries() -> bytes:
    """An RGB profile whose red and blue primaries are exchanged: easy to tell whether it was applied."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    table = {}
    for n in range(struct.unpack_from(">I", srgb, 128)[0]):
        name, offset, length = struct.unpack_from(">4sII", srgb, 132 + 12 * n)
        table[name] = (offset, length)
    swapped = bytearray(srgb)
    (red, length), (blue, _) = table[b"rXYZ"], table[b"bXYZ"]
    swapped[red : red + length] = srgb[blue : blue + length]
    swapped[blue : blue + length] = srgb[red : red + length]
    return bytes(swapped)


@pytest.mark.parametrize(
    ("ending", "options", "tolerance"),
    [
        ("png", {}, 0),
        ("jpg", {"quality": 95}, 12),
        ("webp", {"lossless": True}, 0),
        ("avif", {"quality": 95}, 12),
    ],
)
def test_each_format(tmp_path: Path, ending: str, options: dict[str, object], tolerance: int) -> None:
    path = saved(two_colours(), tmp_path / f"a.{ending}", **options)
    picture = open_picture(path)
    assert picture.image.mode == "RGB" and picture.image.size == SIZE
    assert not picture.has_alpha
    assert near(picture.image, (2, 2), (230, 30, 20), tolerance)
    assert near(picture.image, (50, 30), (20, 40, 220), tolerance)
    assert picture.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_name_does_not_decide_the_format(tmp_path: Path) -> None:
    two_colours().save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert near(open_picture(tmp_path / "a.jpg").image, (2, 2), (230, 30, 20))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path: Path, orientation: int) -> None:
    """The eight orientations of EXIF 2.32, 4.6.4 A: stored so that a viewer turns them upright."""
    stored = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = two_colours()
    if orientation > 1:
        image = image.transpose(stored[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = open_picture(saved(image, tmp_path / "a.png", exif=exif))
    assert picture.image.tobytes() == two_colours().tobytes()


def test_unreadable_exif_is_passed_over(tmp_path: Path) -> None:
    path = saved(two_colours(), tmp_path / "a.jpg", exif=b"Exif\0\0MM\0*\0\0\xff\xff\0\1broken", quality=95)
    assert open_picture(path).image.size == SIZE


def test_palette_with_and_without_transparency(tmp_path: Path) -> None:
    palette = two_colours().quantize(8)
    picture = open_picture(saved(palette, tmp_path / "a.png"))
    assert picture.image.mode == "RGB" and near(picture.image, (2, 2), (230, 30, 20), 4)

    index = palette.getpixel((50, 30))
    picture = open_picture(saved(palette, tmp_path / "b.png", transparency=index))
    assert picture.has_alpha
    assert near(picture.image, (2, 2), (230, 30, 20, 255), 4)
    assert picture.image.getpixel((50, 30))[3] == 0


def test_a_transparent_colour_of_an_rgb_or_grey_png(tmp_path: Path) -> None:
    rgb = open_picture(saved(two_colours(), tmp_path / "a.png", transparency=(20, 40, 220)))
    assert rgb.image.getpixel((2, 2)) == (230, 30, 20, 255) and rgb.image.getpixel((50, 30))[3] == 0
    grey = two_colours("L")
    picture = open_picture(saved(grey, tmp_path / "b.png", transparency=grey.getpixel((50, 30))))
    assert picture.image.getpixel((2, 2))[3] == 255 and picture.image.getpixel((50, 30))[3] == 0


@pytest.mark.parametrize("ending", ["png", "webp", "avif"])
def test_alpha_is_kept(tmp_path: Path, ending: str) -> None:
    image = two_colours("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(SIZE))
    picture = open_picture(saved(image, tmp_path / f"a.{ending}", lossless=True, quality=100))
    assert picture.has_alpha
    assert abs(picture.image.getpixel((50, 20))[3] - image.getpixel((50, 20))[3]) <= 2


def test_opaque_alpha_is_no_alpha(tmp_path: Path) -> None:
    assert open_picture(saved(two_colours("RGBA"), tmp_path / "a.png")).image.mode == "RGB"


def test_grey_pictures(tmp_path: Path) -> None:
    ramp = Image.linear_gradient("L")
    for name, image in (("l.png", ramp), ("one.png", ramp.convert("1")), ("l.jpg", ramp)):
        picture = open_picture(saved(image, tmp_path / name))
        assert picture.image.mode == "RGB"
        assert max(picture.image.getpixel((9, 0))) <= 3 and min(picture.image.getpixel((9, 255))) >= 252
    grey = ramp.convert("LA")
    grey.putalpha(Image.new("L", ramp.size, 90))
    assert open_picture(saved(grey, tmp_path / "la.png")).image.getpixel((9, 200)) == (200, 200, 200, 90)


def test_sixteen_bit_pictures_are_scaled_not_clipped(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "grey.png")
    got = np.asarray(open_picture(tmp_path / "grey.png").image)[..., 0]
    assert np.array_equal(got, np.round(values / 257).astype(np.uint8))

    (tmp_path / "rgb.png").write_bytes(sixteen_bit_rgb_png(values))
    got = np.asarray(open_picture(tmp_path / "rgb.png").image).astype(int)
    assert np.abs(got[..., 0] - values / 257).max() <= 1
    assert np.abs(got[..., 2] - (255 - values / 257)).max() <= 1


def sixteen_bit_rgb_png(values: np.ndarray) -> bytes:
    """A PNG of 16 bits a channel (Pillow can't write one): red = values, green 0, blue = 65535 - values."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    pixels = np.stack([values, np.zeros_like(values), 65535 - values], axis=-1).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def without_adobe_marker(jpeg: bytes) -> bytes:
    """The file without its APP14 segment; what is left means ink as stored, 0 none and 255 full."""
    start = jpeg.index(b"\xff\xee")
    length = struct.unpack_from(">H", jpeg, start + 2)[0]
    assert jpeg[start + 4 : start + 9] == b"Adobe"
    return jpeg[:start] + jpeg[start + 2 + length :]


def test_cmyk_of_adobe_and_of_others(tmp_path: Path) -> None:
    """Adobe's CMYK JPEG stores ink inverted and says so with a marker; Pillow writes it that way."""
    cyan = Image.new("CMYK", SIZE, (255, 0, 0, 0))
    path = saved(cyan, tmp_path / "adobe.jpg", quality=95)
    assert near(open_picture(path).image, (9, 9), (0, 255, 255), 3)

    inverted = Image.new("CMYK", SIZE, (0, 255, 255, 255))
    plain = tmp_path / "plain.jpg"
    inverted.save(plain, quality=95)
    plain.write_bytes(without_adobe_marker(plain.read_bytes()))
    assert near(open_picture(plain).image, (9, 9), (0, 255, 255), 3)


def test_icc_profile_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGB", SIZE, (250, 40, 30))
    swapped = profile_with_swapped_primaries()
    for ending in ("png", "jpg", "webp"):
        picture = open_picture(saved(image, tmp_path / f"a.{ending}", icc_profile=swapped, quality=95))
        assert near(picture.image, (9, 9), (30, 40, 250), 14), ending
        assert picture.image.info == {}


def test_icc_profile_leaves_alpha_alone(tmp_path: Path) -> None:
    image = Image.new("RGBA", SIZE, (250, 40, 30, 100))
    path = saved(image, tmp_path / "a.png", icc_profile=profile_with_swapped_primaries())
    assert near(open_picture(path).image, (9, 9), (30, 40, 250, 100), 14)


def test_icc_profile_of_a_palette_picture(tmp_path: Path) -> None:
    image = Image.new("RGB", SIZE, (250, 40, 30)).quantize(4)
    path = saved(image, tmp_path / "a.png", icc_profile=profile_with_swapped_primaries())
    assert near(open_picture(path).image, (9, 9), (30, 40, 250), 14)


def test_rgb_profile_in_a_grey_picture_keeps_greys(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(Image.linear_gradient("L"), tmp_path / "a.png", icc_profile=srgb)
    assert near(open_picture(path).image, (9, 128), (128, 128, 128), 1)


@pytest.mark.parametrize("profile", [b"not a profile", b"\0" * 200], ids=["text", "zeros"])
def test_broken_profile_is_passed_over(tmp_path: Path, profile: bytes) -> None:
    path = saved(two_colours(), tmp_path / "a.png", icc_profile=profile)
    assert near(open_picture(path).image, (2, 2), (230, 30, 20))


def test_profile_of_another_colour_model_is_passed_over(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert near(
        open_picture(saved(two_colours(), tmp_path / "a.png", icc_profile=lab)).image, (2, 2), (230, 30, 20)
    )


@pytest.mark.parametrize("ending", ["webp", "png", "avif"])
def test_first_frame_of_an_animation(tmp_path: Path, ending: str) -> None:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("#E01010", "#10E010", "#1010E0")]
    path = tmp_path / f"a.{ending}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=50)
    assert near(open_picture(path).image, (9, 9), (224, 16, 16), 6)


def message(path: Path) -> str:
    with pytest.raises(BannerError) as caught:
        open_picture(path)
    assert caught.value.kind == "picture"
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(path))
    return str(caught.value)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "no such picture" in message(tmp_path / "none.png")
    assert "is not a file" in message(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")
    assert "is not a file" in message(tmp_path / "pipe.png")
    assert "no such picture" in message(tmp_path / "none.png" / "x")


def test_empty_and_foreign_files(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    assert "the file is empty" in message(tmp_path / "a.png")
    (tmp_path / "b.png").write_text("<svg/>")
    assert "not a picture that can be read; PNG, JPEG, WebP and AVIF are read" in message(tmp_path / "b.png")
    two_colours().save(tmp_path / "c.gif")
    two_colours().save(tmp_path / "d.tiff")
    assert "PNG, JPEG, WebP and AVIF" in message(tmp_path / "c.gif")
    assert "PNG, JPEG, WebP and AVIF" in message(tmp_path / "d.tiff")


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "avif"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_cut_short_files(tmp_path: Path, ending: str, part: float) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    content = saved(noise, tmp_path / f"whole.{ending}").read_bytes()
    path = tmp_path / f"a.{ending}"
    path.write_bytes(content[: int(len(content) * part)])
    assert "broken or cut short" in message(path) or "not a picture" in message(path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_bytes_never_raise_anything_else(data: st.DataObject) -> None:
    out = io.BytesIO()
    two_colours().save(out, data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "AVIF"])))
    content = bytearray(out.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(content)
        try:
            picture = open_picture(path)
        except BannerError as error:
            assert error.kind == "picture"
        else:
            assert picture.image.mode in ("RGB", "RGBA")


def test_too_large_is_refused_before_decoding(tmp_path: Path) -> None:
    """A header of 10,000 × 6,000 px without any pixels: it must be the size that is complained about."""
    for width, height in ((10_000, 6_000), (60_000, 60_000)):
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
        path = tmp_path / f"{width}.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT")
        assert "at most 50 megapixels are read" in message(path)


def test_too_small_and_wholly_transparent(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1)).save(tmp_path / "a.png")
    assert "only 1×1 px" in message(tmp_path / "a.png")
    Image.new("RGBA", SIZE).save(tmp_path / "b.png")
    assert "wholly transparent" in message(tmp_path / "b.png")


def test_heavy_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert "the file has 200 MB; a picture may have at most 100 MB" in message(path)
