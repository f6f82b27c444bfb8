"""The calculator without its widget: controls, state, the plan for the browser, sentences, exports."""

from lambada_labs.ui.estimate.card import calculator_card, still_card
from lambada_labs.ui.estimate.controls import CONTROLS, FUNCTION, RUNNING, Control
from lambada_labs.ui.estimate.export import as_csv, as_json
from lambada_labs.ui.estimate.places import Preset, presets, region_names
from lambada_labs.ui.estimate.plan import as_books, as_plan, constants
from lambada_labs.ui.estimate.sentences import aged, asked_in_words, bills_of, driver, gaps
from lambada_labs.ui.estimate.shown import quantity, shown
from lambada_labs.ui.estimate.state import read, sentence, start

__all__ = [
    "CONTROLS",
    "FUNCTION",
    "RUNNING",
    "Control",
    "Preset",
    "aged",
    "as_books",
    "as_csv",
    "as_json",
    "as_plan",
    "asked_in_words",
    "bills_of",
    "calculator_card",
    "constants",
    "driver",
    "gaps",
    "presets",
    "quantity",
    "read",
    "region_names",
    "sentence",
    "shown",
    "start",
    "still_card",
]
