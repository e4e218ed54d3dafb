"""Segment assembly of 1200×628 banners on one core: warm against copying finished files, cold against Pillow's encode
of the finished frame alone, and from a profile to bytes.

The shipped products × copy sets × three themes; `double11` has zones that copy and product share.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from banner_engine.cache import shared
from banner_engine.encode import Variant
from banner_engine.engine import Engine, Spaces
from banner_engine.load.product import Product
from banner_engine.load.profiles import profile_of
from banner_engine.recipe import Recipe
from banner_engine.select.pool import Combination, Space
from banner_engine.select.score import Shelf, best_groups, score
from banner_engine.shipped import shipped
from banner_engine.simulate.people import sample_profiles
from benchmarks.measure import arguments, at_least, in_turns, medians, one_core, ratio_at_most, ratio_of, tell

AS_OF = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)
LOCALE = "en-US"
SIZE = (1200, 628)
QUALITY = 80
COLD_GOALS = {"lacquer": 2.2, "double11": 3.2, "night-tech": 3.2}
"""Times the encode of the frame alone: plain type, and type with outlines, extrusion or glow."""
WORDS = ("trail", "summit", "ridge", "storm", "light", "river", "forest", "granite", "alpine", "winter", "ember",
         "north", "quiet", "bold", "swift", "stone", "cedar", "glacier", "canyon", "meadow")  # fmt: skip


def recipe_of(engine: Engine, product: Product, theme: str, copy: str) -> Recipe | None:
    spec = engine.loaded.themes[theme]
    chosen = Combination(theme, next(iter(spec.palettes)), copy, spec.layouts_for(*SIZE)[0])
    picture = engine.cutouts[product.id].picture
    return engine.workshop.judge(product, picture, chosen, Space("home-hero", *SIZE, LOCALE, "S", 1), "Ad")


def warm(engine: Engine, products: int, picks: int) -> None:
    workshop = engine.workshop
    variants: list[Variant] = []
    for theme in engine.loaded.themes:
        for product in engine.shelves[LOCALE].products[:products]:
            for copy in engine.loaded.copy_sets:
                recipe = recipe_of(engine, product, theme, copy.id)
                if recipe is not None:
                    variants.append(workshop.assembler.intern(workshop.plan(recipe), QUALITY))
    files = workshop.assembler.batch(variants)
    dice = random.Random(7)
    order = [dice.randrange(len(variants)) for _ in range(picks)]
    batches = [[variants[n] for n in order[i : i + 64]] for i in range(0, picks, 64)]
    places = [[files[n] for n in order[i : i + 64]] for i in range(0, picks, 64)]

    def assembled() -> None:
        for batch in batches:
            workshop.assembler.batch(batch)

    def copied() -> None:
        for batch in places:
            [bytes(memoryview(data)) for data in batch]

    times = in_turns({"assembled": assembled, "copied": copied}, 7)
    middle = medians(times)
    tell("warm assembly", picks / middle["assembled"], "banners/s", goal=at_least(50_000),
         note=f"{len(variants)} variants, {statistics.mean(map(len, files)) / 1000:.0f} kB each")  # fmt: skip
    tell("warm assembly ÷ copying finished files", middle["assembled"] / picks * 1e6, "µs",
         baseline=middle["copied"] / picks * 1e6, ratio=ratio_of(times, "assembled", "copied"),
         goal=ratio_at_most(2.5))  # fmt: skip
    runs = max(variant.zones.run_count for variant in variants)
    tell("runs of a banner", runs, "runs", baseline=60, goal=ratio_at_most(1.0))


def cold(engine: Engine, theme: str, count: int) -> None:
    """Scenery's zones and relit products are warm; every variant has text that was never set before."""
    workshop, dice = engine.workshop, random.Random(5)
    base = []
    for product in engine.shelves[LOCALE].products[:20]:
        recipe = recipe_of(engine, product, theme, "discount")
        if recipe is not None:
            workshop.assembler.one(workshop.assembler.intern(workshop.plan(recipe), QUALITY))
            base.append(recipe)
    made, encoded = [], []
    for number in range(count):
        recipe = dice.choice(base)
        text = dict(recipe.slots)
        first, second, third = (dice.choice(WORDS) for _ in range(3))
        text |= {
            "headline": f"{first.title()} {second} {number}",
            "subline": f"{second.title()} {third} {number}",
        }
        text |= {"price": f"${dice.randrange(20, 900)}.{dice.randrange(100):02d}", "cta": f"Shop {third}"}
        recipe = replace(recipe, slots=tuple(text.items()))
        began = time.perf_counter()
        plan = workshop.plan(recipe)
        workshop.assembler.one(workshop.assembler.intern(plan, QUALITY))
        made.append(time.perf_counter() - began)
        frame = workshop.painter.paint(plan)
        began = time.perf_counter()
        frame.save(io.BytesIO(), "JPEG", quality=QUALITY)
        encoded.append(time.perf_counter() - began)
    own, floor = statistics.median(made) * 1e3, statistics.median(encoded) * 1e3
    tell(
        f"cold, new text, {theme} ÷ encode alone",
        own,
        "ms",
        baseline=floor,
        goal=ratio_at_most(COLD_GOALS[theme]),
    )


def selected(engine: Engine, people: int) -> None:
    """From profiles to bytes: 1,000 products are scored, the policy chooses in a warm pool, the banner is joined."""
    base = engine.shelves[LOCALE].products
    many = [replace(base[n % len(base)], id=f"p{n:05d}") for n in range(1000)]
    shelf = Shelf.of(many, engine.moment)
    by_locale = {LOCALE: engine.loaded.products[engine.loaded.campaign.market_of(LOCALE).id]}
    profiles = [profile_of(data) for data in sample_profiles(by_locale, people, 1, engine.moment)]
    decider = engine.decider(Spaces(("home-hero",)), seed=0, run_id="benchmark")
    served = {p.locale: LOCALE for p in profiles}
    workshop, handles = engine.workshop, {}
    for decision in decider.decide(profiles, served):
        assert decision is not None
        option = decision.choice.option
        if option.variant_id not in handles:
            handles[option.variant_id] = workshop.assembler.intern(workshop.plan(option.recipe), QUALITY)
    workshop.assembler.batch(handles.values())

    def run() -> None:
        for start in range(0, people, 250):
            some = profiles[start : start + 250]
            best_groups(score(some, shelf, engine.moment), shelf)
            chosen = [d.choice.option.variant_id for d in decider.decide(some, served) if d is not None]
            for at in range(0, len(chosen), 64):
                workshop.assembler.batch([handles[v] for v in chosen[at : at + 64]])

    seconds = medians(in_turns({"run": run}, 5))["run"]
    tell("profile to bytes, 1,000 products", people / seconds, "banners/s", goal=at_least(12_000))


def main() -> None:
    quick = arguments(__doc__ or "").quick
    one_core()
    shared.resize(2 << 30)
    with tempfile.TemporaryDirectory(prefix="bench-assembly-") as place:
        engine = Engine.open(shipped("examples") / "double11", as_of=AS_OF, store=Path(place))
        warm(engine, 2 if quick else 60, 2_000 if quick else 40_000)
        for theme in COLD_GOALS:
            cold(engine, theme, 5 if quick else 80)
        selected(engine, 250 if quick else 5_000)


if __name__ == "__main__":
    main()
