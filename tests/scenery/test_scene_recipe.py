from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.errors import BannerError
from banner_engine.load.yamlio import read_yaml
from banner_engine.scenery import colour_names, parse_recipe, recipe_json


def parse(*layers):
    return parse_recipe(list(layers), file="theme.yaml")


def test_equal_recipes_have_one_canonical_form():
    short = parse({"ring": {"stops": "gold", "radius": "1r", "strokes": [[3, 0, 1]]}})
    long = parse(
        {"ring": {"strokes": [["3u", "0", 1.0]], "radius": "1.0r", "stops": [[0, "gold/1"]], "angle": 90}}
    )
    assert short == long
    assert recipe_json(short) == recipe_json(long)
    assert recipe_json(short) != recipe_json(
        parse({"ring": {"stops": "gold", "radius": "1r", "strokes": [[4, 0, 1]]}})
    )
    json.loads(recipe_json(short))


def test_a_recipe_is_frozen_and_hashable():
    recipe = parse({"fill": {"colour": "ground"}})
    assert hash(recipe) == hash(parse({"fill": {"colour": "ground"}}))
    with pytest.raises(AttributeError):
        recipe[0].front = True


@pytest.mark.parametrize(
    ("layer", "field", "said"),
    [
        ({"fill": None}, "scenery[0].fill", "mapping"),
        (
            {"fill": {"colour": "a", "shapes": {"tall": {"colour": 3}}}},
            "scenery[0].fill.shapes.tall.colour",
            "name",
        ),
        ({"rayz": {}}, "scenery[0]", "did you mean 'rays'?"),
        ({"fill": {"color": "x"}}, "scenery[0].fill.color", "did you mean 'colour'?"),
        ({"fill": {}}, "scenery[0].fill.colour", "is missing"),
        ({"fill": {"colour": "Gold 1"}}, "scenery[0].fill.colour", "gold-1"),
        ({"fill": {"colour": "gold/1.5"}}, "scenery[0].fill.colour", "above 1"),
        ({"fill": {"colour": "gold", "front": "yes"}}, "scenery[0].fill.front", "true or false"),
        (
            {"fill": {"colour": "gold", "shapes": {"squar": False}}},
            "scenery[0].fill.shapes.squar",
            "'square'",
        ),
        ({"rays": {"colour": "a", "reach": "3x"}}, "scenery[0].rays.reach", "1.2r"),
        ({"rays": {"colour": "a", "reach": 0}}, "scenery[0].rays.reach", "above 0"),
        ({"rays": {"colour": "a", "reach": 9, "count": 2.5}}, "scenery[0].rays.count", "whole number"),
        ({"rays": {"colour": "a", "reach": 9, "calm": 2}}, "scenery[0].rays.calm", "0 to 1"),
        ({"radial": {"at": "heroo", "radius": 1, "stops": "a"}}, "scenery[0].radial.at", "'hero'"),
        (
            {"radial": {"at": ["hero", 1], "radius": 1, "stops": "a"}},
            "scenery[0].radial.at",
            "[anchor, dx, dy]",
        ),
        (
            {"radial": {"at": "hero", "radius": 1, "stops": [[1, "a"], [0, "b"]]}},
            "scenery[0].radial.stops",
            "rise",
        ),
        ({"ring": {"radius": 1, "stops": "a", "strokes": [[1, 2]]}}, "scenery[0].ring.strokes", "blur"),
        (
            {"ring": {"radius": True, "stops": "a", "strokes": [[1, 2, 1]]}},
            "scenery[0].ring.radius",
            "length",
        ),
        ("fill", "scenery[0]", "generator"),
    ],
)
def test_mistakes_are_told_in_one_line(layer, field, said):
    with pytest.raises(BannerError) as error:
        parse(layer)
    assert error.value.file == "theme.yaml"
    assert error.value.field == field
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_recipe_that_is_no_list_is_refused():
    with pytest.raises(BannerError, match="a list of layers"):
        parse_recipe({"rays": {}}, file="theme.yaml")


def test_the_line_is_told_where_the_file_knows_it(tmp_path):
    path = tmp_path / "theme.yaml"
    path.write_text("scenery:\n  - fill: {colour: a}\n  - fil: {colour: b}\n")
    with pytest.raises(BannerError) as error:
        document = read_yaml(path)
        parse_recipe(document.data["scenery"], file=path, line_of=document.line_of)
    assert error.value.line == 3


def test_a_shape_changes_or_drops_a_layer():
    layer = parse({"fill": {"colour": "a", "shapes": {"square": {"colour": "b"}, "tall": False}}})[0]
    assert layer.values("wide") == {"colour": "a"}
    assert layer.values("square") == {"colour": "b"}
    assert layer.values("tall") is None


def test_the_palette_names_of_a_recipe():
    recipe = parse(
        {"fill": {"colour": "a/.5", "shapes": {"tall": {"colour": "b"}}}},
        {"radial": {"at": "hero", "radius": "1r", "stops": [[0, "c"], [1, "#FFFFFF/0"]]}},
        {"confetti": {"colours": ["d", "e/.2"], "clear": "1r", "bottom": 0}},
    )
    assert colour_names(recipe) == {"a", "b", "c", "d", "e"}


@given(st.floats(-99, 99).map(lambda x: round(x, 3)), st.sampled_from(["", "u", "r", "w", "h"]))
def test_a_length_reads_back_as_itself(number, unit):
    stops = [[0, "a"]]
    first = parse({"radial": {"at": ["hero", f"{number}{unit}", 0], "radius": 1, "stops": stops}})
    again = json.loads(first[0].parameters)
    assert parse({"radial": again}) == first
