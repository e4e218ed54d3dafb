"""The specimen sheet: nothing of a book of fonts is left out, and every panel holds what it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from banner_engine.cli import root
from banner_engine.specimen import EFFECTS, FIGURES, SAMPLES, _faces, specimen_sheet
from banner_engine.text import FontBook, shape_text


def test_every_family_weight_and_slope_is_shown(book: FontBook) -> None:
    shown = {(face.file.path, face.weight) for face, _, _ in _faces(book)}
    assert {path for path, _ in shown} == {file.path for file in book.files}
    inter = {weight for path, weight in shown if path.name == "Inter-variable.ttf"}
    assert inter == {100, 300, 400, 500, 700, 900}


def test_every_face_is_shown_with_copy_that_it_draws_itself(book: FontBook) -> None:
    for face, style, samples in _faces(book):
        assert samples, face.name
        assert style.families == (face.file.family,)
        for sample in samples:
            assert all(face.glyph(ord(letter)) for letter in sample.letters)


def test_every_script_has_a_face(book: FontBook) -> None:
    shown = {sample.script for _, _, samples in _faces(book) for sample in samples}
    assert shown == {sample.script for sample in SAMPLES}


@pytest.mark.parametrize("panel", [*EFFECTS, *FIGURES], ids=lambda panel: panel.label)
def test_panels_lack_no_character(book: FontBook, panel) -> None:  # type: ignore[no-untyped-def]
    assert not shape_text(book, panel.spans, panel.locale, panel.rtl).missing


def test_effects_cover_all_that_a_paint_can_do() -> None:
    paints = [panel.paint for panel in EFFECTS]
    for effect in ("outline", "extrude", "glow", "shadow"):
        assert any(getattr(paint, effect) for paint in paints)
    assert any(not isinstance(paint.fill, str) for paint in paints)
    assert any(span.style.skew for panel in EFFECTS for span in panel.spans)


def test_the_command_draws_it_without_a_campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: FontBook
) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(root, ["preview", "--specimen", "--out", "type.png", "--json"])
    assert told.exit_code == 0, told.output
    said = json.loads(told.stdout.splitlines()[-1])
    with Image.open(tmp_path / "type.png") as picture:
        assert picture.size == (said["width"], said["height"])
        assert np.array_equal(np.asarray(picture), np.asarray(specimen_sheet(book)))
