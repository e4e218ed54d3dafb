"""Every script is set and drawn where neither Pillow's text nor FriBidi nor Raqm can be loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from banner_engine.shipped import shipped

SCRIPT = """
import sys
sys.modules["PIL._imagingft"] = None
import ctypes
real = ctypes.CDLL.__init__
def refuse(self, name, *args, **kwargs):
    if name and ("fribidi" in str(name) or "raqm" in str(name)):
        raise OSError(f"{name} is not to be loaded")
    real(self, name, *args, **kwargs)
ctypes.CDLL.__init__ = refuse
from pathlib import Path
from banner_engine.text import FontBook, Outline, Span, TextPaint, TextStyle, draw_text, fit_text, shape_text
book = FontBook.load(Path(sys.argv[1]))
for locale, text in [
    ("en", "Quiet leather, made to last"), ("ru", "Распродажа"), ("el", "Εκπτώσεις"),
    ("zh-CN", "跑鞋，5折起"),
    ("ja", "今日限定のスニーカー"), ("ko", "오늘만 할인"), ("ar", "خصم ٥٠٪ على الأحذية"), ("he", "מבצע 50%"),
    ("th", "ลดราคาวันนี้"), ("hi", "आज ही ख़रीदें"), ("en", "Gifts 🎁"),
]:
    shaped = shape_text(book, (Span(text, TextStyle(("Inter",), 700)),), locale, locale in ("ar", "he"))
    if shaped.missing:
        print("missing", locale)
        continue
    block = fit_text(shaped, width=300, height=90, min_size=8, max_size=60, max_lines=2)
    raster = draw_text(block, TextPaint("#FFFFFF", Outline(0.05, "#000000")), 10.5, 60)
    assert raster.alpha.getbbox(), locale
loaded = Path("/proc/self/maps").read_text() if Path("/proc/self/maps").exists() else ""
assert "fribidi" not in loaded and "raqm" not in loaded
print("ok")
"""


def test_no_library_of_the_system_is_needed() -> None:
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(shipped("fonts"))],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip().endswith("ok")
