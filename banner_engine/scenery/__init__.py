"""A theme's background, drawn by generators from a recipe, a palette, a stage and a seed."""

from banner_engine.scenery.draw import draw_scene
from banner_engine.scenery.recipe import Layer, colour_names, parse_recipe, recipe_json
from banner_engine.scenery.stage import Scene, Stage
from banner_engine.shapes import SHAPES

__all__ = ["SHAPES", "Layer", "Scene", "Stage", "colour_names", "draw_scene", "parse_recipe", "recipe_json"]
