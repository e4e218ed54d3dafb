"""Packs: plain tar files in the order of the table, whole or absent, the same for any number of workers."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from copy import copy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop_samples import AS_OF, Shop, Told, banner, contents, people, read_rows, write_lines

from banner_engine.deliver.packs import Packs, read_member
from banner_engine.deliver.run import FileEntry, RunFolder
from banner_engine.job import render as job

PINNED = {"run_id": "r", "as_of": AS_OF}


def entry(name: str, data: bytes) -> FileEntry:
    return FileEntry(name, "print", 80, "limits", len(data), hashlib.sha256(data).hexdigest(), {})


def members(pack: Path) -> dict[str, bytes]:
    with tarfile.open(pack) as tar:
        found = {}
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None
            found[member.name] = file.read()
            assert (member.mtime, member.uid, member.gid, member.uname, member.gname) == (0, 0, 0, "", "")
        return found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=3000), min_size=1, max_size=20),
    st.integers(1, 6),
    st.integers(1_000, 9_000),
)
def test_every_member_is_found_by_one_seek(
    tmp_path_factory: pytest.TempPathFactory, pictures: list[bytes], most: int, size: int
) -> None:
    out = tmp_path_factory.mktemp("packs")
    names = [f"{number:016d}" for number in range(len(pictures))]
    with RunFolder(out, PINNED) as folder, Packs(folder, "jpg", members=most, most_bytes=size) as packs:
        for name, data in zip(names, pictures, strict=True):
            kept = packs.keep(entry(packs.name(name), data), packs.hand.put("", data), fresh=True)
            assert kept.member == f"{name}.jpg"
        told = packs.finish()["packs"]
    index = read_rows(out / "packs" / "index.jsonl")
    assert [row["variant_id"] for row in index] == names
    for row, data in zip(index, pictures, strict=True):
        assert read_member(out / row["pack"], row["offset"], row["length"]) == data
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
    inside: dict[str, bytes] = {}
    for number, pack in enumerate(told):
        assert pack["path"] == f"packs/{number:06d}.tar"
        held = members(out / pack["path"])
        assert len(held) == pack["members"] <= most
        assert pack["bytes"] == (out / pack["path"]).stat().st_size
        inside |= held
    assert inside == {f"{name}.jpg": data for name, data in zip(names, pictures, strict=True)}
    assert list(inside) == [f"{name}.jpg" for name in names]
    assert sum(1 for _ in (out / "packs").iterdir()) == len(told) + 1


def test_what_is_left_in_the_middle_leaves_whole_packs_only(tmp_path: Path) -> None:
    data = b"picture" * 50
    with (
        pytest.raises(KeyboardInterrupt),
        RunFolder(tmp_path, PINNED) as folder,
        Packs(folder, "jpg", members=3) as packs,
    ):
        for number in range(5):
            packs.keep(entry(f"{number}.jpg", data), data, fresh=True)
        raise KeyboardInterrupt
    assert {path.name for path in (tmp_path / "packs").iterdir()} == {"000000.tar", "index.jsonl.part"}
    with RunFolder(tmp_path, PINNED) as folder, Packs(folder, "jpg", members=3) as packs:
        known = [packs.known(packs.name(str(number))) for number in range(5)]
        assert [one is not None and packs.hand.has(one) for one in known] == [True, True, True, False, False]
        pack = tmp_path / "packs" / "000000.tar"
        pack.write_bytes(pack.read_bytes().replace(b"picture", b"pigture", 1))
        assert [one is not None and packs.hand.has(one) for one in known][:2] == [False, True]


class Rendering:
    """`banner render --pack` over one campaign and few profiles, with packs of ten."""

    def __init__(self, shop: Shop, place: Path) -> None:
        self.shop, self.place = shop, place
        self.profiles = write_lines(place / "people.jsonl", people(12))

    def into(self, place: Path) -> Rendering:
        """The same campaign and profiles, other folders."""
        other = copy(self)
        other.place = place
        return other

    def __call__(self, out: str, *more: str, code: int = 0) -> Told:
        words = ["--profiles", self.profiles, "--out", self.place / out, "--as-of", AS_OF, "--json", "--pack"]
        words += [] if "--workers" in more else ["--workers", "1"]
        told = banner("render", self.shop.folder, *words, *more)
        assert told.code == code, told.err
        return told


@pytest.fixture(scope="module")
def _rendered(new_shop: Callable[..., Shop], tmp_path_factory: pytest.TempPathFactory) -> Rendering:
    rendering = Rendering(new_shop(), tmp_path_factory.mktemp("packed"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(job.KEEPERS, "packs", partial(Packs, members=10))
        rendering("whole")
    return rendering


@pytest.fixture
def whole(_rendered: Rendering) -> Path:
    """What a run makes that nobody stops."""
    return _rendered.place / "whole"


@pytest.fixture
def rendering(_rendered: Rendering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rendering:
    monkeypatch.setitem(job.KEEPERS, "packs", partial(Packs, members=10))
    return _rendered.into(tmp_path)


def test_packs_hold_the_pictures_that_files_hold(rendering: Rendering, whole: Path, tmp_path: Path) -> None:
    rendering("two", "--workers", "2")
    assert contents(whole) == contents(tmp_path / "two")
    assert not (whole / "images").exists()
    words = [
        "--profiles",
        rendering.profiles,
        "--out",
        tmp_path / "files",
        "--as-of",
        AS_OF,
        "--workers",
        "1",
    ]
    assert banner("render", rendering.shop.folder, *words).code == 0
    one, files = whole, tmp_path / "files"
    packed, filed = read_rows(one / "variants.jsonl"), read_rows(files / "variants.jsonl")
    assert [row["variant_id"] for row in packed] == [row["variant_id"] for row in filed]
    for row, file in zip(packed, filed, strict=True):
        assert row["path"] is None
        data = (files / file["path"]).read_bytes()
        assert read_member(one / row["pack"], row["offset"], row["bytes"]) == data
        assert row["sha256"] == file["sha256"]
    manifest = json.loads((one / "manifest.json").read_text())
    assert sum(pack["members"] for pack in manifest["packs"]) == len(packed)
    assert [pack["members"] for pack in manifest["packs"][:-1]] == [10] * (len(manifest["packs"]) - 1)


def stopping(after: int) -> Callable[..., Packs]:
    """Packs whose run is stopped at a picture."""

    class Stopped(Packs):
        count = 0

        def keep(self, entry: FileEntry, data: bytes | None, *, fresh: bool) -> FileEntry:
            if self.count == after:
                raise KeyboardInterrupt
            self.count += 1
            return super().keep(entry, data, fresh=fresh)

    return partial(Stopped, members=10)


@pytest.mark.parametrize("after", [0, 10, 11])
def test_a_stopped_run_keeps_finished_packs_and_ends_the_same(
    rendering: Rendering, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(job.KEEPERS, "packs", stopping(after))
        rendering("stopped", code=130)
    out = tmp_path / "stopped"
    there = len(list((out / "packs").glob("*.tar")))
    assert there == max(after - 1, 0) // 10
    told = rendering("stopped", "--resume").json
    assert (told["skipped"], told["written"]) == (10 * there, told["variants"] - 10 * there)
    assert contents(out) == contents(whole)


def test_a_pack_that_no_line_of_the_journal_names_is_made_again(
    rendering: Rendering, whole: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(whole, tmp_path / "out")
    lines = (out / "files.jsonl").read_bytes().splitlines(keepends=True)
    (out / "files.jsonl").write_bytes(b"".join(lines[:10]) + lines[10][:40])
    (out / "manifest.json").unlink()
    (out / "packs" / ".000001.tar.4711").write_bytes(b"half")
    assert rendering("out", "--resume").json["skipped"] == 10
    assert contents(out) == contents(whole)


def test_another_run_adds_packs_and_pruning_takes_those_that_nobody_names(
    rendering: Rendering, tmp_path: Path
) -> None:
    rendering("out", "--limit", "4")
    out = tmp_path / "out"
    first = contents(out / "packs", without=["index.jsonl"])
    rows = read_rows(out / "variants.jsonl")
    told = rendering("out").json
    assert told["skipped"] == len(rows)
    after = contents(out / "packs")
    assert {name: after[name] for name in first} == first
    now = {row["variant_id"]: row for row in read_rows(out / "variants.jsonl")}
    assert all(now[row["variant_id"]]["offset"] == row["offset"] for row in rows)
    for row in now.values():
        data = read_member(out / row["pack"], row["offset"], row["bytes"])
        assert data is not None and hashlib.sha256(data).hexdigest() == row["sha256"]
    rendering("out", "--seed", "9", "--limit", "1")
    named = {row["pack"] for row in read_rows(out / "variants.jsonl")}
    assert banner("prune", out).code == 0
    assert {f"packs/{path.name}" for path in (out / "packs").glob("*.tar")} == named


def test_recipes_alone_know_what_files_would_be(rendering: Rendering, whole: Path, tmp_path: Path) -> None:
    def run(out: str, *more: str) -> dict[str, Any]:
        words = [
            "--profiles",
            rendering.profiles,
            "--out",
            tmp_path / out,
            "--as-of",
            AS_OF,
            "--recipes-only",
        ]
        told = banner("render", rendering.shop.folder, *words, "--json", *more)
        assert told.code == 0, told.err
        return told.json

    run("one", "--workers", "1")
    packed = read_rows(whole / "variants.jsonl")
    assert run("two", "--workers", "2")["written"] == len(packed)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert {path.name for path in (tmp_path / "one").iterdir()} == {
        *("run.json", "manifest.json", "files.jsonl"),
        *("variants.jsonl", "assignments.jsonl", "failures.jsonl"),
    }
    rows = read_rows(tmp_path / "one" / "variants.jsonl")
    for row in packed:
        del row["pack"], row["offset"]
    assert rows == packed
    assert run("one", "--resume", "--workers", "1")["skipped"] == len(rows)
    assert banner("prune", tmp_path / "one").code == 0


def test_pack_and_recipes_only_exclude_each_other(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    told = banner(
        "render", shop.folder, "--profiles", profiles, "--out", tmp_path / "o", "--pack", "--recipes-only"
    )
    assert told.code == 2 and "exclude each other" in told.err


def test_a_member_beyond_the_end_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(io.BytesIO(b"12345").getvalue())
    assert read_member(tmp_path / "a", 3, 2) == b"45"
    assert read_member(tmp_path / "a", 4, 2) is None
    assert read_member(tmp_path / "b", 0, 1) is None
