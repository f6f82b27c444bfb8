"""What this learner has passed, guessed and answered: one plain JSON file that survives the kernel.

The file is replaced in one step, so a kernel that dies while writing leaves the old one whole; a file
that cannot be read is set aside, never overwritten.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lambada_labs.errors import ProgressDamaged, StateFolderError

VERSION = 1
WHOLE_LAB = "*"
Document = dict[str, Any]


class Progress:
    """The progress file at `path`; `note` says what happened to a damaged one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.note = ""
        self._read_or_set_aside()

    def passed(self, lab: str) -> set[str]:
        """The tasks of a lab that were passed at least once."""
        return {task for task, fact in self._lab(lab)["tasks"].items() if fact.get("passed_at")}

    def mark_passed(self, lab: str, task: str) -> None:
        """A check turned green; the first time counts."""
        with self._changed(lab) as facts:
            facts["tasks"].setdefault(task, {}).setdefault("passed_at", _now())

    def hints(self, lab: str, task: str, reason: str) -> int:
        """How many hints were shown for this task and this reason."""
        return int(self._lab(lab)["tasks"].get(task, {}).get("hints", {}).get(reason, 0))

    def count_hint(self, lab: str, task: str, reason: str) -> int:
        """One more hint was shown; the number of them now."""
        with self._changed(lab) as facts:
            shown = facts["tasks"].setdefault(task, {}).setdefault("hints", {})
            shown[reason] = shown.get(reason, 0) + 1
            return int(shown[reason])

    def guess(self, lab: str, question: str) -> Any:
        """The stored guess, or `None`."""
        return self._lab(lab)["predictions"].get(question, {}).get("guess")

    def keep_guess(self, lab: str, question: str, guess: Any) -> None:
        """The learner's guess; a new one replaces it and forgets the old verdict."""
        with self._changed(lab) as facts:
            if facts["predictions"].get(question, {}).get("guess") != guess:
                facts["predictions"][question] = {"guess": guess}

    def keep_outcome(self, lab: str, question: str, *, truth: Any, right: bool | None) -> None:
        """The truth that was measured, and whether the guess met it."""
        with self._changed(lab) as facts:
            facts["predictions"].setdefault(question, {"guess": None}).update(truth=truth, right=right)

    def predictions(self, lab: str) -> Mapping[str, Mapping[str, Any]]:
        """Every prediction of a lab by its id, with `guess` and, once revealed, `truth` and `right`."""
        return dict(self._lab(lab)["predictions"])

    def answers(self, lab: str) -> dict[str, int]:
        """The index of the answer given to each quiz question."""
        return dict(self._lab(lab)["quiz"])

    def keep_answer(self, lab: str, question: str, index: int) -> None:
        """An answer to a quiz question."""
        with self._changed(lab) as facts:
            facts["quiz"][question] = index

    def start(self, lab: str, function: str) -> float:
        """When the present life of a function began, in seconds since the epoch; 0 where nothing is known."""
        starts = self._lab(lab)["starts"]
        return max(float(starts.get(function, 0)), float(starts.get(WHOLE_LAB, 0)))

    def keep_start(self, lab: str, function: str = WHOLE_LAB) -> None:
        """A function (or everything of a lab) was deleted just now: what it did belongs to the past."""
        with self._changed(lab) as facts:
            facts["starts"][function] = time.time()

    def forget(self, lab: str) -> None:
        """Everything about one lab is as on the first day."""
        with self._exclusive() as document:
            document["labs"].pop(lab, None)

    def export(self, path: Path) -> Path:
        """Write the whole progress to one file that another machine can import."""
        _write(path, self._read())
        return path

    def take_over(self, path: Path) -> None:
        """Import an exported file in place of this one; raises `ProgressDamaged` and changes nothing."""
        _write(self.path, _parsed(path))

    def _lab(self, lab: str) -> Document:
        return _shaped(self._read()["labs"].get(lab, {}))

    def _read(self) -> Document:
        return _parsed(self.path) if self.path.exists() else {"version": VERSION, "labs": {}}

    def _read_or_set_aside(self) -> None:
        try:
            self._read()
        except ProgressDamaged as damaged:
            aside = _free_name(self.path)
            self.path.rename(aside)
            self.note = f"{damaged.seen}. It was set aside as {aside.name}; you start with an empty progress."

    @contextlib.contextmanager
    def _changed(self, lab: str) -> Iterator[Document]:
        with self._exclusive() as document:
            facts = document["labs"][lab] = _shaped(document["labs"].get(lab, {}))
            yield facts

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[Document]:
        # Two labs may be open in two kernels: read, change and replace under one lock.
        _make_folder(self.path.parent)
        with (self.path.parent / f".{self.path.name}.lock").open("w") as lock:
            _lock(lock.fileno())
            document = self._read()
            yield document
            _write(self.path, document)


def _shaped(facts: Mapping[str, Any]) -> Document:
    return {part: dict(facts.get(part, {})) for part in ("tasks", "predictions", "quiz", "starts")}


def _parsed(path: Path) -> Document:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        labs = document["labs"]
        shaped = all(isinstance(_shaped(facts), dict) for facts in labs.values())
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(path) from error
    if not shaped or document.get("version") != VERSION:
        raise _damaged(path)
    return dict(document)


def _damaged(path: Path) -> ProgressDamaged:
    return ProgressDamaged(
        f"{path.name} is no progress file of version {VERSION}",
        expected='a JSON object with "version" and "labs"',
        todo="Import an exported file, or go on with an empty progress",
    )


def _write(path: Path, document: Document) -> None:
    _make_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StateFolderError(
            f"{folder} cannot be made: {error.strerror}",
            expected="a folder that you may write to",
            todo="Set LAMBADA_STATE_DIR to one",
        ) from error


def _free_name(path: Path) -> Path:
    stem = f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    names = [path.with_name(stem), *(path.with_name(f"{stem}-{number}") for number in range(1, 100))]
    return next(name for name in names if not name.exists())


def _lock_with_fcntl() -> Callable[[int], None]:
    try:
        import fcntl
    except ImportError:
        return lambda _: None
    return lambda handle: fcntl.flock(handle, fcntl.LOCK_EX)


_lock = _lock_with_fcntl()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
