"""Everything a learner sees. It renders the records of lower floors: no rule of Lambda here, and all HTML here.

Opening      title_card · opened_card · health_card · course_map
Predicting   prediction (widget) · prediction_card · predictions_card
Running      invoke_button (widget) · timeline · state_strip · annotated_log · remaining_time · languages
Reading      table · json_card · deck_and_today · text_card · open_url_card · error_card
Checking     check_card · hint_card · solution_card · quiz (widget) · slips (widget)
Pictures     servers_against_functions (widget) · family_map · chart (widget), altair
Money        bill_card · bill_at_scale · calculator (widget)
The cloud    console (widget)
Ending       cleanup_card · recap_card

A `Card` is static: it lasts in saved notebooks. Widgets are small anywidgets, imported when first made.
Both have a plain `str`. `show(*cards)` displays several from one cell.
"""

from lambada_labs.ui.card import Card, show
from lambada_labs.ui.charts import altair, chart
from lambada_labs.ui.checking import check_card, hint_card, prediction_card, predictions_card, solution_card
from lambada_labs.ui.course import course_map
from lambada_labs.ui.deadline import remaining_time
from lambada_labs.ui.ending import cleanup_card, recap_card
from lambada_labs.ui.family import family_map
from lambada_labs.ui.language_bars import languages
from lambada_labs.ui.live import (
    calculator,
    console,
    invoke_button,
    prediction,
    quiz,
    servers_against_functions,
    slips,
)
from lambada_labs.ui.log_card import annotated_log
from lambada_labs.ui.money import bill_at_scale, bill_card
from lambada_labs.ui.opening import error_card, health_card, open_url_card, opened_card, text_card, title_card
from lambada_labs.ui.state_changes import state_strip
from lambada_labs.ui.tables import deck_and_today, json_card, table
from lambada_labs.ui.timeline_card import timeline

__all__ = [
    "Card",
    "altair",
    "annotated_log",
    "bill_at_scale",
    "bill_card",
    "calculator",
    "chart",
    "check_card",
    "cleanup_card",
    "console",
    "course_map",
    "deck_and_today",
    "error_card",
    "family_map",
    "health_card",
    "hint_card",
    "invoke_button",
    "json_card",
    "languages",
    "open_url_card",
    "opened_card",
    "prediction",
    "prediction_card",
    "predictions_card",
    "quiz",
    "recap_card",
    "remaining_time",
    "servers_against_functions",
    "show",
    "slips",
    "solution_card",
    "state_strip",
    "table",
    "text_card",
    "timeline",
    "title_card",
]
