"""banner pause, resume, store and forget, from the outside."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from shop_samples import AS_OF, Run, Shop, Told, banner, start

USER = "u-3"


@pytest.fixture(scope="module")
def _rendered(new_shop: Callable[..., Shop], profiles: Path) -> Run:
    shop = new_shop()
    out = shop.folder.with_name("out")
    return Run(shop, out, rendered(shop, profiles, out))


def rendered(shop: Shop, profiles: Path, out: Path) -> Told:
    told = banner(
        "render", shop.folder, "--profiles", profiles, "--out", out, "--as-of", AS_OF, "--workers", "1",
        "--limit", "12", "--sizes", "300x250", "--recipes-only", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    return told


def run(*words: str | Path) -> Told:
    told = banner(*words)
    assert told.code == 0, told.err
    return told


def test_what_is_paused_is_not_rendered_until_it_is_resumed(
    _rendered: Run, profiles: Path, tmp_path: Path
) -> None:
    shop = _rendered.shop
    themes = {row["theme"] for row in _rendered.assignments}
    assert themes == {"plain", "lacquer"}
    told = run(
        "pause", shop.folder, "--theme", "lacquer", "--reason", "too dark", "--who", "mei", "--json"
    ).json
    assert (told["dimension"], told["value"], told["placement"], told["paused"]) == (
        "theme",
        "lacquer",
        None,
        True,
    )
    assert (told["who"], told["reason"], told["numbers"]) == ("mei", "too dark", {"totals": []})

    without = Run(shop, tmp_path / "without", rendered(shop, profiles, tmp_path / "without"))
    assert {row["theme"] for row in without.assignments} == {"plain"}
    assert json.loads((without.out / "run.json").read_text())["inputs"]["pauses"]

    table = run("report", shop.folder, "--json").json
    assert [(line["value"], line["who"], line["reason"]) for line in table["paused"]] == [
        ("lacquer", "mei", "too dark")
    ]
    assert "Paused: theme lacquer paused by mei" in " ".join(run("report", shop.folder).out.split())

    one = without.assignments[0]
    where = ("--placement", one["placement"], "--reason", "just this one")
    run("pause", shop.folder, "--variant", one["variant_id"], *where)
    run("resume", shop.folder, "--theme", "lacquer", "--reason", "a new picture")
    again = Run(shop, tmp_path / "again", rendered(shop, profiles, tmp_path / "again"))
    assert "lacquer" in {row["theme"] for row in again.assignments}
    assert one["variant_id"] not in {row["variant_id"] for row in again.assignments}

    run("resume", shop.folder, "--variant", one["variant_id"], *where)
    last = Run(shop, tmp_path / "last", rendered(shop, profiles, tmp_path / "last"))
    assert last.told.json["run_id"] == _rendered.told.json["run_id"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--theme", "laquer"), "theme: the campaign has no theme 'laquer'; did you mean 'lacquer'?"),
        (("--product", "nine"), "product: the campaign has no product 'nine'"),
        (("--copy", "launch", "--placement", "card2"), "placement: the campaign has no placement 'card2'"),
        (("--variant", "aaaa"), "variant: unknown variant 'aaaa'; banner report --by variant lists them"),
        ((), "Name one thing: --variant, --theme, --copy or --product."),
        (("--theme", "plain", "--copy", "launch"), "Name one thing"),
    ],
)
def test_a_wrong_name_pauses_nothing(_rendered: Run, words: tuple[str, ...], told: str) -> None:
    said = banner("pause", _rendered.shop.folder, *words, "--reason", "x")
    assert said.code == 2
    assert told in said.err


def test_what_is_not_paused_can_not_be_resumed(_rendered: Run) -> None:
    said = banner(
        "resume", _rendered.shop.folder, "--theme", "plain", "--placement", "strip", "--reason", "x"
    )
    assert said.code == 2
    assert "theme 'plain' is not paused there" in said.err


def test_a_store_is_checked_exported_and_made_smaller(_rendered: Run, tmp_path: Path) -> None:
    folder = _rendered.shop.folder
    assert run("store", "check", folder, "--json").json == {"whole": True, "problems": []}
    assert run("store", "migrate", folder, "--json").json == {"found": 3, "version": 3}
    rows = run(
        "store", "export", folder, "--out", tmp_path / "x", "--tables", "decisions,events", "--json"
    ).json
    assert set(rows["rows"]) == {"decisions", "events"}
    assert (tmp_path / "x" / "decisions.csv").read_text().count("\n") == rows["rows"]["decisions"] + 1
    assert run("store", "vacuum", folder, "--json").json["events"] == 0


def test_a_damaged_store_ends_the_check_with_2(new_shop: Callable[..., Shop], tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "corner")
    shop.state.joinpath("track.db").write_bytes(b"SQLite format 3\0" + bytes(9_000))
    said = banner("store", "check", shop.folder, "--json")
    assert said.code == 2
    assert said.json["whole"] is False
    assert said.err.startswith("Error: ")


def test_rules_and_keys_are_shown_and_changed(_rendered: Run) -> None:
    folder = _rendered.shop.folder
    assert run("store", "rules", folder, "--json").json == {
        "timezone": "Asia/Shanghai", "early_minutes": 5.0, "late_days": 90.0, "keep_days": None,
    }  # fmt: skip
    told = run(
        "store", "rules", folder, "--early-minutes", "2", "--late-days", "7", "--keep-days", "30", "--json"
    )
    assert told.json | {"timezone": ""} == {
        "timezone": "", "early_minutes": 2.0, "late_days": 7.0, "keep_days": 30.0,
    }  # fmt: skip
    assert banner("store", "rules", folder, "--keep-days", "3").code == 2
    assert run("store", "rules", folder, "--keep-days", "0", "--json").json["keep_days"] is None
    assert run("store", "keys", folder, "--json").json == {"signs": "k1", "retired": []}
    told = run("store", "keys", folder, "--rotate", "--retire", "k1", "--json")
    assert told.json == {"signs": "k2", "retired": ["k1"]}


def test_a_user_is_forgotten(_rendered: Run, tmp_path: Path) -> None:
    user = _rendered.assignments[0]["user_id"]
    folder = _rendered.shop.folder
    loaded = tmp_path / "people.jsonl"
    loaded.write_text(json.dumps({"user_id": user, "locale": "zh-CN"}) + "\n")
    run("profiles", "load", loaded, "--campaign", folder)
    with sqlite3.connect(_rendered.shop.state / "profiles.db") as profiles:
        assert profiles.execute("SELECT count(*) FROM profiles").fetchone() == (1,)
    assert run("forget", user, "--campaign", folder, "--json").json["decisions"] > 0
    assert profiles.execute("SELECT count(*) FROM profiles").fetchone() == (0,)
    profiles.close()
    assert run("forget", user, "--campaign", folder, "--json").json == {"decisions": 0}


def test_totals_of_another_system_are_imported_and_shown(_rendered: Run, tmp_path: Path) -> None:
    folder, variant = _rendered.shop.folder, _rendered.assignments[0]["variant_id"]
    path = tmp_path / "meta.csv"
    path.write_text(
        f"Day,Ad name,Impressions,Link clicks,Amount spent (CNY)\n2026-11-10,{variant},2000,10,50.00\n"
    )
    words = ("track", "import", path, "--campaign", folder, "--format", "meta", "--json")
    assert banner(*words).code == 3
    done = run(*words, "--placement", "card").json
    assert done == {"source": "meta", "rows": 1, "periods": 1, "rejected": 0}
    (row,) = run("report", folder, "--by", "variant", "--json").json["elsewhere"]
    assert (row["variant"], row["impressions"], row["spend_cpc_micros"]) == (variant, 2000, 5_000_000)
    said = " ".join(run("report", folder, "--by", "variant").out.split())
    assert "As meta counts · 2026-11-10 to 2026-11-11 · not in the numbers above" in said
    assert banner(*words, "--placement", "cart").code == 2


def test_reports_are_compared_ranked_and_written_as_a_page(_rendered: Run, tmp_path: Path) -> None:
    folder = _rendered.shop.folder
    run("simulate", folder, "--users", "40", "--seed", "1", "--as-of", AS_OF)
    period = ("--since", "2026-11-12", "--until", "2026-11-14", "--simulated")
    told = run("report", folder, "--by", "theme", *period, "--compare", "previous", "--json").json
    assert told["compared_to"]["since"] == "2026-11-10T00:00:00+08:00"
    assert all({"clicks", "ctr_change", "clear"} <= set(row["before"]) for row in told["rows"])
    text = " ".join(run("report", folder, "--by", "theme", *period, "--compare", "previous").out.split())
    assert "CTR before" in text
    assert "Before: 2026-11-10 00:00 to 2026-11-12 00:00." in text

    board = run("report", folder, "--leaderboard", "--week", "2026-W46", "--simulated", "--json").json
    assert (board["since"], board["until"]) == ("2026-11-09T00:00:00+08:00", "2026-11-16T00:00:00+08:00")
    assert {one["currency"] for one in board["boards"]} == {"CNY"}
    assert "Ranked by the upper end" in run("report", folder, "--leaderboard", "--week", "last").out

    page = tmp_path / "report.html"
    run("report", folder, "--simulated", "--html", page)
    written = page.read_text(encoding="utf-8")
    assert "These events are <b>simulated</b>" in written
    assert "data:image/webp;base64," in written

    zoned = run(
        "report", folder, "--by", "day", "--simulated", "--timezone", "America/New_York", "--json"
    ).json
    assert zoned["timezone"] == "America/New_York"
    local = run("report", folder, "--by", "day", "--simulated", "--json").json
    assert sum(row["clicks"] for row in zoned["rows"]) == sum(row["clicks"] for row in local["rows"])
    assert zoned["totals"] == local["totals"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--html", "x.html", "--csv"), "--html shows everything"),
        (("--leaderboard", "--csv"), "A leaderboard has no CSV"),
        (("--week", "--since", "2026-11-10"), "Give --week, or --since and --until."),
        (("--compare", "previous"), "a comparison needs a beginning"),
        (("--week", "soon"), "'soon' is no week; write this, last, or 2026-W46"),
        (("--timezone", "Mars"), "unknown time zone 'Mars'"),
    ],
)
def test_what_does_not_go_together_is_told(_rendered: Run, words: tuple[str, ...], told: str) -> None:
    said = banner("report", _rendered.shop.folder, *words)
    assert said.code == 2
    assert told in said.err


def test_a_report_can_be_watched_until_it_is_stopped(_rendered: Run) -> None:
    screen, end = pty.openpty()
    process = start("report", _rendered.shop.folder, "--watch", "0.5", "--simulated", stdout=end)
    os.close(end)
    shown = b""
    end_at = time.monotonic() + 90
    while shown.count(b"Ctrl-C ends") < 2:
        assert time.monotonic() < end_at and process.poll() is None, shown[-2000:]
        if select.select([screen], [], [], 1.0)[0]:
            shown += os.read(screen, 4096)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):  # Linux tells the end of a terminal so
        while os.read(screen, 4096):
            pass
    assert (process.wait(timeout=20), process.stderr and process.stderr.read()) == (0, "")
    assert process.stderr
    process.stderr.close()
    os.close(screen)


def test_a_placement_is_bought_in_one_way(new_shop: Callable[..., Shop], tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "corner")
    shop.edit("campaign.yaml", "{id: strip,", "{id: strip, cpm: 4.00 USD, cpc: 0.80 CNY,")
    said = banner("report", shop.folder)
    assert said.code == 2
    assert "a placement is bought in one way: leave out cpm or cpc" in said.err
    shop.edit("campaign.yaml", ", cpc: 0.80 CNY", "")
    run("simulate", shop.folder, "--users", "60", "--seed", "2", "--as-of", AS_OF)
    rows = run("report", shop.folder, "--simulated", "--json").json["rows"]
    (strip,) = [row for row in rows if row["placement"] == "strip" and row["currency"] == "USD"]
    assert strip["spend_micros"] == 4_000 * strip["impressions"] > 0
