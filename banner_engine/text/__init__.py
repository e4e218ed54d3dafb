"""Text: levels → runs → shapes → breaks → fit → raster, with nothing from the system.

`shape_text` once, `fit_text` or `set_text` for a slot, `draw_text` for pixels.
"""

from banner_engine.text.composite import number_spans, price_spans
from banner_engine.text.draw import draw_text, effect_margins
from banner_engine.text.face import Face
from banner_engine.text.fit import fit_text, set_text
from banner_engine.text.fonts import FontBook
from banner_engine.text.settext import Line, SetText
from banner_engine.text.shaped import Shaped, shape_text
from banner_engine.text.style import Extrude, Glow, Outline, Shadow, Span, TextPaint, TextStyle

__all__ = [
    "Extrude",
    "Face",
    "FontBook",
    "Glow",
    "Line",
    "Outline",
    "SetText",
    "Shadow",
    "Shaped",
    "Span",
    "TextPaint",
    "TextStyle",
    "draw_text",
    "effect_margins",
    "fit_text",
    "number_spans",
    "price_spans",
    "set_text",
    "shape_text",
]
