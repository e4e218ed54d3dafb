"""Where a campaign keeps what it makes: `CAMPAIGN/.banner/`, or the folder that --store names."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from banner_engine.errors import BannerError


@dataclass(frozen=True, slots=True)
class State:
    folder: Path

    @staticmethod
    def of(campaign: Path, store: Path | None = None) -> State:
        """The state of a campaign. Nothing is written yet."""
        named = store or (Path(os.environ["BANNER_STORE"]) if os.environ.get("BANNER_STORE") else None)
        return State(named or campaign / ".banner")

    @property
    def track(self) -> Path:
        return self.folder / "track.db"

    @property
    def cutouts(self) -> Path:
        return self.folder / "cutouts"

    @property
    def scenery(self) -> Path:
        return self.folder / "scenery"

    @property
    def zones(self) -> Path:
        return self.folder / "zones"

    @property
    def pictures(self) -> Path:
        """Where fetched pictures are kept."""
        return self.folder / "pictures"

    def remember_run(self, out: Path) -> None:
        """Keep where the newest committed run lies, for commands that look variants up."""
        self.make()
        (self.folder / "last-run").write_text(str(out.resolve()), encoding="utf-8")

    def last_run(self) -> Path | None:
        try:
            return Path((self.folder / "last-run").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def make(self) -> None:
        """Make the folder. Raises BannerError where the campaign lies where nothing can be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BannerError(
                f"cannot be written ({error.strerror})",
                file=self.folder,
                hint="copy the campaign with banner init, or name another folder with --store",
            ) from None

    def key(self) -> bytes:
        """The campaign's secret: BANNER_KEY, else the file `key`, which is made at first use (mode 600).

        Raises BannerError for a secret that is too short, or where the file cannot be made.
        """
        given = os.environ.get("BANNER_KEY")
        if given:
            if len(given) < 16:
                raise BannerError("BANNER_KEY is too short", hint="use 16 characters or more")
            return given.encode()
        path = self.folder / "key"
        if not path.exists():
            self._make_key(path)
        key = path.read_bytes().strip()
        if len(key) < 16:
            raise BannerError("holds no key", file=path, hint="delete it, and a new one is made")
        return key

    def _make_key(self, path: Path) -> None:
        """Put a new key at `path`, unless another process is first; nobody ever sees half of one."""
        self.make()
        beside = path.with_name(f".key.{os.getpid()}")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(secrets.token_hex(32).encode())
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(beside)
            beside.unlink()
        except OSError as error:
            raise BannerError(f"cannot be written ({error.strerror})", file=path) from None
