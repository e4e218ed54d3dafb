"""Where prepared pictures are kept: one WebP and one JSON each, by the digest of their source picture."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from pathlib import Path

from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.prepare.cutout import RECIPE, Cutout, Measures, Mode
from banner_engine.prepare.edges import bled

_QUALITY = 86


class CutoutStore:
    """Prepared pictures in folders: the first is written, all are read, in order.

    Key: (sha256 of the picture's bytes, mode, RECIPE). The JSON is renamed into place after the WebP, so
    that a cut-out which can be seen is whole; two processes that put the same key write the same bytes.
    """

    def __init__(self, *folders: Path) -> None:
        if not folders:
            raise ValueError("a store needs at least one folder")
        self.folders = folders

    def get(self, picture_digest: str, mode: Mode) -> Cutout | None:
        """The prepared picture, or None where it is not stored (or its files are damaged)."""
        name = _name(picture_digest, mode)
        for folder in self.folders:
            found = _read(folder / f"{name}.json", folder / f"{name}.webp", picture_digest)
            if found is not None:
                return found
        return None

    def find(self, picture_digest: str, mode: Mode) -> Cutout | None:
        """As `get`, but for 'auto' a card made without a cutter will do where nothing better is stored."""
        found = self.get(picture_digest, mode)
        return self.get(picture_digest, "no") if found is None and mode == "auto" else found

    def put(self, picture_digest: str, mode: Mode, image: Image.Image, measures: Measures) -> Cutout:
        """Store an RGBA picture that is trimmed to its ink. Raises BannerError where the disk refuses."""
        content = _webp(image)
        with Image.open(io.BytesIO(content)) as stored:
            digest = pixel_digest(stored)
        name = _name(picture_digest, mode)
        folder = self.folders[0]
        path = folder / f"{name}.webp"
        cutout = Cutout(
            digest=digest,
            picture=picture_digest,
            path=path,
            width=image.width,
            height=image.height,
            kind=measures.kind,
            ground=measures.ground,
            sole=measures.sole,
            area=measures.area,
            colours=measures.colours,
            luminance=measures.luminance,
            plain_ground=measures.plain_ground,
            quality=measures.quality,
            reasons=measures.reasons,
        )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(path, content)
            write_atomic(folder / f"{name}.json", canonical(cutout.record()))
        except OSError as error:
            raise BannerError(
                f"can't write the cut-out ({error.strerror or error})", file=folder, kind="picture"
            ) from None
        return cutout


def pixel_digest(image: Image.Image) -> str:
    """sha256 of an image's size and its RGBA pixels, in hex."""
    rgba = image.convert("RGBA")
    return hashlib.sha256(f"{rgba.width}x{rgba.height}:".encode() + rgba.tobytes()).hexdigest()


def canonical(values: object) -> bytes:
    """JSON with sorted keys and no blanks, ending in a newline: one value, one text."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, sees all of it or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tmp-", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _name(picture_digest: str, mode: Mode) -> str:
    return f"{picture_digest[:40]}-{mode}-{RECIPE}"


def _read(record: Path, pixels: Path, picture_digest: str) -> Cutout | None:
    try:
        cutout = Cutout.from_record(json.loads(record.read_bytes()), pixels)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return cutout if cutout.picture == picture_digest and pixels.is_file() else None


def _webp(image: Image.Image) -> bytes:
    """Lossy colour under lossless coverage.

    Colours are kept (and first spread) under full transparency: the chroma of a WebP has half the
    resolution, and would mix the edge's colour with whatever lies beyond.
    """
    out = io.BytesIO()
    bled(image).save(out, "WEBP", quality=_QUALITY, alpha_quality=100, method=4, exact=True)
    return out.getvalue()
