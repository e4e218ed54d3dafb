"""Where a campaign keeps what it makes: `CAMPAIGN/.banner/`, or the folder that --store names."""

from __future__ import annotations

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
        """The campaign's secret: BANNER_KEY, else the file `key`, which is made at first use (mode 600)."""
        given = os.environ.get("BANNER_KEY")
        if given:
            if len(given) < 16:
                raise BannerError("BANNER_KEY is too short", hint="use 16 characters or more")
            return given.encode()
        path = self.folder / "key"
        self.make()
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes().strip()
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        return path.read_bytes()
