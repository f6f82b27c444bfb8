"""Comparisons: one workload priced many ways, each as plain numbers that a chart draws.

Every result has a `finding`: one sentence that says what was found. An amount that lacks a price in the
Region is `None` and named in `missing`.
"""

from lambada_labs.pricing.compare.architectures import Architectures, architectures
from lambada_labs.pricing.compare.around import Around
from lambada_labs.pricing.compare.busy_share import BusyShare, busy_share
from lambada_labs.pricing.compare.chooser import Frontier, Surface, chooser
from lambada_labs.pricing.compare.cold_start import ColdStartTax, TaxHere, cold_start_tax
from lambada_labs.pricing.compare.computes import BreakEven, Computes, Plan, computes
from lambada_labs.pricing.compare.curve import Crossing, Curve, Layer
from lambada_labs.pricing.compare.day_plan import DayPlan, Hour, day_plan
from lambada_labs.pricing.compare.edge import EdgeChoice, EdgeChoices, edge_choices
from lambada_labs.pricing.compare.failure import (
    failures,
    poison_async,
    poison_sqs,
    poison_stream,
    recursion,
    recursion_stopped,
    retry_storm,
)
from lambada_labs.pricing.compare.heat_map import Cell, HeatMap, heat_map
from lambada_labs.pricing.compare.incident import Incident
from lambada_labs.pricing.compare.machines import FargateSize, fargate_busy_share, fargate_size
from lambada_labs.pricing.compare.regions_table import RegionRow, RegionsTable, regions_table
from lambada_labs.pricing.compare.runway import Allowance, Runway, runway
from lambada_labs.pricing.compare.scale import Scale, ScaleRow, scale
from lambada_labs.pricing.compare.shape import Shape, shapes
from lambada_labs.pricing.compare.time_machine import Era, TimeMachine, time_machine
from lambada_labs.pricing.compare.waterfall import Step, Waterfall, waterfall

__all__ = [
    "Allowance",
    "Architectures",
    "Around",
    "BreakEven",
    "BusyShare",
    "Cell",
    "ColdStartTax",
    "Computes",
    "Crossing",
    "Curve",
    "DayPlan",
    "EdgeChoice",
    "EdgeChoices",
    "Era",
    "FargateSize",
    "Frontier",
    "HeatMap",
    "Hour",
    "Incident",
    "Layer",
    "Plan",
    "RegionRow",
    "RegionsTable",
    "Runway",
    "Scale",
    "ScaleRow",
    "Shape",
    "Step",
    "Surface",
    "TaxHere",
    "TimeMachine",
    "Waterfall",
    "architectures",
    "busy_share",
    "chooser",
    "cold_start_tax",
    "computes",
    "day_plan",
    "edge_choices",
    "failures",
    "fargate_busy_share",
    "fargate_size",
    "heat_map",
    "poison_async",
    "poison_sqs",
    "poison_stream",
    "recursion",
    "recursion_stopped",
    "regions_table",
    "retry_storm",
    "runway",
    "scale",
    "shapes",
    "time_machine",
    "waterfall",
]
