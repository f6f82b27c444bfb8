"""The life of the cloud's process seen from outside: find it, start it, stop it, and trust no stale state."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

from lambada_labs.cloud.local import private_client
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import (
    FOLDER_VARIABLE,
    CloudState,
    StateFolder,
    boot_id,
    read_state,
    remove_state,
    starting_lock,
)
from lambada_labs.errors import CloudUnavailable
from lambada_labs.runtime import process_tree

SERVER = "lambada_labs.cloud.local.server"
START_TIMEOUT_S = 60.0
#: How long a cloud may be silent before it counts as hung: on a busy machine a first call takes seconds.
PATIENCE_S = 8.0
STOP_TIMEOUT_S = 10.0
HUNG_TIMEOUT_S = 2.0
_POLL_S = 0.02
#: For glibc: give memory back. Measured with 8 threads at work: 113 MB where it is 135 MB otherwise.
_THRIFTY = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}


def find(folder: StateFolder, *, patience_s: float = PATIENCE_S) -> CloudState | None:
    """The running cloud of this folder: its process lives, is the one that wrote the state, and answers.

    A state file that outlived its process is None, and so is a process number that somebody else has now.
    """
    state = read_state(folder)
    if state is None or not lives(state):
        return None
    try:
        private_client.call(state, "ping", timeout_s=patience_s)
    except CloudUnavailable:
        return None
    return state


def silent(folder: StateFolder) -> CloudState | None:
    """The cloud of this folder when its process lives and does not answer; ask after `find` found none."""
    state = read_state(folder)
    return state if state is not None and lives(state) else None


def lives(state: CloudState) -> bool:
    """Whether the very process that wrote this state is still there."""
    return state.boot == boot_id() and process_tree.born(state.pid) == state.born


def start_or_find(
    folder: StateFolder, settings: CloudSettings, *, patience_s: float = PATIENCE_S
) -> CloudState:
    """The running cloud of this folder, started when there is none. However many ask at once, one is started.

    Raises:
        CloudUnavailable: it did not start (why, and where its log is), or runs on another port than wanted.
    """
    found = find(folder, patience_s=patience_s)
    if found is None:
        with starting_lock(folder) as lock:
            found = find(folder, patience_s=patience_s) or _start(folder, settings, lock)
    _check_port(found, settings.port)
    return found


def stop(folder: StateFolder, *, timeout_s: float = STOP_TIMEOUT_S) -> bool:
    """Stop the cloud of this folder and wait until it is gone; whether there was one.

    It is asked first (SIGTERM: it ends its execution environments), and killed when it does not listen.
    """
    with starting_lock(folder):
        state = read_state(folder)
        if state is None:
            return False
        there = lives(state)
        if there:
            _end(state, timeout_s)
        remove_state(folder, state)
        _clear(folder)
        return there


def _clear(folder: StateFolder) -> None:
    """What a cloud cannot remove itself: the places where its own mounts were."""
    from lambada_labs.cloud.local import run_folder

    run_folder.clear(folder.run_dir)


def _check_port(state: CloudState, wanted: int) -> None:
    port = int(state.endpoint_url.rsplit(":", 1)[1])
    if wanted not in (0, port):
        raise CloudUnavailable(
            f"your cloud already runs on port {port}",
            f"port {wanted}",
            "Run lambada down first, then up again",
        )


def _start(folder: StateFolder, settings: CloudSettings, lock: int) -> CloudState:
    """Start a process and wait for its first line; what is left of an older one is ended first."""
    older = read_state(folder)
    if older is not None and lives(older):
        _end(older, HUNG_TIMEOUT_S)  # it lives and does not answer: a new one could not take its place
    process = _spawn(folder, settings, lock)
    line = _first_line(process, folder)
    if "error" in line:
        process.wait()
        raise CloudUnavailable(*line["error"])
    state = read_state(folder)
    if state is None or state.pid != line["pid"]:
        raise CloudUnavailable("the local cloud started and is gone again", todo=_see(folder))
    return state


def _spawn(folder: StateFolder, settings: CloudSettings, lock: int) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-P", "-m", SERVER, "--settings", settings.to_json(), "--lock", str(lock)]
    with folder.log_file.open("ab") as log:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder.path,
            env=_environ(folder),
            **_detached(lock),
        )


def _detached(lock: int) -> dict[str, Any]:
    """A session of its own: neither Ctrl-C in the terminal nor the end of a kernel reaches the cloud."""
    if os.name == "posix":
        # The child holds the lock until it is ready: a starter that is killed lets nobody start a second one.
        return {"start_new_session": True, "pass_fds": (lock,)}
    return {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | 0x00000008}


def _environ(folder: StateFolder) -> Mapping[str, str]:
    """The starter's variables without what AWS clients read: the cloud must not find a real account."""
    left_out = ("AWS_", "PYTHONDONTWRITEBYTECODE")  # byte code halves the next start
    kept = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
    return {**_THRIFTY, **kept, FOLDER_VARIABLE: str(folder.path)}


def _first_line(process: subprocess.Popen[bytes], folder: StateFolder) -> dict[str, Any]:
    """What the process says once: `{"pid": …}` when it is ready, `{"error": [seen, expected, todo]}` else."""
    pipe = cast("IO[bytes]", process.stdout)
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    killer = threading.Timer(START_TIMEOUT_S, give_up)
    killer.start()
    try:
        said = _read_line(pipe)
    finally:
        killer.cancel()
        pipe.close()
        _forget(process)
    if said is None and late.is_set():
        return {"error": [f"the local cloud was not ready after {START_TIMEOUT_S:.0f} s", "", _see(folder)]}
    return said or {"error": ["the local cloud did not start", "", _see(folder)]}


def _read_line(pipe: IO[bytes]) -> dict[str, Any] | None:
    try:
        said = json.loads(pipe.readline())
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _forget(process: subprocess.Popen[bytes]) -> None:
    """The cloud outlives us, so nobody here waits for it, and Python need not warn that nobody did."""
    if process.poll() is None:
        threading.Thread(target=process.wait, daemon=True).start()


def _see(folder: StateFolder) -> str:
    return f"Read {folder.log_file}, its last line says why{_last_line(folder.log_file)}"


def _last_line(log: Path) -> str:
    with contextlib.suppress(OSError):
        lines = log.read_bytes()[-4000:].decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1].strip()}" if lines else ""
    return ""


def _end(state: CloudState, timeout_s: float) -> None:
    if os.name != "posix":
        with contextlib.suppress(CloudUnavailable):
            private_client.call(state, "stop", timeout_s=PATIENCE_S)
    _signal(state, signal.SIGTERM)
    if not _gone(state, timeout_s):
        _signal(state, getattr(signal, "SIGKILL", signal.SIGTERM))
        _gone(state, timeout_s)


def _signal(state: CloudState, number: int) -> None:
    if lives(state):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(state.pid, number)


def _gone(state: CloudState, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while lives(state):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True
