"""The learner's own copy of the notebooks: brought up to date, and nothing of the learner's ever overwritten.

A hidden file remembers what was copied. A file that is still as it was copied follows a new release of the
kit; one that the learner changed stays, and the new one lies beside it as NAME.new.ipynb.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from lambada_labs import files
from lambada_labs.errors import BadInput

MANIFEST = ".lambada-labs.json"
_PARTS = ("notebooks", "data", "apps")  # apps: JupyterLab serves the calculator at /voila/render/apps/…
_LEFT_OUT = frozenset({"src", ".ipynb_checkpoints", "__pycache__"})


def prepare(folder: Path, kit: Path | None = None) -> list[str]:
    """Copy what is missing; the sentences to say about files that were left alone.

    `kit` is where the shipped files are, by default where `files` finds them.

    Raises:
        BadInput: the folder cannot be made or written.
    """
    kit = kit or files.home()
    try:
        if folder.exists() and folder.samefile(kit):
            return []  # a checkout: the notebooks are here already
        folder.mkdir(parents=True, exist_ok=True)
        return _copied(folder, kit)
    except FileExistsError as error:
        raise BadInput(
            f"{folder} is not a folder", "a folder for the notebooks", "Name another one"
        ) from error
    except OSError as error:
        seen = f"{error.filename or folder} cannot be written ({error.strerror})"
        raise BadInput(seen, "a folder that you may write", "Name one: lambada lab DIR") from error


def _copied(folder: Path, kit: Path) -> list[str]:
    known = _known(folder)
    said = []
    for source, name in _shipped(kit):
        target = folder / name
        fresh = _digest(source)
        if not target.exists() or (known.get(name) == _digest(target) != fresh):
            _copy(source, target)
        elif _digest(target) != fresh and known.get(name) != fresh:
            said.append(_laid_beside(source, target))
        known[name] = fresh
    (folder / MANIFEST).write_text(json.dumps(known, indent=1, sort_keys=True), "utf-8")
    return [sentence for sentence in said if sentence]


def _shipped(kit: Path) -> Iterator[tuple[Path, str]]:
    for part in _PARTS:
        for path in sorted((kit / part).rglob("*")):
            relative = path.relative_to(kit)
            if path.is_file() and not _LEFT_OUT & set(relative.parts):
                yield path, relative.as_posix()


def _laid_beside(source: Path, target: Path) -> str:
    """Put the new file beside the learner's; the first free name, unless it lies there already."""
    fresh = _digest(source)
    for number in range(1, 100):
        name = f"{target.stem}.new{'' if number == 1 else number}{target.suffix}"
        beside = target.with_name(name)
        if not beside.exists():
            _copy(source, beside)
            return f"You changed {target}, so it stays; the kit's new version is beside it: {name}"
        if _digest(beside) == fresh:
            return ""
    return f"You changed {target}, so it stays; too many new versions lie beside it"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)  # not copy: a file shipped read-only would stay so


def _known(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
