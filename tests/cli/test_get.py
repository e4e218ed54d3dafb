"""banner get: the bytes that render wrote, or would have written."""

from __future__ import annotations

import hashlib
import os
import pty
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shop_samples import AS_OF, Run, Shop, Told, banner, banner_process, contents, read_rows


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module", params=["", "--pack", "--recipes-only"])
def _kept(request: pytest.FixtureRequest, new_shop: Callable[..., Shop], profiles: Path) -> Run:
    shop = new_shop()
    out = shop.folder.with_name("out")
    words: list[Any] = [
        "--profiles",
        profiles,
        "--out",
        out,
        "--as-of",
        AS_OF,
        "--workers",
        "1",
        "--limit",
        "3",
    ]
    told = banner("render", shop.folder, *words, *filter(None, [request.param]))
    assert told.code == 0, told.err
    return Run(shop, out, told)


@pytest.fixture
def kept(_kept: Run, tmp_path: Path) -> Run:
    """A run that the test may change, of each way to keep pictures."""
    shop = Shop(shutil.copytree(_kept.shop.folder, tmp_path / "corner", symlinks=True))
    run = Run(shop, shutil.copytree(_kept.out, tmp_path / "out"), _kept.told)
    (shop.state / "last-run").write_text(str(run.out))
    return run


def got(run: Run, variant_id: str, to: Path, *more: str | Path) -> Told:
    told = banner("get", variant_id, "--campaign", run.shop.folder, "--out", to, "--json", *more)
    assert told.code == 0, told.err
    assert told.json["bytes"] == to.stat().st_size
    return told


def test_every_picture_of_a_run_is_got(kept: Run, finished: Run, tmp_path: Path) -> None:
    as_files = {row["variant_id"]: row["sha256"] for row in finished.variants}
    for row in kept.variants:
        told = got(kept, row["variant_id"], tmp_path / "x.jpg")
        assert sha((tmp_path / "x.jpg").read_bytes()) == row["sha256"] == as_files[row["variant_id"]]
        where = "pack" if "pack" in row else "file" if row["path"] else "recipe"
        assert (told.json["source"], told.json["changed"]) == (where, False)


def test_what_is_lost_is_made_of_its_recipe(kept: Run, tmp_path: Path) -> None:
    row = kept.variants[0]
    for path in (*kept.out.glob("images/*/*"), *kept.out.glob("packs/*.tar")):
        path.write_bytes(path.read_bytes()[:700])
    told = got(kept, row["variant_id"], tmp_path / "x.jpg", "--run", kept.out)
    assert (told.json["source"], told.json["changed"]) == ("recipe", False)
    assert sha((tmp_path / "x.jpg").read_bytes()) == row["sha256"]


def test_a_variant_that_only_the_store_knows(kept: Run, tmp_path: Path) -> None:
    row = kept.variants[0]
    (kept.shop.state / "last-run").unlink()
    assert got(kept, row["variant_id"].upper(), tmp_path / "x.jpg").json["source"] == "recipe"
    assert sha((tmp_path / "x.jpg").read_bytes()) == row["sha256"]


@pytest.mark.parametrize("format", ["png", "webp", "avif"])
def test_other_formats_are_what_render_would_write(
    shop: Shop, profiles: Path, tmp_path: Path, format: str
) -> None:
    words: list[Any] = [
        "--profiles",
        profiles,
        "--as-of",
        AS_OF,
        "--workers",
        "1",
        "--limit",
        "1",
        "--no-track",
    ]
    for out, chosen in (("jpeg", "jpeg"), ("other", format)):
        assert banner("render", shop.folder, *words, "--format", chosen, "--out", tmp_path / out).code == 0
    for row in read_rows(tmp_path / "other" / "variants.jsonl"):
        run = Run(shop, tmp_path / "jpeg", Told(0, "", ""))
        got(run, row["variant_id"], tmp_path / "x", "--run", run.out, "--format", format)
        assert sha((tmp_path / "x").read_bytes()) == row["sha256"]


def test_the_picture_alone_goes_to_standard_output(finished: Run) -> None:
    row = finished.variants[-1]
    told = banner_process("get", row["variant_id"], "--campaign", finished.shop.folder, text=False)
    assert told.code == 0
    assert told.out == (finished.out / row["path"]).read_bytes()
    assert not told.err


def test_nothing_goes_to_a_terminal(finished: Run) -> None:
    ours, theirs = pty.openpty()
    try:
        told = banner_process(
            "get", finished.variants[0]["variant_id"], "--campaign", finished.shop.folder, stdout=theirs
        )
    finally:
        os.close(theirs)
        os.close(ours)
    assert told.code == 2
    assert "nothing for a terminal: name a file with --out" in told.err


def test_a_kept_picture_that_changed_is_told(kept: Run, tmp_path: Path) -> None:
    table = kept.out / "variants.jsonl"
    row = kept.variants[0]
    table.write_text(table.read_text().replace(row["sha256"], "0" * 64))
    told = got(kept, row["variant_id"], tmp_path / "x.jpg")
    assert told.json["changed"] is True
    assert told.lines == [
        f"Warning: its run made other bytes; banner rerender {row['variant_id']} names what changed"
    ]
    assert sha((tmp_path / "x.jpg").read_bytes()) == row["sha256"]


def test_recipes_are_assembled_from_the_zones_that_were_left(kept: Run, tmp_path: Path) -> None:
    for path in (*kept.out.glob("images/*/*"), *kept.out.glob("packs/*.tar")):
        path.unlink()
    before = contents(kept.shop.state / "zones")
    for row in kept.variants:
        got(kept, row["variant_id"], tmp_path / "x.jpg")
    assert contents(kept.shop.state / "zones") == before


def test_nobody_knows_it(finished: Run, tmp_path: Path) -> None:
    told = banner("get", "aaaaaaaaaaaaaaaa", "--campaign", finished.shop.folder, "--out", tmp_path / "x.jpg")
    assert told.code == 2
    assert told.lines[0].startswith("Error: no variant 'aaaaaaaaaaaaaaaa' in ")
    assert not (tmp_path / "x.jpg").exists()


def test_json_needs_a_file(finished: Run) -> None:
    told = banner("get", "aaaaaaaaaaaaaaaa", "--campaign", finished.shop.folder, "--json")
    assert told.code == 2 and "--json needs --out" in told.err
