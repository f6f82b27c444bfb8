"""What a REST API was when it was deployed: a stage serves that, whatever is changed afterwards.

The database keeps no such copies. One is made when CreateDeployment has been answered; an API that came in another
way (CloudFormation) is served as it is now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_MOST_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A REST API at one moment, in the shapes of GetResources, GetAuthorizers, GetGatewayResponses …."""

    region: str = ""
    resources: Sequence[Mapping[str, Any]] = ()
    authorizers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    gateway_responses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    validators: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    binary_types: Sequence[str] = ()
    key_source: str = "HEADER"


class Deployments:
    """The copies of one cloud, the newest `most` of them."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._kept: dict[tuple[str, str, str], Deployed] = {}

    def made(self, region: str, api: Any, deployment_id: str) -> None:
        """Keep what an API is now as what this deployment serves."""
        self._kept[region, api.id, deployment_id] = taken(region, api)
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    def of(self, region: str, api: Any, stage: Any) -> Deployed:
        """What a stage serves."""
        return self._kept.get((region, api.id, stage.deployment_id)) or taken(region, api)


def taken(region: str, api: Any) -> Deployed:
    """An API as it is now; nothing of it changes with the API."""
    copied = json.loads(
        json.dumps(
            {
                "resources": [one.to_dict() for one in list(api.resources.values())],
                "authorizers": {key: one.to_json() for key, one in list(api.authorizers.items())},
                "responses": {key: one.to_json() for key, one in list(api.gateway_responses.items())},
                "validators": {key: one.to_dict() for key, one in list(api.request_validators.items())},
                "types": list(api.binaryMediaTypes or ()),
            },
            default=str,
        )
    )
    return Deployed(
        region=region,
        resources=copied["resources"],
        authorizers=copied["authorizers"],
        gateway_responses=copied["responses"],
        validators=copied["validators"],
        binary_types=copied["types"],
        key_source=api.api_key_source,
    )
