"""Files that are whole or absent: written beside, then renamed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from banner_engine.errors import BannerError


def write_atomic(path: Path, data: bytes) -> None:
    """Put `data` at `path`; a reader (or a kill at any moment) sees the old file, the new one, or none."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
    beside.replace(path)


def sha256_of(path: Path) -> str | None:
    """Hex digest of a file's bytes, or None where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def image_path(variant_id: str, ending: str, scale: int = 1) -> str:
    """Relative path of a variant's file, sharded by its first two characters (1,024 folders)."""
    at = "" if scale == 1 else f"@{scale}x"
    return f"images/{variant_id[:2]}/{variant_id}{at}.{ending}"


def json_line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


class Lines:
    """A JSONL table that appears under its name only when it is closed whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(path.name + ".part")
        self.file: TextIO = self.beside.open("w", encoding="utf-8")
        self.count = 0

    def add(self, data: dict[str, Any]) -> None:
        self.file.write(json_line(data) + "\n")
        self.count += 1

    def close(self, *, whole: bool) -> None:
        """whole: put the table under its name. A table that is closed stays as it is."""
        if self.file.closed:
            return
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        if whole:
            self.beside.replace(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(whole=kind is None)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL table, none where there is no file. Raises BannerError for a damaged line."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for row, line in enumerate(lines, 1):
            try:
                data = json.loads(line)
                if not isinstance(data, dict):
                    raise TypeError
            except (ValueError, TypeError):
                raise BannerError("is damaged", file=path, row=row, hint="render again") from None
            yield data
