"""Opening a feed's picture: whatever the file holds comes out upright, in sRGB, 8 bits a channel."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from banner_engine.errors import BannerError

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF")
MAX_PIXELS = 50_000_000
MAX_BYTES = 100_000_000
MIN_SIDE = 32

_EXIF_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture.

    image: mode RGB, or RGBA where some pixel is not opaque; upright, sRGB. digest: sha256 of the file's
    bytes, in hex.
    """

    image: Image.Image
    digest: str
    path: Path

    @property
    def has_alpha(self) -> bool:
        return self.image.mode == "RGBA"


def read_bytes(path: Path) -> bytes:
    """The bytes of a picture file. Raises BannerError (kind 'picture') when there is no such file."""
    try:
        stat = path.stat()
        if not S_ISREG(stat.st_mode):
            raise picture_error(path, "is not a file")
        if stat.st_size > MAX_BYTES:
            raise picture_error(
                path,
                f"the file has {stat.st_size / 1e6:.0f} MB",
                hint=f"a picture may have at most {MAX_BYTES // 1_000_000} MB",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise picture_error(
            path, "no such picture", hint="image_link is relative to the feed's file"
        ) from None
    except OSError as error:
        raise picture_error(path, f"can't be read ({error.strerror or error})") from None


def open_picture(path: Path) -> Picture:
    """Decode a PNG, JPEG, WebP or AVIF file (first frame) to upright 8-bit sRGB.

    Palette, grey, CMYK (Adobe's inverted kind too) and 16-bit pictures are converted; an embedded ICC
    profile is applied, and one that is broken or belongs to another colour model is passed over, as
    browsers do. Raises BannerError (kind 'picture') for a file that is missing, empty, broken, cut short,
    of another format, wholly transparent, smaller than 32 px or larger than 50 megapixels.
    """
    content = read_bytes(path)
    return Picture(_decode(content, path), hashlib.sha256(content).hexdigest(), path)


def picture_error(path: Path | str, message: str, hint: str | None = None) -> BannerError:
    """A BannerError of kind 'picture' about one file."""
    return BannerError(message, file=path, hint=hint, kind="picture")


def _decode(content: bytes, path: Path) -> Image.Image:
    if not content:
        raise picture_error(path, "the file is empty")
    with warnings.catch_warnings():
        # Pillow warns about large or slightly wrong files; the checks below say what matters, once.
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(content), formats=FORMATS)
        except Image.DecompressionBombError:
            raise _too_large(path) from None
        except UnidentifiedImageError:
            raise picture_error(
                path, "not a picture that can be read", hint="PNG, JPEG, WebP and AVIF are read"
            ) from None
        except Exception as error:  # decoders raise whatever a broken file makes them stumble over
            raise _broken(path, error) from None
        with image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_large(path, image.size)
            if min(image.size) < MIN_SIDE:
                raise picture_error(
                    path,
                    f"the picture is only {image.width}×{image.height} px",
                    hint=f"each side needs at least {MIN_SIDE} px, and 500 or more to look good",
                )
            try:
                image.load()
                result = _upright(_to_srgb(image), image)
            except Exception as error:  # as above
                raise _broken(path, error) from None
    if result.mode == "RGBA" and result.getchannel("A").getextrema()[1] == 0:
        raise picture_error(path, "the picture is wholly transparent")
    result.info.clear()  # the profile and orientation that were there are true no longer
    return result


def _too_large(path: Path, size: tuple[int, int] | None = None) -> BannerError:
    what = f"the picture has {size[0]}×{size[1]} px" if size else "the picture has far too many pixels"
    return picture_error(path, what, hint=f"at most {MAX_PIXELS // 1_000_000} megapixels are read")


def _broken(path: Path, error: Exception) -> BannerError:
    detail = " ".join(str(error).split()) or type(error).__name__
    return picture_error(path, f"the picture is broken or cut short ({detail})")


def _upright(image: Image.Image, source: Image.Image) -> Image.Image:
    """Turned as the EXIF orientation of `source` says; unreadable EXIF counts as none."""
    try:
        orientation = source.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # camera software writes all sorts of EXIF; the pixels are good
        return image
    turn = _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


def _to_srgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB, or RGBA where a pixel is not opaque, with the ICC profile applied."""
    alpha = _alpha(image)
    profile = image.info.get("icc_profile")
    if image.format == "JPEG" and image.mode == "CMYK" and "adobe" not in image.info:
        # Pillow takes every CMYK JPEG for Adobe's, which stores ink inverted; without Adobe's marker
        # the file means what the JPEG standard says.
        image = Image.merge("CMYK", [band.point(lambda v: 255 - v) for band in image.split()])
    colour = _colour(image)
    rgb = _profiled(colour, profile) if profile else None
    rgb = rgb or colour.convert("RGB")
    if alpha is None:
        return rgb
    rgb.putalpha(alpha)
    return rgb


def _alpha(image: Image.Image) -> Image.Image | None:
    """Coverage as an L image; None where all is opaque."""
    if image.mode not in ("RGBA", "LA", "PA", "RGBa", "La") and "transparency" not in image.info:
        return None
    alpha = image.convert("RGBA").getchannel("A")
    return None if alpha.getextrema()[0] == 255 else alpha


def _colour(image: Image.Image) -> Image.Image:
    """The colour without alpha, 8 bits a channel, in mode L, RGB or CMYK."""
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    if image.mode in ("LA", "La", "1"):
        return image.convert("LA").getchannel("L") if image.mode != "1" else image.convert("L")
    if image.mode.startswith("I"):  # 16-bit grey; Pillow's own conversion clips instead of scaling
        deep = np.asarray(image).astype(np.int64)
        return Image.fromarray(((np.clip(deep, 0, 65535) * 255 + 32767) // 65535).astype(np.uint8))
    if image.mode == "P" and "transparency" in image.info:
        return image.convert("RGBA").convert("RGB")
    return image.convert("RGBA").convert("RGB") if image.mode in ("RGBa", "PA") else image.convert("RGB")


def _profiled(image: Image.Image, profile: bytes) -> Image.Image | None:
    """`image` in sRGB after its ICC profile; None where the profile can't be used with it."""
    try:
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if space == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if space != {"L": "GRAY"}.get(image.mode, image.mode):
            return None
        target = ImageCms.createProfile("sRGB")
        result = ImageCms.profileToProfile(
            image,
            source,
            target,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return result
