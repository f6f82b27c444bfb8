"""The execution environments there are: which one takes the next invocation, and which ones end."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import replace

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.environment import Environment, Kit


class Pool:
    """Idle environments by function version, most recently used last; at most `max_environments` in all."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._all: set[Environment] = set()
        self._idle: dict[str, list[Environment]] = {}
        self._retired: set[Environment] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._ending: set[asyncio.Task[None]] = set()

    def environments(self) -> list[Environment]:
        """All that live, oldest phase first."""
        return sorted(self._all, key=lambda environment: environment.phase_since)

    async def take(self, function: FunctionConfig) -> Environment:
        """The most recently used idle environment of this version, or a new one."""
        while (environment := self._idle_one(function)) is None:
            if len(self._all) < self._kit.settings.max_environments or self._evict():
                environment = Environment(function, self._kit)
                self._all.add(environment)
                break
            await self._room()
        return environment

    def _idle_one(self, function: FunctionConfig) -> Environment | None:
        idle = self._idle.get(function.qualified_arn)
        while idle:
            environment = idle.pop()
            if _same(environment.function, function):
                return environment
            self.end(environment)
        return None

    def give_back(self, environment: Environment) -> None:
        """Its work is over: it waits for the next, or ends when its code is no longer the function's."""
        if environment.settling is not None:
            environment.settling.add_done_callback(lambda _: self.give_back(environment))
        elif environment in self._retired:
            self.end(environment)
        elif environment in self._all:
            self._idle.setdefault(environment.function.qualified_arn, []).append(environment)
            self._wake()

    def end(self, environment: Environment) -> asyncio.Task[None]:
        """End it now, whatever it does."""
        self._forget(environment)
        task = asyncio.create_task(environment.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        self._wake()
        return task

    async def retire(self, function_arn: str, version: str | None) -> None:
        """Idle environments of the function end, busy ones after their work."""
        ended = []
        for environment in list(self._all):
            function = environment.function
            if function.arn != function_arn or version not in (None, function.version):
                continue
            if environment in self._idle.get(function.qualified_arn, ()):
                ended.append(self.end(environment))
            else:
                self._retired.add(environment)
        if ended:
            await asyncio.wait(ended)

    def expire(self) -> None:
        """End what has been idle for too long."""
        oldest = time.monotonic() - self._kit.settings.idle_expiry_s
        for idle in list(self._idle.values()):
            for environment in [one for one in idle if one.last_used < oldest]:
                self.end(environment)

    async def stop(self) -> None:
        """End all of them and wait until they are gone."""
        for environment in list(self._all):
            self.end(environment)
        while self._ending:
            await asyncio.wait(self._ending)

    def _evict(self) -> bool:
        """End the least recently used idle environment; False when all are busy."""
        idle = [environment for some in self._idle.values() for environment in some]
        if not idle:
            return False
        self.end(min(idle, key=lambda environment: environment.last_used))
        return True

    def _forget(self, environment: Environment) -> None:
        self._all.discard(environment)
        self._retired.discard(environment)
        name = environment.function.qualified_arn
        idle = self._idle.get(name)
        if idle is not None and environment in idle:
            idle.remove(environment)
        if not idle:
            self._idle.pop(name, None)

    async def _room(self) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done():  # woken and cancelled at once: the next one may have the place
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return


def _same(mine: FunctionConfig, asked: FunctionConfig) -> bool:
    """Whether an environment of `mine` may run `asked`: reserved concurrency is not a part of it."""
    if mine is asked:
        return True
    return replace(mine, reserved_concurrency=asked.reserved_concurrency) == asked
