"""What `banner render` leaves: pictures that decode, tables that agree, and nothing of a user where none belongs."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from shop_samples import (
    AS_OF,
    ROOT,
    Run,
    Shop,
    banner,
    banner_process,
    contents,
    environment,
    people,
    read_rows,
    write_lines,
)

from banner_engine.recipe import Recipe

SUMMARY = {
    "run_id", "profiles", "assignments", "variants", "written", "skipped", "failed", "unserved",
    "assignments_per_variant", "seconds", "per_second", "zones",
}  # fmt: skip
ENDINGS = {"jpeg": "jpg", "png": "png", "webp": "webp", "avif": "avif"}


def words(shop: Shop, profiles: Path, out: Path) -> list[str | Path]:
    return ["render", shop.folder, "--profiles", profiles, "--out", out, "--as-of", AS_OF, "--workers", "1"]


# -- tables and pictures ------------------------------------------------------------------------------


def test_every_assignment_names_a_variant_whose_picture_has_the_exact_size(finished: Run) -> None:
    variants = {row["variant_id"]: row for row in finished.variants}
    assert {row["variant_id"] for row in finished.assignments} == variants.keys()
    for row in variants.values():
        data = (finished.out / row["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (row["bytes"], row["sha256"])
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            assert f"{picture.width}x{picture.height}" == row["size"]
    for row in finished.assignments:
        assert row["size"] == variants[row["variant_id"]]["size"]


def test_a_variant_is_what_its_recipe_says(finished: Run) -> None:
    for row in finished.variants:
        recipe = Recipe.from_data(row["recipe"])
        assert recipe.variant_id == row["variant_id"]
        assert row["path"] == f"images/{row['variant_id'][:2]}/{row['variant_id']}.jpg"
        assert row["size"] == f"{recipe.width}x{recipe.height}"
        assert row["quality"] in (86, 80, 74, 68, 60)
        assert recipe.disclosure == {"zh-CN": "广告", "en-US": "Ad"}[recipe.locale]


def test_everybody_is_served_once_in_every_space_in_the_order_of_the_profiles(finished: Run) -> None:
    asked = [(person["user_id"], place) for person in people(30) for place in ("card", "strip")]
    assert [(row["user_id"], row["placement"]) for row in finished.assignments] == asked
    told = finished.told.json
    assert (told["profiles"], told["assignments"], told["unserved"]) == (30, 60, 0)
    locales = {person["user_id"]: person["locale"] for person in people(30)}
    assert all(row["locale"] == locales[row["user_id"]] for row in finished.assignments)


def test_propensities_are_probabilities_and_decisions_are_unique(finished: Run) -> None:
    assert all(0 < row["propensity"] <= 1 for row in finished.assignments)
    assert len({row["decision_id"] for row in finished.assignments}) == len(finished.assignments)
    assert {row["policy"] for row in finished.assignments} == {"epsilon-greedy"}


def test_the_summary_counts_what_is_there(finished: Run) -> None:
    told = finished.told.json
    assert told.keys() == SUMMARY
    assert told["variants"] == len(finished.variants) == told["written"]
    assert (told["skipped"], told["failed"]) == (0, 0)
    zones = told["zones"]
    assert zones["misses"] >= zones["entries"] > 0 and zones["bytes"] > 100 * zones["entries"]
    assert zones["hit_rate"] == round(zones["hits"] / (zones["hits"] + zones["misses"]), 4) > 0
    counts = Counter(row["variant_id"] for row in finished.assignments)
    assert told["assignments_per_variant"] == sorted(counts.values())[len(counts) // 2]
    assert (finished.out / "failures.jsonl").read_bytes() == b""


@pytest.mark.parametrize("format", ENDINGS)
def test_every_format_decodes_to_the_exact_size(
    shop: Shop, profiles: Path, tmp_path: Path, format: str
) -> None:
    out = tmp_path / "out"
    told = banner(*words(shop, profiles, out), "--format", format, "--limit", "3")
    assert told.code == 0, told.err
    rows = read_rows(out / "variants.jsonl")
    assert len(rows) >= 5
    for row in rows:
        assert row["format"] == format and row["path"].endswith(f".{ENDINGS[format]}")
        with Image.open(out / row["path"]) as picture:
            picture.load()
            assert (f"{picture.width}x{picture.height}", picture.format) == (row["size"], format.upper())
            assert not picture.getexif()


# -- nothing of a user --------------------------------------------------------------------------------


def test_no_user_id_leaves_but_in_its_assignment(finished: Run) -> None:
    names = [person["user_id"] for person in people(30)]
    parts = {part for name in names for part in (name, name.replace("@", "%40"), name.split("@")[0])}
    for path in finished.out.rglob("*"):
        assert not any(part in str(path.relative_to(finished.out)) for part in parts)
        if path.is_file() and path.name != "assignments.jsonl":
            data = path.read_bytes()
            assert not any(part.encode() in data for part in parts), path
    for row in finished.assignments:
        rest = json.dumps({name: value for name, value in row.items() if name != "user_id"})
        assert not any(part in rest for part in parts)


def test_no_user_id_is_in_the_store(finished: Run) -> None:
    for path in finished.shop.state.glob("track.db*"):
        assert b"@corner.example" not in path.read_bytes()
        assert b"person-0" not in path.read_bytes()


def test_click_urls_land_on_the_product_with_utm_fields(finished: Run) -> None:
    for row in finished.assignments:
        url = urlsplit(row["click_url"])
        assert (url.scheme, url.netloc, url.path) == ("https", "corner.example", f"/p/{row['product']}")
        assert parse_qs(url.query) == {
            "lang": [row["locale"]],
            "utm_source": [row["placement"]],
            "utm_medium": ["display"],
            "utm_campaign": ["corner"],
            "utm_content": [row["variant_id"]],
        }


def test_alt_texts_say_brand_and_product_in_the_users_language(finished: Run) -> None:
    brand = {"zh-CN": "街角", "en-US": "Corner"}
    assert all(row["alt"].split(" · ")[0] == brand[row["locale"]] for row in finished.assignments)


# -- what is told where -------------------------------------------------------------------------------


def test_json_is_the_last_line_of_standard_output_and_words_go_to_standard_error(
    shop: Shop, profiles: Path, tmp_path: Path
) -> None:
    told = banner_process(*words(shop, profiles, tmp_path / "out"), "--limit", "4", "--json")
    assert told.code == 0
    assert len(told.out.splitlines()) == 1 and told.json.keys() == SUMMARY
    assert "4 profiles → 8 assignments → " in told.err
    told = banner_process(*words(shop, profiles, tmp_path / "out"), "--limit", "4")
    assert (told.code, told.out) == (0, "")


def test_a_dry_run_writes_nothing(shop: Shop, profiles: Path, tmp_path: Path, finished: Run) -> None:
    (shop.state / "cutouts").mkdir()
    before = contents(shop.folder)
    told = banner(*words(shop, profiles, tmp_path / "out"), "--dry-run", "--json")
    assert told.code == 0
    assert not (tmp_path / "out").exists()
    # (which pictures have been read before may be kept; no secret, no store, no decision)
    assert contents(shop.folder).keys() - before.keys() <= {".banner/cutouts/.seen.json"}
    real = finished.told.json
    assert {name: told.json[name] for name in ("profiles", "assignments", "variants", "unserved")} == {
        name: real[name] for name in ("profiles", "assignments", "variants", "unserved")
    }
    assert (told.json["written"], told.json["skipped"]) == (0, 0)


def test_a_dry_run_tells_what_is_wrong_as_a_real_one_does(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    shop.set_cells("catalogue.csv", "p02", price="cheap")
    shop.write("pictures/p03.webp", b"no picture")
    dry = banner(*words(shop, profiles, tmp_path / "dry"), "--dry-run", "--json")
    real = banner(*words(shop, profiles, tmp_path / "real"), "--json")
    warnings = [line for line in real.lines if line.startswith("Warning: ")]
    assert [line for line in dry.lines if line.startswith("Warning: ")] == warnings != []
    assert (dry.code, dry.json["failed"]) == (real.code, real.json["failed"]) == (3, 2)


def test_limits_sizes_and_placements(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    def shown(*more: str) -> tuple[int, set[tuple[str, str]]]:
        told = banner(*words(shop, profiles, tmp_path / "out"), "--json", *more)
        assert told.code == 0, told.err
        rows = read_rows(tmp_path / "out" / "assignments.jsonl")
        return told.json["profiles"], {(row["placement"], row["size"]) for row in rows}

    assert shown("--limit", "2") == (2, {("card", "300x250"), ("strip", "728x90")})
    assert shown("--limit", "2", "--sizes", "728x90") == (2, {("strip", "728x90")})
    assert shown("--limit", "1", "--placements", "card, strip") == (
        1,
        {("card", "300x250"), ("strip", "728x90")},
    )
    assert shown("--limit", "1", "--placements", "card", "--sizes", "300x250,300×250") == (
        1,
        {("card", "300x250")},
    )


def test_outside_the_flight_nothing_is_decided_and_it_says_so(
    shop: Shop, profiles: Path, tmp_path: Path
) -> None:
    for moment, day in (
        ("2026-12-01", "2026-12-01"),
        ("2026-10-31T23:59:59+08:00", "2026-10-31"),
        # in Shanghai it is the first of December already
        ("2026-11-30T20:00:00Z", "2026-12-01"),
    ):
        told = banner(
            "render",
            shop.folder,
            "--profiles",
            profiles,
            "--out",
            tmp_path / "out",
            "--as-of",
            moment,
            "--json",
        )
        assert told.code == 0
        assert told.lines == [
            f"{day} is outside the flight (2026-11-01 to 2026-11-30): nothing is decided. Use --as-of to rehearse."
        ]
        assert told.json["outside_flight"] is True and told.json["assignments"] == 0
        assert not (tmp_path / "out").exists()
    for moment in ("2026-11-01", "2026-10-31T16:00:00Z", "2026-11-30T23:59:59"):
        inside = banner(
            *words(shop, profiles, tmp_path / "in"), "--as-of", moment, "--limit", "1", "--dry-run"
        )
        assert (inside.code, "outside" in inside.err) == (0, False)


def test_progress_without_a_terminal_is_a_line_now_and_then(
    shop: Shop, profiles: Path, tmp_path: Path
) -> None:
    told = banner_process(*words(shop, profiles, tmp_path / "out"), "--limit", "2")
    assert "\x1b" not in told.err and "\r" not in told.err


def test_a_reader_that_closes_the_pipe_is_no_error(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "cli.py"), *map(str, words(shop, profiles, tmp_path / "out"))]
    shell = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$@" --limit 1 --dry-run --json | true', "-", *command],
        capture_output=True, text=True, env=environment(),
    )  # fmt: skip
    assert "Traceback" not in shell.stderr and "BrokenPipe" not in shell.stderr


def test_over_twenty_problems_are_counted_not_told(shop: Shop, tmp_path: Path) -> None:
    rows = [{"locale": "en-US"}] * 25 + people(2)
    told = banner(*words(shop, write_lines(tmp_path / "p.jsonl", rows), tmp_path / "out"), "--json")
    warnings = [line for line in told.lines if line.startswith("Warning: ")]
    assert (told.code, told.json["failed"], len(warnings)) == (3, 25, 20)
    assert f"… and 5 more problems; all are in {tmp_path / 'out' / 'failures.jsonl'}" in told.lines
    assert len(read_rows(tmp_path / "out" / "failures.jsonl")) == 25
    assert banner(*words(shop, tmp_path / "p.jsonl", tmp_path / "out"), "--max-failures", "25").code == 0


def test_decisions_are_stored_unless_asked_not_to(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    report = ["report", shop.folder, "--by", "placement", "--json"]
    assert banner(*words(shop, profiles, tmp_path / "out"), "--limit", "3", "--no-track").code == 0
    assert not (shop.state / "track.db").exists()
    told = banner("track", "ingest", tmp_path / "out", "--campaign", shop.folder, "--json")
    assert told.json == {"variants": len(read_rows(tmp_path / "out" / "variants.jsonl")), "decisions": 6}
    again = banner("track", "ingest", tmp_path / "out", "--campaign", shop.folder, "--json")
    assert again.json == {"variants": 0, "decisions": 0}
    assert banner(*report).code == 0


def test_another_state_folder(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    store = tmp_path / "elsewhere" / "state"
    before = contents(shop.folder)
    told = banner(*words(shop, profiles, tmp_path / "out"), "--limit", "2", "--store", store)
    assert told.code == 0, told.err
    assert contents(shop.folder) == before
    assert (store / "track.db").exists() and (store / "key").stat().st_mode & 0o777 == 0o600
