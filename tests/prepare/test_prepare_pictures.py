"""Preparing pictures: trimmed, cut out or a card; streamed in order, once each, resumable."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from banner_engine.prepare import (
    Cut,
    CutoutStore,
    Cutter,
    Failed,
    PictureJob,
    Prepared,
    contact_sheet,
    open_picture,
    prepare_all,
    prepare_picture,
)
from banner_engine.prepare.run import Outcome

PAST = time.time_ns() - 3_600_000_000_000


@dataclass(frozen=True)
class DarkCutter:
    """Cuts out what is darker than the ground: enough for the drawings of these tests."""

    def cut(self, image: Image.Image) -> Cut | None:
        rgb = np.asarray(image)
        dark = rgb.mean(axis=-1) < 180
        if not dark.any():
            return None
        alpha = np.where(dark, 255, 0).astype(np.uint8)
        return Cut(np.dstack([rgb, alpha]), dark.astype(np.float32), 1.0)


@dataclass(frozen=True)
class DyingCutter:
    """Dies on a picture that is red in its middle, as a process without memory does."""

    def cut(self, image: Image.Image) -> Cut | None:
        if image.getpixel((image.width // 2, image.height // 2)) == (200, 20, 20):
            os._exit(9)
        return DarkCutter().cut(image)


def photo(path: Path, colour: str = "#204060", box: tuple[int, int, int, int] = (110, 40, 290, 360)) -> Path:
    image = Image.new("RGB", (400, 400), "#F2F2F0")
    ImageDraw.Draw(image).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=colour)
    image.save(path)
    return path


def aged(path: Path) -> Path:
    """With a time stamp old enough to be trusted."""
    os.utime(path, ns=(PAST, PAST))
    return path


def run(
    jobs: list[PictureJob], store: CutoutStore, cutter: Cutter | None = None, workers: int = 1
) -> list[Outcome]:
    return list(prepare_all(jobs, store, workers=workers, cutter=cutter))


def ready(outcome: Outcome) -> Prepared:
    assert isinstance(outcome, Prepared), outcome
    return outcome


def test_cut_out_is_trimmed_to_the_ink_and_measured(tmp_path: Path) -> None:
    picture = open_picture(photo(tmp_path / "a.png"))
    image, measures = prepare_picture(picture, mode="auto", cutter=DarkCutter())
    assert image.mode == "RGBA" and image.size == (180, 320)
    assert measures.kind == "cutout"
    assert (measures.ground, measures.sole, measures.area) == (1.0, (0.0, 1.0), 1.0)
    assert measures.colours == (("#204060", 1.0),)
    assert measures.luminance == pytest.approx(0.0482, abs=0.0001)
    assert measures.plain_ground and measures.quality == 1.0 and measures.reasons == ()


def test_alpha_is_trimmed_whatever_the_mode(tmp_path: Path) -> None:
    image = Image.new("RGBA", (300, 200))
    image.paste((200, 100, 0, 255), (50, 40, 150, 190))
    image.putpixel((5, 5), (0, 0, 0, 3))
    image.save(tmp_path / "a.png")
    picture = open_picture(tmp_path / "a.png")
    for mode in ("auto", "no"):
        trimmed, measures = prepare_picture(picture, mode=mode, cutter=None)
        assert trimmed.size == (100, 150)
        assert measures.kind == "cutout" and measures.quality == 1.0


def test_large_pictures_are_made_smaller(tmp_path: Path) -> None:
    image = Image.new("RGBA", (3000, 1500), "#336699")
    image.putpixel((0, 0), (0, 0, 0, 0))
    image.save(tmp_path / "a.png")
    trimmed, _ = prepare_picture(open_picture(tmp_path / "a.png"), mode="auto", cutter=None)
    assert trimmed.size == (1200, 600)


def test_what_can_not_be_cut_out_becomes_a_card(tmp_path: Path) -> None:
    picture = open_picture(photo(tmp_path / "a.png"))
    for mode, cutter in (("no", DarkCutter()), ("auto", None)):
        image, measures = prepare_picture(picture, mode=mode, cutter=cutter)
        assert measures.kind == "card" and measures.quality == 1.0
        assert measures.ground == 1.0
        assert image.getpixel((0, 0))[3] == 0
        assert image.getpixel((image.width // 2, image.height - 1))[3] == 255
        assert measures.colours[0][0] == "#204060"

    empty = Image.new("RGB", (200, 200), "#F0F0F0")
    empty.save(tmp_path / "empty.png")
    _, measures = prepare_picture(open_picture(tmp_path / "empty.png"), mode="auto", cutter=DarkCutter())
    assert (measures.kind, measures.quality, measures.reasons) == ("card", 0.0, ("no-subject",))


def test_product_that_the_frame_cuts_becomes_a_card_that_says_so(tmp_path: Path) -> None:
    picture = open_picture(photo(tmp_path / "a.png", box=(100, 60, 300, 400)))
    _, measures = prepare_picture(picture, mode="auto", cutter=DarkCutter())
    assert measures.kind == "card" and measures.quality < 0.5
    assert measures.reasons[0] == "cut-by-frame"


def test_outcomes_stream_in_order_with_failures_among_them(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture at all")
    jobs = [
        PictureJob("a", photo(tmp_path / "a.png")),
        PictureJob("b", tmp_path / "absent.png"),
        PictureJob("c", tmp_path / "broken.png"),
        PictureJob("d", photo(tmp_path / "d.png", "#703010")),
    ]
    for workers in (1, 2):
        store = CutoutStore(tmp_path / f"store{workers}")
        outcomes = run(jobs, store, DarkCutter(), workers)
        assert [outcome.job.id for outcome in outcomes] == ["a", "b", "c", "d"]
        assert [type(outcome) for outcome in outcomes] == [Prepared, Failed, Failed, Prepared]
        messages = [str(outcome.error) for outcome in outcomes if isinstance(outcome, Failed)]
        assert "absent.png: no such picture" in messages[0]
        assert "broken.png: not a picture that can be read" in messages[1]
    assert contents(tmp_path / "store1") == contents(tmp_path / "store2")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def test_jobs_are_taken_one_by_one(tmp_path: Path) -> None:
    taken = []

    def jobs():  # type: ignore[no-untyped-def]
        for n in range(3):
            taken.append(n)
            yield PictureJob(str(n), photo(tmp_path / f"{n}.png", f"#2040{n}0"))

    stream = prepare_all(jobs(), CutoutStore(tmp_path / "store"), cutter=DarkCutter())
    assert ready(next(stream)).job.id == "0" and taken == [0]
    assert ready(next(stream)).job.id == "1" and taken == [0, 1]


def test_second_run_does_not_even_read_the_pictures(tmp_path: Path) -> None:
    """The file's bytes are exchanged for rubbish of the same size and time: the run must not notice."""
    paths = [aged(photo(tmp_path / f"{n}.png", f"#2040{n}0")) for n in range(3)]
    jobs = [PictureJob(path.stem, path) for path in paths]
    store = CutoutStore(tmp_path / "store")
    first = [ready(outcome) for outcome in run(jobs, store, DarkCutter())]
    assert [item.fresh for item in first] == [True] * 3
    before = contents(tmp_path / "store")
    for path in paths:
        path.write_bytes(b"x" * path.stat().st_size)
        aged(path)
    second = [ready(outcome) for outcome in run(jobs, store, DarkCutter())]
    assert [item.fresh for item in second] == [False] * 3
    assert [item.cutout for item in second] == [item.cutout for item in first]
    assert contents(tmp_path / "store") == before


def test_changed_picture_is_prepared_anew(tmp_path: Path) -> None:
    path = aged(photo(tmp_path / "a.png"))
    store = CutoutStore(tmp_path / "store")
    (first,) = run([PictureJob("a", path)], store, DarkCutter())
    photo(path, "#802020")
    (second,) = run([PictureJob("a", path)], store, DarkCutter())
    assert ready(second).fresh
    assert ready(second).cutout.picture != ready(first).cutout.picture


def test_same_picture_under_two_names_is_prepared_once(tmp_path: Path) -> None:
    a = photo(tmp_path / "a.png")
    b = Path(shutil.copy(a, tmp_path / "b.png"))
    for workers in (1, 2):
        store = CutoutStore(tmp_path / f"store{workers}")
        jobs = [PictureJob("a", a), PictureJob("b", b)]
        outcomes = [ready(outcome) for outcome in run(jobs, store, DarkCutter(), workers)]
        assert [item.fresh for item in outcomes] == [True, False]
        assert [item.job.id for item in outcomes] == ["a", "b"]
        assert outcomes[0].cutout == outcomes[1].cutout


def test_card_made_for_want_of_a_cutter_gives_way_to_a_cut_out(tmp_path: Path) -> None:
    job = PictureJob("a", photo(tmp_path / "a.png"))
    store = CutoutStore(tmp_path / "store")
    assert ready(run([job], store)[0]).cutout.kind == "card"
    assert not ready(run([job], store)[0]).fresh
    cut = ready(run([job], store, DarkCutter())[0])
    assert cut.fresh and cut.cutout.kind == "cutout"
    assert ready(run([job], store)[0]).cutout == cut.cutout
    refused = ready(run([PictureJob("a", job.path, "no")], store, DarkCutter())[0])
    assert refused.cutout.kind == "card" and not refused.fresh


def test_death_of_a_worker_fails_its_pictures_and_no_later_ones(tmp_path: Path) -> None:
    bad = PictureJob("bad", photo(tmp_path / "bad.png", "#C81414"))
    later = [PictureJob(str(n), photo(tmp_path / f"{n}.png", f"#1020{n}")) for n in range(10, 22)]
    store = CutoutStore(tmp_path / "store")
    outcomes = run([bad, *later], store, DyingCutter(), workers=2)
    assert [outcome.job.id for outcome in outcomes] == ["bad", *(job.id for job in later)]
    assert isinstance(outcomes[0], Failed)
    assert "the process that prepared it died; memory may have run out" in str(outcomes[0].error)
    assert isinstance(outcomes[-1], Prepared)
    again = run(later, store, DyingCutter(), workers=2)
    assert all(isinstance(outcome, Prepared) for outcome in again)


def test_contact_sheet_shows_before_and_after_on_each_colour(tmp_path: Path) -> None:
    jobs = [PictureJob(n, photo(tmp_path / f"{n}.png")) for n in "abc"]
    prepared = [ready(o) for o in run(jobs, CutoutStore(tmp_path / "store"), DarkCutter())]
    sheet = contact_sheet(prepared, ["#77004F", "#0F4232"])
    assert sheet.mode == "RGB"
    colours = {colour for _, colour in sheet.getcolors(1 << 24) or []}
    assert {(0x77, 0, 0x4F), (0x0F, 0x42, 0x32), (0xF2, 0xF2, 0xF0)} <= colours
    tall = contact_sheet(prepared, ["#77004F", "#0F4232"], columns=1)
    assert tall.height > sheet.height and tall.width < sheet.width
    jobs[0].path.unlink()
    assert contact_sheet(prepared, ["#77004F"]).height > 0
    assert contact_sheet([], ["#77004F"]).height > 0
