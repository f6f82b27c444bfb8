"""The pictures of who calls whom: events on their way, events side by side, callers that wait, doors, integrations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from lambada_labs import ui
from lambada_labs.cloud.local import LocalCloud
from lambada_labs.errors import BadInput
from lambada_labs.labs import catalogue
from lambada_labs.model import EventHistory
from lambada_labs.notebook.call_book import CallBook
from lambada_labs.notebook.calm import calm
from lambada_labs.notebook.event_watch import EventWatch
from lambada_labs.notebook.watch import Watch
from lambada_labs.notebook.workbench import Workbench


class PictureBench(Workbench):
    """One lab's calls and events as pictures."""

    @calm
    def event_path(
        self,
        function: str | None = None,
        *,
        since: float | None = None,
        request_ids: Collection[str] = (),
        title: str = "",
    ) -> Any:
        """Asynchronous events on their way, drawn live: of one function, or of all of this lab's.

        `since` (seconds since the epoch) leaves out what was accepted before, `request_ids` all others.
        `.wait()` waits until they have ended and is the last picture, `.events` are their records.
        """
        wanted = frozenset([request_ids] if isinstance(request_ids, str) else request_ids)

        def read(ended_since: float | None) -> list[EventHistory]:
            found = self._ours(self._cloud.events(function, ended_since))
            fresh = (one for one in found if since is None or one.accepted_at >= since)
            return [one for one in fresh if not wanted or one.request_id in wanted]

        return EventWatch(read, self._clock_speed, title=title)

    @calm
    def event_differences(self, events: Mapping[str, Any], **shown: Any) -> Any:
        """Two to five events side by side: `{"SDK": event, "ALB": event}`; options as `ui.event_differences`."""
        return ui.event_differences(events, **shown)

    @calm
    def integration_map(self, *, focus: Any = None) -> Any:
        """Every service that can invoke a function, lit where this cloud has really heard from it.

        `focus`: `"synchronous"`, `"asynchronous"` or `"event source mapping"` alone.
        """
        heard = ui.integrations_received(self._cloud.records(), self._cloud.events())
        rows = catalogue.course_map.rows(catalogue.labs(), self._progress.passed)
        links = {
            row.number: ui.LabLink(number=row.number, title=row.title, href=row.href or "") for row in rows
        }
        return ui.integration_map(received=heard, labs=links, focus=focus)

    def calls(self, function: str, *, title: str = "") -> CallBook:
        """A book for calls of this function: `.make(lambda: …, caller="you", door="SDK")`, then show it."""
        return CallBook(lambda: self._evidence.records(function), title=title)

    @calm
    def doors(self) -> Any:
        """Where the APIs and load balancers of this cloud answer, to open in your browser or to ask with curl."""
        return ui.doors(ui.ways(self._cloud.doors()))

    @calm
    def open_url(self, url: str, path: str = "") -> Any:
        """A link to open in your browser: a web address, or the name of an API or a load balancer of this cloud.

        `path` is what to ask there, such as `shop?name=Ada`.
        """
        found = [each for each in self._cloud.doors() if url in {each.name, each.local_url, each.plain_url}]
        if found:
            return ui.doors(ui.ways(found[-1:], path))
        if urlsplit(url).scheme not in {"http", "https"}:
            raise BadInput(f"No door is called {url!r}", "its name, or http://…", "lab.doors() lists them")
        return ui.open_url_card(url + path)

    @calm
    def two_timelines(self, ways: Mapping[str, Any], **shown: Any) -> Any:
        """The same work in up to four ways, to one scale: `{"in a row": watched, "asynchronously": records}`.

        Each way is what a `lab.watch` or a `lab.calls` saw, or a list of records or calls.
        """
        found = {name: _items(seen) for name, seen in ways.items()}
        return ui.two_timelines(found, **shown)

    def _clock_speed(self) -> float:
        if isinstance(self._cloud, LocalCloud):
            return self._cloud.clock().speed
        return 1.0


def _items(seen: Any) -> Any:
    """The records or calls of what was watched."""
    if isinstance(seen, CallBook):
        return seen.made
    return seen.records if isinstance(seen, Watch) else seen
