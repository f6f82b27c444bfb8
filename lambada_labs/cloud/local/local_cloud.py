"""A running local cloud as labs and commands see it: variables, clients, records, status."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local import export, private_client, process
from lambada_labs.cloud.local.clock_door import ClockFace
from lambada_labs.cloud.local.journal import life_from_json, record_from_json
from lambada_labs.cloud.local.state import FOLDER_VARIABLE, CloudState, StateFolder
from lambada_labs.cloud.port import CloudStatus, DoorShown, IntegrationRun, IntegrationShown
from lambada_labs.model import EventHistory, InvocationRecord, LifeEvent
from lambada_labs.model.event_history import history_from_json
from lambada_labs.runtime.clock import checked_speed

_LONGEST_S = 60.0 + float(facts.number("limit.timeout.max"))  # a function may take its time
_STATUS_FIELDS = frozenset(field.name for field in fields(CloudStatus))


class LocalCloud:
    """The cloud of one state folder; implements `cloud.port.Cloud`."""

    name = "local"

    def __init__(self, folder: StateFolder, state: CloudState) -> None:
        self._folder, self._state = folder, state
        self.endpoint_url = state.endpoint_url
        self.region = state.region
        self.account_id = state.account_id
        self.pid = state.pid
        self.note = folder.note

    def __repr__(self) -> str:
        return f"LocalCloud({self.endpoint_url}, {self.region}, account {self.account_id}, pid {self.pid})"

    def connection(self) -> dict[str, Any]:
        """Address and keys, as `lambada up --json` prints them."""
        state = self._state
        return {
            "endpoint_url": state.endpoint_url,
            "access_key_id": state.access_key_id,
            "secret_access_key": state.secret_access_key,
            "region": state.region,
            "account_id": state.account_id,
            "pid": state.pid,
        }

    def environment(self) -> dict[str, str]:
        """The variables with which boto3, the AWS CLI and other SDKs reach this cloud and nothing else."""
        return export.variables(self._folder, self._state, os.environ)

    def apply_to_environ(self) -> None:
        """Make plain `boto3.client("lambda")` and `!aws` of this process reach this cloud only."""
        for name in export.foreign(os.environ):
            del os.environ[name]
        os.environ.update(self.environment())
        export.forget_default_session()

    def subprocess_environ(self) -> dict[str, str]:
        """A whole environment for a child process: this one's, turned to this cloud and its state folder."""
        foreign = export.foreign(os.environ)
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        return {**kept, **self.environment(), FOLDER_VARIABLE: str(self._folder.path)}

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client for it, whatever the process's own variables say; `options` as boto3 takes them."""
        from lambada_labs.cloud.local.clients import client

        return client(self._state, self.environment(), service, **options)

    def records(self, function: str | None = None, since: float | None = None) -> list[InvocationRecord]:
        """The invocations it still knows, oldest first."""
        answer = private_client.call(self._state, "records", _filter(function, since))
        return [record_from_json(values) for values in answer]

    def life(self, function: str | None = None, since: float | None = None) -> list[LifeEvent]:
        """What its execution environments went through, oldest first."""
        answer = private_client.call(self._state, "life", _filter(function, since))
        return [life_from_json(values) for values in answer]

    def events(self, function: str | None = None, since: float | None = None) -> list[EventHistory]:
        """Its asynchronous events: those that ended (at or after `since`), oldest first, then those that wait."""
        answer = private_client.call(self._state, "events", _filter(function, since))
        return [history_from_json(values) for values in answer]

    def clock(
        self,
        *,
        speed: float | None = None,
        turn: float | None = None,
        duplicates: float | None = None,
        late: float | None = None,
    ) -> ClockFace:
        """The platform's clock, after it was set to a `speed` or turned forward by seconds.

        `duplicates` (0 to 1): deliver this share of the events twice from now on; `late`: deliver this share of
        S3's events a minute or more late. BadInput: no such speed.
        """
        if speed is not None:
            checked_speed(speed)
        given = {"speed": speed, "turn": turn, "duplicates": duplicates, "late": late}
        wanted = {name: repr(float(value)) for name, value in given.items() if value is not None}
        return ClockFace(**private_client.call(self._state, "clock", wanted))

    def log_lines(
        self, function: str, since: float | None = None, *, after: int = -1
    ) -> list[tuple[int, int, str, str]]:
        """Lines of a function's log group: (number, milliseconds since the epoch, stream, text), by time.

        `after`: only lines with a higher number than this one, for reading on. BadInput: no such function.
        """
        wanted = {**_filter(function, since), "after": str(after)}
        return [tuple(line) for line in private_client.call(self._state, "logs", wanted)]

    def doors(self) -> list[DoorShown]:
        """Where its APIs and load balancers answer over HTTP."""
        answer = private_client.call(self._state, "doors")
        return [DoorShown(**{name: _tuples(value) for name, value in one.items()}) for one in answer]

    def integrations(self) -> list[IntegrationShown]:
        """The services that call Lambda and can be shown by one call, in the deck's order."""
        answer = private_client.call(self._state, "integrations")
        return [
            IntegrationShown(
                **{
                    **one,
                    "api": tuple(one["api"]),
                    "choices": {name: tuple(values) for name, values in one["choices"].items()},
                }
            )
            for one in answer
        ]

    def run_integration(
        self, name: str, function: str, *, wait_s: float = 5.0, **choices: str
    ) -> IntegrationRun:
        """Send one sample event of a service to a function, as that service: with its principal and permission.

        `choices` vary the sample, see `integrations()`; a service that waits to be called back is waited for
        `wait_s` true seconds. BadInput: no such integration, function or choice.
        """
        wanted = {"integration": name, "function": function, "wait": repr(float(wait_s)), **choices}
        answer = private_client.call(self._state, "integrations/run", wanted, timeout_s=_LONGEST_S)
        return IntegrationRun(**answer)

    def status(self) -> CloudStatus:
        """What it is and holds now."""
        answer = private_client.call(self._state, "status")
        found = {name: _tuples(value) for name, value in answer.items() if name in _STATUS_FIELDS}
        return CloudStatus(**found)

    def stop(self) -> bool:
        """Stop it, with everything that runs in it; whether it was still there."""
        return process.stop(self._folder)


def _filter(function: str | None, since: float | None) -> dict[str, str]:
    named = {"function": function, "since": None if since is None else repr(since)}
    return {name: value for name, value in named.items() if value is not None}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
