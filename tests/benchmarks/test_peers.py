"""Peers draw the banner that a plan describes, or what is measured against them means nothing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from banner_engine.plan.items import Plan
from benchmarks.cold import judge, orders
from benchmarks.peers import QUALITY, Peer, peers
from benchmarks.peers.likeness import C1, ssim
from benchmarks.peers.scene import Describer, Words
from benchmarks.world import THEMES, World, new_copy, open_world

PEERS, _ = peers()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, kept_scenes: Path) -> World:
    state = tmp_path_factory.mktemp("peers")
    (state / "scenery").symlink_to(kept_scenes)
    return open_world(state, 16, 256 << 20)


def planned(world: World, theme: str) -> Plan:
    palette = next(iter(world.workshop.loaded.themes[theme].palettes))
    first = (judge(world, world.products[0], theme, palette, copy, (1200, 628)) for copy in new_copy(seed=1))
    return world.workshop.plan(next(recipe for recipe in first if recipe is not None))


def decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("peer", PEERS, ids=[peer.name for peer in PEERS])
@pytest.mark.parametrize("theme", THEMES)
def test_a_peer_draws_the_same_banner(world: World, theme: str, peer: Peer) -> None:
    plan = planned(world, theme)
    picture, out = Describer(world.workshop).picture(plan), io.BytesIO()
    # a file, too: fine grain does not outlive its encoding
    world.workshop.painter.paint(plan).save(out, "JPEG", quality=QUALITY, subsampling="4:2:0")
    own = decoded(out.getvalue())
    made, kept = decoded(peer.draw(picture, False)), decoded(peer.draw(picture, True))
    assert ssim(own, made) >= 0.97
    assert ssim(made, kept) >= 0.99


def test_a_description_names_what_the_plan_shows(world: World) -> None:
    plan = planned(world, "lacquer")
    picture = Describer(world.workshop).picture(plan)
    words = [item for item in picture.copy if isinstance(item, Words)]
    assert picture.size == (1200, 628)
    headline = next(one for one in words if len(one.lines) == 2)
    assert {Path(run.font).name for run in headline.runs} == {
        "PlayfairDisplay-500.ttf",
        "PlayfairDisplay-500-italic.ttf",
    }
    assert [bool(run.bar) for one in words for run in one.runs].count(True) == 1


def test_no_text_of_cold_orders_was_seen_before(world: World) -> None:
    wanted = orders(world, "lacquer", (1200, 628), 6)
    seen = {text for recipe in wanted.warm for slot, text in recipe.slots if slot == "headline"}
    new = [dict(recipe.slots)["headline"] for recipe in wanted.cold + wanted.ice]
    assert len(set(new)) == len(new) and not seen & set(new)
    warm = {picture for recipe in wanted.warm for picture in recipe.pictures}
    assert all(set(recipe.pictures) <= warm for recipe in wanted.cold)
    assert not any(set(recipe.pictures) & warm for recipe in wanted.ice)


def test_ssim_of_equal_and_of_flat_pictures() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (40, 50), dtype=np.uint8)
    assert ssim(Image.fromarray(noise), Image.fromarray(noise)) == pytest.approx(1)
    # without structure, only the luminance term is left
    flat = ssim(Image.new("L", (30, 30), 100), Image.new("L", (30, 30), 120))
    assert flat == pytest.approx((2 * 100 * 120 + C1) / (100**2 + 120**2 + C1))
    assert ssim(Image.fromarray(noise), Image.fromarray(255 - noise)) < 0
