"""The cloud on this machine: one loopback process, a gateway that verifies, rooms that answer.

`attach_or_start()` is the door for notebooks and commands; it imports neither boto3 nor a server.
"""

from __future__ import annotations

from lambada_labs.cloud.local.local_cloud import LocalCloud
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import StateFolder, state_folder
from lambada_labs.cloud.port import CloudStatus
from lambada_labs.errors import CloudUnavailable

__all__ = ["LocalCloud", "attach", "attach_or_start", "state_folder", "status", "stop"]


def attach_or_start(
    settings: CloudSettings | None = None, *, folder: StateFolder | None = None
) -> LocalCloud:
    """This learner's running cloud, started when there is none; a kernel that restarts finds the same one.

    `folder` is where its state is, by default `state_folder()`: another folder is another cloud.

    Raises:
        StateFolderError: its state folder cannot be used.
        CloudUnavailable: it does not start; the message names its log.
        BadInput: a LAMBADA_… variable cannot be read.
    """
    from lambada_labs.cloud.local.process import start_or_find

    folder = folder or state_folder()
    state = start_or_find(folder, settings or CloudSettings.from_environ())
    return LocalCloud(folder, state)


def attach() -> LocalCloud | None:
    """This learner's running cloud, or None: nothing is started.

    Raises:
        StateFolderError: its state folder cannot be used.
        CloudUnavailable: its process is there and does not answer.
    """
    from lambada_labs.cloud.local.process import find, silent

    folder = state_folder()
    state = find(folder)
    if state is not None:
        return LocalCloud(folder, state)
    hung = silent(folder)
    if hung is not None:
        seen = f"the local cloud (process {hung.pid}) does not answer"
        raise CloudUnavailable(seen, todo=f"Run lambada down, then up again; its log is {hung.log_file}")
    return None


def stop() -> bool:
    """Stop this learner's cloud with everything that runs in it; whether there was one."""
    from lambada_labs.cloud.local.process import stop as stop_process

    return stop_process(state_folder())


def status() -> CloudStatus | None:
    """What the running cloud is and holds, or None where none runs."""
    cloud = attach()
    return None if cloud is None else cloud.status()
