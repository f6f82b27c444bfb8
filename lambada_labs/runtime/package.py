"""Where deployment packages live once they are unpacked: by content, read-only, each one once."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lambada_labs.errors import LambadaError
from lambada_labs.runtime.archive import PackageLimits, UnsafePackage, unpack

__all__ = ["Package", "PackageLimits", "PackageMissing", "PackageStore", "UnsafePackage"]


class PackageMissing(LambadaError):
    """No package of this `CodeSha256` was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One unpacked archive. `sha256` is AWS's `CodeSha256` (base64), sizes are in bytes."""

    sha256: str
    size: int
    unpacked_size: int
    root: Path
    zip_path: Path

    def zip_bytes(self) -> bytes:
        """The archive as it was uploaded."""
        return self.zip_path.read_bytes()


class PackageStore:
    """Archives and their unpacked trees under one folder, each named by its content."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, zip_bytes: bytes, *, limits: PackageLimits | None = None) -> Package:
        """Unpack an archive unless it is there already.

        Raises:
            UnsafePackage: it is no archive, has nothing in it, is too large, or would write outside its folder.
        """
        home = self._home(hashlib.sha256(zip_bytes).digest())
        if not home.exists():
            _publish(self._unpacked(zip_bytes, limits or PackageLimits()), home)
        return _package(home)

    def get(self, sha256: str) -> Package:
        """The package of this `CodeSha256`.

        Raises:
            PackageMissing: it was never stored here.
        """
        home = self._home(base64.b64decode(sha256))
        if not home.exists():
            raise PackageMissing(f"CodeSha256 {sha256}", "a package that was uploaded to this cloud")
        return _package(home)

    def opt_root(self, layer_shas: tuple[str, ...]) -> Path:
        """The folder that stands for `/opt`: all layers merged, later ones win; empty without layers."""
        key = hashlib.sha256("\n".join(layer_shas).encode()).hexdigest()
        home = self._root / "opt" / key
        if not home.exists():
            home.parent.mkdir(parents=True, exist_ok=True)
            new = self._scratch()
            for sha in layer_shas:
                _overlay(self.get(sha).root, new)
            _publish(new, home)
        return home

    def _home(self, digest: bytes) -> Path:
        return self._root / digest.hex()

    def _scratch(self) -> Path:
        return Path(tempfile.mkdtemp(prefix=".new-", dir=self._root))

    def _unpacked(self, zip_bytes: bytes, limits: PackageLimits) -> Path:
        new = self._scratch()
        try:
            unpacked_size = unpack(zip_bytes, new / "tree", limits)
            (new / "package.zip").write_bytes(zip_bytes)
            (new / "unpacked_size").write_text(str(unpacked_size), "utf-8")
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        return new


def _package(home: Path) -> Package:
    archive = home / "package.zip"
    return Package(
        sha256=base64.b64encode(bytes.fromhex(home.name)).decode(),
        size=archive.stat().st_size,
        unpacked_size=int((home / "unpacked_size").read_text("utf-8")),
        root=home / "tree",
        zip_path=archive,
    )


def _publish(new: Path, home: Path) -> None:
    """Give a finished folder its name in one step; whoever came first with the same content wins."""
    new.chmod(0o755)
    try:
        new.rename(home)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not home.exists():
            raise


def _overlay(layer: Path, onto: Path) -> None:
    """Lay one layer over those before it: folders merge, everything else is replaced."""
    for source in sorted(layer.rglob("*")):
        place = onto / source.relative_to(layer)
        folder = source.is_dir() and not source.is_symlink()
        if place.is_symlink() or (place.exists() and not (folder and place.is_dir())):
            _remove(place)
        if folder:
            place.mkdir(exist_ok=True)
        else:
            same_file(source, place)


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()


def same_file(source: Path, place: Path) -> None:
    """The same content under a second name: a hard link where the file system can, else a copy."""
    try:
        os.link(source, place, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, place, follow_symlinks=False)
