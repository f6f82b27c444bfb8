"""What this machine can do for the labs: a row for each thing that matters, and what it changes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lambada_labs.errors import LambadaError

RowState = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`seen` here, its `effect` on the labs, what `todo` about it.

    `note` is a difference to know about, `problem` something that keeps labs from working.
    """

    name: str
    state: RowState
    seen: str
    effect: str = ""
    todo: str = ""


def examine() -> list[Row]:
    """Look at everything. Nothing is started, and what fails is a row of its own."""
    from lambada_labs.cloud.local import machine, toolbox

    rows = [
        _looked("python", machine.python),
        _looked("isolation", isolation),
        _looked("python functions", toolbox.python_runtimes),
        _looked("node.js functions", toolbox.node),
        _looked("java functions", toolbox.java),
        _looked(".net functions", toolbox.dotnet),
        _looked("ruby functions", toolbox.ruby),
        _looked("custom runtimes", toolbox.compilers),
        _looked("aws cli", toolbox.aws_cli),
        _looked("memory", machine.memory),
        _looked("clock", machine.clock),
        _looked("ports", machine.ports),
        _looked("variables", machine.variables),
        _looked("browser", machine.browser),
        _looked("state folder", state),
    ]
    if rows[-1].state == "problem":  # the rest lies in it
        return rows
    return [
        *rows,
        _looked("disk", machine.disk),
        _looked("local cloud", cloud),
        _looked("log of the cloud", log),
    ]


def worst(rows: Iterable[Row]) -> RowState:
    """The gravest state among the rows."""
    states = {row.state for row in rows}
    return "problem" if "problem" in states else "note" if "note" in states else "ok"


def _looked(name: str, look: Callable[[], Row]) -> Row:
    try:
        return look()
    except LambadaError as error:
        return Row(name=name, state="problem", seen=error.seen, effect=error.expected, todo=error.todo)
    except OSError as error:
        return Row(name=name, state="problem", seen=str(error))


def isolation() -> Row:
    """Which of the two ways execution environments are kept apart."""
    from lambada_labs.runtime.isolation import choose

    with tempfile.TemporaryDirectory(prefix="lambada-doctor-") as scratch:
        chosen = choose(Path(scratch))
    way, _, meaning = chosen.explanation.partition(": " if chosen.name == "namespaces" else ". ")
    todo = "" if chosen.name == "namespaces" else "See docs/fidelity.md, the rows on isolation"
    return Row(
        name="isolation",
        state="ok" if chosen.name == "namespaces" else "note",
        seen=way,
        effect=meaning,
        todo=todo,
    )


def state() -> Row:
    """Where the cloud and your progress are kept."""
    from lambada_labs.cloud.local.state import FOLDER_VARIABLE, state_folder

    folder = state_folder()
    if folder.note:
        todo = f"Set {FOLDER_VARIABLE} to a folder that stays, or export your progress"
        return Row(
            name="state folder", state="note", seen=folder.note, effect="progress may get lost", todo=todo
        )
    return Row(
        name="state folder", state="ok", seen=str(folder.path), effect="yours alone; progress is kept here"
    )


def cloud() -> Row:
    """Whether the local cloud runs."""
    from lambada_labs.cloud import local

    found = local.status()
    if found is None:
        return Row(name="local cloud", state="ok", seen="not running", effect="labs and lambada up start it")
    seen = f"{found.endpoint_url}, process {found.pid}, {found.memory_mb:.0f} MB"
    held = f"{len(found.functions)} functions, {sum(number for _, number in found.environments)} environments"
    return Row(name="local cloud", state="ok", seen=seen, effect=held)


def log() -> Row:
    """Where the cloud itself says what goes wrong."""
    from lambada_labs.cloud.local.state import state_folder

    path = state_folder().log_file
    there = f"{path} ({path.stat().st_size:,} bytes)" if path.exists() else f"{path} (not written yet)"
    return Row(
        name="log of the cloud", state="ok", seen=there, effect="read its end when the cloud misbehaves"
    )
