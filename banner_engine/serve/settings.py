"""What a server is told when it starts, checked once. Secrets come from the environment or from files."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from banner_engine.deliver.links import check_base_url
from banner_engine.errors import BannerError
from banner_engine.state import State

SHORTEST = 16
"""Characters of an admin token, at least."""
ADMIN, KEY = "BANNER_ADMIN_TOKEN", "BANNER_KEY"


@dataclass(frozen=True, slots=True)
class Settings:
    """base_url: what URLs in answers begin with; '' is http://HOST:PORT. admin_token: '' closes /admin.

    waiting: cold draws that may wait; patience: seconds that a decision waits for one. tcf_vendor: our id in
    the IAB's vendor list, whose consent is then asked for too. log: "requests" or "problems".
    """

    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    admin_token: str = ""
    waiting: int = 64
    patience: float = 2.0
    tcf_vendor: int | None = None
    log: str = "requests"
    forwarded_allow_ips: str = "127.0.0.1"

    def __post_init__(self) -> None:
        if self.base_url:
            check_base_url(self.base_url)
        if self.admin_token and len(self.admin_token) < SHORTEST:
            raise BannerError(f"the admin token is shorter than {SHORTEST} characters", field=ADMIN)

    @property
    def base(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def private(self) -> bool:
        """Whether nobody but this machine is served: bound to loopback, and URLs that lead there."""
        return is_loopback(self.host) and is_loopback(urlsplit(self.base).hostname or "")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def admin_token(file: Path | None, environment: Mapping[str, str] = os.environ) -> str:
    """The admin token of a file, else of BANNER_ADMIN_TOKEN; '' where there is none."""
    if file is None:
        return environment.get(ADMIN, "").strip()
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BannerError(f"cannot be read ({error.strerror})", file=file) from None


def check_secrets(
    settings: Settings, states: list[State], environment: Mapping[str, str] = os.environ
) -> None:
    """BannerError for a server that others can reach, and whose secrets nobody has set."""
    if is_loopback(settings.host):
        return
    if not settings.admin_token:
        raise BannerError(
            f"{settings.host} is not loopback, and there is no admin token",
            hint=f"set {ADMIN} to {SHORTEST} characters or more, or name a file with --admin-token-file",
            kind="config",
        )
    for state in states:
        if not environment.get(KEY) and not (state.folder / "key").exists():
            raise BannerError(
                f"{settings.host} is not loopback, and no secret signs the tokens",
                file=state.folder / "key",
                hint=f"set {KEY} to 16 characters or more, the same on every server",
                kind="config",
            )
