"""What a run makes depends on its input alone: not on workers, chunks, batches, or how profiles are cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shop_samples import AS_OF, Run, Shop, banner_process, contents, people, read_rows, write_lines

from banner_engine.engine import Engine, Spaces
from banner_engine.job import render as job
from banner_engine.job.render import Options, render


def run(shop: Shop, profiles: Path, out: Path, **options: Any) -> Path:
    engine = Engine.open(shop.folder, as_of=dt.datetime.fromisoformat(AS_OF))
    summary = render(engine, profiles, out, Options(**options))
    assert summary.failed == 0
    return out


def test_one_and_two_workers_make_the_same_bytes(finished: Run, profiles: Path, tmp_path: Path) -> None:
    told = banner_process(
        "render", finished.shop.folder, "--profiles", profiles, "--out", tmp_path / "out", "--as-of", AS_OF,
        "--workers", "2", "--base-url", "https://ads.corner.example/b/", "--store", fresh_store(finished, tmp_path),
        "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    assert told.json["written"] == finished.told.json["written"] > 40
    assert contents(tmp_path / "out") == contents(finished.out)


def fresh_store(finished: Run, folder: Path) -> Path:
    """A state with the same secret and nothing else: no scene, no zone is there to be taken again."""
    store = folder / "store"
    store.mkdir()
    (store / "key").write_bytes((finished.shop.state / "key").read_bytes())
    return store


@pytest.mark.parametrize(
    "policy",
    [
        "{kind: epsilon-greedy, epsilon: 0.4}",
        # shares that binary numbers do not hold: their sums differ with the order of adding
        "{kind: fixed, weights: {plain: 0.1, lacquer: 0.7}}",
    ],
)
def test_chunks_and_batches_change_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    shop.edit("campaign.yaml", "{kind: epsilon-greedy, epsilon: 0.4}", policy)
    profiles = write_lines(tmp_path / "people.jsonl", people(25))
    whole = run(shop, profiles, tmp_path / "whole")
    monkeypatch.setattr(job, "CHUNK", 3)
    monkeypatch.setattr(job, "BATCH", 2)
    monkeypatch.setattr(job, "AHEAD", 2)
    assert contents(run(shop, profiles, tmp_path / "cut")) == contents(whole)


def test_a_file_of_profiles_cut_in_two_makes_the_same_banners(shop: Shop, tmp_path: Path) -> None:
    rows = people(24)
    whole = run(shop, write_lines(tmp_path / "all.jsonl", rows), tmp_path / "whole")
    halves = [
        run(shop, write_lines(tmp_path / f"{n}.jsonl", rows[n::2]), tmp_path / f"half{n}") for n in (0, 1)
    ]
    pictures = {name: digest for half in halves for name, digest in contents(half / "images").items()}
    assert pictures == contents(whole / "images")
    assert {k: v for half in halves for k, v in chosen(half).items()} == chosen(whole)


def chosen(out: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Assignments by user and placement, without the ids of the run and its decisions."""
    own = {"run_id", "decision_id"}
    rows = read_rows(out / "assignments.jsonl")
    return {(r["user_id"], r["placement"]): {k: v for k, v in r.items() if k not in own} for r in rows}


def test_what_a_run_is_limited_to_changes_no_choice(
    shop: Shop, finished: Run, profiles: Path, tmp_path: Path
) -> None:
    whole = chosen(finished.out)
    urls = {"image_url", "impression_url", "signed_click_url"}
    want = {key: {k: v for k, v in row.items() if k not in urls} for key, row in whole.items()}
    strips = chosen(run(shop, profiles, tmp_path / "a", spaces=Spaces(placements=("strip",)), limit=9))
    assert strips == {key: want[key] for key in list(want) if key in strips}
    assert len(strips) == 9
    cards = chosen(run(shop, profiles, tmp_path / "b", spaces=Spaces(sizes=((300, 250),)), limit=9))
    assert cards == {key: want[key] for key in list(want) if key in cards}
    assert {placement for _, placement in cards} == {"card"}


def test_another_seed_chooses_others(shop: Shop, finished: Run, profiles: Path, tmp_path: Path) -> None:
    other = chosen(run(shop, profiles, tmp_path / "out", seed=1, limit=10))
    same = chosen(finished.out)
    assert sum(other[key]["variant_id"] != same[key]["variant_id"] for key in other) > 5


def test_two_runs_share_no_decision_id(new_shop: Callable[..., Shop], profiles: Path, tmp_path: Path) -> None:
    shop = new_shop()
    first = run(shop, profiles, tmp_path / "a", limit=5)
    second = run(shop, profiles, tmp_path / "b", limit=6)
    ids = [row["decision_id"] for out in (first, second) for row in read_rows(out / "assignments.jsonl")]
    assert len(ids) == len(set(ids)) == 22
