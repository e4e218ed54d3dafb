"""How a run keeps its pictures: as files, in packs, or not at all, since recipes and zones make them again.

A worker makes a picture and gives it to the run's `Hand`; the run itself tells its `Keeper`, in the order of
`variants.jsonl`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from banner_engine.deliver.files import image_path, sha256_of, write_atomic
from banner_engine.deliver.run import FileEntry, RunFolder


class Hand(Protocol):
    """What a worker does with pictures. It goes to other processes."""

    def has(self, entry: FileEntry) -> bool:
        """Whether the picture of an entry is there, whole."""

    def put(self, name: str, data: bytes) -> bytes | None:
        """Keep a picture; what comes back is for the run to keep."""


class Keeper(Protocol):
    """What a run does with pictures. To leave it without `finish` leaves nothing half-made."""

    @property
    def hand(self) -> Hand: ...

    def name(self, variant_id: str) -> str:
        """What a variant's picture is called here."""

    def known(self, name: str) -> FileEntry | None:
        """What an earlier run, or this one before it was interrupted, has kept under a name."""

    def keep(self, entry: FileEntry, data: bytes | None, *, fresh: bool) -> FileEntry:
        """Where a picture lies now. entry: its path is its name. data: what the hand gave back."""

    def finish(self) -> dict[str, Any]:
        """Make whole what is begun; what the manifest tells of it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class FileHand:
    """Writes each picture to its own file, in the worker."""

    out: Path

    def has(self, entry: FileEntry) -> bool:
        return entry.path is not None and sha256_of(self.out / entry.path) == entry.sha256

    def put(self, name: str, data: bytes) -> bytes | None:
        write_atomic(self.out / name, data)
        return None


class Files:
    """One file a variant, `images/ab/abcdefghij234567.jpg`."""

    def __init__(self, folder: RunFolder, ending: str) -> None:
        self._folder = folder
        self._ending = ending
        self.hand: Hand = FileHand(folder.out)

    def name(self, variant_id: str) -> str:
        return image_path(variant_id, self._ending)

    def known(self, name: str) -> FileEntry | None:
        return self._folder.files.get(name)

    def keep(self, entry: FileEntry, data: bytes | None, *, fresh: bool) -> FileEntry:
        if fresh:
            self._folder.finished(entry)
        return entry

    def finish(self) -> dict[str, Any]:
        return {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class NoHand:
    """Lets pictures go: their recipes are in the table, their zones in the store."""

    def has(self, entry: FileEntry) -> bool:
        return True

    def put(self, name: str, data: bytes) -> bytes | None:
        return None


class Recipes(Files):
    """No pictures; quality, size and digest of each are known, for all of them were made once."""

    def __init__(self, folder: RunFolder, ending: str) -> None:
        super().__init__(folder, ending)
        self.hand = NoHand()

    def name(self, variant_id: str) -> str:
        return f"recipes/{variant_id}.{self._ending}"

    def keep(self, entry: FileEntry, data: bytes | None, *, fresh: bool) -> FileEntry:
        if fresh:
            entry = replace(entry, path=None, member=entry.path)
        return super().keep(entry, data, fresh=fresh)
