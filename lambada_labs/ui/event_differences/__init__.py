"""Two to five JSON events side by side: which keys are where, equal or not, and what only one of them tells."""

from lambada_labs.ui.event_differences.card import event_differences
from lambada_labs.ui.event_differences.comparison import Comparison, Row, compare_events

__all__ = ["Comparison", "Row", "compare_events", "event_differences"]
