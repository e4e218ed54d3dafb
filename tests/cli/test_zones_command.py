"""banner zones: what it counts is what lies there, and what it deletes is painted again."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop_samples import AS_OF, Shop, banner, banner_process, contents


def test_rendered_zones_are_counted_collected_and_made_again(
    shop: Shop, profiles: Path, tmp_path: Path
) -> None:
    words = (
        "render",
        shop.folder,
        "--profiles",
        profiles,
        "--as-of",
        AS_OF,
        "--workers",
        "1",
        "--limit",
        "8",
    )
    assert banner("zones", "stats", shop.folder, "--json").json == {"files": 0, "zones": 0, "bytes": 0}
    assert banner_process(*words, "--out", tmp_path / "a").code == 0
    size = sum(path.stat().st_size for path in (shop.state / "zones").iterdir())
    told = banner("zones", "stats", "--store", shop.state, "--json").json
    assert (told["files"], told["bytes"]) == (1, size)
    assert told["zones"] > 8
    kept = banner("zones", "gc", shop.folder, "--max-bytes", "1GB", "--json").json
    assert kept == {"files": 0, "bytes": 0, "left": size}
    gone = banner("zones", "gc", shop.folder, "--max-bytes", "0", "--json").json
    assert gone == {"files": 1, "bytes": size, "left": 0}
    assert banner(*words, "--out", tmp_path / "b").code == 0
    assert contents(tmp_path / "a" / "images") == contents(tmp_path / "b" / "images")


@pytest.mark.parametrize("given", ["much", "5XB", "-1", "1.GB", ""])
def test_what_is_no_number_of_bytes_is_refused(shop: Shop, given: str) -> None:
    told = banner("zones", "gc", shop.folder, f"--max-bytes={given}")
    assert told.code == 2
    assert "no number of bytes: write 5GB" in told.err


def test_a_folder_that_is_no_campaign_is_named(tmp_path: Path) -> None:
    told = banner("zones", "stats", tmp_path)
    assert (told.code, told.lines) == (
        2,
        [f"Error: {tmp_path}: no campaign.yaml in it; name the campaign's folder"],
    )
