"""A campaign that is wrong: one line with file, line and field, what would be right, and exit code 2."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from shop_samples import AS_OF, Shop, Told, banner, banner_process

Change = Callable[[Shop], object]


def said(told: Told, shop: Shop) -> list[str]:
    """What stands on standard error, with the shop's folder as SHOP."""
    return [line.replace(str(shop.folder), "SHOP") for line in told.lines]


def edit(name: str, old: str, new: str) -> Change:
    return lambda shop: shop.edit(name, old, new)


def in_campaign(old: str, new: str) -> Change:
    return edit("campaign.yaml", old, new)


def in_bytes(name: str, old: str, new: bytes) -> Change:
    return lambda shop: shop.write(name, shop.path(name).read_bytes().replace(old.encode(), new, 1))


def gone(name: str) -> Change:
    return lambda shop: shop.path(name).unlink()


def only_header(name: str) -> Change:
    return lambda shop: shop.write(name, shop.text(name).splitlines()[0] + "\n")


def with_theme(text: str) -> Change:
    return lambda shop: shop.write("themes/plain/theme.yaml", shop.text("themes/plain/theme.yaml") + text)


WRONG: dict[str, tuple[Change, str]] = {
    # campaign.yaml
    "an unknown key": (
        in_campaign("timezone:", "timezon:"),
        "SHOP/campaign.yaml, line 7, timezon: unknown key 'timezon'; did you mean 'timezone'?",
    ),
    "an unknown key further in": (
        in_campaign("value_per_day: 240.00 CNY, grade", "value_per_day: 240.00 CNY, grad"),
        "SHOP/campaign.yaml, line 17, placements[0].grad: unknown key 'grad'; did you mean 'grade'?",
    ),
    "a key that stands twice": (
        in_campaign("grade: A\nmarkets", "grade: A\ngrade: B\nmarkets"),
        'SHOP/campaign.yaml, line 10: is not valid YAML: found duplicate key "grade" with value "B" '
        '(original value: "A")',
    ),
    "a missing key": (
        in_campaign("title: The corner shop\n", ""),
        "SHOP/campaign.yaml, title: 'title' is missing",
    ),
    "an unknown theme": (
        in_campaign("[plain, lacquer]", "[plain, laquer]"),
        "SHOP/campaign.yaml, themes[1]: unknown theme 'laquer'; did you mean 'lacquer'?",
    ),
    "a size that YAML takes for a number": (
        in_campaign("[300x250]", "[0x250]"),
        "SHOP/campaign.yaml, line 17, placements[0].sizes[0]: '0x250' is out of range: each side must be 30 to 4096 px",
    ),
    "a size of 0": (
        in_campaign("[300x250]", "[300x0]"),
        "SHOP/campaign.yaml, line 17, placements[0].sizes[0]: '300x0' is out of range: each side must be 30 to 4096 px",
    ),
    "a size that is none": (
        in_campaign("[300x250]", "[300 by 250]"),
        "SHOP/campaign.yaml, line 17, placements[0].sizes[0]: '300 by 250' is no size: write width x height in pixels, "
        "such as '300x250'",
    ),
    "no size": (
        in_campaign("[300x250]", "[]"),
        "SHOP/campaign.yaml, line 17, placements[0].sizes: must not be empty",
    ),
    "a placement that stands twice": (
        in_campaign("{id: strip", "{id: card"),
        "SHOP/campaign.yaml, line 16, placements: placement 'card' stands twice",
    ),
    "a market's locale twice": (
        in_campaign("[en-US]", "[zh-CN]"),
        "SHOP/campaign.yaml, line 10, markets: locale 'zh-CN' stands twice",
    ),
    "a flight that ends before it starts": (
        in_campaign("end: 2026-11-30", "end: 2026-10-30"),
        "SHOP/campaign.yaml, line 8, flight: the flight ends (2026-10-30) before it starts (2026-11-01)",
    ),
    "a day that is none": (
        in_campaign("end: 2026-11-30", "end: 2026-11-31"),
        "SHOP/campaign.yaml, line 8, flight.end: must be a day, such as 2026-11-01, not '2026-11-31'",
    ),
    "an unknown time zone": (
        in_campaign("Asia/Shanghai", "Asia/Shangai"),
        "SHOP/campaign.yaml, line 7, timezone: 'Asia/Shangai' is no time zone: write an IANA name, "
        "such as 'Asia/Shanghai'",
    ),
    "a landing URL with an unknown placeholder": (
        in_campaign("{product.id}", "{product.idd}"),
        "SHOP/campaign.yaml, line 6, landing_url: unknown placeholder '{product.idd}'; known: product.id, "
        "product.link, variant_id, placement.id, campaign.id, locale",
    ),
    "a landing URL without a scheme": (
        in_campaign("https://corner", "corner"),
        "SHOP/campaign.yaml, line 6, landing_url: 'corner.example/p/{product.id}?lang={locale}' is no landing URL: "
        "it must start with https:// and name a host",
    ),
    "a value without a currency": (
        in_campaign("240.00 CNY", "240 yuan"),
        "SHOP/campaign.yaml, line 17, placements[0].value_per_day: '240 yuan' is no price: write an amount and "
        "a currency, such as '199.00 CNY'",
    ),
    "a byte budget that is none": (
        in_campaign("value_per_day: 240.00 CNY", "byte_budget: many"),
        "SHOP/campaign.yaml, line 17, placements[0].byte_budget: 'many' is no byte budget: write a number of bytes, "
        "or '150kB'",
    ),
    "a locale that is none": (
        in_campaign("[zh-CN]", "[中文]"),
        "SHOP/campaign.yaml, line 11, markets[0].locales[0]: '中文' is no locale: write a tag of BCP 47, "
        "such as 'zh-CN'",
    ),
    "a market without prices in its currency": (
        in_campaign("currency: USD", "currency: EUR"),
        "SHOP/campaign.yaml, markets[1]: market 'us' has no product with a price in EUR",
    ),
    "an unknown policy": (
        in_campaign("epsilon-greedy", "epsilon-greed"),
        "SHOP/campaign.yaml, line 21, policy.kind: unknown value 'epsilon-greed'; did you mean 'epsilon-greedy'?",
    ),
    "a ladder that rises": (
        in_campaign("[86, 80, 74, 68, 60]", "[60, 80]"),
        "SHOP/campaign.yaml, line 19, ladder: the ladder of qualities must fall, such as [84, 76, 68]",
    ),
    "broken YAML": (
        in_campaign("[plain, lacquer]", "[plain, lacquer"),
        "SHOP/campaign.yaml, line 14: is not valid YAML: expected ',' or ']', but got ':'",
    ),
    "an empty campaign": (lambda shop: shop.write("campaign.yaml", ""), "SHOP/campaign.yaml: is empty"),
    # files that are not there, or not text
    "no copy": (gone("copy.yaml"), "SHOP/campaign.yaml, copy: no such file: copy.yaml"),
    "no catalogue": (gone("catalogue.csv"), "SHOP/campaign.yaml, catalogue: no such file: catalogue.csv"),
    "no market feed": (
        gone("feeds/en-US.csv"),
        "SHOP/campaign.yaml, markets[1].feed: no such file: feeds/en-US.csv",
    ),
    "no logo": (gone("logo-dark.svg"), "SHOP/campaign.yaml, brand.logo.dark: no such file: logo-dark.svg"),
    "a campaign that is not UTF-8": (
        in_bytes("campaign.yaml", "街角", b"\xff\xfe"),
        "SHOP/campaign.yaml, line 4: is not valid UTF-8; save it as UTF-8",
    ),
    "copy that is not UTF-8": (
        lambda shop: shop.write("copy.yaml", b"# \xff\n" + shop.path("copy.yaml").read_bytes()),
        "SHOP/copy.yaml, line 1: is not valid UTF-8; save it as UTF-8",
    ),
    "a catalogue that is not UTF-8": (
        in_bytes("catalogue.csv", "p02,", b"p02,\xff\xfe"),
        "SHOP/catalogue.csv, line 3: is not valid UTF-8; save it as UTF-8",
    ),
    "a market feed that is not UTF-8": (
        in_bytes("feeds/zh-CN.csv", "p03,", b"p03,\xd6\xd0"),
        "SHOP/feeds/zh-CN.csv, line 4: is not valid UTF-8; save it as UTF-8",
    ),
    "a theme that is not UTF-8": (
        in_bytes("themes/plain/theme.yaml", "One colour", b"\xe9"),
        "SHOP/themes/plain/theme.yaml, line 2: is not valid UTF-8; save it as UTF-8",
    ),
    "a logo that is not UTF-8": (
        lambda shop: shop.write("logo-dark.svg", b"<svg \xff"),
        "SHOP/logo-dark.svg: is not valid UTF-8",
    ),
    # feeds
    "an empty feed": (lambda shop: shop.write("catalogue.csv", ""), "SHOP/catalogue.csv: is empty"),
    "a feed with a header alone": (
        only_header("catalogue.csv"),
        "SHOP/catalogue.csv: is empty: it holds no products",
    ),
    "a market feed with a header alone": (
        only_header("feeds/zh-CN.csv"),
        "SHOP/feeds/zh-CN.csv: is empty: it holds no products",
    ),
    "a feed without a column": (
        edit("catalogue.csv", "image_link", "imagelink"),
        "SHOP/catalogue.csv, image_link: column 'image_link' is missing; is it 'imagelink'?",
    ),
    "a feed without one right row": (
        lambda shop: shop.write(
            "catalogue.csv", shop.text("catalogue.csv").replace("pictures/", "pictrues/")
        ),
        "SHOP/catalogue.csv: none of its 10 products can be used; row 1, image_link: no such picture "
        "'pictrues/p01.webp'; paths start at the feed's folder",
    ),
    # copy
    "an unknown placeholder": (
        edit("copy.yaml", '"{product.title} by {product.brand}"', '"{product.titel}"'),
        "SHOP/copy.yaml, line 34, copy_sets[2].text.en.subline.text: unknown placeholder '{product.titel}'; "
        "did you mean 'product.title'?",
    ),
    "copy sets of one name": (
        edit("copy.yaml", "- id: members", "- id: launch"),
        "SHOP/copy.yaml, line 26, copy_sets[2].id: copy set 'launch' stands twice",
    ),
    "copy without a headline": (
        edit("copy.yaml", "        headline: Picked for you\n", ""),
        "SHOP/copy.yaml, line 32, copy_sets[2].text.en.headline: 'headline' is missing",
    ),
    # themes
    "a palette's colour that is none": (
        edit("themes/plain/theme.yaml", "'#DFF3E8'", "'DFF3E8'"),
        "SHOP/themes/plain/theme.yaml, line 9, palettes.mint.ground: 'DFF3E8' is no colour of a palette: "
        "write '#RRGGBB'",
    ),
    "a theme's unknown key": (
        edit("themes/plain/theme.yaml", "mood:", "moood:"),
        "SHOP/themes/plain/theme.yaml, line 2, moood: unknown key 'moood'; did you mean 'mood'?",
    ),
    "a theme's unknown base": (
        edit("themes/plain/theme.yaml", "extends: base", "extends: bas"),
        "SHOP/themes/plain/theme.yaml, line 3, extends: unknown theme 'bas'; did you mean 'base'?",
    ),
    "a theme's colour that its palettes lack": (
        with_theme("type: {cta: {colour: accnt}}\n"),
        "SHOP/themes/plain/theme.yaml, line 11, type.cta.colour: no colour 'accnt' in the palettes; did you mean "
        "'accent'? known: accent, badge, badge-ink, cta-1, cta-2, cta-3, cta-ink, ground, ink, ink-2, old-price, "
        "panel, price, rim, rim-2, shadow",
    ),
    "a theme's unknown font": (
        with_theme("type: {headline: {font: Intr}}\n"),
        "SHOP/themes/plain/theme.yaml, line 11, type.headline.font: no font family 'Intr'; did you mean 'Inter'?",
    ),
    "a mistake in a theme's base": (
        edit("themes/base/theme.yaml", "mood:", "moood:"),
        "SHOP/themes/base/theme.yaml, line 4, moood: unknown key 'moood'; did you mean 'mood'?",
    ),
    "scenery that nothing draws": (
        with_theme("scenery:\n  - fil: {colour: ground}\n"),
        "SHOP/themes/plain/theme.yaml, line 12, scenery[0]: no generator 'fil'; did you mean 'fill'?",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_campaign_is_told_in_one_line(shop: Shop, profiles: Path, tmp_path: Path, kind: str) -> None:
    change, message = WRONG[kind]
    change(shop)
    told = banner("render", shop.folder, "--profiles", profiles, "--out", tmp_path / "out", "--as-of", AS_OF)
    assert (told.code, told.out, said(told, shop)) == (2, "", [f"Error: {message}"])
    assert not (tmp_path / "out").exists()


def test_several_mistakes_are_told_together(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    shop.edit("campaign.yaml", "timezone:", "timezon:")
    shop.edit("campaign.yaml", "[300x250]", "[300x]")
    shop.edit("campaign.yaml", "epsilon: 0.4", "epsilon: 4")
    told = banner("render", shop.folder, "--profiles", profiles, "--out", tmp_path / "out")
    assert told.code == 2
    assert [line.split(": ")[1] for line in said(told, shop)] == [
        "SHOP/campaign.yaml, line 17, placements[0].sizes[0]",
        "SHOP/campaign.yaml, line 21, policy.epsilon",
        "SHOP/campaign.yaml, line 7, timezon",
    ]


EVERY_COMMAND = [
    ["render", "--profiles", "p.jsonl", "--out", "out"],
    ["preview"],
    ["products", "prepare"],
    ["profiles", "sample", "--count", "1", "--out", "p.jsonl"],
    ["simulate", "--users", "1"],
    ["report"],
]


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda words: words[0])
def test_every_command_tells_it_in_the_same_words(shop: Shop, tmp_path: Path, command: list[str]) -> None:
    shop.edit("campaign.yaml", "timezone:", "timezon:")
    number = 2 if command[0] in ("products", "profiles") else 1
    told = banner(*command[:number], shop.folder, *command[number:])
    assert (told.code, said(told, shop)) == (
        2,
        ["Error: SHOP/campaign.yaml, line 7, timezon: unknown key 'timezon'; did you mean 'timezone'?"],
    )


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda words: words[0])
def test_no_campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    number = 2 if command[0] in ("products", "profiles") else 1
    told = banner(*command)
    if command[0] != "preview":  # a theme's sheet needs no campaign
        assert (told.code, told.lines) == (
            2,
            [f"Error: {tmp_path}: no campaign.yaml here or in any parent folder; banner init DIR makes one"],
        )
        told = banner(*command[:number], tmp_path / "nowhere", *command[number:])
        assert (told.code, told.lines) == (
            2,
            [f"Error: {tmp_path / 'nowhere'}: no such folder; banner init DIR makes a campaign"],
        )
        told = banner(*command[:number], tmp_path, *command[number:])
        assert (told.code, told.lines) == (
            2,
            [f"Error: {tmp_path}: no campaign.yaml here; banner init DIR makes a campaign"],
        )


def test_the_campaign_around_the_working_folder(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.path("feeds"))
    told = banner("profiles", "sample", "--count", "2", "--out", tmp_path / "p.jsonl", "--as-of", AS_OF)
    assert told.code == 0, told.err
    told = banner("report", "--json")
    assert told.lines[0].startswith(f"Error: {shop.folder}/.banner/track.db: there is no store yet")


def test_a_campaign_where_nothing_may_be_written(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    """A real read-only folder where we are not root; for root, who may write anywhere, a file in its place."""
    (shop.state / "scenery").unlink()
    shop.state.rmdir()
    if os.geteuid():
        shop.folder.chmod(0o500)
        why = "Permission denied"
    else:
        shop.state.write_text("")
        why = "File exists"
    words = ["render", shop.folder, "--profiles", profiles, "--out", tmp_path / "out", "--as-of", AS_OF]
    told = banner(*words)
    shop.folder.chmod(0o700)
    assert (told.code, said(told, shop)) == (
        2,
        [
            f"Error: SHOP/.banner: cannot be written ({why}); copy the campaign with banner init, "
            "or name another folder with --store"
        ],
    )
    elsewhere = banner(*words, "--store", tmp_path / "state", "--limit", "1", "--workers", "1")
    assert elsewhere.code == 0, elsewhere.err


def test_a_key_that_holds_nothing(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    (shop.state / "key").write_bytes(b"")
    told = banner("render", shop.folder, "--profiles", profiles, "--out", tmp_path / "out", "--as-of", AS_OF)
    assert (told.code, said(told, shop)) == (
        2,
        ["Error: SHOP/.banner/key: holds no key; delete it, and a new one is made"],
    )


def test_a_key_of_the_environment_that_is_too_short(
    shop: Shop, profiles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANNER_KEY", "short")
    told = banner("render", shop.folder, "--profiles", profiles, "--out", tmp_path / "out", "--as-of", AS_OF)
    assert (told.code, told.lines) == (2, ["Error: BANNER_KEY is too short; use 16 characters or more"])


def test_a_store_that_is_none(shop: Shop) -> None:
    (shop.state / "track.db").write_bytes(b"garbage" * 1000)
    told = banner("report", shop.folder)
    assert (told.code, said(told, shop)) == (
        2,
        ["Error: SHOP/.banner/track.db: this file is not a banner store; give the path of a track.db"],
    )


def test_as_a_process_too_it_is_a_line_and_no_traceback(shop: Shop, profiles: Path, tmp_path: Path) -> None:
    shop.edit("campaign.yaml", "[plain, lacquer]", "[plain, laquer]")
    told = banner_process("render", shop.folder, "--profiles", profiles, "--out", tmp_path / "out")
    assert (told.code, told.out, said(told, shop)) == (
        2,
        "",
        ["Error: SHOP/campaign.yaml, themes[1]: unknown theme 'laquer'; did you mean 'lacquer'?"],
    )
