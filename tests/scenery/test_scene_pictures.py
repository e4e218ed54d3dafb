"""The pictures in the page on themes: every generator has one, and it is what the code draws."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from banner_engine.scenery.registry import generators

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def pictures():
    spec = importlib.util.spec_from_file_location("make_pictures", DOCS / "make_pictures.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_every_generator_is_pictured_once(pictures):
    groups, _ = pictures.groups()
    shown = [name for group in groups for name in group.generators]
    assert sorted(shown) == sorted(generators())
    for group in groups:
        for label, recipe in group.cells.items():
            assert label.split()[0] in {layer.generator for layer in recipe}, label


def test_the_sheets_are_what_is_drawn_and_light(pictures):
    groups, colours = pictures.groups()
    for group in groups:
        file = DOCS / "pictures" / f"generators-{group.name}.jpg"
        assert file.stat().st_size < pictures.MOST_BYTES
        stored = np.asarray(Image.open(file).convert("RGB")).astype(int)
        now = np.asarray(pictures.sheet(group, colours)).astype(int)
        assert stored.shape == now.shape
        assert np.abs(stored - now).mean() < 3, f"{group.name}: run python docs/make_pictures.py"
