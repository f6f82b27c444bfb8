"""How a zip file becomes a folder without ever writing outside of it."""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from lambada_labs import facts
from lambada_labs.errors import LambadaError

UNZIPPED_LIMIT = facts.number("limit.package.unzipped")
#: Not AWS's number: more entries than this fill a disk with empty files.
ENTRIES_LIMIT = 100_000
COPY_CHUNK = 1 << 20
READABLE = 0o444
EXECUTABLE = 0o111
MODE_SHIFT = 16

#: Roots of the execution environment that an absolute link inside a package may name.
SANDBOX_ROOTS = ("/var/task", "/var/runtime", "/opt", "/tmp")  # noqa: S108

Refusal = Literal[
    "not_a_zip", "empty", "zip_slip", "symlink", "special_file", "too_large_zipped", "too_large_unzipped"
]


class UnsafePackage(LambadaError):
    """An archive that is not unpacked; `kind` says why, `aws_message` is what AWS answers where it has words."""

    def __init__(self, kind: Refusal, seen: str, expected: str, *, aws_message: str | None = None) -> None:
        super().__init__(seen, expected, "Make the archive anew from the files themselves")
        self.kind = kind
        self.aws_message = aws_message or str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageLimits:
    """Upper bounds in bytes for the archive and for what comes out of it, and a number of entries."""

    zipped: int | None = None
    unzipped: int = UNZIPPED_LIMIT
    entries: int = ENTRIES_LIMIT


def unpack(zip_bytes: bytes, tree: Path, limits: PackageLimits) -> int:
    """Unpack into the new folder `tree`; answers the bytes of all files in it.

    Raises:
        UnsafePackage: it is no archive, has nothing in it, is too large, or would write outside `tree`.
    """
    archive = _open(zip_bytes, limits)
    tree.mkdir()
    links: list[tuple[Path, str]] = []
    for entry in archive.infolist():
        place = tree.joinpath(*_safe_parts(entry.filename))
        try:
            _extract(archive, entry, place, links)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise _not_a_zip(f"{entry.filename}: {error}") from error
    _link(links, tree)
    return sum(entry.file_size for entry in archive.infolist())


def _open(zip_bytes: bytes, limits: PackageLimits) -> zipfile.ZipFile:
    if limits.zipped is not None and len(zip_bytes) > limits.zipped:
        seen, expected = f"a zip file of {len(zip_bytes)} bytes", f"at most {limits.zipped} bytes"
        raise UnsafePackage("too_large_zipped", seen, expected)
    try:
        archive = zipfile.ZipFile(io.BytesIO(zip_bytes))
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise _not_a_zip(str(error)) from error
    _check_sizes(archive.infolist(), limits)
    return archive


def _not_a_zip(reason: str) -> UnsafePackage:
    return UnsafePackage(
        "not_a_zip",
        f"bytes that are no readable zip file ({reason})",
        "a zip file",
        aws_message="Could not unzip uploaded file. Please check your file, then try to upload again.",
    )


def _check_sizes(entries: list[zipfile.ZipInfo], limits: PackageLimits) -> None:
    """By what the archive declares; reading an entry never gives more than it declares."""
    if all(entry.is_dir() for entry in entries):
        message = "Uploaded file must be a non-empty zip"
        raise UnsafePackage(
            "empty", "a zip file with no file in it", "at least one file", aws_message=message
        )
    unzipped = sum(entry.file_size for entry in entries)
    if unzipped > limits.unzipped or len(entries) > limits.entries:
        raise UnsafePackage(
            "too_large_unzipped",
            f"{unzipped} bytes in {len(entries)} files once unzipped",
            f"at most {limits.unzipped} bytes in {limits.entries} files",
            aws_message=f"Unzipped size must be smaller than {limits.unzipped} bytes",
        )


def _safe_parts(name: str) -> tuple[str, ...]:
    path = PurePosixPath(name)
    windows = "\\" in name or name[1:2] == ":"
    if path.is_absolute() or windows or ".." in path.parts:
        raise UnsafePackage("zip_slip", f"an entry named {name!r}", "names that stay inside the package")
    return path.parts


def _extract(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path, links: list[tuple[Path, str]]
) -> None:
    """Files and folders at once; links only noted, so that no file is ever written through one."""
    kind = stat.S_IFMT(entry.external_attr >> MODE_SHIFT)
    if entry.is_dir():
        place.mkdir(parents=True, exist_ok=True)
    elif kind == stat.S_IFLNK:
        links.append((place, os.fsdecode(archive.read(entry))))
    elif kind in (0, stat.S_IFREG):
        _write(archive, entry, place)
    else:
        raise UnsafePackage("special_file", f"{entry.filename}, a device or a pipe", "files and folders")


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)  # the same name twice: the later one wins, as with unzip -o
    with archive.open(entry) as source, place.open("wb") as target:
        shutil.copyfileobj(source, target, COPY_CHUNK)
    place.chmod(_mode(entry.external_attr >> MODE_SHIFT))


def _mode(zipped: int) -> int:
    """Readable by all, writable by none; executable by all where it was so for anyone."""
    return READABLE | (EXECUTABLE if zipped & EXECUTABLE else 0)


def _link(links: list[tuple[Path, str]], tree: Path) -> None:
    """Make all links, then look where each leads: one may change what another one means."""
    inside = tree.resolve()
    for place, target in links:
        if not place.parent.resolve().is_relative_to(inside) or place.is_dir():
            raise _leaves(place, target, tree)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(target)
    for place, target in links:
        if not (_names_sandbox(target) or (place.parent / target).resolve().is_relative_to(inside)):
            raise _leaves(place, target, tree)


def _names_sandbox(target: str) -> bool:
    plain = os.path.normpath(target)
    return any(plain == root or plain.startswith(root + "/") for root in SANDBOX_ROOTS)


def _leaves(place: Path, target: str, tree: Path) -> UnsafePackage:
    seen = f"a link {place.relative_to(tree)} to {target}"
    return UnsafePackage("symlink", seen, "links that stay inside the package")
