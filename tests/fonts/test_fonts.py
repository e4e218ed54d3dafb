"""The shipped font files are what fonts.yaml says, and hold the characters that banners need."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from ruamel.yaml import YAML

from banner_engine.shipped import shipped

FONTS = shipped("fonts")
ENTRIES: list[dict[str, Any]] = YAML(typ="safe").load(FONTS / "fonts.yaml")["fonts"]
PRICES = "0123456789.,-−+%¥$€£"
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÖÜßéèêçñåø—–“”‘’…·•!?&@"
# The Latin of a Han face stops at Western Europe; a face of its own goes on to Turkish and Polish.
BEYOND_WESTERN = "œİığşŁżőű"

# What an entry's `scripts` promise; the characters of ordinary copy in each.
SCRIPTS = {
    "Latn": LATIN,
    "Cyrl": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяІЇЄҐіїєґЂђ",
    "Grek": "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψως άέήίόύώϊϋΐΰ",
    "Hans": "双十一狂欢节全场五折起限时抢购立即购买满减包邮新品上市，。！？：；、（）《》【】￥％",
    "Hani": "一二三十百千大小中人日本新品",
    "Hant": "雙十一狂歡節全場五折起限時搶購立即購買滿減免運新品上市裏裡綫線嘅喺妳，。！？：；、「」『』",
    "Bopo": "ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙㄚㄛㄜㄝㄞㄟㄠㄡㄢㄣㄤㄥㄦㄧㄨㄩˇˊˋ˙",
    "Jpan": "本日限定最大半額送料無料今すぐ購入新作入荷冬物一掃髙﨑①〜ー「」、。！？％",
    "Hira": "あいうえおがぎぐげござじずぜぞっゃゅょわをんゔ",
    "Kana": "アイウエオガギグゲゴパピプペポッャュョワヲンヴヶー",
    "Kore": "오늘만최대반값무료배송지금구매하기신상품특가뷁똠펲",
    "Hang": "가각힣ㄱㅎㅏㅣ",
    "Arab": "اشتري الآن خصم يصل إلى توصيل مجاني لفترة محدودة ءآأؤإئةىپچژگکیٹڈڑےًٌٍَُِّْ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹،؛؟٪",
    "Hebr": "אבגדהוזחטיךכלםמןנסעףפץצקרשת ₪ ־׳״ שָׁלוֹם",
    "Thai": "ลดราคาสูงสุด ซื้อเลย ส่งฟรี ทั้งร้าน ฿ ๐๑๒๓๔๕๖๗๘๙ กำลัง น้ำ เก๋ไก๋",
    "Deva": "सीमित समय ऑफ़र अभी खरीदें मुफ़्त डिलीवरी क्षत्रज्ञश्र ₹ ०१२३४५६७८९ ।",
    "Zsye": "🎁🔥🎉💥⭐❤👍🏽👨\u200d👩\u200d👧🇨🇳😀🛍🧧🛒💰⏰✨",
}


@cache
def font(file: str) -> TTFont:
    return TTFont(FONTS / file, lazy=True)


@cache
def coverage(file: str) -> frozenset[int]:
    return frozenset(font(file).getBestCmap())


def missing(file: str, text: str) -> str:
    return "".join(char for char in dict.fromkeys(text) if ord(char) not in coverage(file))


def gb2312_level_1() -> str:
    """The 3,755 common hanzi, rows 16 to 55 of GB 2312."""
    pairs = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(16, 56) for cell in range(1, 95))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)


each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])


def test_every_font_file_has_one_entry_and_is_ttf() -> None:
    kept = sorted(
        p.name for p in FONTS.rglob("*") if p.suffix.lower() in {".ttf", ".otf", ".ttc", ".woff", ".woff2"}
    )
    assert kept == sorted(entry["file"] for entry in ENTRIES)
    for file in kept:
        assert (FONTS / file).read_bytes()[:4] == b"\0\1\0\0", file


def test_every_licence_belongs_to_an_entry() -> None:
    kept = {f"licences/{path.name}" for path in (FONTS / "licences").iterdir()}
    assert kept == {entry["licence"] for entry in ENTRIES}


def test_a_style_is_there_once() -> None:
    styles = [(entry["family"], str(entry["weight"]), entry["italic"]) for entry in ENTRIES]
    assert len(styles) == len(set(styles))


@each_entry
def test_licence_is_the_open_font_license(entry: dict[str, Any]) -> None:
    text = (FONTS / entry["licence"]).read_text(encoding="utf-8")
    assert text.startswith("Copyright")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text


@each_entry
def test_entry_agrees_with_the_file(entry: dict[str, Any]) -> None:
    names = font(entry["file"])["name"]
    assert entry["family"] == (names.getDebugName(16) or names.getDebugName(1))
    assert entry["italic"] == bool(font(entry["file"])["OS/2"].fsSelection & 1)
    if isinstance(entry["weight"], list):
        axes = {axis.axisTag: [axis.minValue, axis.maxValue] for axis in font(entry["file"])["fvar"].axes}
        assert axes == {"wght": entry["weight"]}
    else:
        assert "fvar" not in font(entry["file"])
        assert entry["weight"] == font(entry["file"])["OS/2"].usWeightClass


@each_entry
def test_declared_scripts_are_covered(entry: dict[str, Any]) -> None:
    assert entry["scripts"]
    lacks = {script: missing(entry["file"], SCRIPTS[script]) for script in entry["scripts"]}
    assert lacks == dict.fromkeys(entry["scripts"], "")


@each_entry
def test_a_latin_face_goes_beyond_western_europe(entry: dict[str, Any]) -> None:
    if entry["scripts"][0] == "Latn":
        assert missing(entry["file"], BEYOND_WESTERN) == ""


@each_entry
def test_a_face_with_latin_can_set_a_price(entry: dict[str, Any]) -> None:
    if "Latn" in entry["scripts"]:
        assert missing(entry["file"], PRICES) == ""


@each_entry
def test_only_east_asian_faces_name_locales(entry: dict[str, Any]) -> None:
    assert ("locales" in entry) == (entry["scripts"][0] in {"Hans", "Hant", "Jpan", "Kore"})


@pytest.mark.parametrize("weight", [500, 700, 900])
def test_noto_sans_sc_has_all_common_hanzi(weight: int) -> None:
    hanzi = gb2312_level_1()
    assert len(hanzi) == 3755
    assert missing(f"NotoSansSC-{weight}.ttf", hanzi) == ""


def test_every_currency_sign_is_in_some_face() -> None:
    signs = "¢£¤¥฿₡₦₩₪₫€₭₮₱₲₴₵₸₹₺₼₽₾₿﷼＄￥￦"
    assert [sign for sign in signs if all(missing(entry["file"], sign) for entry in ENTRIES)] == []


def test_folder_is_small() -> None:
    assert sum(Path(FONTS / entry["file"]).stat().st_size for entry in ENTRIES) < 45_000_000
