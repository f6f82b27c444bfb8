"""The console: a window on a cloud. What it shows is asked of the cloud each time, nothing is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import traitlets

from lambada_labs.ui import inventory
from lambada_labs.ui.card import Card, heading
from lambada_labs.ui.tables import columns
from lambada_labs.ui.widget.base import Live, script

if TYPE_CHECKING:
    from lambada_labs.cloud.port import Cloud

EMPTY = {
    "functions": "No functions yet. Create one with `create_function`.",
    "queues": "No queues yet.",
    "buckets": "No buckets yet.",
    "logs": "No log groups yet. A function's first invocation makes one.",
}


class Console(Live):
    """`shelf` is the open tab, `rows` what it holds, `answer` what the last test or log said."""

    _esm = script("live.js", "console.js")
    shelf = traitlets.Unicode("functions").tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    answer = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        frame = Card(frame_markup(cloud), "", ("invoke.css", "console.css"))
        self._css = frame.style
        super().__init__()
        self.show_shelf("functions")
        self._draw(frame)
        self.on_msg(self._hear)

    def _hear(self, _: object, content: Mapping[str, str], __: object) -> None:
        if content["do"] == "open":
            self.show_shelf(content["shelf"])
        elif content["do"] == "test":
            self.test(content["name"], content["event"])
        elif content["do"] == "log":
            self.log(content["name"])

    def show_shelf(self, shelf: str) -> None:
        """Show functions, queues, buckets or logs, as they are now."""
        with self._asking():
            self.rows = inventory.SHELVES[shelf](self._cloud)
            self.shelf, self.answer = shelf, ""

    def test(self, function: str, event: str = "{}") -> str:
        """Invoke a function, as its test button does."""
        with self._asking():
            self.answer = inventory.test(self._cloud, function, event)
        return str(self.answer or self.problem)

    def log(self, group: str) -> str:
        """Show the newest lines of a log group."""
        with self._asking():
            self.answer = inventory.log_text(self._cloud, group)
        return str(self.answer or self.problem)

    def _asking(self) -> Asking:
        return Asking(self)

    def still(self) -> Card:
        """The open tab as a table."""
        names = list(self.rows[0]) if self.rows else []
        lines = [[str(row[name]) for name in names] for row in self.rows]
        table = columns([names, *lines]) if self.rows else EMPTY[self.shelf]
        title = f"{self._cloud.name} cloud, {self._cloud.region}: {self.shelf}"
        text = "\n".join(part for part in (title, table, self.answer, self.problem) if part)
        return Card(f"{heading(title)}<pre>{escape(text)}</pre>", text)


class Asking:
    """While the cloud is asked: busy; an error of the cloud becomes a sentence, not a traceback that nobody sees."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> None:
        self._console.busy, self._console.problem = True, ""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        self._console.busy = False
        if isinstance(error, Exception):
            self._console.problem = str(error)
            return True
        return False


def frame_markup(cloud: Cloud) -> str:
    """Tabs, the place for the rows, and the place for answers."""
    tabs = "".join(
        f'<button type="button" role="tab" data-shelf="{shelf}" aria-selected="{str(shelf == "functions").lower()}">{shelf.capitalize()}</button>'
        for shelf in inventory.SHELVES
    )
    empties = "".join(
        f'<template data-empty="{shelf}">{escape(text)}</template>' for shelf, text in EMPTY.items()
    )
    return (
        heading(
            "What the cloud holds now",
            kicker=f"{cloud.name} cloud · {cloud.region} · account {cloud.account_id}",
        )
        + f'<div class="lb-tabs" role="tablist">{tabs}<button type="button" class="lb-refresh" data-part="refresh">Refresh</button></div>'
        + '<div class="lb-shelf" data-part="rows"></div>'
        + '<div class="lb-test" data-part="test" hidden><label><span data-part="testing"></span><textarea data-part="event" rows="3" spellcheck="false">{}</textarea></label>'
        + '<button type="button" class="lb-button" data-part="send">Invoke</button></div>'
        + '<p class="lb-problem" data-part="problem" role="alert"></p>'
        + '<pre class="lb-answer" data-part="answer" aria-live="polite" hidden></pre>'
        + empties
    )
