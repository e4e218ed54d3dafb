"""Commands that ask for what is not there, or in words that mean nothing: one clear line, exit code 2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shop_samples import AS_OF, Run, Shop, Told, banner, contents


def last(told: Told) -> str:
    """The one line that says what is wrong (usage errors show the command's usage before it)."""
    errors = [line for line in told.lines if line.startswith("Error: ")]
    assert told.out == "" and len(errors) == 1, told
    assert told.lines[-1] == errors[0]
    return errors[0].removeprefix("Error: ")


RENDER: dict[str, tuple[list[str], str]] = {
    "an unknown placement": (
        ["--placements", "crd"],
        "--placements: unknown placement 'crd'; did you mean 'card'?",
    ),
    "an unknown size": (
        ["--sizes", "300x250,970x250"],
        "--sizes: no placement has the size 970x250; known: 300x250, 728x90",
    ),
    "a size that the placement does not have": (
        ["--placements", "strip", "--sizes", "300x250"],
        "--sizes: no placement has the size 300x250; known: 728x90",
    ),
    "no size": (
        ["--sizes", ""],
        "Invalid value for '--sizes': '' is no size: write width x height in pixels, such as '300x250'",
    ),
    "a size of 0": (
        ["--sizes", "0x250"],
        "Invalid value for '--sizes': '0x250' is out of range: each side must be 30 to 4096 px",
    ),
    "a moment that is none": (
        ["--as-of", "tomorrow"],
        "Invalid value for '--as-of': 'tomorrow' is no time: write '2026-11-10' or '2026-11-10T12:00:00+08:00'",
    ),
    "a day that is none": (
        ["--as-of", "2026-11-31"],
        "Invalid value for '--as-of': '2026-11-31' is no time: write '2026-11-10' or '2026-11-10T12:00:00+08:00'",
    ),
    "an unknown format": (
        ["--format", "gif"],
        "Invalid value for '--format': 'gif' is not one of 'jpeg', 'png', 'webp', 'avif'.",
    ),
    "no profile": (["--limit", "0"], "Invalid value for '--limit': 0 is not in the range x>=1."),
    "no worker": (["--workers", "0"], "Invalid value for '--workers': 0 is not in the range x>=1."),
    "a seed that is no number": (
        ["--seed", "x"],
        "Invalid value for '--seed': 'x' is not a valid integer.",
    ),
}


@pytest.mark.parametrize("kind", RENDER)
def test_render(shop: Shop, profiles: Path, tmp_path: Path, kind: str) -> None:
    words, message = RENDER[kind]
    told = banner(
        "render", shop.folder, "--profiles", profiles, "--out", tmp_path / "out", "--as-of", AS_OF, *words
    )
    assert (told.code, last(told)) == (2, message)
    assert not (tmp_path / "out").exists()


PREVIEW: dict[str, tuple[list[str], str]] = {
    "product": (["--product", "p1"], "--product: unknown product 'p1'; did you mean 'p10'?"),
    "copy": (["--copy", "membres"], "--copy: unknown copy set 'membres'; did you mean 'members'?"),
    "palette": (["--palette", "papr"], "theme 'plain' has no palette 'papr'; did you mean 'paper'?"),
    "layout": (["--layout", "sqare"], "theme 'plain' has no layout 'sqare'; did you mean 'square'?"),
    "locale": (
        ["--locale", "zh-CN,klingon!"],
        "Invalid value for '--locale': 'klingon!' is no locale: write a tag of BCP 47, such as 'zh-CN'",
    ),
    "scale": (["--scale", "9"], "Invalid value for '--scale': 9 is not in the range 1<=x<=3."),
}


@pytest.mark.parametrize("kind", PREVIEW)
def test_preview(shop: Shop, tmp_path: Path, kind: str) -> None:
    words, message = PREVIEW[kind]
    sheet = tmp_path / "sheet.png"
    told = banner("preview", shop.folder, "--sizes", "300x250", "--out", sheet, *words)
    assert (told.code, last(told)) == (2, message)
    assert not sheet.exists()


def test_preview_of_what_is_neither_theme_nor_campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = banner("preview", "laquer")
    assert (told.code, last(told)) == (2, "unknown theme 'laquer'; did you mean 'lacquer'?")


def test_preview_into_a_folder(shop: Shop, tmp_path: Path) -> None:
    told = banner("preview", shop.folder, "--sizes", "300x250", "--locale", "en-US", "--out", tmp_path)
    assert (told.code, last(told)) == (2, f"{tmp_path}: Is a directory")


REPORT: dict[str, tuple[list[str], str]] = {
    "an unknown dimension": (["--by", "them"], "a report has no 'them'; did you mean 'theme'?"),
    "an unknown order": (["--sort", "cpx"], "a report is not sorted by 'cpx'; did you mean 'cpc'?"),
    "a condition without a value": (
        ["--where", "theme"],
        "Invalid value for --where: 'theme': write NAME=VALUE, such as theme=lacquer",
    ),
    "a condition on nothing known": (
        ["--where", "colour=red"],
        "a report has no 'colour'; did you mean 'hour'?",
    ),
    "a moment that is none": (
        ["--since", "monday"],
        "Invalid value for '--since': 'monday' is no time: write '2026-11-10' or '2026-11-10T12:00:00+08:00'",
    ),
}


@pytest.mark.parametrize("kind", REPORT)
def test_report(finished: Run, kind: str) -> None:
    words, message = REPORT[kind]
    told = banner("report", finished.shop.folder, *words)
    assert told.code == 2
    assert message in last(told)


def test_report_without_a_store(shop: Shop) -> None:
    told = banner("report", shop.folder)
    assert (told.code, last(told)) == (
        2,
        f"{shop.state}/track.db: there is no store yet; banner render makes one, and so does banner track ingest",
    )
    assert not (shop.state / "track.db").exists()


@pytest.mark.parametrize("command", ["show", "rerender"])
def test_an_unknown_variant(finished: Run, shop: Shop, tmp_path: Path, command: str) -> None:
    told = banner(command, "nosuchvariant234", "--campaign", finished.shop.folder)
    assert (told.code, last(told)) == (
        2,
        f"no variant 'nosuchvariant234' in {finished.out} and the store; name its run with --run DIR",
    )
    told = banner(command, "nosuchvariant234", "--campaign", shop.folder)
    assert (told.code, last(told)) == (
        2,
        "no variant 'nosuchvariant234' in the store; name its run with --run DIR",
    )


def test_a_user_needs_profiles_and_profiles_a_user(finished: Run, profiles: Path) -> None:
    variant = finished.variants[0]["variant_id"]
    for words in (["--user", "x"], ["--profiles", profiles]):
        told = banner("show", variant, "--campaign", finished.shop.folder, *words)
        assert (told.code, last(told)) == (2, "--profiles and --user go together")
    told = banner("show", variant, "--campaign", finished.shop.folder, "--user", "x", "--profiles", profiles)
    assert (told.code, last(told)) == (2, f"{profiles}, user_id: no profile 'x'")


TRACK: dict[str, tuple[list[Any], str]] = {
    "no events": (["import", "TMP/none.csv"], "TMP/none.csv: can't be read (No such file or directory)"),
    "no run": (["ingest", "TMP"], "TMP: no committed run here; finish it with banner render … --resume"),
}


@pytest.mark.parametrize("kind", TRACK)
def test_track(shop: Shop, tmp_path: Path, kind: str) -> None:
    words, message = TRACK[kind]
    told = banner("track", *(word.replace("TMP", str(tmp_path)) for word in words), "--campaign", shop.folder)
    assert (told.code, last(told)) == (2, message.replace("TMP", str(tmp_path)))


FIT: dict[str, tuple[list[str], str]] = {
    "an unknown theme": (["--theme", "laquer"], "unknown theme 'laquer'; did you mean 'lacquer'?"),
    "an unknown slot": (
        ["--slot", "headlin"],
        "layout 'square' has no slot 'headlin'; did you mean 'headline'?",
    ),
    "an unknown layout": (
        ["--layout", "sqare"],
        "theme 'lacquer' has no layout for 300x250; did you mean 'square'?",
    ),
    "no size": (
        ["--size", ""],
        "Invalid value for '--size': '' is no size: write width x height in pixels, such as '300x250'",
    ),
    "a locale that is none": (
        ["--locale", "!!"],
        "Invalid value for '--locale': '!!' is no locale: write a tag of BCP 47, such as 'zh-CN'",
    ),
}


@pytest.mark.parametrize("kind", FIT)
def test_fit(kind: str) -> None:
    words, message = FIT[kind]
    told = banner("fit", "Words", "--theme", "lacquer", "--slot", "headline", "--size", "300x250", *words)
    assert (told.code, last(told)) == (2, message)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rendr"], "No command 'rendr'; did you mean 'render'?"),
        (["render", "--worker", "2"], "No such option '--worker'."),
        (["render"], "Missing option '--profiles'."),
        (["rerender"], "Missing argument 'VARIANT_ID'."),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'."),
        (["simulate", "--users", "0"], "0 is not in the range x>=1."),
        (["prune", "--keep-runs", "0", "out"], "0 is not in the range x>=1."),
    ],
)
def test_words_that_no_command_knows(words: list[str], message: str) -> None:
    told = banner(*words)
    assert told.code == 2
    assert message in last(told)


# -- init ---------------------------------------------------------------------------------------------


def test_init_leaves_a_folder_that_holds_something_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    told = banner("init", tmp_path / "mine")
    message = f"{tmp_path / 'mine'}: is there already; name a folder that does not exist yet"
    assert (told.code, last(told)) == (2, message)
    told = banner("init", tmp_path / "mine" / "notes.txt")
    assert told.code == 2
    assert contents(tmp_path) == before


def test_init_where_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = banner("init", tmp_path / "file" / "shop")
    assert (told.code, last(told)) == (
        2,
        f"{tmp_path / 'file' / 'shop'}: cannot be written (Not a directory)",
    )


def test_init_needs_a_name_that_is_an_id(tmp_path: Path) -> None:
    message = "--id: 'my shop' is no id: use letters, digits, '.', '_' and '-', at most 64"
    for words in ([tmp_path / "my shop"], [tmp_path / "shop", "--id", "my shop"]):
        told = banner("init", *words)
        assert (told.code, last(told)) == (2, message)
    assert not list(tmp_path.iterdir())
    assert banner("init", tmp_path / "my shop", "--id", "my-shop").code == 0
