"""An engine with everything it writes kept in lists, for the tests that run real processes."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
import textwrap
import time
import uuid
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from lambada_labs.errors import ToolMissing
from lambada_labs.model import FunctionConfig, Invocation, InvocationRecord, LifeEvent, Reply
from lambada_labs.runtime.clock import Clock
from lambada_labs.runtime.engine import Engine, EngineSettings
from lambada_labs.runtime.events.ports import EventPorts
from lambada_labs.runtime.isolation import Isolation, Mounts, NamespaceIsolation, RemapIsolation, choose
from lambada_labs.runtime.package import PackageStore

#: Generous: these tests share a small machine with others.
SOON_S = 30.0


class ListPorts:
    """The engine's ports, each a list."""

    def __init__(self) -> None:
        self.logs: list[tuple[str, str, int, str]] = []
        self.records: list[InvocationRecord] = []
        self.lives: list[LifeEvent] = []

    def credentials(self, function: FunctionConfig, environment_id: str) -> Mapping[str, str]:
        return {"AWS_ACCESS_KEY_ID": f"ASIA{environment_id[:16].upper()}", "AWS_SECRET_ACCESS_KEY": "s"}

    def write_logs(self, function: FunctionConfig, stream: str, events: Sequence[tuple[int, str]]) -> None:
        self.logs += [(function.log_group_name, stream, at, text) for at, text in events]

    def record(self, record: InvocationRecord) -> None:
        self.records.append(record)

    def life(self, event: LifeEvent) -> None:
        self.lives.append(event)

    @property
    def messages(self) -> list[str]:
        """The log's messages, in order."""
        return [text for *_, text in self.logs]

    @property
    def phases(self) -> list[str]:
        """The phases that environments entered, in order."""
        return [event.phase for event in self.lives]


class EnteredNamespaces(NamespaceIsolation):
    """Each started program makes the cloud's own namespace for itself, so that pytest stays where it is."""

    def prepare(self) -> None:
        RemapIsolation(self._run_dir, reason="").prepare()

    def command(self, argv: Sequence[str], mounts: Mounts) -> list[str]:
        enter = [sys.executable, str(Path(__file__).with_name("entered.py")), str(self._run_dir)]
        return [*enter, "user" if self._as_user else "root", *super().command(argv, mounts)]


def isolated(run_dir: Path, way: str) -> Isolation:
    """The isolation of this name, safe inside pytest; skips where the host refuses it."""
    try:
        chosen = choose(run_dir, way)
    except ToolMissing as refused:
        pytest.skip(str(refused))
    if isinstance(chosen, NamespaceIsolation):
        return EnteredNamespaces(run_dir, as_user=chosen._as_user)
    return chosen


class Room:
    """An engine, its ports, and short ways to make and call functions."""

    def __init__(
        self,
        folder: Path,
        *,
        way: str = "remap",
        clock: Clock | None = None,
        events: EventPorts | None = None,
        **settings: Any,
    ) -> None:
        self.folder = folder
        self.run_dir = folder / "run"
        self.ports = ListPorts()
        self.packages = PackageStore(folder / "packages")
        chosen = isolated(self.run_dir, way)
        chosen.prepare()
        self.engine = Engine(
            packages=self.packages,
            run_dir=self.run_dir,
            ports=self.ports,
            settings=EngineSettings(**{"freeze_after_s": 0, **settings}),
            isolation=chosen,
            events=events,
            clock=clock,
        )

    def function(self, source: str | Mapping[str, str], **configuration: Any) -> FunctionConfig:
        """A function of this source: text is handler.py, a mapping is files by name."""
        files = {"handler.py": source} if isinstance(source, str) else source
        package = self.packages.put(zipped(files))
        defaults: dict[str, Any] = {
            "account_id": "123456789012",
            "region": "us-east-1",
            "name": "hello",
            "handler": "handler.handler",
            "runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
            "role_arn": "arn:aws:iam::123456789012:role/hello",
            "timeout_s": 10,
        }
        return FunctionConfig(code_sha256=package.sha256, **{**defaults, **configuration})

    async def invoke(self, function: FunctionConfig, event: bytes = b"{}", **more: Any) -> Reply:
        """Invoke once."""
        on_chunk = more.pop("on_chunk", None)
        return await self.engine.invoke(invocation(function, event, **more), on_chunk=on_chunk)


def invocation(function: FunctionConfig, event: bytes = b"{}", **more: Any) -> Invocation:
    """A call of this function, now."""
    facts = {"request_id": str(uuid.uuid4()), "invoked_arn": function.arn, "accepted_at": time.time()}
    return Invocation(function=function, event=event, **{**facts, **more})


def zipped(files: Mapping[str, str]) -> bytes:
    """A deployment package of these files, all of them executable."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o755 << 16
            package.writestr(entry, textwrap.dedent(text))
    return buffer.getvalue()


@contextlib.asynccontextmanager
async def running(folder: Path, **settings: Any) -> AsyncIterator[Room]:
    """A started engine, surely stopped."""
    room = Room(folder, **settings)
    await room.engine.start()
    try:
        yield room
    finally:
        await room.engine.stop()


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition with a generous deadline."""
    deadline = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        await asyncio.sleep(0.01)


def descriptors() -> int:
    """How many this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))
