"""What decides a run, pinned before anything is drawn, so that it can be resumed and told apart."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from banner_engine.deliver.run import read_begun
from banner_engine.encode.versions import drawing_versions
from banner_engine.engine import Engine, Spaces
from banner_engine.errors import BannerError
from banner_engine.load.profiles import read_profiles
from banner_engine.recipe import short_hash


@dataclass(frozen=True, slots=True)
class Options:
    """What a run makes. keep: pictures as "files", in "packs", or "recipes" alone. limit: profiles at most
    (None: all). base_url: adds signed URLs that count.
    """

    spaces: Spaces = field(default_factory=Spaces)
    format: str = "jpeg"
    keep: str = "files"
    workers: int = 1
    seed: int = 0
    limit: int | None = None
    resume: bool = False
    dry_run: bool = False
    base_url: str | None = None


def scan(profiles: Path) -> tuple[str, int]:
    """(SHA-256, number of lines) of a file, in flat memory. Raises BannerError where it holds no profiles."""
    digest, lines = hashlib.sha256(), 0
    try:
        with profiles.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                lines += block.count(b"\n")
    except OSError as error:
        hint = "banner profiles sample CAMPAIGN --count 2000 --out FILE makes some"
        what = (
            "no such file of profiles"
            if isinstance(error, FileNotFoundError)
            else f"cannot be read ({error.strerror})"
        )
        raise BannerError(what, file=profiles, hint=hint) from None
    next(read_profiles(profiles))
    return digest.hexdigest(), lines


def pin(engine: Engine, profiles: Path, digest: str, options: Options) -> dict[str, Any]:
    """What decides a run, as `run.json` keeps it. The run's id is its hash: the same inputs, the same id."""
    campaign = engine.loaded.campaign
    pinned: dict[str, Any] = {
        "campaign": campaign.id,
        "as_of": engine.moment.isoformat(),
        "seed": options.seed,
        "policy": campaign.policy.model_dump(mode="json"),
        "options": {
            "placements": list(options.spaces.placements),
            "sizes": [f"{w}x{h}" for w, h in options.spaces.sizes],
            "format": options.format,
            "keep": options.keep,
            "limit": options.limit,
            "base_url": options.base_url,
        },
        "inputs": {**dict(engine.loaded.digests), "profiles": digest, "cutouts": _cutouts_digest(engine)},
    }
    if engine.paused:
        pinned["inputs"]["pauses"] = engine.paused.digest
    run_id = short_hash(json.dumps(pinned, sort_keys=True, ensure_ascii=False))
    return {"run_id": run_id, **pinned, "profiles": str(profiles), "libraries": dict(drawing_versions())}


def _cutouts_digest(engine: Engine) -> str:
    lines = (f"{name} {cutout.picture} {cutout.digest}" for name, cutout in sorted(engine.cutouts.items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def resumed_moment(out: Path) -> dt.datetime | None:
    """The moment that an unfinished (or finished) run in a folder was pinned to."""
    begun = read_begun(out)
    return dt.datetime.fromisoformat(begun["as_of"]) if begun else None
