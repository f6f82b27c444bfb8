"""What a learner watches where events are the subject: thumbnails that come in, and the moment when all is quiet."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from lambada_labs import ui
from lambada_labs.cloud.local.local_cloud import LocalCloud
from lambada_labs.labs import event_stream
from lambada_labs.model import EventHistory
from lambada_labs.notebook.calm import calm
from lambada_labs.notebook.cost_bench import CostBench

LOOK_S = 0.15
QUIET_LOOKS = 3
BYTES_PER_KB = 1024
INNERMOST = re.compile(r"\[[^\[\]{}]*\]")


class EventBench(CostBench):
    """One lab's events: watched until each has ended."""

    def settled(self, patience_s: float = 60) -> bool:
        """Wait until no event of this lab is on its way any more; False where that takes longer than `patience_s`."""
        return any(quiet for quiet in self._looks(patience_s))

    @calm
    def gallery(self, uploads: str, thumbs: str, *, title: str = "", patience_s: float = 60) -> Any:
        """The pictures of one bucket with their thumbnails in another, drawn anew until all events have ended.

        The same bucket twice shows all that is in it.
        """
        draw = _live(lambda: self._gallery(uploads, thumbs, title))
        for _ in self._looks(patience_s):
            draw()

    @calm
    def cron_dial(
        self,
        function: str,
        expression: str,
        *,
        face: ui.Face = "day",
        zone: str = "UTC",
        times: int = 1,
        patience_s: float = 60,
    ) -> Any:
        """The times a schedule has called a function that prints `tick TIME`, drawn anew until there are so many."""
        draw = _live(lambda: ui.cron_dial(expression, self._ticks(function), face=face, zone=zone))
        end = time.monotonic() + patience_s
        while len(self._ticks(function)) < times and time.monotonic() < end:
            time.sleep(LOOK_S)
            draw()

    @calm
    def pattern_tester(self, pattern: Mapping[str, Any] | str) -> Any:
        """A stream of events and a pattern to write: EventBridge says which it matches. Rings mark the wanted ones."""
        text = pattern if isinstance(pattern, str) else _short_lists(json.dumps(pattern, indent=2))
        events = event_stream.stream()
        return ui.pattern_tester(
            events, ask=self._try_pattern, pattern=text, wanted=[event_stream.wanted(one) for one in events]
        )

    @calm
    def producers(self, function: str, *, role: str = "") -> Any:
        """The other services that call functions, as cards; each can send its sample event. Local cloud only.

        `role` is the ARN of the role for those that bring one.
        """
        if not isinstance(self._cloud, LocalCloud):
            return ui.text_card("A real account has these services themselves: no samples are sent there.")
        cloud = self._cloud
        services = [one for one in cloud.integrations() if one.lab == self._lab.number]
        with_role = {one.name: {"role": role} for one in services if one.rights == "role"}

        def run(name: str, *, wait_s: float, **choices: str) -> Any:
            return cloud.run_integration(name, function, wait_s=wait_s, **with_role.get(name, {}), **choices)

        return ui.producer_cards(services, run=run)

    def _try_pattern(self, text: str) -> ui.Tried:
        from botocore.exceptions import ClientError

        client = self._cloud.client("events")
        try:
            lit = tuple(
                client.test_event_pattern(EventPattern=text, Event=json.dumps(event))["Result"]
                for event in event_stream.stream()
            )
        except ClientError as error:
            told = error.response["Error"]
            return ui.Tried(pattern=text, problem=f"{told['Code']}: {told['Message']}")
        return ui.Tried(pattern=text, lit=lit)

    def _ticks(self, function: str) -> list[float]:
        """When each event of a schedule was planned, as its handler has printed it."""
        said = self._evidence.said(function, "tick ")
        return sorted(datetime.fromisoformat(one).timestamp() for one in said)

    def _looks(self, patience_s: float) -> Iterator[bool]:
        """Look at the lab's events again and again; True once they were quiet several times, which ends it."""
        end, quiet = time.monotonic() + patience_s, 0
        while quiet < QUIET_LOOKS and time.monotonic() < end:
            quiet = 0 if any(one.ended_at is None for one in self._events()) else quiet + 1
            yield quiet == QUIET_LOOKS
            time.sleep(LOOK_S)

    def _events(self) -> list[EventHistory]:
        return [one for one in self._cloud.events() if one.function_name.startswith(self._lab.prefix)]

    def _gallery(self, uploads: str, thumbs: str, title: str) -> ui.Card:
        frames = self._frames(uploads, thumbs)
        if uploads != thumbs:
            return ui.gallery(frames, title=title)
        count = f"{len(frames)} object{'s' * (len(frames) != 1)} in one bucket"
        return ui.gallery(
            frames, title=title or count, reading="Each frame is one object of the bucket, by its name."
        )

    def _frames(self, uploads: str, thumbs: str) -> list[ui.Frame]:
        s3 = self._cloud.client("s3")
        sizes = {each["Key"]: each["Size"] for each in _objects(s3, uploads)}
        small = {each["Key"]: each["Size"] for each in _objects(s3, thumbs)}
        return [
            ui.Frame(
                key=key,
                thumbnail=_body(s3, thumbs, key) if key in small else None,
                note=_sizes(size, None if uploads == thumbs else small.get(key)),
            )
            for key, size in sizes.items()
        ]


def _live(make: Callable[[], ui.Card]) -> Callable[[], None]:
    """A card in the running cell's output; each further call draws it anew in its place, where it has changed."""
    from IPython.display import display

    shown = make()
    handle = display(shown, display_id=True)

    def draw() -> None:
        nonlocal shown
        now = make()
        if now.body != shown.body and handle is not None:
            shown = now
            handle.update(now)

    return draw


def _objects(s3: Any, bucket: str) -> list[Any]:
    return list(s3.list_objects_v2(Bucket=bucket).get("Contents", ()))


def _body(s3: Any, bucket: str, key: str) -> bytes:
    return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def _sizes(before: int, after: int | None) -> str:
    """`9.2 KB → 1.6 KB`."""
    return " → ".join(_size(size) for size in (before, after) if size is not None)


def _size(size: int) -> str:
    return f"{size} bytes" if size < BYTES_PER_KB // 10 else f"{size / BYTES_PER_KB:.1f} KB"


def _short_lists(text: str) -> str:
    """JSON with each innermost list on one line, as people write patterns."""
    return INNERMOST.sub(lambda found: " ".join(found[0].split()).replace("[ ", "[").replace(" ]", "]"), text)
