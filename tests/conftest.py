"""A small campaign for whoever needs one on real files; see `shop_samples`."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from shop_samples import AS_OF, Run, Shop, banner, make_shop, people, write_lines

# The suite is the same on every machine and at every load: examples follow from the tests' own text, and no
# example has a deadline. HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


# A suite that a shell has put into the background ignores Ctrl-C, and so would all processes that tests start.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the caller has set for campaigns of its own."""
    for name in [name for name in os.environ if name.startswith("BANNER_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def kept_scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of drawn scenery for the whole session (all workers of xdist): scenes cost most."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "kept-scenes"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def _shop_origin(tmp_path_factory: pytest.TempPathFactory, kept_scenes: Path) -> Path:
    shop = make_shop(tmp_path_factory.mktemp("origin") / "corner")
    shop.state.mkdir()
    (shop.state / "scenery").symlink_to(kept_scenes)
    return shop.folder


@pytest.fixture(scope="session")
def new_shop(_shop_origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Shop]:
    """Makes shops, each in a folder of its own."""

    def make(folder: Path | None = None) -> Shop:
        folder = folder or tmp_path_factory.mktemp("shop") / "corner"
        shutil.copytree(_shop_origin, folder, symlinks=True)
        return Shop(folder)

    return make


@pytest.fixture
def shop(new_shop: Callable[..., Shop], tmp_path: Path) -> Shop:
    """A campaign's folder that the test may change, with a state folder of its own."""
    return new_shop(tmp_path / "corner")


@pytest.fixture(scope="session")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 profiles that spread over the shop's products."""
    return write_lines(tmp_path_factory.mktemp("profiles") / "people.jsonl", people(30))


@pytest.fixture(scope="session")
def finished(new_shop: Callable[..., Shop], profiles: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A whole run over `profiles`, with signed URLs, to be read and never changed."""
    shop = new_shop()
    out = tmp_path_factory.mktemp("finished") / "out"
    told = banner(
        "render", shop.folder, "--profiles", profiles, "--out", out, "--as-of", AS_OF, "--workers", "1",
        "--base-url", "https://ads.corner.example/b/", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    return Run(shop, out, told)
