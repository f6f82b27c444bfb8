"""Everything a learner sees. It renders the records of lower floors: no rule of Lambda here, and all HTML here.

Opening      title_card · opened_card · health_card · course_map
Predicting   prediction (widget) · prediction_card · predictions_card
Running      invoke_button (widget) · timeline · two_timelines · state_strip · annotated_log · remaining_time · languages
Reading      table · json_card · deck_and_today · text_card · open_url_card · error_card
Checking     check_card · hint_card · solution_card · quiz (widget) · slips (widget)
Pictures     servers_against_functions (widget) · family_map · chart (widget), altair
Money        bill_card · bill_at_scale · calculator (widget) · app_link (widget)
Cost         area (widget) · area_card · runway · dollar_buys · rounding · heat_map · architectures · busy_share · computes
             cold_start_tax · chooser · regions_table · scale · waterfall · edge_choices · failures · time_machine
             uncertainty · chance_cheaper · day_shape (widget) · day_plan · memory_curve · tuning · log_summary
The cloud    console (widget)
Events       event_path (live in a lab: `lab.event_path`) · event_differences · integration_map · gallery · cron_dial · pattern_tester (widget) · producer_cards (widget)
Waiting      call_sequence · doors (widget) · http_exchange (widget) · herd
Ending       cleanup_card · recap_card

A `Card` is static: it lasts in saved notebooks. Widgets are small anywidgets, imported when first made.
Both have a plain `str`. `show(*cards)` displays several from one cell.
"""

from typing import TYPE_CHECKING

from lambada_labs.ui.call_sequence import Call, call_sequence
from lambada_labs.ui.card import Card, show
from lambada_labs.ui.charts import altair, chart
from lambada_labs.ui.checking import check_card, hint_card, prediction_card, predictions_card, solution_card
from lambada_labs.ui.course import course_map
from lambada_labs.ui.cron_dial import Face, cron_dial
from lambada_labs.ui.deadline import remaining_time
from lambada_labs.ui.doors import doors_card, ways
from lambada_labs.ui.ending import cleanup_card, recap_card
from lambada_labs.ui.event_differences import compare_events, event_differences
from lambada_labs.ui.event_path import event_path, event_path_words
from lambada_labs.ui.family import family_map
from lambada_labs.ui.gallery import Frame, gallery
from lambada_labs.ui.herd import herd
from lambada_labs.ui.integration_map import LabLink, integration_map
from lambada_labs.ui.integration_map import nodes as integration_nodes
from lambada_labs.ui.integration_map import received as integrations_received
from lambada_labs.ui.language_bars import languages
from lambada_labs.ui.live import (
    app_link,
    calculator,
    console,
    doors,
    http_exchange,
    invoke_button,
    pattern_tester,
    prediction,
    producer_cards,
    quiz,
    servers_against_functions,
    slips,
)
from lambada_labs.ui.log_card import annotated_log
from lambada_labs.ui.money import bill_at_scale, bill_card
from lambada_labs.ui.opening import error_card, health_card, open_url_card, opened_card, text_card, title_card
from lambada_labs.ui.pattern_card import Tried
from lambada_labs.ui.state_changes import state_strip
from lambada_labs.ui.tables import deck_and_today, json_card, table
from lambada_labs.ui.timeline_card import timeline
from lambada_labs.ui.two_timelines import two_timelines

if TYPE_CHECKING:
    from lambada_labs.ui.cost import (
        architectures,
        area,
        area_card,
        busy_share,
        chance_cheaper,
        chooser,
        cold_start_tax,
        computes,
        day_plan,
        day_shape,
        dollar_buys,
        edge_choices,
        failures,
        heat_map,
        log_summary,
        memory_curve,
        regions_table,
        rounding,
        runway,
        scale,
        time_machine,
        tuning,
        uncertainty,
        waterfall,
    )

__all__ = [
    "Call",
    "Card",
    "Face",
    "Frame",
    "LabLink",
    "Tried",
    "altair",
    "annotated_log",
    "app_link",
    "architectures",
    "area",
    "area_card",
    "bill_at_scale",
    "bill_card",
    "busy_share",
    "calculator",
    "call_sequence",
    "chance_cheaper",
    "chart",
    "check_card",
    "chooser",
    "cleanup_card",
    "cold_start_tax",
    "compare_events",
    "computes",
    "console",
    "course_map",
    "cron_dial",
    "day_plan",
    "day_shape",
    "deck_and_today",
    "dollar_buys",
    "doors",
    "doors_card",
    "edge_choices",
    "error_card",
    "event_differences",
    "event_path",
    "event_path_words",
    "failures",
    "family_map",
    "gallery",
    "health_card",
    "heat_map",
    "herd",
    "hint_card",
    "http_exchange",
    "integration_map",
    "integration_nodes",
    "integrations_received",
    "invoke_button",
    "json_card",
    "languages",
    "log_summary",
    "memory_curve",
    "open_url_card",
    "opened_card",
    "pattern_tester",
    "prediction",
    "prediction_card",
    "predictions_card",
    "producer_cards",
    "quiz",
    "recap_card",
    "regions_table",
    "remaining_time",
    "rounding",
    "runway",
    "scale",
    "servers_against_functions",
    "show",
    "slips",
    "solution_card",
    "state_strip",
    "table",
    "text_card",
    "time_machine",
    "timeline",
    "title_card",
    "tuning",
    "two_timelines",
    "uncertainty",
    "waterfall",
    "ways",
]


def __getattr__(name: str) -> object:
    """The figures of cost: loaded when the first of them is asked for, because most labs draw none."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lambada_labs.ui import cost

    globals().update({each: getattr(cost, each) for each in cost.__all__})
    return globals()[name]
