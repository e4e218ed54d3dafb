"""Which face of an ordered chain draws each character: the first one that has it, with a few exceptions."""

from __future__ import annotations

from functools import cached_property

from banner_engine.text.chars import CJK_SCRIPTS, EMOJI_STYLE, char_info, clusters
from banner_engine.text.face import Face

_UNKNOWN = object()


class Chain:
    """Faces in the order in which a character looks for its glyph, and what was found so far.

    wide: the locale's quotes and dashes between hanzi are full-width (Chinese, Japanese).
    """

    def __init__(self, faces: tuple[Face, ...], wide: bool) -> None:
        self.faces = faces
        self.wide = wide
        self._by_char: dict[str, Face | None] = {}

    def has(self, char: str) -> bool:
        return char_info(char).ignorable or self._of(char) is not None

    def _of(self, char: str) -> Face | None:
        found = self._by_char.get(char, _UNKNOWN)
        if found is _UNKNOWN:
            code = ord(char)
            faces = (
                sorted(self.faces, key=lambda f: not f.has_colour) if char_info(char).emoji else self.faces
            )
            found = self._by_char[char] = next((face for face in faces if face.glyph(code)), None)
        return found  # type: ignore[return-value]

    @cached_property
    def plain(self) -> frozenset[str]:
        """The ASCII characters that the first face draws wherever they stand."""
        return frozenset(char for char in map(chr, range(32, 127)) if self._of(char) is self.faces[0])

    def cover(self, text: str, start: int, end: int, scripts: list[str]) -> list[Face | None]:
        """The face of each of the characters start:end; None where no face has all of a cluster."""
        out: list[Face | None] = []
        before: Face | None = None
        han = self._han if self.wide and not text.isascii() else None
        for a, b in clusters(text[start:end]):
            char = text[start + a]
            face: Face | None
            if b - a > 1:
                face = self._of_cluster(text[start + a : start + b], before)
            else:
                info = char_info(char)
                if char == " ":
                    # As in a browser, blanks are the first font's, whatever stands beside them.
                    face = self._of(char) or before or self.faces[0]
                elif info.ignorable:
                    face = before or self.faces[0]
                elif (
                    han is not None
                    and info.wide
                    and scripts[start + a] in CJK_SCRIPTS
                    and han.glyph(ord(char))
                ):
                    face = han
                else:
                    face = self._of(char)
            out += [face] * (b - a)
            before = face or before
        return out

    @cached_property
    def _han(self) -> Face | None:
        """What draws hanzi, and with them the quotes, dashes and points between them."""
        return self._of("\u4e00")

    def _of_cluster(self, cluster: str, before: Face | None) -> Face | None:
        """The first face that has all characters of a cluster, a colour one for emoji."""
        needed = [c for c in cluster if not char_info(c).ignorable]
        if not needed:
            return before or self.faces[0]
        faces = self.faces
        if char_info(cluster[0]).emoji or chr(EMOJI_STYLE) in cluster:
            faces = tuple(sorted(faces, key=lambda f: not f.has_colour))
        return next((face for face in faces if all(face.glyph(ord(c)) for c in needed)), None)
