"""Files of zones: one pair for each process that writes, read by all of them, never changed but at the end.

<name>.zones   the zones' bytes, one after the other
<name>.index   an entry of 32 bytes for each: key, CRC-32, length, offset

An entry is written after its bytes, so whatever a kill leaves behind the last whole entry is no zone. A CRC
that does not fit (a disk that lost power wrote the entry first) makes a zone missing, never wrong. Names are
random and not used twice, so a file that was deleted is not taken for another one.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zlib import crc32

from banner_engine.encode.zones import Runs

try:
    import fcntl
except ImportError:  # no such locks on this system: no file is written by a second process there
    fcntl = None  # type: ignore[assignment]

DATA, INDEX = ".zones", ".index"
_KEY = 16
_REST = struct.Struct("<IIQ")
_ENTRY = struct.Struct("<16sIIQ")


def packed(runs: Runs) -> bytes:
    """Runs as bytes: their number, their lengths, then themselves."""
    return b"".join((struct.pack(f"<{len(runs) + 1}I", len(runs), *map(len, runs)), *runs))


def unpacked(payload: bytes) -> Runs:
    (count,) = struct.unpack_from("<I", payload)
    at = 4 * (count + 1)
    out = []
    for length in struct.unpack_from(f"<{count}I", payload, 4):
        out.append(payload[at : at + length])
        at += length
    return tuple(out)


class ZoneFile:
    """A file of zones as a reader sees it: what its index said when it was looked at last."""

    def __init__(self, folder: Path, name: str) -> None:
        self._data, self._index = folder / (name + DATA), folder / (name + INDEX)
        self._entries: dict[bytes, bytes] = {}
        self._read = 0
        self._map: mmap.mmap | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: bytes) -> bool:
        return key in self._entries

    def look(self, size: int | None = None) -> None:
        """Take in what the index has grown by. size: its bytes, where the caller knows them."""
        if size is not None and size - self._read < _ENTRY.size:
            return
        try:
            with self._index.open("rb") as index:
                index.seek(self._read)
                new = index.read()
        except FileNotFoundError:
            return
        whole = len(new) - len(new) % _ENTRY.size
        for at in range(0, whole, _ENTRY.size):
            self._entries[new[at : at + _KEY]] = new[at + _KEY : at + _ENTRY.size]
        self._read += whole

    def read(self, key: bytes) -> Runs | None:
        """A zone, or None where it is not here (or no longer, or damaged)."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        crc, length, offset = _REST.unpack(entry)
        payload = self._bytes(offset, length)
        if payload is None or crc32(payload, crc32(key)) != crc:
            del self._entries[key]
            return None
        return unpacked(payload)

    def _bytes(self, offset: int, length: int) -> bytes | None:
        if self._map is None or len(self._map) < offset + length:
            self.close()
            try:
                with self._data.open("rb") as data:
                    if os.fstat(data.fileno()).st_size < max(offset + length, 1):
                        return None
                    self._map = mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ)
            except FileNotFoundError:
                return None
        return self._map[offset : offset + length]

    def forget(self) -> None:
        """Give the memory of its entries back; what comes later is still taken in."""
        self._entries = {}
        self.close()

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
            self._map = None


class ZoneWriter:
    """The one file that a process appends to, locked while it is open. Raises OSError."""

    def __init__(self, folder: Path, name: str, data: int, index: int) -> None:
        self.name = name
        self._data, self._index = data, index
        # a store that nobody closes gives its file free all the same
        self.close = weakref.finalize(self, _close, data, index)
        self._cut(folder / (name + INDEX))

    @classmethod
    def open(cls, folder: Path, room: int) -> Self:
        """Go on with a file that nobody writes to and that is smaller than `room` bytes, else begin one."""
        folder.mkdir(parents=True, exist_ok=True)
        if fcntl is not None:
            for found in sorted(zone_files(folder), key=lambda file: file.changed, reverse=True):
                if found.bytes < room and (writer := cls._taken(folder, found.name, os.O_RDWR)) is not None:
                    return writer
        while True:
            name = os.urandom(8).hex()
            if (writer := cls._taken(folder, name, os.O_RDWR | os.O_CREAT | os.O_EXCL)) is not None:
                return writer

    @classmethod
    def _taken(cls, folder: Path, name: str, flags: int) -> Self | None:
        path = folder / (name + DATA)
        try:
            data = os.open(path, flags | os.O_APPEND, 0o644)
        except (FileNotFoundError, FileExistsError):
            return None
        if not _lock(data) or not _still_there(path, data):
            os.close(data)
            return None
        try:
            index = os.open(folder / (name + INDEX), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError:
            os.close(data)
            raise
        return cls(folder, name, data, index)

    def _cut(self, index: Path) -> None:
        """Cut what a killed writer left behind the last whole entry and its bytes."""
        entries = index.read_bytes()
        size = os.fstat(self._data).st_size
        ends = (offset + length for _, _, length, offset in _ENTRY.iter_unpack(_whole(entries)))
        self.size = max((end for end in ends if end <= size), default=0)
        os.ftruncate(self._data, self.size)
        os.ftruncate(self._index, len(_whole(entries)))

    def append(self, zones: Iterable[tuple[bytes, Runs]]) -> None:
        """Write zones: their bytes, then their entries."""
        bytes_, entries = bytearray(), bytearray()
        for key, runs in zones:
            payload = packed(runs)
            crc = crc32(payload, crc32(key))
            entries += _ENTRY.pack(key, crc, len(payload), self.size + len(bytes_))
            bytes_ += payload
        _write(self._data, bytes_)
        _write(self._index, entries)
        self.size += len(bytes_)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in a folder of zones. changed: ns of its last write; bytes: with its index; zones: entries."""

    name: str
    changed: int
    bytes: int
    zones: int


def zone_files(folder: Path) -> Iterator[Listed]:
    """The files of a folder; none where there is no folder."""
    for path in folder.glob(f"*{DATA}"):
        with contextlib.suppress(FileNotFoundError):  # another process has just deleted it
            data = path.stat()
            index = path.with_suffix(INDEX)
            entries = index.stat().st_size if index.exists() else 0
            yield Listed(path.stem, data.st_mtime_ns, data.st_size + entries, entries // _ENTRY.size)


@dataclass(frozen=True, slots=True)
class Collected:
    """Files deleted and their bytes; what is left, bytes."""

    files: int
    bytes: int
    left: int


def collect(folder: Path, max_bytes: int) -> Collected:
    """Delete files, those first that were written longest ago, until at most `max_bytes` are left.

    A file that a process writes to stays. Processes that read a deleted one keep what they have mapped,
    and miss its other zones.
    """
    files = sorted(zone_files(folder), key=lambda file: file.changed)
    left = sum(file.bytes for file in files)
    gone = freed = 0
    for file in files:
        if left <= max_bytes:
            break
        if _deleted(folder / (file.name + DATA)):
            gone += 1
            freed += file.bytes
            left -= file.bytes
    return Collected(gone, freed, left)


def _deleted(path: Path) -> bool:
    try:
        data = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        if not _lock(data):
            return False
        path.with_suffix(INDEX).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    except OSError:  # where open files cannot be deleted
        return False
    finally:
        os.close(data)
    return True


def _lock(file: int) -> bool:
    """Lock a file for its descriptor. False where somebody else has it."""
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def _still_there(path: Path, file: int) -> bool:
    """Whether a name still stands for an open file: it may have been deleted before it was locked."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _close(*files: int) -> None:
    for file in files:
        os.close(file)


def _whole(entries: bytes) -> bytes:
    return entries[: len(entries) - len(entries) % _ENTRY.size]


def _write(file: int, data: bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
