"""Comparisons: one workload priced many ways, each as plain numbers that a chart draws.

Every result has a `finding`: one sentence that says what was found. An amount that lacks a price in the
Region is `None` and named in `missing`.
"""

from lambada_labs.pricing.compare.around import Around
from lambada_labs.pricing.compare.busy_share import BusyShare, busy_share
from lambada_labs.pricing.compare.computes import BreakEven, Computes, Plan, computes
from lambada_labs.pricing.compare.curve import Crossing, Curve, Layer
from lambada_labs.pricing.compare.heat_map import Cell, HeatMap, heat_map
from lambada_labs.pricing.compare.machines import FargateSize, fargate_busy_share, fargate_size

__all__ = [
    "Around",
    "BreakEven",
    "BusyShare",
    "Cell",
    "Computes",
    "Crossing",
    "Curve",
    "FargateSize",
    "HeatMap",
    "Layer",
    "Plan",
    "busy_share",
    "computes",
    "fargate_busy_share",
    "fargate_size",
    "heat_map",
]
