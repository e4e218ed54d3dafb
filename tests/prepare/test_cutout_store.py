"""The store: whole or absent, the same bytes each time, safe with crashes and two processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.prepare import Cutout, CutoutStore, Measures
from banner_engine.prepare.store import pixel_digest

DIGEST = "ab" * 32
MEASURES = Measures(
    kind="cutout",
    ground=0.97,
    sole=(0.1, 0.85),
    area=0.61,
    colours=(("#AA2211", 0.75), ("#112233", 0.25)),
    luminance=0.2,
    plain_ground=True,
    quality=0.9,
    reasons=("soft-edge",),
)


def disc(size: int = 60, colour: str = "#B03020") -> Image.Image:
    image = Image.new("RGBA", (size, size), colour)
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    image.putalpha(Image.fromarray((np.clip(size / 2 - np.hypot(x, y), 0, 1) * 255).astype(np.uint8)))
    return image


def test_what_is_put_is_got(tmp_path: Path) -> None:
    store = CutoutStore(tmp_path / "cutouts")
    assert store.get(DIGEST, "auto") is None
    put = store.put(DIGEST, "auto", disc(), MEASURES)
    assert store.get(DIGEST, "auto") == put
    assert store.get(DIGEST, "no") is None
    assert store.get("cd" * 32, "auto") is None
    assert (put.picture, put.width, put.height) == (DIGEST, 60, 60)
    assert (put.kind, put.ground, put.sole, put.colours, put.reasons) == (
        "cutout",
        0.97,
        (0.1, 0.85),
        MEASURES.colours,
        ("soft-edge",),
    )
    with Image.open(put.path) as stored:
        assert stored.mode == "RGBA"
        assert pixel_digest(stored) == put.digest
        alpha = np.asarray(stored.getchannel("A"))
    assert np.array_equal(alpha, np.asarray(disc().getchannel("A")))


def test_colour_reaches_beyond_the_edge(tmp_path: Path) -> None:
    """What lies under full transparency is the product's colour, or chroma would bleed in at the edge."""
    image = disc()
    black = Image.new("RGBA", image.size)
    black.paste(image, (0, 0), image.getchannel("A").point(lambda v: 255 if v else 0))
    put = CutoutStore(tmp_path).put(DIGEST, "auto", black, MEASURES)
    with Image.open(put.path) as stored:
        pixels = np.asarray(stored).astype(int)
    assert np.abs(pixels[..., :3] - (0xB0, 0x30, 0x20)).max() <= 12


def test_same_pixels_give_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        CutoutStore(tmp_path / name).put(DIGEST, "auto", disc(), MEASURES)
    files = {p.name for p in (tmp_path / "a").iterdir()}
    assert sorted(Path(name).suffix for name in files) == [".json", ".webp"]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_record_is_canonical_and_names_no_folder(tmp_path: Path) -> None:
    CutoutStore(tmp_path).put(DIGEST, "auto", disc(), MEASURES)
    (record,) = tmp_path.glob("*.json")
    text = record.read_text()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) + "\n"
    assert str(tmp_path) not in text


def test_digest_follows_the_pixels(tmp_path: Path) -> None:
    store = CutoutStore(tmp_path)
    first = store.put(DIGEST, "auto", disc(), MEASURES)
    assert store.put("cd" * 32, "auto", disc(), MEASURES).digest == first.digest
    assert store.put("ef" * 32, "auto", disc(colour="#B03820"), MEASURES).digest != first.digest


def test_all_folders_are_read_and_the_first_is_written(tmp_path: Path) -> None:
    mine, shipped = tmp_path / "mine", tmp_path / "shipped"
    CutoutStore(shipped).put(DIGEST, "auto", disc(), MEASURES)
    store = CutoutStore(mine, shipped, tmp_path / "absent")
    found = store.get(DIGEST, "auto")
    assert found is not None and found.path.parent == shipped
    store.put(DIGEST, "auto", disc(colour="#2030B0"), MEASURES)
    found = store.get(DIGEST, "auto")
    assert found is not None and found.path.parent == mine
    assert len(list(shipped.iterdir())) == 2


def test_find_takes_a_card_where_nothing_better_is(tmp_path: Path) -> None:
    store = CutoutStore(tmp_path)
    card = store.put(DIGEST, "no", disc(), replace(MEASURES, kind="card"))
    assert store.get(DIGEST, "auto") is None
    assert store.find(DIGEST, "auto") == card == store.find(DIGEST, "no")
    cut = store.put(DIGEST, "auto", disc(), MEASURES)
    assert store.find(DIGEST, "auto") == cut
    assert store.find(DIGEST, "no") == card


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"digest": 1}', '"text"'])
def test_damaged_record_counts_as_absent(tmp_path: Path, damage: str) -> None:
    store = CutoutStore(tmp_path)
    store.put(DIGEST, "auto", disc(), MEASURES)
    (record,) = tmp_path.glob("*.json")
    record.write_text(damage)
    assert store.get(DIGEST, "auto") is None
    assert store.put(DIGEST, "auto", disc(), MEASURES) == store.get(DIGEST, "auto")


def test_record_without_pixels_and_pixels_without_record(tmp_path: Path) -> None:
    store = CutoutStore(tmp_path)
    put = store.put(DIGEST, "auto", disc(), MEASURES)
    put.path.unlink()
    assert store.get(DIGEST, "auto") is None
    store.put(DIGEST, "auto", disc(), MEASURES)
    put.path.with_suffix(".json").unlink()
    assert store.get(DIGEST, "auto") is None


def test_record_of_another_picture_is_not_taken(tmp_path: Path) -> None:
    store = CutoutStore(tmp_path)
    put = store.put(DIGEST, "auto", disc(), MEASURES)
    record = put.path.with_suffix(".json")
    record.write_text(record.read_text().replace(DIGEST, DIGEST[:40] + "0" * 24))
    assert store.get(DIGEST, "auto") is None


def test_disk_that_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "cutouts").write_text("a file, not a folder")
    with pytest.raises(BannerError, match="can't write the cut-out") as caught:
        CutoutStore(tmp_path / "cutouts").put(DIGEST, "auto", disc(), MEASURES)
    assert caught.value.kind == "picture"


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from test_cutout_store import DIGEST, MEASURES, disc
from banner_engine.prepare import CutoutStore
store = CutoutStore(Path(sys.argv[1]))
image = disc(900)
for n in range(int(sys.argv[2])):
    store.put(f"{{n % 7:02x}}" * 32, "auto", image, MEASURES)
"""


def writer(folder: Path, count: int) -> subprocess.Popen[bytes]:
    code = WRITER.format(here=str(Path(__file__).parent))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen([sys.executable, "-c", code, str(folder), str(count)], env=environment)


def every_cutout(folder: Path) -> list[Cutout]:
    """All that can be seen in a store, each checked to be whole."""
    store = CutoutStore(folder)
    seen = []
    for record in folder.glob("*.json"):
        found = store.get(json.loads(record.read_text())["picture"], "auto")
        assert found is not None
        with Image.open(found.path) as stored:
            assert pixel_digest(stored) == found.digest
        seen.append(found)
    return seen


def test_killed_writer_leaves_only_whole_cutouts(tmp_path: Path) -> None:
    process = writer(tmp_path, 1_000_000)
    try:
        deadline = time.monotonic() + 30
        while len(list(tmp_path.glob("*.json"))) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(every_cutout(tmp_path)) >= 3
    store = CutoutStore(tmp_path)
    assert store.put("00" * 32, "auto", disc(), MEASURES) == store.get("00" * 32, "auto")


def test_two_processes_write_the_same_store(tmp_path: Path) -> None:
    """Whoever looks meanwhile sees whole cut-outs only."""
    processes = [writer(tmp_path, 14) for _ in range(2)]
    while any(process.poll() is None for process in processes):
        every_cutout(tmp_path)
    assert [process.wait(60) for process in processes] == [0, 0]
    assert len(every_cutout(tmp_path)) == 7
    assert list(tmp_path.glob(".tmp-*")) == []
