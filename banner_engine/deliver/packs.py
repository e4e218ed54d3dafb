"""Pictures in packs: tar files in WebDataset's way (one member a sample, named by its key), with an index.

packs/000000.tar …     written whole, then renamed
packs/index.jsonl      for each variant its pack, offset and length: one seek and one read
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from banner_engine.deliver.files import Lines
from banner_engine.deliver.keep import Hand
from banner_engine.deliver.run import FileEntry, RunFolder

PACK_BYTES = 1_000_000_000
PACK_MEMBERS = 10_000


def read_member(pack: Path, offset: int, length: int) -> bytes | None:
    """The bytes at a place of a pack, or None where the pack does not reach so far (or is not there)."""
    try:
        with pack.open("rb") as file:
            file.seek(offset)
            data = file.read(length)
    except FileNotFoundError:
        return None
    return data if len(data) == length else None


@dataclass(frozen=True, slots=True)
class PackHand:
    """Gives pictures to the run, which writes them in order."""

    out: Path

    def has(self, entry: FileEntry) -> bool:
        if entry.path is None or entry.offset is None:
            return False
        data = read_member(self.out / entry.path, entry.offset, entry.bytes)
        return data is not None and hashlib.sha256(data).hexdigest() == entry.sha256

    def put(self, name: str, data: bytes) -> bytes | None:
        return data


class _Pack:
    """A pack that is being written, beside its name. tarfile makes the headers and would copy each picture once
    more in small pieces, so the bytes are written past it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(f".{path.name}.{os.getpid()}")
        self.entries: list[FileEntry] = []
        self.size = 0
        self._file = self.beside.open("wb")

    def add(self, name: str, data: bytes) -> int:
        """Append a member; where its bytes begin. Its header names no time, no user and no machine."""
        offset = self.size + tarfile.BLOCKSIZE
        member = tarfile.TarInfo(name)
        member.size = len(data)
        self._write(member.tobuf(tarfile.USTAR_FORMAT))
        self._write(data)
        self._fill(tarfile.BLOCKSIZE)
        return offset

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self.size += len(data)

    def _fill(self, unit: int) -> None:
        self._write(bytes(-self.size % unit))

    def finish(self) -> None:
        """End the archive as POSIX wants it: two empty blocks, and whole records."""
        self._write(bytes(2 * tarfile.BLOCKSIZE))
        self._fill(tarfile.RECORDSIZE)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.beside.replace(self.path)

    def drop(self) -> None:
        self._file.close()
        self.beside.unlink(missing_ok=True)


class Packs:
    """Pictures in packs of at most `most_bytes` or `members`. What finished packs hold is not made again."""

    def __init__(
        self,
        folder: RunFolder,
        ending: str,
        *,
        most_bytes: int = PACK_BYTES,
        members: int = PACK_MEMBERS,
    ) -> None:
        self.hand: Hand = PackHand(folder.out)
        self._folder = folder
        self._ending = ending
        self._most_bytes = most_bytes
        self._members = members
        self._pack: _Pack | None = None
        self._held: dict[str, int] = {}
        named = [Path(e.path).stem for e in folder.files.values() if e.path and e.offset is not None]
        self._next = max(map(int, named), default=-1) + 1
        where = folder.out / "packs"
        where.mkdir(exist_ok=True)
        self._index = Lines(where / "index.jsonl")

    def name(self, variant_id: str) -> str:
        return f"{variant_id}.{self._ending}"

    def known(self, name: str) -> FileEntry | None:
        return self._folder.files.get(name)

    def keep(self, entry: FileEntry, data: bytes | None, *, fresh: bool) -> FileEntry:
        if fresh:
            assert data is not None and entry.path is not None
            entry = self._packed(entry, entry.path, data)
        assert entry.path is not None and entry.member is not None
        self._held[entry.path] = self._held.get(entry.path, 0) + 1
        self._index.add(
            {
                "variant_id": entry.member.partition(".")[0],
                "pack": entry.path,
                "offset": entry.offset,
                "length": entry.bytes,
                "sha256": entry.sha256,
            }
        )
        return entry

    def _packed(self, entry: FileEntry, name: str, data: bytes) -> FileEntry:
        pack = self._pack
        if pack is not None and (
            len(pack.entries) >= self._members or pack.size + len(data) > self._most_bytes
        ):
            self._finish_pack()
            pack = None
        if pack is None:
            pack = self._pack = _Pack(self._folder.out / "packs" / f"{self._next:06d}.tar")
            self._next += 1
        path = str(pack.path.relative_to(self._folder.out))
        entry = replace(entry, path=path, member=name, offset=pack.add(name, data))
        pack.entries.append(entry)
        return entry

    def _finish_pack(self) -> None:
        """First the pack, then the journal: a pack that no line names is written over."""
        if self._pack is not None:
            self._pack.finish()
            for entry in self._pack.entries:
                self._folder.finished(entry)
            self._pack = None

    def finish(self) -> dict[str, Any]:
        self._finish_pack()
        self._index.close(whole=True)
        return {
            "packs": [
                {"path": path, "members": members, "bytes": (self._folder.out / path).stat().st_size}
                for path, members in self._held.items()
            ]
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pack is not None:
            self._pack.drop()
            self._pack = None
        self._index.close(whole=False)
