"""Simulated users over a real campaign: sampled, decided for, stored, and then simulated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice

from banner_engine.engine import Engine, Spaces
from banner_engine.job.rows import decision_row
from banner_engine.load.profiles import Profile, profile_of
from banner_engine.recipe import creative_id, short_hash
from banner_engine.report.campaign import flight_of
from banner_engine.select.decide import Decision
from banner_engine.simulate.model import Shown, Simulated, simulate
from banner_engine.simulate.people import sample_profiles
from banner_engine.track import DecisionRecord, RunRecord, Store, VariantRecord
from banner_engine.track.runs import decision_record, pseudonym, variant_record

CHUNK = 500


def simulate_users(
    engine: Engine, users: int, seed: int, progress: Callable[[int], None] | None = None
) -> Simulated:
    """Sample users, decide for each of them in every space, store the decisions as simulated, and let the
    click model of `simulate` act on them. The same seed and moment change nothing the second time.
    """
    campaign = engine.loaded.campaign
    run_id = "sim-" + short_hash(f"{campaign.id}\x1f{seed}\x1f{users}\x1f{engine.moment.isoformat()}")
    decider = engine.decider(Spaces(), seed=seed, run_id=run_id)
    key = engine.state.key()
    by_locale = {locale: engine.loaded.products[campaign.market_of(locale).id] for locale in campaign.locales}

    def decided() -> Iterator[list[Decision]]:
        people = (profile_of(data) for data in sample_profiles(by_locale, users, seed, engine.moment))
        while chunk := list(islice(people, CHUNK)):
            locales = {p.locale: engine.served_locale(p.locale) for p in chunk}
            yield [d for d in decider.decide(chunk, locales) if d is not None]

    details = json.dumps({"simulated": True, "seed": seed, "users": users})
    run = RunRecord(run_id, campaign.id, engine.moment, details)
    total = Simulated(0, 0, 0, 0)
    with Store.open(engine.state.track) as store:
        for decisions in decided():
            store.ingest_run(
                run, _variants(decisions, campaign.id), _decisions(engine, decisions, key, run_id)
            )
            done = simulate(
                store,
                [_shown(engine, d, key) for d in decisions],
                seed=seed,
                flight=flight_of(campaign),
                timezone=campaign.timezone,
            )
            total = Simulated(
                total.decisions + done.decisions,
                total.impressions + done.impressions,
                total.clicks + done.clicks,
                total.accepted + done.accepted,
            )
            if progress is not None:
                progress(total.decisions)
    return total


def _variants(decisions: list[Decision], campaign: str) -> Iterator[VariantRecord]:
    for option in {d.choice.option.variant_id: d.choice.option for d in decisions}.values():
        row = {
            "variant_id": option.variant_id,
            "creative_id": creative_id(option.recipe, option.combination.copy),
            "copy": option.combination.copy,
            "product_type": option.product.product_type,
            "recipe": json.loads(option.recipe.canonical()),
        }
        yield variant_record(row, campaign)


def _decisions(
    engine: Engine, decisions: list[Decision], key: bytes, run_id: str
) -> Iterator[DecisionRecord]:
    for decision in decisions:
        row = decision_row(decision, engine, run_id)
        user = pseudonym(key, decision.profile.user_id)
        yield decision_record(row, engine.loaded.campaign.id, engine.moment, user, simulated=True)


def _shown(engine: Engine, decision: Decision, key: bytes) -> Shown:
    option, profile = decision.choice.option, decision.profile
    return Shown(
        decision_id=decision.decision_id,
        variant_id=option.variant_id,
        placement=decision.space.placement,
        time=engine.moment,
        theme=option.combination.theme,
        palette=option.combination.palette,
        copy=option.combination.copy,
        product_type=option.product.product_type,
        affinity=_affinity(profile, option.product.product_type),
        discount=option.product.discount_at(engine.moment),
        width=decision.space.width,
        height=decision.space.height,
        user=profile.user_id,
    )


def _affinity(profile: Profile, product_type: str) -> float:
    """A user's affinity to a product type; half for those of whom nothing is known."""
    return dict(profile.types).get(product_type, 0.0) if profile.types else 0.5
