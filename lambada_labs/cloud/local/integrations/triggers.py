"""The services whose own API triggers functions, in front of moto: put together here, a line or two a service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.integrations.calling import Calls
from lambada_labs.cloud.local.integrations.codecommit.repositories import Repositories
from lambada_labs.cloud.local.integrations.cognito.pools import UserPools
from lambada_labs.cloud.local.integrations.config.custom import know_our_functions
from lambada_labs.cloud.local.integrations.config.resources import Resources, functions_of
from lambada_labs.cloud.local.integrations.config.rules import ConfigRules
from lambada_labs.cloud.local.integrations.iot.rules import Messages, TopicRules
from lambada_labs.cloud.local.integrations.ses.receiving import Receiving
from lambada_labs.cloud.local.integrations.workings import Workings
from lambada_labs.cloud.local.message import Service
from lambada_labs.runtime.clock import Clock


class Plug(Service, Protocol):
    """What is asked of moto: answers, what it keeps, and to be mended."""

    def store(self, service: str, region: str) -> Any:
        """Its store of a service in a Region; None where nothing was ever made in it."""
        ...

    def mend(self, service: str, paths: Sequence[str], install: Callable[[Any], None]) -> None:
        """Hand these modules of it (by last name) to `install` before the first request to a service."""
        ...


class Triggers:
    """The services, by the cloud's clock."""

    def __init__(self, *, moto: Plug, plane: ControlPlane, calls: Calls, clock: Clock) -> None:
        now = clock.now
        self._moto = moto
        self._pools = UserPools(store=moto, stores=moto.store, calls=calls)
        self._repositories = Repositories(store=moto, calls=calls, now=now)
        self._messages = Messages(store=moto, stores=moto.store, calls=calls, now=now)
        self._mail = Receiving(store=moto, stores=moto.store, calls=calls, now=now)
        self._rules = ConfigRules(
            store=moto,
            stores=moto.store,
            calls=calls,
            resources=Resources(moto, functions_of(plane)),
            clock=clock,
        )
        moto.mend("config", ("config.models",), know_our_functions)
        moto.mend("ses", ("ses.models",), _ask_ses_nothing)

    def services(self) -> dict[str, Service]:
        """Who answers the requests for these services, by signing name."""
        return {
            "cognito-idp": self._pools,
            "codecommit": self._repositories,
            "config": self._rules,
            "iot": TopicRules(self._moto),
            "iotdata": self._messages,
            "ses": self._mail,
        }

    def workings(self) -> dict[str, Workings]:
        """The samples that need the services themselves, by name in the register."""
        return {"config": self._rules.workings()}


def _ask_ses_nothing(modules: Any) -> None:
    """Moto looks for a rule's function among its own; `Receiving` has looked among ours."""
    modules["models"].SESBackend._validate_lambda_action = lambda *_: None  # noqa: SLF001
