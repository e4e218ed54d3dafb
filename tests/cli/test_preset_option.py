"""--preset: a platform's placements in the place of the campaign's own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from shop_samples import AS_OF, Shop, banner


def test_a_run_of_a_preset_has_its_placements_sizes_and_bytes(
    shop: Shop, profiles: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told = banner(
        "render", shop.folder, "--profiles", profiles, "--out", out, "--as-of", AS_OF, "--workers", "1",
        "--limit", "2", "--preset", "amazon", "--sizes", "320x50,300x250", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    rows = [json.loads(line) for line in (out / "assignments.jsonl").read_text("utf-8").splitlines()]
    assert {row["placement"] for row in rows} == {"amazon-display", "amazon-mobile"}
    pictures = list((out / "images").rglob("*.jpg"))
    sizes = set()
    for picture in pictures:
        with Image.open(picture) as opened:
            sizes.add(opened.size)
    assert sizes == {(320, 50), (300, 250)}
    assert all(picture.stat().st_size <= 40_000 for picture in pictures)


def test_a_preset_and_placements_exclude_each_other(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    told = banner(
        "render", shop.folder, "--profiles", profiles, "--out", tmp_path / "out", "--as-of", AS_OF,
        "--preset", "meta", "--placements", "home",
    )  # fmt: skip
    assert told.code == 2
    assert "--preset and --placements exclude each other" in told.err


def test_an_unknown_preset_is_refused_with_the_known_ones(shop: Shop) -> None:
    told = banner("preview", shop.folder, "--preset", "tv")
    assert told.code == 2
    assert "unknown preset 'tv'; known: amazon, douyin, google-display, meta, wechat" in told.err


def test_a_preview_shades_what_the_platform_covers(shop: Shop, tmp_path: Path) -> None:
    def sheet(*words: str) -> np.ndarray:
        out = tmp_path / "sheet.png"
        told = banner(
            "preview", shop.folder, "--sizes", "1080x1920", "--locale", "en-US", "--as-of", AS_OF,
            "--out", out, *words, "--json",
        )  # fmt: skip
        assert told.json["unfit"] == 0
        with Image.open(out) as opened:
            return np.asarray(opened.convert("RGB"), dtype=int)

    changed = np.abs(sheet() - sheet("--preset", "meta")).sum(axis=2) > 20
    rows = np.nonzero(changed[:, 600])[0]
    top = 20 + 20 + 10 + 20  # of the first picture on a sheet
    first = rows[(rows > top) & (rows < top + 1920)] - top
    assert first.min() < 20
    assert not ((first > 0.15 * 1920) & (first < 0.64 * 1920)).any()
