"""The rooms of the local cloud put together: who gets what handed in, in which order they start and stop."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from lambada_labs.cloud.local import export
from lambada_labs.cloud.local.activity import Activity, Watched
from lambada_labs.cloud.local.authenticate import Authenticator
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.clock_door import ClockDoor
from lambada_labs.cloud.local.console import Console
from lambada_labs.cloud.local.delivery import Courier, RoleKeys
from lambada_labs.cloud.local.engine_ports import EnginePorts
from lambada_labs.cloud.local.event_ports import CloudEvents
from lambada_labs.cloud.local.front_doors.calling import Caller
from lambada_labs.cloud.local.front_doors.house import FrontDoors
from lambada_labs.cloud.local.functions import CodeLinks, ControlPlane, LambdaService
from lambada_labs.cloud.local.functions.intake import event_target
from lambada_labs.cloud.local.gateway import Gateway
from lambada_labs.cloud.local.identity import Identity, new_id, new_secret
from lambada_labs.cloud.local.integrations.calling import Calls
from lambada_labs.cloud.local.integrations.catalogue import WORKINGS
from lambada_labs.cloud.local.integrations.desk import Desk
from lambada_labs.cloud.local.integrations.house import Integrations
from lambada_labs.cloud.local.integrations.services import OwnServices
from lambada_labs.cloud.local.integrations.stacks.custom_resources import Links
from lambada_labs.cloud.local.integrations.state_machines.interpreter import MODULES as INTERPRETED
from lambada_labs.cloud.local.integrations.state_machines.interpreter import Interpreter
from lambada_labs.cloud.local.integrations.state_machines.role_clients import RoleClients
from lambada_labs.cloud.local.integrations.triggers import Triggers
from lambada_labs.cloud.local.journal import Journal
from lambada_labs.cloud.local.log_store import LogStore
from lambada_labs.cloud.local.message import Service
from lambada_labs.cloud.local.metric_store import MetricStore
from lambada_labs.cloud.local.moto_plug import MotoPlug
from lambada_labs.cloud.local.producers.house import Producers
from lambada_labs.cloud.local.queues import Queues, QueueService
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import StateFolder
from lambada_labs.cloud.local.sts import SecurityTokens
from lambada_labs.cloud.local.telemetry import Caps, StoredLine
from lambada_labs.cloud.port import CloudStatus
from lambada_labs.runtime import process_tree
from lambada_labs.runtime.clock import Clock
from lambada_labs.runtime.engine import Engine, EngineSettings
from lambada_labs.runtime.isolation import choose
from lambada_labs.runtime.package import PackageStore

ACCOUNT_ID = "123456789012"  # the account of AWS's own examples
_MB = 1 << 20
_BUSY = frozenset({"init", "invoke"})
_CONFIG = "aws_config"


class Assembly:
    """One local cloud. `over` is set when somebody wants it to end.

    Made while the process has one thread and no loop: isolation moves the process into namespaces.
    """

    def __init__(self, folder: StateFolder, run_dir: Path, settings: CloudSettings) -> None:
        self._folder, self._settings = folder, settings
        self.access_key_id, self.secret_access_key = new_id("AKIA", 16), new_secret()
        self.account_id = ACCOUNT_ID
        self.over = asyncio.Event()
        self._started_at = time.time()
        self._activity = Activity()
        self._journal = Journal(settings.records_kept)
        self._isolation = choose(run_dir)
        self._isolation.prepare()
        (self._isolation.shared / _CONFIG).write_text(export.config_text(settings.region), "utf-8")
        self._moto = MotoPlug(account_id=ACCOUNT_ID, region=settings.region, caps=_caps(settings))
        self._logs, self._metrics = LogStore(self._moto), MetricStore(self._moto)
        self._moto.before("logs", self._logs.flush)
        self._moto.before("monitoring", self._metrics.flush)
        self._identity = Identity(
            account_id=ACCOUNT_ID,
            access_key_id=self.access_key_id,
            secret=self.secret_access_key,
            directory=self._moto,
        )
        self._clock = Clock(speed=settings.clock_speed)
        self._queues = Queues(self._clock)
        self._moto.deliver_to(self._queues)
        self._courier = Courier(RoleKeys(self._identity, self._moto.role), endpoint=lambda: self.endpoint_url)
        packages = PackageStore(run_dir / "packages")
        self._engine = self._make_engine(run_dir, packages)
        self._plane = self._make_plane(packages)
        self._producers = Producers(
            plane=self._plane, queues=self._queues, moto=self._moto, clock=self._clock
        )
        self._logs.heard = self._producers.wrote
        self._lambda = LambdaService(self._plane)
        self._desk = Desk(self._lambda, self._clock)
        self._run_state_machines()
        self._gateway = self._make_gateway()

    @property
    def idle_s(self) -> float:
        """Seconds since anybody asked for anything, any handler worked, or any event waited on a clock that runs."""
        busy = any(view.phase in _BUSY for view in self._engine.environments())
        if busy or (self._engine.events_waiting and self._clock.speed):
            self._activity.noticed()
        return self._activity.idle_s

    @property
    def endpoint_url(self) -> str:
        """Where it listens, once it does."""
        return f"http://127.0.0.1:{self._gateway.port}"

    async def start(self, port: int) -> None:
        """Listen on 127.0.0.1. OSError when the wanted port cannot be had."""
        self._producers.start()
        self._desk.open()
        await self._gateway.start(port)
        await self._engine.start()
        self._doors.start()
        self._activity.noticed()  # nobody could ask before: starting is not idling

    async def stop(self) -> None:
        """Answer nobody any more, and leave no process behind."""
        await self._doors.stop()
        await self._gateway.stop()
        await self._engine.stop()
        await self._courier.close()
        for store in (self._logs, self._metrics, self._moto):
            store.close()

    def _make_engine(self, run_dir: Path, packages: PackageStore) -> Engine:
        ports = EnginePorts(
            identity=self._identity,
            logs=self._logs,
            metrics=self._metrics,
            journal=self._journal,
            endpoint=lambda: self.endpoint_url,
            config_file=self._isolation.shared_path(_CONFIG),
        )
        return Engine(
            packages=packages,
            run_dir=run_dir,
            ports=ports,
            settings=self._engine_settings(),
            isolation=self._isolation,
            events=CloudEvents(
                target=lambda invocation: event_target(self._plane, invocation),
                courier=self._courier,
                metrics=self._metrics,
                journal=self._journal,
            ),
            clock=self._clock,
        )

    def _engine_settings(self) -> EngineSettings:
        standard = EngineSettings()
        return replace(
            standard,
            idle_expiry_s=self._settings.idle_expiry_s or standard.idle_expiry_s,
            max_environments=self._settings.max_environments or standard.max_environments,
            event_duplicates=self._settings.event_duplicates,
        )

    def _make_plane(self, packages: PackageStore) -> ControlPlane:
        links = CodeLinks(
            lambda: self.endpoint_url, access_key_id=self.access_key_id, secret=self.secret_access_key
        )
        return ControlPlane(
            engine=self._engine,
            packages=packages,
            roles=self._moto,
            objects=self._moto,
            links=links,
            measure=lambda invocation, metric, value: self._metrics.sample(
                invocation, metric, value, time.time()
            ),
        )

    def _make_gateway(self) -> Gateway:
        authenticator = Authenticator(self._identity, region=self._settings.region)
        self._doors = self._make_doors(authenticator)
        self._calls = Calls(self._plane, Caller(self._plane, ACCOUNT_ID))
        self._triggers = Triggers(moto=self._moto, plane=self._plane, calls=self._calls, clock=self._clock)
        self._integrated = OwnServices(
            moto=self._moto,
            producers=self._producers,
            calls=self._calls,
            clock=self._clock,
            identity=self._identity,
            links=Links(
                lambda: self.endpoint_url, access_key_id=self.access_key_id, secret=self.secret_access_key
            ),
            desk=self._desk,
        )
        self._integrations = self._make_integrations()
        console = Console(
            journal=self._journal,
            status=self._status,
            stop=self.over.set,
            log_lines=self._log_lines,
            waiting=self._engine.events,
            clock=ClockDoor(self._clock, self._engine.duplicate_events, self._producers.deliver_late),
            doors=lambda: self._doors.shown(self.endpoint_url),
            more=self._integrations.operations(),
        )
        services: dict[str, Service] = {
            "lambda": self._lambda,
            "sqs": QueueService(self._queues),
            "sts": SecurityTokens(self._identity, self._moto),
            **self._producers.services(),
            **self._doors.controls(self._moto),
            **self._triggers.services(),
            **self._integrated.services,
            "lambada": console,
        }
        return Gateway(
            authenticator,
            services={name: self._watched(service) for name, service in services.items()},
            fallback=self._watched(self._moto),
            doors=self._doors,
        )

    def _make_doors(self, authenticator: Authenticator) -> FrontDoors:
        return FrontDoors(
            stores=self._moto.store,
            caller=Caller(self._plane, ACCOUNT_ID),
            verify=authenticator.verify,
            account_id=ACCOUNT_ID,
            secret=b"doors" + self.secret_access_key.encode(),
            activity=self._activity,
        )

    def _run_state_machines(self) -> None:
        clients = RoleClients(self._identity, self._moto.role, lambda: self.endpoint_url)
        interpreter = Interpreter(self._desk, self._moto.role, clients.client)
        self._moto.mend("states", INTERPRETED, interpreter.install)

    def _make_integrations(self) -> Integrations:
        return Integrations(
            calls=self._calls,
            workings={**WORKINGS, **self._integrated.workings, **self._triggers.workings()},
            account_id=ACCOUNT_ID,
            region=self._settings.region,
            now=self._clock.now,
        )

    def _watched(self, service: Service) -> Watched:
        return Watched(service, self._activity)

    def _log_lines(self, function: str, since_ms: int) -> list[StoredLine]:
        """The lines of a function's log group; AwsError where there is neither function nor log group."""
        region = self._settings.region
        found = self._plane.store.shelf(ACCOUNT_ID, region).functions.get(function)
        group = found.latest.config.log_group_name if found else f"/aws/lambda/{function}"
        lines = self._logs.read(region, group, since_ms)
        if not lines and found is None:
            arn = f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:{function}"
            raise AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)
        return lines

    def _status(self) -> CloudStatus:
        shelf = self._plane.store.shelf(ACCOUNT_ID, self._settings.region)
        phases = Counter(view.phase for view in self._engine.environments())
        return CloudStatus(
            name="local",
            region=self._settings.region,
            account_id=ACCOUNT_ID,
            endpoint_url=self.endpoint_url,
            pid=os.getpid(),
            started_at=self._started_at,
            memory_mb=round(process_tree.resident_bytes(os.getpid()) / _MB, 1),
            idle_s=round(self._activity.idle_s, 1),
            idle_stop_s=self._settings.idle_stop_s,
            isolation=self._isolation.name,
            isolation_explanation=self._isolation.explanation,
            functions=tuple(sorted(shelf.functions)),
            environments=tuple(sorted(phases.items())),
            invocations=self._journal.invocations,
            events_waiting=self._engine.events_waiting,
            clock_speed=self._clock.speed,
            clock_ahead_s=round(self._clock.now() - time.time(), 1),
            log_file=str(self._folder.log_file),
            state_folder=str(self._folder.path),
        )


def _caps(settings: CloudSettings) -> Caps:
    of_stream = min(Caps().log_events_per_stream, settings.log_events_kept)
    return Caps(
        log_events_per_stream=of_stream,
        log_events_per_group=settings.log_events_kept,
        metric_data=settings.metrics_kept,
    )
