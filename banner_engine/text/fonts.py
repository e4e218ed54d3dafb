"""The book of fonts: which faces a style asks for, and which ones help out, by coverage and by locale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.yamlio import read_yaml, validate
from banner_engine.text.coverage import Chain
from banner_engine.text.face import Face, FontFile
from banner_engine.text.fontfolder import KINDS, files_of

Weight = Annotated[int, Field(ge=1, le=1000)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    family: str = Field(min_length=1)
    file: str = Field(min_length=1)
    weight: Weight | tuple[Weight, Weight] = 400
    """One weight, or [lightest, heaviest] of a variable font."""
    italic: bool = False
    locales: tuple[str, ...] = ()
    """The locales whose Han glyphs this file draws; none: no claim."""
    scripts: tuple[str, ...] = ()
    source: str = ""
    licence: str = ""

    @field_validator("weight")
    @classmethod
    def _ordered(cls, value: int | tuple[int, int]) -> int | tuple[int, int]:
        if isinstance(value, tuple) and value[0] > value[1]:
            raise ValueError("weight: write [lightest, heaviest]")
        return value


class _Index(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fonts: tuple[_Entry, ...] = Field(min_length=1)


class FontBook:
    """Font files by family, in the order of their indexes. Immutable; a file is opened when first used."""

    def __init__(self, files: Iterable[FontFile]) -> None:
        self._files = tuple(files)
        self._families: dict[str, list[FontFile]] = {}
        for file in self._files:
            self._families.setdefault(file.family, []).append(file)
        self._faces: dict[tuple[FontFile, int], Face] = {}
        self._chains: dict[tuple[tuple[str, ...], int, bool, str], Chain] = {}

    @classmethod
    def load(cls, *folders: Path) -> FontBook:
        """The fonts of folders; a family of a later folder replaces an earlier one.

        A folder has a `fonts.yaml`, or its files speak for themselves. Raises BannerError with file, line and
        field where an index is wrong, a font file is missing, or a folder has neither.
        """
        families: dict[str, list[FontFile]] = {}
        for folder in folders:
            here: dict[str, list[FontFile]] = {}
            for file in _indexed(folder) if (folder / "fonts.yaml").exists() else files_of(folder):
                here.setdefault(file.family, []).append(file)
            if not here:
                raise BannerError(
                    "no fonts.yaml and no font here",
                    file=folder,
                    hint=f"put {', '.join(KINDS)} files into it",
                )
            families.update(here)
        return cls(file for files in families.values() for file in files)

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(self._families)

    @property
    def files(self) -> tuple[FontFile, ...]:
        return self._files

    def digest_of(self, face: Face) -> str:
        """What a face's glyphs depend on: the digest of its file, and the weight of a variable one."""
        return face.digest

    def check(self, families: Iterable[str]) -> None:
        """Raise BannerError for a family that is in no index."""
        for family in families:
            if family not in self._families:
                raise BannerError(f"no font family '{family}'", hint=did_you_mean(family, self._families))

    def faces(self, families: tuple[str, ...], weight: int, italic: bool, locale: str) -> tuple[Face, ...]:
        """All faces in the order in which a character looks for its glyph.

        First the asked families (for each, the nearest slope and weight, as CSS matches them), then
        every other family. A file that draws Han for other locales only comes after those for `locale`.
        Raises BannerError for a family that is in no index.
        """
        return self.chain(families, weight, italic, locale).faces

    def chain(self, families: tuple[str, ...], weight: int, italic: bool, locale: str) -> Chain:
        """`faces`, with what they cover. Raises BannerError for a family that is in no index."""
        key = (families, weight, italic, locale)
        found = self._chains.get(key)
        if found is None:
            self.check(families)
            faces = self._ordered(families, weight, italic, locale)
            found = self._chains[key] = Chain(faces, is_cjk(locale, but_korean=True))
        return found

    def _ordered(self, families: tuple[str, ...], weight: int, italic: bool, locale: str) -> tuple[Face, ...]:
        others = [name for name in self._families if name not in families]
        # A fallback that claims the locale (Noto Sans JP for ja) goes before one that claims none.
        others.sort(key=lambda name: not self._claims(name, locale))
        order: list[str] = []
        for name in (*families, *others):
            if self._is_foreign(name, locale):
                order.extend(n for n in others if n not in order and self._claims(n, locale))
            if name not in order:
                order.append(name)
        return tuple(
            self._face(file, weight)
            for name in order
            for file in nearest_files(self._families[name], weight, italic)
        )

    def _claims(self, family: str, locale: str) -> bool:
        return any(speaks(file.locales, locale) for file in self._families[family])

    def _is_foreign(self, family: str, locale: str) -> bool:
        files = self._families[family]
        return is_cjk(locale) and all(f.locales and not speaks(f.locales, locale) for f in files)

    def _face(self, file: FontFile, weight: int) -> Face:
        face = Face(file, weight)
        return self._faces.setdefault((file, face.weight), face)


def _indexed(folder: Path) -> Iterator[FontFile]:
    """The files that a folder's `fonts.yaml` names."""
    document = read_yaml(folder / "fonts.yaml")
    for number, entry in enumerate(validate(_Index, document).fonts):
        path = folder / entry.file
        if not path.is_file():
            raise BannerError(
                f"no font file '{entry.file}'",
                file=folder / "fonts.yaml",
                line=document.line_of(("fonts", number, "file")),
                field=f"fonts.{number}.file",
            )
        weights = entry.weight if isinstance(entry.weight, tuple) else (entry.weight, entry.weight)
        yield FontFile(path, entry.family, weights, entry.italic, entry.locales)


def nearest_files(files: list[FontFile], weight: int, italic: bool) -> list[FontFile]:
    """The files of a family that match best: the slope first, then the weight.

    CSS Fonts 4, 5.2: at 400–500 the other of the two first, then lighter; below 400 lighter first;
    above 500 heavier first. Several files (slices of one face) may match alike.
    """
    sloped = [file for file in files if file.italic == italic] or files

    def distance(file: FontFile) -> tuple[int, int]:
        low, high = file.weights
        if low <= weight <= high:
            return 0, 0
        near = low if low > weight else high
        if 400 <= weight <= 500:
            rank = 1 if weight < near <= 500 else 2 if near < weight else 3
        else:
            rank = 1 if (near < weight) == (weight < 400) else 2
        return rank, abs(near - weight)

    best = min(map(distance, sloped))
    return [file for file in sloped if distance(file) == best]


def is_cjk(locale: str, *, but_korean: bool = False) -> bool:
    language = locale.split("-")[0].split("_")[0]
    return language in {"zh", "ja", "yue"} or (language == "ko" and not but_korean)


def speaks(locales: tuple[str, ...], locale: str) -> bool:
    """Whether one of `locales` writes as `locale` does: the same language and (likely) script."""
    return _writing(locale) in {_writing(known) for known in locales}


@lru_cache(maxsize=1024)
def _writing(locale: str) -> tuple[str, str]:
    import icu

    full = icu.Locale.forLanguageTag(locale.replace("_", "-"))
    full.addLikelySubtags()
    return full.getLanguage(), full.getScript()
