"""Old runs and the pictures that nobody names any more."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from banner_engine.deliver.files import read_lines
from banner_engine.deliver.run import read_begun, read_manifest
from banner_engine.errors import BannerError


@dataclass(frozen=True, slots=True)
class Pruned:
    runs: int
    files: int
    bytes: int


def prune(out: Path, keep_runs: int, *, dry_run: bool = False) -> Pruned:
    """Keep the newest `keep_runs` runs (the committed one on top counts) and the pictures and packs they name.

    Raises BannerError where a run is unfinished: its pictures are in no table yet.
    """
    manifest = read_manifest(out)
    if manifest is None:
        raise BannerError("no committed run here", file=out)
    begun = read_begun(out)
    if begun is not None and begun["run_id"] != manifest["run_id"]:
        raise BannerError(
            "a run is unfinished here", file=out, hint="finish it with banner render … --resume"
        )
    old = sorted((out / "runs").glob("*/manifest.json"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
    kept, gone = old[: keep_runs - 1], old[keep_runs - 1 :]
    named = {
        row.get("pack") or row["path"]
        for folder in (out, *(p.parent for p in kept))
        for row in read_lines(folder / "variants.jsonl")
    }
    files = size = 0
    for path in (*sorted((out / "images").rglob("*")), *sorted((out / "packs").glob("*.tar"))):
        if path.is_file() and str(path.relative_to(out)) not in named:
            files += 1
            size += path.stat().st_size
            if not dry_run:
                path.unlink()
    if not dry_run:
        for manifest_path in gone:
            shutil.rmtree(manifest_path.parent)
    return Pruned(len(gone), files, size)
