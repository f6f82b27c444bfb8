"""Lambda's API as a stack uses it, and what its resources have in common."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.integrations.desk import Desk
from lambada_labs.cloud.local.internal_requests import json_of
from lambada_labs.cloud.local.message import Principal

FUNCTIONS = "/2015-03-31/functions"
PATIENCE_S, GLANCE_S = 60.0, 0.05
NOT_FOUND = 404


class StackLambda:
    """Lambda's API as a stack uses it, from a worker's thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask(
        self,
        place: tuple[str, str],
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One request in an account and a Region; raises `AwsError`."""
        account_id, region = place
        root = Principal(
            arn=f"arn:aws:iam::{account_id}:root",
            account_id=account_id,
            kind="root",
            access_key_id="",
            user_id=account_id,
        )
        payload = json.dumps(body).encode() if body is not None else b""
        return json_of(self._desk.ask(method, path, root, region, body=payload, query=query))

    def settle(self, place: tuple[str, str], name: str) -> None:
        """Wait until a function is active and its last update through, as CloudFormation does."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            seen = self.ask(place, "GET", f"{FUNCTIONS}/{path_name(name)}/configuration")
            if seen["State"] == "Active" and seen.get("LastUpdateStatus") != "InProgress":
                return
            time.sleep(GLANCE_S)


class Made:
    """Something a stack made: its `Ref` and its attributes, and how it is taken away."""

    api: ClassVar[StackLambda]
    attributes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, physical_id: str, told: Mapping[str, Any], path: str) -> None:
        self.physical_resource_id, self.told, self.path = physical_id, told, path
        self.type = self.logical_resource_id = ""

    def is_created(self) -> bool:
        """It is: whoever made it waited."""
        return True

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether Fn::GetAtt knows it."""
        return attr in cls.attributes

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """What Fn::GetAtt gives."""
        return self.told.get(attribute_name)

    def delete(self, account_id: str, region_name: str) -> None:
        """Take it away; what is gone already is no problem."""
        try:
            self.api.ask((account_id, region_name), "DELETE", self.path)
        except AwsError as refused:
            if refused.status != NOT_FOUND:
                raise


def path_name(function: str) -> str:
    """A function's name or ARN as a part of a path."""
    return quote(str(function), safe=":$")
