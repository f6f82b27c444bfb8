"""Comparisons: one workload priced many ways, each as plain numbers that a chart draws.

Every result has a `finding`: one sentence that says what was found. An amount that lacks a price in the
Region is `None` and named in `missing`.
"""

from lambada_labs.pricing.compare.busy_share import BusyShare, busy_share
from lambada_labs.pricing.compare.curve import Crossing, Curve, Layer
from lambada_labs.pricing.compare.heat_map import Cell, HeatMap, heat_map

__all__ = ["BusyShare", "Cell", "Crossing", "Curve", "HeatMap", "Layer", "busy_share", "heat_map"]
