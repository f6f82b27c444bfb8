"""Pictures of what it costs: each function draws the result that its namesake in `pricing` computes, as a `Card`."""

from lambada_labs.ui.cost.bars import regions_table, scale, waterfall
from lambada_labs.ui.cost.books import dollar_buys, rounding
from lambada_labs.ui.cost.bucket import runway
from lambada_labs.ui.cost.computing import architectures, busy_share, computes
from lambada_labs.ui.cost.daily import day_plan
from lambada_labs.ui.cost.edge import edge_choices
from lambada_labs.ui.cost.grid import chooser, cold_start_tax, heat_map
from lambada_labs.ui.cost.history import time_machine
from lambada_labs.ui.cost.invoices import failures
from lambada_labs.ui.cost.likely import chance_cheaper, uncertainty
from lambada_labs.ui.cost.live import area, day_shape
from lambada_labs.ui.cost.log import log_summary
from lambada_labs.ui.cost.memory import memory_curve, tuning
from lambada_labs.ui.cost.rectangle import area_card

__all__ = [
    "architectures",
    "area",
    "area_card",
    "busy_share",
    "chance_cheaper",
    "chooser",
    "cold_start_tax",
    "computes",
    "day_plan",
    "day_shape",
    "dollar_buys",
    "edge_choices",
    "failures",
    "heat_map",
    "log_summary",
    "memory_curve",
    "regions_table",
    "rounding",
    "runway",
    "scale",
    "time_machine",
    "tuning",
    "uncertainty",
    "waterfall",
]
