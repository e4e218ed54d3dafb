"""Digests of files that were read before, by path, size and time, so that they need not be read again."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from pathlib import Path

from banner_engine.prepare.picture import read_bytes
from banner_engine.prepare.store import canonical, write_atomic

_NAME = ".seen.json"
_SETTLED_NS = 2_000_000_000  # a file changed this recently may change again within its time stamp's grain


class SeenFiles:
    """path → (size, mtime in ns, sha256), kept as one JSON file in a folder. Losing it costs only time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = _load(folder / _NAME)
        self._new: dict[str, list[int | str]] = {}

    def digest(self, path: Path) -> str:
        """sha256 of the file's bytes, in hex. Raises BannerError (kind 'picture') where it can't be read."""
        name = str(path.absolute())
        try:
            stat = path.stat()
        except OSError:
            stat = None
        if stat is not None:
            known = self._known.get(name)
            if known is not None and known[:2] == [stat.st_size, stat.st_mtime_ns]:
                return str(known[2])
        digest = hashlib.sha256(read_bytes(path)).hexdigest()
        if stat is not None and time.time_ns() - stat.st_mtime_ns > _SETTLED_NS:
            entry: list[int | str] = [stat.st_size, stat.st_mtime_ns, digest]
            self._known[name] = self._new[name] = entry
        return digest

    def save(self) -> None:
        """Add what is new to the file, keeping other processes' entries. A disk that refuses is no error."""
        if not self._new:
            return
        merged = _load(self._folder / _NAME) | self._new
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(self._folder / _NAME, canonical(merged))
        self._new = {}


def _load(path: Path) -> dict[str, list[int | str]]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {name: entry for name, entry in values.items() if isinstance(entry, list) and len(entry) == 3}
