"""Who waits for whom: callers, the doors they came through, and the function, from real timestamps."""

from lambada_labs.ui.call_sequence.calls import Call
from lambada_labs.ui.call_sequence.card import call_sequence

__all__ = ["Call", "call_sequence"]
