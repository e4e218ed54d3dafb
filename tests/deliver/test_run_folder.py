"""A run's folder: what a later run takes over, makes again, moves aside, refuses, and what prune deletes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from shop_samples import AS_OF, Run, Shop, Told, banner, contents, people, read_rows, write_lines

TABLES = ("variants.jsonl", "assignments.jsonl", "failures.jsonl")
NEXT_DAY = "2026-11-11T12:00:00+08:00"


class Folder:
    """One campaign, one file of profiles, one out folder, and runs into it."""

    def __init__(self, shop: Shop, place: Path) -> None:
        self.shop = shop
        self.place = place
        self.out = place / "out"
        self.profiles = write_lines(place / "people.jsonl", people(6))

    def render(self, *more: str, as_of: str = AS_OF) -> Told:
        words = ["--profiles", self.profiles, "--out", self.out, "--as-of", as_of, "--workers", "1", "--json"]
        return banner("render", self.shop.folder, *words, *more)

    def error(self, *more: str, **others: str) -> str:
        told = self.render(*more, **others)
        assert told.code == 2, told.err
        (line,) = told.lines
        return line.replace(str(self.place), "…")


@pytest.fixture(scope="module")
def rendered(new_shop: Callable[..., Shop], tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(new_shop(), tmp_path_factory.mktemp("rendered"))
    assert folder.render().code == 0
    return folder


@pytest.fixture
def folder(rendered: Folder, tmp_path: Path) -> Folder:
    """A finished run, in a folder and with a campaign of its own."""
    own = Folder(Shop(tmp_path / "corner"), tmp_path)
    shutil.copytree(rendered.shop.folder, own.shop.folder, symlinks=True)
    shutil.copytree(rendered.out, own.out)
    own.profiles = rendered.profiles  # run.json names their place
    return own


def counts(told: Told) -> tuple[int, int, int]:
    return told.json["written"], told.json["skipped"], told.json["failed"]


def test_the_same_run_again_writes_no_picture_and_changes_no_byte(folder: Folder) -> None:
    before = contents(folder.out)
    told = folder.render()
    assert counts(told) == (0, told.json["variants"], 0)
    assert contents(folder.out) == before


def test_another_run_takes_pictures_over_and_moves_tables_aside(folder: Folder) -> None:
    before, first = contents(folder.out), json.loads((folder.out / "manifest.json").read_text())
    told = folder.render(as_of=NEXT_DAY)
    assert counts(told) == (0, told.json["variants"], 0)
    after = contents(folder.out)
    aside = f"runs/{first['run_id']}"
    assert {name: before[name] for name in (*TABLES, "manifest.json")} == {
        name: after[f"{aside}/{name}"] for name in (*TABLES, "manifest.json")
    }
    second = json.loads((folder.out / "manifest.json").read_text())
    assert second["as_of"] == NEXT_DAY and second["run_id"] == told.json["run_id"] != first["run_id"]
    assert {row["run_id"] for row in read_rows(folder.out / "assignments.jsonl")} == {second["run_id"]}


def test_the_first_run_once_more_brings_its_tables_back(folder: Folder) -> None:
    before = contents(folder.out)
    folder.render(as_of=NEXT_DAY)
    folder.render()
    after = contents(folder.out)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    "damage", ["changed", "cut short", "gone", "no line in the journal", "a damaged journal"]
)
def test_a_picture_that_is_not_whole_is_made_again(folder: Folder, damage: str) -> None:
    before = contents(folder.out)
    paths = sorted(folder.out.glob("images/*/*.jpg"))
    path, journal = paths[3], folder.out / "files.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    again = 1
    if damage == "changed":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:-2])
    elif damage == "gone":
        path.unlink()
    elif damage == "no line in the journal":
        journal.write_bytes(b"".join(line for line in lines if path.name.encode() not in line))
    else:
        journal.write_bytes(b'{"path": 1}\n\xff\xfe\n[]\nnonsense\n')
        again = len(paths)
    assert counts(folder.render()) == (again, len(paths) - again, 0)
    after = contents(folder.out)
    assert {name for name in before if after[name] != before[name]} <= {"files.jsonl"}
    assert after.keys() == before.keys()


def test_a_picture_of_another_budget_or_ladder_is_made_again(folder: Folder) -> None:
    before = {row["variant_id"]: row for row in read_rows(folder.out / "variants.jsonl")}
    limit = min(row["bytes"] for row in before.values() if row["size"] == "300x250") - 1
    shrunk = f"sizes: [300x250], byte_budget: {limit}B,"
    folder.shop.edit("campaign.yaml", "sizes: [300x250],", shrunk)
    told = folder.render()
    cards = sum(row["size"] == "300x250" for row in before.values())
    assert (told.json["written"] + told.json["failed"], told.json["skipped"]) == (cards, len(before) - cards)
    for row in read_rows(folder.out / "variants.jsonl"):
        if row["size"] == "300x250":
            assert row["bytes"] <= limit and row["quality"] < before[row["variant_id"]]["quality"]
    folder.shop.edit("campaign.yaml", shrunk, "sizes: [300x250],")
    folder.shop.edit("campaign.yaml", "[86, 80, 74, 68, 60]", "[86]")
    assert folder.render().json["written"] == len(before)


def test_the_least_budget_of_a_size_holds_where_placements_share_variants(shop: Shop, tmp_path: Path) -> None:
    shop.edit(
        "campaign.yaml",
        "  - {id: strip",
        "  - {id: small, sizes: [300x250], grade: A, byte_budget: 14kB}\n  - {id: strip",
    )
    folder = Folder(shop, tmp_path)
    told = folder.render("--placements", "card,small")
    assert told.code in (0, 3)
    rows = read_rows(folder.out / "variants.jsonl")
    shown = {}
    for row in read_rows(folder.out / "assignments.jsonl"):
        shown.setdefault(row["placement"], set()).add(row["variant_id"])
    assert max(row["bytes"] for row in rows) <= 14_000
    assert shown.keys() == {"card", "small"}


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (["--seed", "1"], "seed"),
        (["--limit", "3"], "options (limit)"),
        (["--sizes", "300x250", "--format", "png"], "options (format, sizes)"),
        (["--as-of", NEXT_DAY], "as_of"),
    ],
)
def test_resume_refuses_other_options_and_names_them(folder: Folder, more: list[str], what: str) -> None:
    before = contents(folder.out)
    assert folder.error("--resume", *more) == (
        f"Error: …/out/run.json: the run that began here had other {what}; "
        "resume with the same ones, or render into another folder"
    )
    assert contents(folder.out) == before


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("campaign.yaml", "title: The corner shop", "title: The other shop", "inputs (campaign.yaml)"),
        ("campaign.yaml", "epsilon: 0.4", "epsilon: 0.5", "policy (epsilon)"),
        ("copy.yaml", "Picked for you", "Chosen for you", "inputs (copy.yaml)"),
        ("themes/plain/theme.yaml", "#DFF3E8", "#DFF3E7", "inputs (theme:plain)"),
        ("logo-dark.svg", "</svg>", "<!-- --></svg>", "inputs (logo-dark.svg)"),
        ("../people.jsonl", "person-003", "person-333", "inputs (profiles)"),
    ],
)
def test_resume_refuses_other_inputs_and_names_them(
    folder: Folder, name: str, old: str, new: str, what: str
) -> None:
    folder.profiles = folder.place / "people.jsonl"
    text = folder.shop.text(name)
    assert old in text
    folder.shop.write(name, text.replace(old, new, 1))
    assert folder.error("--resume") == (
        f"Error: …/out/run.json: the run that began here had other {what}; "
        "resume with the same ones, or render into another folder"
    )


def test_resume_takes_the_moment_of_the_run_that_began(folder: Folder) -> None:
    before = contents(folder.out)
    told = banner(
        "render",
        folder.shop.folder,
        "--profiles",
        folder.profiles,
        "--out",
        folder.out,
        "--resume",
        "--workers",
        "1",
    )
    assert (told.code, contents(folder.out)) == (0, before)


def test_the_same_moment_in_another_zone_is_the_same_moment(folder: Folder) -> None:
    assert folder.render("--resume", as_of="2026-11-10T04:00:00Z").code == 0


def test_resume_without_a_run(folder: Folder, tmp_path: Path) -> None:
    folder.out = tmp_path / "nothing"
    assert folder.error("--resume") == "Error: …/nothing: there is no run to resume; render without --resume"
    assert not folder.out.exists()


@pytest.mark.parametrize(
    "text", ["{", "[]", '"x"', "{}", '{"run_id": 3}', '{"run_id": "a", "as_of": "b"}', "\udcff"]
)
def test_damaged_manifests_and_beginnings_are_told(folder: Folder, text: str) -> None:
    for name, more in (("manifest.json", ()), ("run.json", ("--resume",))):
        whole = (folder.out / name).read_bytes()
        (folder.out / name).write_bytes(text.encode(errors="surrogateescape"))
        assert (
            folder.error(*more)
            == f"Error: …/out/{name}: is damaged; delete it, or render into another folder"
        )
        (folder.out / name).write_bytes(whole)


@pytest.mark.parametrize("command", ["prune", "track ingest", "rerender", "show"])
def test_a_damaged_table_is_told_with_its_row(folder: Folder, command: str) -> None:
    table = folder.out / "variants.jsonl"
    lines = table.read_bytes().splitlines(keepends=True)
    lines[2] = b'{"variant_id": "x\n'
    table.write_bytes(b"".join(lines))
    words = {
        "prune": [folder.out],
        "track ingest": [folder.out, "--campaign", folder.shop.folder],
        "rerender": ["zzzz", "--run", folder.out, "--campaign", folder.shop.folder],
        "show": ["zzzz", "--run", folder.out, "--campaign", folder.shop.folder],
    }[command]
    told = banner(*command.split(), *words)
    assert (told.code, told.lines) == (2, [f"Error: {table}, row 3: is damaged; render again"])


@pytest.mark.parametrize("out", ["file", "file/out"])
def test_an_out_folder_that_is_a_file(folder: Folder, tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("mine")
    folder.out = tmp_path / out
    why = {"file": "File exists", "file/out": "Not a directory"}[out]
    assert folder.error() == f"Error: …/{out}: cannot be written ({why})"
    assert (tmp_path / "file").read_text() == "mine"


def test_a_run_that_cannot_begin_leaves_no_folder(folder: Folder, tmp_path: Path) -> None:
    folder.out = tmp_path / "new"
    folder.profiles = write_lines(tmp_path / "people.jsonl", [])
    assert folder.error() == "Error: …/people.jsonl: is empty: it holds no profiles"
    assert not folder.out.exists()


# -- prune --------------------------------------------------------------------------------------------


def three_runs(folder: Folder) -> list[str]:
    """Run ids, oldest first; the second and third run name fewer pictures than the first."""
    first = json.loads((folder.out / "manifest.json").read_text())["run_id"]
    return [first, *(folder.render("--limit", limit).json["run_id"] for limit in ("4", "2"))]


def names(path: Path) -> set[str]:
    return {row["path"] for row in read_rows(path / "variants.jsonl")}


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_prune_keeps_the_newest_runs_and_what_they_name(folder: Folder, keep: int) -> None:
    ids = three_runs(folder)
    homes = [folder.out / "runs" / ids[0], folder.out / "runs" / ids[1], folder.out][-keep:]
    kept = set().union(*(names(home) for home in homes))
    there = {name for name in contents(folder.out) if name.startswith("images/")}
    words = ("prune", folder.out, "--keep-runs", str(keep), "--json")
    before = contents(folder.out)
    rehearsed = banner(*words, "--dry-run")
    assert contents(folder.out) == before
    told = banner(*words)
    assert told.code == 0
    assert {**rehearsed.json, "dry_run": False} == told.json
    assert (told.json["runs"], told.json["files"]) == (3 - keep, len(there - kept))
    assert {name for name in contents(folder.out) if name.startswith("images/")} == kept
    assert {path.name for path in folder.out.glob("runs/*")} == set(ids[:-1][-keep + 1 :] if keep > 1 else ())
    assert folder.render("--limit", "2").json["written"] == 0


def test_what_was_pruned_is_made_again(folder: Folder) -> None:
    whole = contents(folder.out, without=["files.jsonl"])
    three_runs(folder)
    banner("prune", folder.out)
    assert counts(folder.render())[0] > 0
    after = contents(folder.out)
    assert {name: after[name] for name in whole} == whole


def test_prune_refuses_an_unfinished_run(folder: Folder) -> None:
    begun = json.loads((folder.out / "run.json").read_text())
    (folder.out / "run.json").write_text(json.dumps({**begun, "run_id": "unfinished"}))
    before = contents(folder.out)
    told = banner("prune", folder.out)
    assert (told.code, told.lines) == (
        2,
        [f"Error: {folder.out}: a run is unfinished here; finish it with banner render … --resume"],
    )
    assert contents(folder.out) == before


def test_prune_touches_no_folder_that_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "holiday.jpg").write_bytes(b"mine")
    told = banner("prune", tmp_path)
    assert (told.code, told.lines) == (2, [f"Error: {tmp_path}: no committed run here"])
    assert (tmp_path / "images" / "holiday.jpg").exists()


def test_a_finished_folder_is_what_its_tables_say(finished: Run) -> None:
    manifest = json.loads((finished.out / "manifest.json").read_text())
    begun = json.loads((finished.out / "run.json").read_text())
    assert {name: manifest[name] for name in begun} == begun
    assert manifest["summary"]["variants"] == len(finished.variants)
    assert manifest["summary"]["assignments"] == len(finished.assignments)
    assert {name for name in contents(finished.out) if name.startswith("images/")} == names(finished.out)
    assert not [name for name in contents(finished.out) if name.endswith(".part")]
