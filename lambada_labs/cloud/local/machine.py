"""The doctor's rows about the machine itself: interpreter, memory, disk, clock, ports, variables, browser."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import socket
import sys
from pathlib import Path

from lambada_labs import facts
from lambada_labs.cloud.local.doctor import Row

NEWEST_TRIED = (3, 13)
LITTLE_MEMORY_MB, LITTLE_DISK_MB = 1024, 500
_MB = 1 << 20
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_MONTH = re.compile(r"\d{4}-\d{2}")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def python() -> Row:
    """The interpreter that runs the kit."""
    version = ".".join(map(str, sys.version_info[:3]))
    seen = f"{version} at {sys.executable}"
    if sys.version_info[:2] > NEWEST_TRIED:
        newest = ".".join(map(str, NEWEST_TRIED))
        return Row(name="python", state="note", seen=seen, effect=f"the kit was tried up to {newest}")
    return Row(name="python", state="ok", seen=seen, effect="runs the kit and the notebooks")


def memory() -> Row:
    """Memory that execution environments can have: the machine's, or the container's where that is less."""
    import psutil

    from lambada_labs.runtime.settings import environments_that_fit

    found = psutil.virtual_memory()
    limit = _container_limit()
    total, free = found.total, found.available
    if limit is not None and limit < total:
        total, free = limit, min(free, limit)
    seen = f"{free // _MB:,} MB free of {total // _MB:,} MB"
    if free // _MB < LITTLE_MEMORY_MB:
        effect = "few execution environments at once; big ones may be killed"
        return Row(name="memory", state="note", seen=seen, effect=effect, todo="Close what you do not need")
    effect = f"at most {environments_that_fit():,} execution environments at once"
    return Row(name="memory", state="ok", seen=seen, effect=effect)


def _container_limit() -> int | None:
    for place in _CGROUP_LIMITS:
        try:
            return int(Path(place).read_text("ascii"))
        except (OSError, ValueError):
            continue
    return None


def disk() -> Row:
    """Room for packages and for /tmp of the environments."""
    from lambada_labs.cloud.local.state import state_folder

    folder = state_folder().path
    free = shutil.disk_usage(folder).free // _MB
    seen = f"{free:,} MB free at {folder}"
    if free < LITTLE_DISK_MB:
        effect = "packages and /tmp of functions may not fit"
        return Row(
            name="disk", state="problem", seen=seen, effect=effect, todo="Make room, or set LAMBADA_STATE_DIR"
        )
    return Row(name="disk", state="ok", seen=seen, effect="packages and /tmp of functions fit")


def clock() -> Row:
    """Whether the date can be true: no earlier than the newest fact that the kit ships."""
    now = dt.datetime.now(dt.UTC)
    newest = max(found[0] for fact in facts.find("") if (found := _MONTH.match(fact.as_of)))
    seen = f"{now:%Y-%m-%d %H:%M} UTC"
    if f"{now:%Y-%m}" < newest:
        effect = "dates in logs and bills are wrong, and a real account would refuse your signatures"
        return Row(name="clock", state="note", seen=seen, effect=effect, todo="Set this machine's clock")
    return Row(name="clock", state="ok", seen=seen, effect="dates logs and signatures")


def ports() -> Row:
    """Whether the cloud can listen on loopback, and names under localhost lead there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
    if _leads_home("localhost"):
        return Row(
            name="ports", state="ok", seen="127.0.0.1 can be listened on", effect="nothing listens beyond it"
        )
    return Row(
        name="ports",
        state="note",
        seen="localhost does not lead to 127.0.0.1",
        effect="addresses that are written with localhost do not open",
        todo="Add `127.0.0.1 localhost` to the hosts file",
    )


def _leads_home(name: str) -> bool:
    try:
        return "127.0.0.1" in socket.gethostbyname_ex(name)[2]
    except OSError:
        return False


def variables() -> Row:
    """AWS variables of this shell that would lead elsewhere."""
    from lambada_labs.cloud.local.export import foreign

    if os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://127.0.0.1:"):
        return Row(name="variables", state="ok", seen="this shell is turned to a local cloud")
    found = [*foreign(os.environ), *(name for name in ("AWS_ACCESS_KEY_ID",) if name in os.environ)]
    if not found:
        return Row(name="variables", state="ok", seen="no AWS variables in this shell")
    return Row(
        name="variables",
        state="ok",
        seen=", ".join(found),
        effect="labs take them out of their kernel; this shell's own aws still follows them",
        todo='eval "$(lambada up --export)" turns this shell to the local cloud',
    )


def browser() -> Row:
    """A browser for JupyterLab, and for the tests."""
    named = os.environ.get("LAMBADA_BROWSER")
    found = named or next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if has_display():
        return Row(name="browser", state="ok", seen=found or "a display", effect="lambada lab opens it")
    seen = f"no display{f', {found} for tests' if found else ''}"
    return Row(
        name="browser", state="ok", seen=seen, effect="lambada lab prints an address to open elsewhere"
    )


def has_display() -> bool:
    """Whether a browser can show itself here."""
    if os.environ.get("BROWSER") or sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
