"""From a feed's pictures to cut-outs, once each: upright, sRGB, ground gone, trimmed and measured."""

from banner_engine.prepare.cutout import RECIPE, Cutout, Measures, Mode
from banner_engine.prepare.cutter import Cut, Cutter, NetworkCutter, installed_cutter
from banner_engine.prepare.fetch import fetch
from banner_engine.prepare.make import prepare_picture
from banner_engine.prepare.picture import Picture, open_picture
from banner_engine.prepare.quality import GOOD_ENOUGH, REASONS
from banner_engine.prepare.run import Failed, PictureJob, Prepared, prepare_all
from banner_engine.prepare.sheet import contact_sheet
from banner_engine.prepare.store import CutoutStore

__all__ = [
    "GOOD_ENOUGH",
    "REASONS",
    "RECIPE",
    "Cut",
    "Cutout",
    "CutoutStore",
    "Cutter",
    "Failed",
    "Measures",
    "Mode",
    "NetworkCutter",
    "Picture",
    "PictureJob",
    "Prepared",
    "contact_sheet",
    "fetch",
    "installed_cutter",
    "open_picture",
    "prepare_all",
    "prepare_picture",
]
