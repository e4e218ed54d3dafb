"""Small pictures of variants as data URIs: of the file that the newest run kept, else made of the recipe."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from banner_engine.deliver.files import read_lines
from banner_engine.deliver.packs import read_member
from banner_engine.engine import Engine
from banner_engine.errors import BannerError

SIDE = 240  # px
MOST_MADE = 60
"""Pictures that are made where no run kept them: making one takes far longer than reading it."""


def thumbnails(engine: Engine, wanted: Iterable[str]) -> Mapping[str, str]:
    """The pictures of variants, by id, in the order of asking; those that nobody has or can make are left out."""
    from banner_engine.variants.get import get_picture

    ids = list(dict.fromkeys(wanted))
    kept = _kept(engine, set(ids))
    found, made = {}, 0
    for variant_id in ids:
        data = kept.get(variant_id)
        if data is None and made < MOST_MADE:
            made += 1
            try:
                data = get_picture(engine, variant_id).data
            except BannerError:
                continue  # its product or theme is gone: the table names it all the same
        if data is not None:
            found[variant_id] = data_uri(data)
    return found


def _kept(engine: Engine, wanted: set[str]) -> dict[str, bytes]:
    out = engine.state.last_run()
    if out is None or not (out / "variants.jsonl").exists():
        return {}
    rows: dict[str, dict[str, Any]] = {
        row["variant_id"]: row for row in read_lines(out / "variants.jsonl") if row["variant_id"] in wanted
    }
    found = {}
    for variant_id, row in rows.items():
        where = row.get("pack") or row.get("path")
        data = None if where is None else read_member(out / where, row.get("offset", 0), row["bytes"])
        if data is not None:
            found[variant_id] = data
    return found


def data_uri(picture: bytes, side: int = SIDE) -> str:
    """A picture's bytes, at most `side` px wide and high, as WebP in a data URI (RFC 2397)."""
    from PIL import Image

    with Image.open(BytesIO(picture)) as image:
        image.draft("RGB", (side, side))  # a JPEG is decoded at an eighth where that is enough
        small = image.convert("RGB")
        small.thumbnail((side, side))
        out = BytesIO()
        small.save(out, "WEBP", quality=70, method=2)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
