"""`lambada up`, `down`, `status`, `logs`: the local cloud from a terminal."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict

from lambada_labs.cloud import local
from lambada_labs.cloud.local import export
from lambada_labs.cloud.local.settings import CloudSettings, read_duration
from lambada_labs.cloud.port import CloudStatus
from lambada_labs.errors import CloudUnavailable

FOLLOW_EVERY_S = 0.3
_NOT_RUNNING = "No local cloud is running."
_MS = 1000


def up(arguments: argparse.Namespace) -> int:
    """Start the cloud or find it, and say how to reach it."""
    if arguments.export and arguments.shell not in export.SHELLS:
        raise export.unknown_shell(arguments.shell)
    cloud = local.attach_or_start(CloudSettings.from_environ(port=arguments.port))
    if cloud.note:
        print(f"lambada: {cloud.note}", file=sys.stderr)
    if arguments.export:
        print(export.script(cloud.environment(), export.foreign(os.environ), arguments.shell), end="")
    elif arguments.json:
        print(json.dumps(cloud.connection()))
    else:
        print(f"The local cloud is at {cloud.endpoint_url} ({cloud.region}, account {cloud.account_id}).")
        print('Next: eval "$(lambada up --export)", then any aws command; or lambada lab.')
    return 0


def down(arguments: argparse.Namespace) -> int:
    """Stop the cloud."""
    stopped = local.stop()
    if arguments.json:
        print(json.dumps({"stopped": stopped}))
    else:
        print("The local cloud is stopped." if stopped else _NOT_RUNNING)
    return 0


def status(arguments: argparse.Namespace) -> int:
    """What the cloud is and holds; 1 where none runs."""
    found = local.status()
    if arguments.json:
        print(json.dumps(_status_json(found)))
    else:
        print(_NOT_RUNNING if found is None else _status_text(found))
    return 0 if found is not None else 1


def _status_json(found: CloudStatus | None) -> dict[str, object]:
    if found is None:
        return {"running": False}
    return {"running": True, **asdict(found), "environments": dict(found.environments)}


def _status_text(found: CloudStatus) -> str:
    stops = (
        f"stops after {_span(found.idle_stop_s)} without a request" if found.idle_stop_s else "never stops"
    )
    up_for = _span(time.time() - found.started_at)
    environments = ", ".join(f"{number} {phase}" for phase, number in found.environments) or "none"
    rows = {
        "address": f"{found.endpoint_url} ({found.region}, account {found.account_id})",
        "process": f"{found.pid}, {found.memory_mb:.0f} MB, up {up_for}, {stops}",
        "functions": ", ".join(found.functions) or "none",
        "environments": f"{environments}; kept apart by {found.isolation}",
        "invocations": f"{found.invocations:,}; {found.events_waiting:,} asynchronous events wait",
        "clock": _clock_text(found),
        "state folder": found.state_folder,
        "log": found.log_file,
    }
    return "\n".join(f"{name:<14}{value}" for name, value in rows.items())


def _clock_text(found: CloudStatus) -> str:
    """How retry waits, schedules and delays run; durations in logs are true whatever it says."""
    speed = (
        "stands still, turned by hand" if not found.clock_speed else f"{found.clock_speed:g} times true time"
    )
    ahead = f", {_span(found.clock_ahead_s)} ahead" if found.clock_ahead_s >= 1 else ""
    return "true time" if found.clock_speed == 1 and not ahead else f"{speed}{ahead} (platform waits only)"


def _span(seconds: float) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


def logs(arguments: argparse.Namespace) -> int:
    """Print a function's log; with --follow until interrupted."""
    since = None
    if arguments.since:
        since = time.time() - read_duration(arguments.since, "--since")
    cloud = local.attach()
    if cloud is None:
        raise CloudUnavailable(_NOT_RUNNING, todo="Start one with lambada up, or open a lab")
    last = _print_lines(cloud.log_lines(arguments.function, since), as_json=arguments.json, last=-1)
    while arguments.follow:
        time.sleep(FOLLOW_EVERY_S)
        fresh = cloud.log_lines(arguments.function, since, after=last)
        last = _print_lines(fresh, as_json=arguments.json, last=last)
    return 0


def _print_lines(lines: list[tuple[int, int, str, str]], *, as_json: bool, last: int) -> int:
    """Print them; the highest number seen so far."""
    for _, at_ms, stream, message in lines:
        if as_json:
            print(json.dumps({"timestamp": at_ms, "stream": stream, "message": message}))
        else:
            clock = time.strftime("%H:%M:%S", time.localtime(at_ms / _MS))
            print(f"{clock}.{at_ms % _MS:03} {message.rstrip()}")
    sys.stdout.flush()
    return max([last, *(line[0] for line in lines)])
