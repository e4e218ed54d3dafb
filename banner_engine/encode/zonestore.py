"""A store of zones on disk, shared by processes: what one has painted, none paints again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from banner_engine.encode.zonefiles import INDEX, ZoneFile, ZoneWriter, collect
from banner_engine.encode.zones import Runs

DISK_BUDGET = 5_000_000_000
"""Bytes on disk; the oldest files go first."""
FILE_BYTES = 64 << 20
"""A file is full at this size: what is deleted at once, and what several writers may exceed the budget by."""
ENTRIES = 250_000
"""Zones whose place is known in memory, about 200 bytes each; those of the oldest files are forgotten."""
PENDING_BYTES = 4 << 20
"""Zones that wait for a flush."""
LOOK_EVERY = 1.0
"""Seconds between two looks at what other processes have written."""


class DiskZones:
    """The zones of a folder, content-addressed. Thread-safe; any number of processes may share the folder.

    `put` keeps a zone in memory until `flush` (or PENDING_BYTES). It is a cache: a disk that is full or
    cannot be written costs paint, and raises nothing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        budget: int = DISK_BUDGET,
        file_bytes: int = FILE_BYTES,
        entries: int = ENTRIES,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self.folder = folder
        self.budget = budget
        self._file_bytes = min(file_bytes, max(budget // 4, 1))
        self._entries = entries
        self._look_every = look_every
        self._lock = threading.RLock()
        self._files: dict[str, ZoneFile] = {}
        self._pending: dict[bytes, Runs] = {}
        self._pending_bytes = 0
        self._writer: ZoneWriter | None = None
        self._refused = False
        self._look_at = 0.0

    def get(self, key: bytes) -> Runs | None:
        """A zone's runs, or None where no process has put it (or it was collected)."""
        with self._lock:
            runs = self._pending.get(key)
            if runs is None:
                runs = self._found(key)
            if runs is None and self._grown():
                runs = self._found(key)
            return runs

    def put(self, key: bytes, runs: Runs) -> None:
        """Keep a zone. key: 16 bytes that stand for its content."""
        with self._lock:
            if self._refused or key in self._pending or any(key in file for file in self._files.values()):
                return
            self._pending[key] = runs
            self._pending_bytes += sum(map(len, runs))
            if self._pending_bytes >= PENDING_BYTES:
                self.flush()

    def flush(self) -> None:
        """Write what waits; other processes see it from now on."""
        with self._lock:
            if self._pending:
                with self._allowed():
                    self._write()
            self._pending.clear()
            self._pending_bytes = 0

    def close(self) -> None:
        """Flush, and leave this process's file to the next writer."""
        with self._lock:
            self.flush()
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            for file in self._files.values():
                file.close()

    def _found(self, key: bytes) -> Runs | None:
        for file in self._files.values():
            if key in file:
                runs = file.read(key)
                if runs is not None:
                    return runs
        return None

    def _write(self) -> None:
        if self._writer is None:
            self._writer = ZoneWriter.open(self.folder, self._file_bytes)
        writer = self._writer
        writer.append(self._pending.items())
        if writer.name not in self._files:
            self._files[writer.name] = ZoneFile(self.folder, writer.name)
        self._files[writer.name].look()
        self._bound()
        if writer.size >= self._file_bytes:
            writer.close()
            self._writer = None
            collect(self.folder, self.budget - self._file_bytes)

    @contextmanager
    def _allowed(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            self._refused = True

    def _grown(self) -> bool:
        """Look at what others have written, unless that was done just now. False where it was."""
        now = time.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + self._look_every
        sizes = self._sizes()
        for name in [name for name in self._files if name not in sizes]:
            self._files.pop(name).close()
        for name, size in sizes.items():
            if name not in self._files:
                self._files[name] = ZoneFile(self.folder, name)
            self._files[name].look(size)
        self._bound()
        return True

    def _sizes(self) -> dict[str, int]:
        """Bytes of each index in the folder, oldest first."""
        found = []
        for path in self.folder.glob(f"*{INDEX}"):
            with suppress(FileNotFoundError):  # deleted at this moment
                stat = path.stat()
                found.append((stat.st_mtime_ns, path.stem, stat.st_size))
        return {name: size for _, name, size in sorted(found)}

    def _bound(self) -> None:
        excess = sum(map(len, self._files.values())) - self._entries
        for file in self._files.values():
            if excess <= 0:
                return
            excess -= len(file)
            file.forget()
