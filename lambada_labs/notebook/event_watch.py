"""Events read from the cloud while they travel: a thread reads, the picture is drawn where something changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lambada_labs import ui
from lambada_labs.errors import LambadaError
from lambada_labs.model import EventHistory

if TYPE_CHECKING:
    from lambada_labs.ui.widget.event_path import EventPath

PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
#: A reading may take at most this share of the time.
SHARE = 0.2
QUIET_S = 120.0
#: An event that ended is looked for so long back, should another have been written down later.
BACK_S = 2.0
Reader = Callable[[float | None], list[EventHistory]]


class EventWatch:
    """`path = lab.event_path("name")`: the live picture; `path.wait()` is the last one, `path.events` the records.

    `read(since)` answers the events that ended at or after `since` and those that wait, `speed` the clock's speed.
    """

    def __init__(self, read: Reader, speed: Callable[[], float], *, title: str = "") -> None:
        self._read, self._speed, self._title = read, speed, title
        self._known: dict[str, EventHistory] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._widget: EventPath | None = None
        self._last_end = 0.0
        self._look()

    @property
    def events(self) -> list[EventHistory]:
        """The events so far, in the order in which they were accepted."""
        return sorted(self._known.values(), key=lambda one: (one.accepted_at, one.request_id))

    @property
    def ended(self) -> list[EventHistory]:
        """Those that have ended."""
        return [one for one in self.events if one.ended_at is not None]

    @property
    def following(self) -> bool:
        """Whether the picture still follows the cloud."""
        return self._thread is not None and self._thread.is_alive()

    def wait(self, events: int = 1, *, patience_s: float = 30.0) -> ui.Card:
        """The picture once so many events have ended and none is on its way.

        After `patience_s` true seconds, the picture as it is then.
        """
        deadline = time.monotonic() + patience_s
        pause_s = self._look()
        while not self._all_ended(events) and time.monotonic() < deadline:
            time.sleep(pause_s)
            pause_s = self._look()
        return self.still()

    def still(self) -> ui.Card:
        """The picture of this moment."""
        self._look()
        return ui.event_path(self.events, speed=self._speed(), title=self._title)

    def follow(self) -> None:
        """Read on in the background until nothing has happened for a while."""
        if not self.following:
            self._stop.clear()
            self._thread = threading.Thread(target=self._go_on, name="event-path", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Read no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def widget(self) -> EventPath:
        """The live picture."""
        from lambada_labs.ui.widget.event_path import EventPath

        if self._widget is None:
            self._widget = EventPath(self.events, speed=self._speed(), title=self._title)
        return self._widget

    def _all_ended(self, events: int) -> bool:
        return len(self.ended) >= events and len(self.ended) == len(self._known)

    def _go_on(self) -> None:
        last_news, pause_s = time.monotonic(), PAUSE_S
        while not self._stop.wait(pause_s) and self._wanted(last_news):
            before = dict(self._known)
            try:
                pause_s = self._look()
            except LambadaError:  # the cloud is gone: the picture stays as it is
                return
            if before != self._known:
                last_news = time.monotonic()
            elif time.monotonic() - last_news > QUIET_S:
                pause_s = LONGEST_PAUSE_S

    def _wanted(self, last_news: float) -> bool:
        """Whether something may still come: an event is under way, or something happened not long ago."""
        return not self._all_ended(0) or time.monotonic() - last_news < QUIET_S

    def _look(self) -> float:
        """Read once, and draw what is new; how long to leave the cloud alone after that."""
        began = time.monotonic()
        with self._lock:
            # By the end of what is known, a reading stays small however many events there were.
            found = self._read(self._last_end - BACK_S if self._last_end else None)
            self._known |= {one.request_id: one for one in found}
            self._last_end = max([self._last_end, *(one.ended_at or 0.0 for one in found)])
            if self._widget is not None:
                self._widget.show_events(self.events, speed=self._speed())
        return min(max(PAUSE_S, (time.monotonic() - began) / SHARE), LONGEST_PAUSE_S)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        widget = self.widget
        self._look()
        self.follow()
        return widget._repr_mimebundle_(**kwargs)

    def __str__(self) -> str:
        return self.still().text

    __repr__ = __str__
