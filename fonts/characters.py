"""Named sets of characters that `build.py` keeps when it subsets a large font.

A set is a function without arguments that gives code points; `sources.yaml` lists them by name. The
East Asian ones are read from Python's codecs, so each is a national standard and not a list of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


def _ranges(*pairs: tuple[int, int]) -> set[int]:
    return {code for first, last in pairs for code in range(first, last + 1)}


def latin() -> set[int]:
    """Every Latin letter of a European, African or Vietnamese orthography, with combining marks."""
    return _ranges((0x20, 0x7E), (0xA0, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x1E00, 0x1EFF))


def western() -> set[int]:
    """ASCII, Latin-1, Latin Extended-A: more than the Latin that East Asian faces have."""
    return _ranges((0x20, 0x7E), (0xA0, 0x17F))


def cyrillic() -> set[int]:
    """Russian, Ukrainian, Serbian, Kazakh … (U+0400 to U+052F)."""
    return _ranges((0x400, 0x52F))


def greek() -> set[int]:
    """Modern and polytonic Greek."""
    return _ranges((0x370, 0x3FF), (0x1F00, 0x1FFF))


def symbols() -> set[int]:
    """General punctuation, super- and subscripts, currency, letterlike, fractions, arrows, shop signs."""
    return _ranges(
        (0x2000, 0x206F),
        (0x2070, 0x209F),
        (0x20A0, 0x20CF),
        (0x2100, 0x218F),
        (0x2190, 0x21FF),
        (0x2200, 0x22FF),
        (0x2460, 0x24FF),
        (0x25A0, 0x26FF),
        (0x2700, 0x27BF),
    )


def cjk_punctuation() -> set[int]:
    """CJK punctuation and the half- and full-width forms (， ！ ￥ ％ １ Ａ …)."""
    return _ranges((0x3000, 0x303F), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6))


def _double_byte(codec: str, first: tuple[int, int], second: tuple[int, int]) -> Iterator[int]:
    """All characters that a codec writes with a first and a second byte here, without private use."""
    for high in range(first[0], first[1] + 1):
        for low in range(second[0], second[1] + 1):
            try:
                text = bytes((high, low)).decode(codec)
            except UnicodeDecodeError:
                continue
            yield from (ord(char) for char in text if not "\ue000" <= char <= "\uf8ff")


def gb2312() -> set[int]:
    """GB 2312-80: 6,763 simplified hanzi and 682 signs."""
    return set(_double_byte("gb2312", (0xA1, 0xF7), (0xA1, 0xFE)))


def beyond_gb2312() -> set[int]:
    """Hanzi of shop copy and of today's given names that GB 2312 lacks."""
    return set(map(ord, "焗啰囧囍喆堃燚犇骉垚昇祎翀赟玥珺琎璟暻彧旻晞劼頔嘚粿瞭镕锜瑄鋆妳祂冇咗嘅哋喺"))


def big5_level_1() -> set[int]:
    """Big5 level 1: 5,401 common traditional hanzi, and its signs."""
    signs = _double_byte("big5", (0xA1, 0xA3), (0x40, 0xFE))
    return {
        *signs,
        *_double_byte("big5", (0xA4, 0xC5), (0x40, 0xFE)),
        *_double_byte("big5", (0xC6, 0xC6), (0x40, 0x7E)),
    }


def hong_kong() -> set[int]:
    """Written Cantonese, and the forms that Hong Kong prefers."""
    return set(
        map(
            ord,
            "嘅咗哋喺嚟啲佢冇乜嘢噉咁唔係俾畀攞睇瞓揾搵諗嗰嗱啱㗎喎囉嘞啫嘥嘈靚廿冚孭掂晒曬嘩噃嗮咩啩囖"
            "裏綫羣牀啓衞温麪説鈎污粧着脱閲税妳祂囍焗喆堃犇粿",
        )
    )


def bopomofo() -> set[int]:
    """Zhuyin letters and their tone marks."""
    return {*range(0x3105, 0x3130), *map(ord, "ˇˊˋ˙")}


def kana() -> set[int]:
    """Hiragana, katakana, phonetic extensions and half-width katakana."""
    return _ranges((0x3041, 0x3096), (0x3099, 0x30FF), (0x31F0, 0x31FF), (0xFF61, 0xFF9F))


def cp932() -> set[int]:
    """JIS X 0208 levels 1 and 2 with the NEC and IBM extensions (① ㈱ 髙 﨑)."""
    return {
        *_double_byte("cp932", (0x81, 0x9F), (0x40, 0xFC)),
        *_double_byte("cp932", (0xE0, 0xFC), (0x40, 0xFC)),
    }


def hangul() -> set[int]:
    """All 11,172 syllables and the compatibility letters; hanja come from the other faces."""
    return _ranges((0xAC00, 0xD7A3), (0x3131, 0x318E))


SETS: dict[str, Callable[[], Iterable[int]]] = {
    function.__name__: function
    for function in (
        latin,
        western,
        cyrillic,
        greek,
        symbols,
        cjk_punctuation,
        gb2312,
        beyond_gb2312,
        big5_level_1,
        hong_kong,
        bopomofo,
        kana,
        cp932,
        hangul,
    )
}
