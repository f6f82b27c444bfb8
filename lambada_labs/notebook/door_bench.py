"""What a learner watches where callers wait: requests and answers at a load balancer."""

from __future__ import annotations

from typing import Any

from lambada_labs import ui
from lambada_labs.cloud.local.local_cloud import LocalCloud
from lambada_labs.cloud.port import IntegrationRun
from lambada_labs.errors import BadInput
from lambada_labs.notebook.calm import calm
from lambada_labs.notebook.workbench import Workbench

#: How long a sample waits for a service that has to be called back.
SERVICE_WAITS_S = 5.0


class DoorBench(Workbench):
    """One lab's doors."""

    def door(self, name: str, stage: str = "") -> str:
        """The address of an API or a load balancer, ending in a slash; raises `BadInput` where there is none.

        On this machine a plain URL of the local cloud; on an account the name that AWS gave it.
        """
        doors = self._cloud.doors()
        found = next((each for each in reversed(doors) if each.name == name), None)
        if found is None:
            known = ", ".join(each.name for each in doors) or "no door at all yet"
            raise BadInput(f"No door is called {name!r}", expected=known, todo="Run the cell that creates it")
        return found.plain_url + (f"{stage}/" if stage else "")

    def as_service(self, service: str, function: str, **choices: str) -> IntegrationRun:
        """Send a service's sample event to a function, as that service would; local cloud only.

        An account has the services themselves. Raises `BadInput`: no such service, function or choice, no local cloud.
        """
        if not isinstance(self._cloud, LocalCloud):
            raise BadInput(
                "This is a real account", expected="the local cloud", todo="Use the service itself"
            )
        return self._cloud.run_integration(service, function, wait_s=SERVICE_WAITS_S, **choices)

    @calm
    def http_exchange(self, balancer: str, request: str = "") -> Any:
        """Type a request and an answer: both go through this balancer, and you see what they are at each station.

        The answer is written into the code of the function behind the balancer and deployed.
        """
        from lambada_labs.notebook import exchange

        talk = exchange.BalancerTalk(self._cloud, self._evidence, balancer)
        return ui.http_exchange(
            talk,
            request=request or exchange.ASK,
            answer=exchange.written(exchange.GOOD),
            multi_value=talk.multi_value,
            samples=exchange.samples(),
        )
