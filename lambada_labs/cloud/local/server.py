"""The cloud's process: `python -m lambada_labs.cloud.local.server`, started by `process.start_or_find` only.

It says one line on standard output, `{"pid": …}` or `{"error": [seen, expected, todo]}`, and from then on
speaks through its log. It ends by itself when nobody asked anything for long, when its state file is gone
or about another cloud, and on SIGTERM; each time no process of its handlers is left.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import gc
import json
import logging
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable

from lambada_labs.cloud.local import log_file, run_folder
from lambada_labs.cloud.local.assembly import Assembly
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import (
    CloudState,
    StateFolder,
    boot_id,
    read_state,
    remove_state,
    state_folder,
    write_state,
)
from lambada_labs.errors import CloudUnavailable, LambadaError
from lambada_labs.runtime import process_tree

log = logging.getLogger(__name__)
_STDOUT, _STDERR = 1, 2
_LOOK_EVERY_S = 2.0


def main() -> int:
    """Run a cloud until it ends."""
    os.umask(0o022)  # handlers inherit it, and AWS's is this one; the state folder is closed anyway
    arguments = _arguments()
    folder = state_folder()
    log_file.start(folder.log_file)
    try:
        _run(folder, CloudSettings.from_json(arguments.settings), arguments.lock)
    except LambadaError as error:
        log.error("%s", error)  # noqa: TRY400 - a sentence, not a traceback
        _announce({"error": [error.seen, error.expected, error.todo]})
        return 1
    except Exception as error:
        log.exception("the cloud ends")
        _announce(
            {
                "error": [
                    f"the local cloud failed: {type(error).__name__}: {error}",
                    "",
                    f"Read {folder.log_file}",
                ]
            }
        )
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lambada-cloud")
    parser.add_argument("--settings", default="{}", help="CloudSettings as JSON")
    parser.add_argument(
        "--lock", type=int, default=-1, help="descriptor of the starting lock, let go when ready"
    )
    return parser.parse_args()


def _run(folder: StateFolder, settings: CloudSettings, lock: int) -> None:
    run_dir = run_folder.create(folder.run_dir, f"{os.getpid()}-{secrets.token_hex(4)}")
    try:
        # Built before the loop and before any thread: isolation changes the namespaces of this process.
        assembly = Assembly(folder, run_dir, settings)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(assembly, folder, settings, lock))
    finally:
        run_folder.remove(run_dir)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it exists: a tenth less processor time for a warm invoke when it was put in."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(assembly: Assembly, folder: StateFolder, settings: CloudSettings, lock: int) -> None:
    _end_on_signals(assembly)
    state = await _started(assembly, folder, settings)
    # The lock goes first: whoever hears of this cloud may stop it that very moment, and must not stop the lock with it.
    if lock >= 0 and os.name == "posix":
        os.close(lock)
    _announce({"pid": state.pid})
    gc.freeze()  # a hundred thousand objects of other people's packages need no second look
    log.info("ready at %s, pid %d", state.endpoint_url, state.pid)
    try:
        await _until_over(assembly, folder, state, settings.idle_stop_s)
    finally:
        remove_state(folder, state)
        await assembly.stop()
        log.info("over")


async def _started(assembly: Assembly, folder: StateFolder, settings: CloudSettings) -> CloudState:
    try:
        await assembly.start(settings.port)
    except OSError as error:
        await assembly.stop()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        seen = f"port {settings.port} on 127.0.0.1 cannot be used ({os.strerror(error.errno)})"
        raise CloudUnavailable(seen, "a free port", "Name another with --port, or none") from error
    state = CloudState(
        endpoint_url=assembly.endpoint_url,
        access_key_id=assembly.access_key_id,
        secret_access_key=assembly.secret_access_key,
        region=settings.region,
        account_id=assembly.account_id,
        pid=os.getpid(),
        born=process_tree.born(os.getpid()) or "",
        boot=boot_id(),
        started_at=time.time(),
        log_file=str(folder.log_file),
    )
    write_state(folder, state)
    return state


def _end_on_signals(assembly: Assembly) -> None:
    if os.name != "posix":
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, assembly.over.set)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


async def _until_over(assembly: Assembly, folder: StateFolder, state: CloudState, idle_stop_s: float) -> None:
    """Wait for a reason to end: it was asked to, nobody needs it, or its state file is not its own."""
    look_every_s = min(_LOOK_EVERY_S, idle_stop_s / 4 or _LOOK_EVERY_S)
    while not assembly.over.is_set():
        if idle_stop_s and assembly.idle_s > idle_stop_s:
            log.info("nobody asked for anything in %.0f s: the cloud ends", assembly.idle_s)
            return
        if read_state(folder) != state:
            log.warning("the state file is gone or another cloud's: this one ends")
            return
        try:
            await asyncio.wait_for(assembly.over.wait(), look_every_s)
        except TimeoutError:
            continue


def _announce(said: dict[str, object]) -> None:
    """Say the one line, then let the starter's pipe go: whatever is printed from now on is for the log."""
    try:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        log.warning("whoever started this cloud did not wait for it")
    os.dup2(_STDERR, _STDOUT)


if __name__ == "__main__":
    sys.exit(main())
