"""The front door of notebooks: open a lab, see the cloud, open an address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from lambada_labs import ui
from lambada_labs.cloud import local
from lambada_labs.cloud.local.state import state_folder
from lambada_labs.errors import BadInput
from lambada_labs.labs import Progress, catalogue
from lambada_labs.notebook.calm import calm
from lambada_labs.notebook.session import LabSession
from lambada_labs.notebook.watch import Watch


def open_lab(name: str) -> LabSession:
    """Open a lab by number, slug or file name: `open_lab("01")`.

    Starts the local cloud or attaches to the running one, points this kernel's plain boto3 and `!aws`
    at it, and builds what the lab starts with, where that is missing. Opening again loses nothing.
    Raises `BadInput` (no such lab) or `CloudUnavailable`.
    """
    lab = catalogue.find(name)
    cloud = local.attach_or_start()
    cloud.apply_to_environ()
    session = LabSession(lab, cloud, Progress(state_folder().path / "progress.json"))
    session.prepare()
    return session


@calm
def show_cloud() -> Any:
    """A small console of the cloud: functions with a test button, queues, buckets, logs."""
    return ui.console(local.attach_or_start())


def open_url(url: str, *, note: str = "") -> Any:
    """A card with a clickable address; raises `BadInput` for one that is no http address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(f"{url!r} is no web address", expected="http://… or https://…")
    return ui.open_url_card(url, note=note)


__all__ = ["LabSession", "Watch", "open_lab", "open_url", "show_cloud"]
