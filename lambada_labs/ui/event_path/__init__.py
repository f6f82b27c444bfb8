"""The path of asynchronous events: producer, queue, attempts, end, and who was told.

`journey` says where each event is (pure), `words` says it in sentences, `flow` and `scale` draw the two halves of
the picture, `card` puts them together. The live widget is `ui.widget.event_path`.
"""

from lambada_labs.ui.event_path.card import event_path
from lambada_labs.ui.event_path.words import event_path_words

__all__ = ["event_path", "event_path_words"]
