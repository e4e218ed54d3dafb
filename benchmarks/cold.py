"""Cold banners: new text on warm products, on products never seen, and for one user; against encoding alone and
against what good programs on other libraries do.

All sides run in one thread, so seconds are those of the processor (user and system): a busy machine slows nobody
down by chance.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import itertools
import pstats
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from banner_engine.cache import shared
from banner_engine.load.copysets import CopySet
from banner_engine.load.product import Product
from banner_engine.plan.build import canvas_of, scene_key
from banner_engine.plan.items import Plan
from banner_engine.recipe import Recipe
from benchmarks.measure import (
    at_least,
    in_turns,
    medians,
    one_core,
    progress,
    ratio_at_least,
    ratio_at_most,
    ratio_of,
    tell,
)
from benchmarks.peers import QUALITY, Peer, peers
from benchmarks.peers.likeness import ssim
from benchmarks.peers.scene import Describer, Picture
from benchmarks.world import PLAIN, THEMES, World, copy_set, new_copy, open_world

SIZES = ((1200, 628), (300, 250))
LARGE = SIZES[0]
WARM_PRODUCTS = 12
BATCH = 8
"""Banners of one side in one round."""
TO_ENCODE = {"plain": 2.2, "effects": 3.2}
TO_PEER, TO_PEER_ICE = 4.0, 2.0
UNIQUE = 1500
BUDGET = 1 << 30


@dataclass(frozen=True, slots=True)
class Orders:
    """Recipes that were never drawn. warm: one of each product and palette; cold: on these, with new text; ice:
    each on another product.
    """

    warm: list[Recipe]
    cold: list[Recipe]
    ice: list[Recipe]

    @property
    def new(self) -> dict[str, list[Recipe]]:
        return {"cold": self.cold, "ice cold": self.ice}


def orders(world: World, theme: str, size: tuple[int, int], count: int) -> Orders:
    known, unseen = world.products[:WARM_PRODUCTS], world.products[WARM_PRODUCTS:]
    palettes = list(world.workshop.loaded.themes[theme].palettes)
    dice, sets = random.Random(f"{theme} {size}"), new_copy(seed=11)
    first = world.workshop.loaded.copy_sets[0]

    def judged(pairs: Iterable[tuple[Product, str]], copies: Iterator[CopySet]) -> Iterator[Recipe]:
        for product, palette in pairs:
            for copy in copies:
                recipe = judge(world, product, theme, palette, copy, size)
                if recipe is not None:
                    yield recipe
                    break

    some = ((dice.choice(known), dice.choice(palettes)) for _ in itertools.count())
    others = ((product, dice.choice(palettes)) for product in unseen)
    return Orders(
        warm=list(judged(itertools.product(known, palettes), itertools.repeat(first))),
        cold=list(itertools.islice(judged(some, sets), count)),
        ice=list(itertools.islice(judged(others, sets), count)),
    )


def judge(
    world: World, product: Product, theme: str, palette: str, copy: CopySet, size: tuple[int, int]
) -> Recipe | None:
    """The recipe of a copy set that the campaign need not have; None where its words do not fit."""
    world.workshop.copy[copy.id] = copy
    return world.recipe(product, theme, copy.id, world.space(*size), palette)


def make(world: World, recipe: Recipe) -> bytes:
    """From a recipe to bytes: set, planned, painted and encoded where it was not yet."""
    assembler = world.workshop.assembler
    return assembler.one(assembler.intern(world.workshop.plan(recipe), QUALITY))


def _scene(world: World, recipe: Recipe) -> None:
    """Backgrounds are warm for all sides; the seed of a product's group may not have been seen yet."""
    theme = world.workshop.loaded.themes[recipe.theme]
    world.workshop.scenes.get(scene_key(theme, recipe, canvas_of(theme, recipe)))


def forget(world: World) -> None:
    """All that was set, planned, painted or encoded; fonts stay open."""
    world.budget.clear()
    shared.clear()


def measured(world: World, theme: str, size: tuple[int, int], rounds: int, found: list[Peer]) -> None:
    wanted = orders(world, theme, size, 2 * rounds * BATCH)
    rounds = min(rounds, len(wanted.ice) // BATCH // 2)
    half = rounds * BATCH
    describer, plan = Describer(world.workshop), world.workshop.plan
    pictures = [describer.picture(plan(recipe)) for recipe in wanted.cold[:half]]
    frames = [world.workshop.painter.paint(plan(recipe)) for recipe in wanted.cold[:BATCH]]
    ready = [describer.picture(plan(recipe)) for recipe in wanted.warm]
    planned = {name: [plan(recipe) for recipe in recipes[half:]] for name, recipes in wanted.new.items()}
    _alike(theme, size, found, frames, pictures)
    forget(world)
    for recipe in wanted.warm:
        make(world, recipe)
    for recipe in wanted.ice:
        _scene(world, recipe)
    for peer in found:
        for picture in ready:
            peer.draw(picture, True)

    def own(recipes: Sequence[Recipe]) -> Callable[[], object]:
        """The next batch at each call."""
        rest = iter(recipes)
        return lambda: [make(world, recipe) for recipe in itertools.islice(rest, BATCH)]

    def painted(plans: Sequence[Plan]) -> Callable[[], object]:
        rest, assembler = iter(plans), world.workshop.assembler
        return lambda: [assembler.one(assembler.intern(p, QUALITY)) for p in itertools.islice(rest, BATCH)]

    def drawn(peer: Peer, keep: bool) -> Callable[[], object]:
        rest = iter(pictures)
        return lambda: [peer.draw(picture, keep) for picture in itertools.islice(rest, BATCH)]

    sides: dict[str, Callable[[], object]] = {"encode": lambda: [_encoded(frame) for frame in frames]}
    for name, recipes in wanted.new.items():
        sides[name] = own(recipes[:half])
        sides[f"{name}, planned"] = painted(planned[name])
    kept = {f"{peer.name}, products kept": drawn(peer, True) for peer in found}
    whole = {peer.name: drawn(peer, False) for peer in found}
    times = in_turns({**sides, **kept, **whole}, rounds, time.process_time)
    _report(f"{theme}, {size[0]}x{size[1]}", theme in PLAIN, size == LARGE, times, list(kept), list(whole))


def _encoded(frame: Image.Image) -> bytes:
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=QUALITY, subsampling="4:2:0")
    return out.getvalue()


def _report(
    what: str, plain: bool, large: bool, times: dict[str, list[float]], kept: list[str], whole: list[str]
) -> None:
    middle = medians(times)
    goal = ratio_at_most(TO_ENCODE["plain" if plain else "effects"])
    tell(
        f"cold against the encode alone, {what}",
        1e3 * middle["cold"] / BATCH,
        "ms",
        baseline=1e3 * middle["encode"] / BATCH,
        ratio=ratio_of(times, "cold", "encode"),
        goal=goal if large else None,
    )
    for side, others, beside, least in (
        ("cold", whole, "", TO_PEER),
        ("cold", kept, " that keeps its scaled and lit products", None),
        ("cold, planned", kept, " that does so, both from a finished plan", None),
        ("ice cold", whole, "", TO_PEER_ICE),
        ("ice cold, planned", whole, ", both from a finished plan", None),
    ):
        best = min(others, key=lambda other: middle[other])
        tell(
            f"{side.removesuffix(', planned')} against the best peer{beside}, {what}",
            BATCH / middle[side],
            "banners/s",
            baseline=BATCH / middle[best],
            ratio=ratio_of(times, best, side),
            goal=None if least is None else ratio_at_least(least),
            note="; ".join(f"{other} {BATCH / middle[other]:.0f}" for other in others),
        )


def _alike(
    theme: str, size: tuple[int, int], found: list[Peer], frames: list[Image.Image], pictures: list[Picture]
) -> None:
    """Peers draw the same banner."""
    for peer in found:
        seen = []
        for frame, picture in zip(frames, pictures, strict=False):
            pair = (_encoded(frame), peer.draw(picture, False))
            seen.append(ssim(*(Image.open(io.BytesIO(data)) for data in pair)))
        tell(
            f"likeness of {peer.name}'s banner, {theme}, {size[0]}x{size[1]}",
            min(seen),
            "SSIM",
            goal=at_least(0.97) if size == LARGE else None,
            note="" if size == LARGE else "small type differs by hinting (Pillow) and gamma (Skia)",
        )


def unique(world: World, theme: str, size: tuple[int, int], rounds: int, batch: int) -> None:
    """A headline that only one user sees, on a banner whose product and background are warm."""
    product, palette = world.products[0], next(iter(world.workshop.loaded.themes[theme].palettes))
    recipes: list[Recipe] = []
    for number, seen in enumerate(itertools.islice(new_copy(seed=23), 4 * rounds * batch)):
        recipe = judge(world, product, theme, palette, _for_one(number, seen), size)
        if recipe is not None and len(recipes) <= rounds * batch:
            recipes.append(recipe)
    batch = min(batch, (len(recipes) - 1) // rounds)
    forget(world)
    make(world, recipes[-1])
    rest = iter(recipes)
    times = in_turns(
        {"unique": lambda: [make(world, r) for r in itertools.islice(rest, batch)]}, rounds, time.process_time
    )
    tell(
        f"a headline for each user, {theme}, {size[0]}x{size[1]}",
        batch / medians(times)["unique"],
        "banners/s",
        goal=at_least(UNIQUE),
    )


def _for_one(number: int, seen: CopySet) -> CopySet:
    """A copy set that differs from all others of its kind in its headline only."""
    return copy_set(
        f"user-{number}",
        badge="11.11 Days",
        headline=seen.text["en"].headline.text,
        giant="{discount}",
        subline="All boots for trail and road.",
        cta="Shop boots",
        disclaimer="While supplies last.",
    )


def profiled(world: World, theme: str, size: tuple[int, int], count: int, lines: int = 30) -> None:
    """Where the time of cold and of ice cold banners goes, on standard error."""
    wanted = orders(world, theme, size, count)
    for name, recipes in wanted.new.items():
        forget(world)
        for recipe in wanted.warm:
            make(world, recipe)
        profile = cProfile.Profile()
        profile.enable()
        for recipe in recipes:
            make(world, recipe)
        profile.disable()
        progress(f"\n{name}, {theme}, {size[0]}x{size[1]}: {len(recipes)} banners")
        told = pstats.Stats(profile, stream=sys.stderr)
        told.sort_stats("tottime").print_stats(lines)
        told.sort_stats("cumulative").print_stats("banner_engine", lines)


def run(state: Path, quick: bool, profile: bool = False) -> None:
    rounds = 2 if quick else 9
    world = open_world(state, WARM_PRODUCTS + 2 * rounds * BATCH, BUDGET)
    found, notes = peers()
    for note in notes:
        progress(note)
    for size in SIZES:
        for theme in THEMES:
            measured(world, theme, size, rounds, found)
            unique(world, theme, size, rounds, 4 if quick else 40)
            if profile:
                profiled(world, theme, size, rounds * BATCH)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run, to see that it works")
    parser.add_argument("--profile", action="store_true", help="tell where the time goes on standard error")
    asked = parser.parse_args()
    one_core()
    with tempfile.TemporaryDirectory(prefix="bench-cold-") as place:
        run(Path(place), asked.quick, asked.profile)


if __name__ == "__main__":
    main()
