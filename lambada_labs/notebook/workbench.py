"""What a learner works with: names that are free, calls that are watched, pictures of what ran, its price."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lambada_labs import facts, pricing, ui
from lambada_labs.cloud.local.local_cloud import LocalCloud
from lambada_labs.cloud.port import Cloud
from lambada_labs.labs import Evidence, Lab, Progress
from lambada_labs.labs.stage import Stage
from lambada_labs.model import EventHistory, InvocationRecord, LifeEvent
from lambada_labs.notebook import money
from lambada_labs.notebook.calm import calm
from lambada_labs.notebook.clock_words import clock_text, clock_title
from lambada_labs.notebook.watch import Watch

POLL_S = 0.05
PATIENCE_S = 60
Happened = TypeVar("Happened", InvocationRecord, LifeEvent, EventHistory)


class Workbench:
    """One lab on one cloud, with one learner's progress: what happened there, and what it cost."""

    def __init__(self, lab: Lab, cloud: Cloud, progress: Progress) -> None:
        self._lab = lab
        self._cloud = cloud
        self._progress = progress
        self._evidence = Evidence(cloud, self._start)
        self._handed: dict[str, Any] = {}
        self._clock_set = False

    @property
    def tags(self) -> dict[str, str]:
        """Give this to everything you create: the clean-up finds it by this tag."""
        return self._lab.tags

    def prepare(self) -> None:
        """Build the starting state where it is missing, and the folder for the lab's files."""
        Path(f"lab{self._lab.number}").mkdir(exist_ok=True)
        if self._lab.start is not None:
            self._lab.start(self._stage)

    def fresh(self, name: str) -> str:
        """This function name, free: an older function of that name is deleted, so a cell can run twice."""
        self._stage.free(name)
        self._progress.keep_start(self._lab.file, name)
        return name

    def watch(self, function: str) -> Watch:
        """Watch what one function does while a `with` block runs."""
        return Watch(self._evidence, function)

    @calm
    def button(self, function: str, event: Mapping[str, Any], *, label: str = "Invoke") -> Any:
        """A button that invokes a function with this event and shows the answer."""
        return ui.invoke_button(lambda: self._answer(function, event), label=label, says=json.dumps(event))

    @calm
    def timeline(self, function: str | None = None) -> Any:
        """One lane for each execution environment, from left to right in time."""
        return ui.timeline(self._records(function), self._ours(self._cloud.life(function)))

    def environments(self, function: str) -> int:
        """How many execution environments have worked for a function so far."""
        return len({record.environment_id for record in self._records(function)})

    @calm
    def states(self, created: Mapping[str, Any]) -> Any:
        """Watch a new function from Pending to Active; `created` is what create_function answered."""
        name, start = created["FunctionName"], time.monotonic()
        changes = [(0.0, str(created["State"]))]
        while changes[-1][1] == "Pending" and time.monotonic() - start < PATIENCE_S:
            state = str((self._evidence.function(name) or {}).get("State", "Failed"))
            if state != changes[-1][1]:
                changes.append((time.monotonic() - start, state))
            time.sleep(POLL_S)
        return ui.state_strip(changes, subject=name)

    @calm
    def log(self, reply: Mapping[str, Any]) -> Any:
        """The log tail of an answer (`LogType="Tail"`), annotated."""
        return ui.annotated_log(base64.b64decode(reply["LogResult"]).decode(errors="replace"))

    @calm
    def languages(self, functions: Mapping[str, str]) -> Any:
        """Init against invoke, language by language: `{"Python": "name of the function", …}`."""
        return ui.languages({language: self._records(name) for language, name in functions.items()})

    @calm
    def deck_and_today(self, prefix: str, *, title: str) -> Any:
        """What the deck says beside what is true today, from its facts whose names begin like this."""
        rows = [
            {
                "what": each.name or each.key.removeprefix(prefix),
                "deck": each.deck_value,
                "today": each.measure,
            }
            | {"differs": bool(each.differs), "source": each.source, "as_of": each.as_of}
            for each in facts.find(prefix)
            if each.deck_value
        ]
        return ui.deck_and_today(rows, title=title)

    @calm
    def clock(self, **settings: float) -> Any:
        """The clock of what AWS makes you wait for; local cloud only, a real account's cannot be set.

        `speed=60`: a wait of a minute takes a second; `turn=120`: two minutes forward at once; `duplicates` and
        `late` (0 to 1): this share of events comes twice, of S3's events a minute late. Cleaning up undoes it all.
        """
        if not isinstance(self._cloud, LocalCloud):
            return ui.text_card("This is AWS's own clock: nobody can set it.", title="The platform's clock")
        self._clock_set = self._clock_set or bool(settings)
        face = self._cloud.clock(**settings)
        return ui.text_card(clock_text(face, settings), title=clock_title(face))

    def true_clock(self) -> None:
        """True time again, and no event twice or late, where this lab set it differently."""
        if self._clock_set and isinstance(self._cloud, LocalCloud):
            self._cloud.clock(speed=1, duplicates=0, late=0)
            self._clock_set = False

    # Money

    @calm
    def bill(self) -> Any:
        """What the calls of this lab would cost, by both price books."""
        records = self._ran()
        return ui.bill_card(
            pricing.bill_both(records),
            title=f"{len(records)} invocations in lab {self._lab.number}",
            driver=money.driver(records),
            per_run=pricing.bill_both(records[-1:], free_tier=False) if records else None,
        )

    @calm
    def bill_at_scale(self, function: str, runs: Sequence[int]) -> Any:
        """The last call of a function, this many times a month."""
        return ui.bill_at_scale(
            money.at_scale(self._ran(function), runs),
            title=f"{function} at scale",
            reading="Same function, same milliseconds: only the number of runs differs. No runs, no bill.",
        )

    def calls_per_cent(self, function: str) -> int:
        """How many calls like the last one a cent buys, without the free tier."""
        return money.calls_per_cent(self._ran(function))

    @property
    def _stage(self) -> Stage:
        return Stage(self._cloud, self._lab.tags)

    def _start(self, function: str) -> float:
        return self._progress.start(self._lab.file, function)

    def _ours(self, found: Iterable[Happened]) -> list[Happened]:
        """What happened to this lab's functions, in their present lives."""
        start = cache(self._start)
        ours = (each for each in found if each.function_name.startswith(self._lab.prefix))
        return [each for each in ours if _at(each) >= start(each.function_name)]

    def _records(self, function: str | None = None) -> list[InvocationRecord]:
        return sorted(self._ours(self._cloud.records(function)), key=_at)

    def _ran(self, function: str | None = None) -> list[InvocationRecord]:
        """The records that a bill knows of: a throttled call never ran and costs nothing."""
        return [record for record in self._records(function) if record.outcome != "throttled"]

    def _answer(self, function: str, event: Mapping[str, Any]) -> str:
        called = self._evidence.call(function, event)
        return json.dumps(called.answer)


def _at(happened: InvocationRecord | LifeEvent | EventHistory) -> float:
    return happened.at if isinstance(happened, LifeEvent) else happened.accepted_at
