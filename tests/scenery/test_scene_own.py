"""A designer's own pictures and drawings: which part is shown, in which colours, and from where."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.scenery import draw_scene, parse_recipe
from banner_engine.scenery.crop import salient_window, window_around
from banner_engine.scenery.files import coloured_svg, found
from banner_engine.scenery.recipe import file_names

COLOURS = {"accent": "#FF8000", "deep": "#102040"}


def picture_with_patch(size, box):
    """An even grey with a striped box (x0, y0, x1, y1)."""
    pixels = np.full((size[1], size[0], 3), 128, np.uint8)
    x0, y0, x1, y1 = box
    pixels[y0:y1, x0:x1] = np.where((np.arange(x1 - x0) // 4 % 2)[None, :, None] == 0, 240, 20)
    return Image.fromarray(pixels)


def drawn(stage, folder, *layers):
    recipe = parse_recipe(list(layers), file=folder / "theme.yaml")
    return np.asarray(draw_scene(recipe, COLOURS, stage, 1).back).astype(int)


# -- the crop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("box", [(20, 60, 140, 180), (420, 60, 560, 180), (260, 20, 340, 110)])
def test_what_draws_the_eye_is_kept(box):
    left, top, right, bottom = salient_window(picture_with_patch((600, 300), box), 0.9)
    assert left <= box[0] and right >= box[2]
    assert top <= box[1] and bottom >= box[3]
    assert (right - left) / (bottom - top) == pytest.approx(0.9)


def test_an_even_picture_is_cut_in_its_middle():
    even = Image.new("RGB", (600, 300), "#808080")
    assert salient_window(even, 1) == pytest.approx((150, 0, 450, 300), abs=4)
    assert salient_window(even, 2) == (0, 0, 600, 300)


def test_a_thin_strip_shows_the_thing_s_middle():
    left, top, right, bottom = salient_window(picture_with_patch((300, 300), (60, 120, 240, 280)), 8)
    assert (left, right) == (0, 300)
    assert (top + bottom) / 2 == pytest.approx(200, abs=20)


def test_a_focus_stands_where_it_is_told_or_as_near_as_the_edges_allow():
    assert window_around((600, 300), 1, (0.5, 0.5), (0.5, 0.5)) == (150, 0, 450, 300)
    assert window_around((600, 300), 1, (0.5, 0.5), (0.75, 0.5)) == (75, 0, 375, 300)
    assert window_around((600, 300), 1, (0, 0), (0.5, 0.5)) == (0, 0, 300, 300)
    assert window_around((300, 600), 2, (0.5, 1), (0.5, 0)) == (0, 450, 300, 600)


def test_a_picture_covers_the_canvas_and_its_focus_meets_the_place(make_stage, tmp_path):
    stage = make_stage()
    dot = Image.new("RGB", (1600, 400), "#204060")
    dot.paste("#FFFFFF", (980, 180, 1020, 220))
    dot.save(tmp_path / "dot.png")
    shown = drawn(stage, tmp_path, {"picture": {"src": "dot.png", "focus": [0.625, 0.5], "at": "hero"}})
    _, x = np.nonzero(shown[..., 0] > 200)
    assert x.mean() == pytest.approx(stage.centre[0], abs=2)
    assert (shown[..., 2] >= 0x40).all()


def test_a_veil_lies_over_the_copy(make_stage, tmp_path):
    Image.new("RGB", (400, 300), "#000000").save(tmp_path / "black.png")
    stage = make_stage()
    layer = {"picture": {"src": "black.png", "veil": "#FFFFFF/.2", "calm": 0.5}}
    shown = drawn(stage, tmp_path, layer)
    assert shown[10, -5, 0] == pytest.approx(0.2 * 255, abs=2)
    assert shown[10, 10, 0] == pytest.approx((1 - 0.8 * 0.5) * 255, abs=2)


def test_a_picture_is_turned_upright(make_stage, tmp_path):
    tall = Image.new("RGB", (200, 400), "#FF0000")
    tall.paste("#0000FF", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 3
    tall.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    shown = drawn(make_stage("tall"), tmp_path, {"picture": {"src": "turned.jpg"}})
    assert shown[5, 100, 0] > 200 and shown[-5, 100, 2] > 200


# -- where files may lie ------------------------------------------------------------------------------


def test_only_files_of_the_theme_or_of_its_campaign_are_read(tmp_path):
    theme = tmp_path / "shop" / "themes" / "mine"
    theme.mkdir(parents=True)
    for file in (tmp_path / "secret.png", tmp_path / "shop" / "beach.png", theme / "hero.png"):
        Image.new("RGB", (8, 8)).save(file)
    assert found("hero.png", theme) == theme / "hero.png"
    with pytest.raises(BannerError, match="outside of the theme's folder"):
        found("../../beach.png", theme)
    (tmp_path / "shop" / "campaign.yaml").write_text("")
    assert found("../../beach.png", theme) == tmp_path / "shop" / "beach.png"
    with pytest.raises(BannerError, match="outside of the campaign's folder"):
        found("../../../secret.png", theme)
    (theme / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(BannerError, match="outside"):
        found("link.png", theme)
    for name in (str(tmp_path / "secret.png"), "..\\x.png", "file:x.png", "https://a.example/x.png"):
        with pytest.raises(BannerError, match="relative path"):
            found(name, theme)


def test_a_missing_or_wrong_file_is_told_when_the_recipe_is_read(tmp_path):
    for src, said in (
        ("no.png", "there is no file 'no.png'"),
        ("a.gif", ".jpg, .jpeg, .png, .webp"),
        (3, "a file"),
    ):
        with pytest.raises(BannerError) as error:
            parse_recipe([{"picture": {"src": src}}], file=tmp_path / "theme.yaml")
        assert error.value.field == "scenery[0].picture.src"
        assert said in str(error.value)


def test_a_file_that_is_no_picture_is_told_when_it_is_drawn(make_stage, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(BannerError, match=r"'broken.png' cannot be read") as error:
        drawn(make_stage(), tmp_path, {"picture": {"src": "broken.png"}})
    assert error.value.field == "scenery[0].picture"


def test_the_files_of_a_recipe_are_known(tmp_path):
    for name in ("a.png", "b.png"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    layers = [
        {"picture": {"src": "a.png", "shapes": {"tall": {"src": "b.png"}}}},
        {"picture": {"src": "a.png"}},
    ]
    recipe = parse_recipe(layers, file=tmp_path / "theme.yaml")
    assert file_names(recipe) == (tmp_path / "a.png", tmp_path / "b.png")


# -- drawings -----------------------------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}>{}</svg>'


def written(folder, body, attributes='viewBox="0 0 40 20"'):
    file = folder / "own.svg"
    file.write_text(SVG.format(attributes, body), encoding="utf-8")
    return file


def test_a_drawing_takes_the_palette_s_colours_by_class(make_stage, tmp_path):
    written(
        tmp_path,
        '<style>.own{fill:#00FF00}</style><linearGradient id="g"><stop class="deep"/></linearGradient>'
        '<rect class="own accent" width="20" height="20"/><rect x="20" width="10" height="20" fill="url(#g)"/>'
        '<path class="accent" d="M35 0V20" stroke="#000" stroke-width="10" fill="none"/>',
    )
    shown = drawn(make_stage(), tmp_path, {"svg": {"src": "own.svg"}})
    assert shown[150, 150].tolist() == [255, 128, 0]
    assert shown[150, 400].tolist() == [16, 32, 64]
    assert shown[150, 560].tolist() == [255, 128, 0]


def test_a_drawing_stands_at_its_place_and_height(make_stage, tmp_path):
    written(tmp_path, '<rect class="accent" width="40" height="20"/>')
    stage = make_stage()
    shown = drawn(stage, tmp_path, {"svg": {"src": "own.svg", "at": "hero", "height": 60}})
    y, x = np.nonzero(shown[..., 0] > 128)
    assert x.mean() == pytest.approx(stage.centre[0], abs=1)
    assert np.ptp(y) + 1 == pytest.approx(60 * stage.unit, abs=1)
    assert np.ptp(x) + 1 == pytest.approx(120 * stage.unit, abs=1)


def test_nothing_outside_of_a_drawing_is_read(tmp_path):
    file = written(
        tmp_path,
        '<image href="other.png"/><image xlink:href="file:///etc/passwd"/><use href="x.svg#a"/><use href="#a"/>'
        '<script>1</script><rect onclick="x()" style="fill:url(http://a.example/b)" fill="url( &quot;#a&quot; )"/>'
        '<style>@import url("x.css"); .a{fill:url(#a)}</style><image href="data:image/png;base64,AAAA"/>'
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        'viewBox="0 0 4 4" onload="x()" fill="none"',
    )
    body, box = coloured_svg(file, COLOURS)
    assert box == (0, 0, 4, 4)
    for gone in (
        "other.png",
        "passwd",
        "x.svg",
        "script",
        "onclick",
        "onload",
        "a.example",
        "import",
        "svg+xml",
    ):
        assert gone not in body, gone
    for kept in ('href="#a"', "url(#a)", "data:image/png", 'fill="none"', "url( &quot;#a&quot; )"):
        assert kept in body, kept


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SVG.format('viewBox="0 0 4 4"', "<text>Sale</text>"), "outlines"),
        (SVG.format("", "<rect/>"), "has no size"),
        ("<html/>", "begins with <html>"),
        ("<svg", "is no SVG"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format('viewBox="0 0 4 4"', "&a;"), "entities"),
    ],
)
def test_a_drawing_that_cannot_be_right_is_told(tmp_path, text, said):
    (tmp_path / "own.svg").write_text(text)
    with pytest.raises(BannerError, match=said):
        coloured_svg(tmp_path / "own.svg", COLOURS)


def test_a_drawing_s_size_may_be_its_width_and_height(tmp_path):
    assert coloured_svg(written(tmp_path, "<g/>", 'width="30px" height="12"'), {})[1] == (0, 0, 30, 12)
