"""AWS::Lambda resources of a stack, made by Lambda's own API in this cloud.

Source: AWS CloudFormation template reference, AWS::Lambda::Function, Version, Alias, Permission, EventInvokeConfig.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.integrations.desk import Desk
from lambada_labs.cloud.local.integrations.stacks.inline_code import package
from lambada_labs.cloud.local.integrations.stacks.lambda_api import FUNCTIONS, Made, StackLambda, path_name

#: Members whose values are whole numbers, however a template spells them.
NUMBERS = ("MemorySize", "Timeout")


class Function(Made):
    """AWS::Lambda::Function."""

    attributes = frozenset({"Arn"})

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Function:
        """Make it, and wait until it is active."""
        place, given = (account_id, region_name), cloudformation_json["Properties"]
        body = {**_settings(given), "FunctionName": resource_name, "Code": _code(given)}
        if given.get("Tags"):
            body["Tags"] = {one["Key"]: str(one["Value"]) for one in given["Tags"]}
        told = cls.api.ask(place, "POST", FUNCTIONS, body)
        cls.api.settle(place, resource_name)
        cls._beside(place, resource_name, given)
        arn = told["FunctionArn"]
        return cls(resource_name, {"Arn": arn}, f"{FUNCTIONS}/{path_name(resource_name)}")

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Function,
        *,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> Function:
        """Change configuration and code; the name stays."""
        place, given = (account_id, region_name), cloudformation_json["Properties"]
        name = original_resource.physical_resource_id
        cls.api.ask(place, "PUT", f"{FUNCTIONS}/{path_name(name)}/configuration", _settings(given))
        cls.api.settle(place, name)
        cls.api.ask(place, "PUT", f"{FUNCTIONS}/{path_name(name)}/code", _code(given))
        cls.api.settle(place, name)
        cls._beside(place, name, given)
        return original_resource

    @classmethod
    def _beside(cls, place: tuple[str, str], name: str, given: Mapping[str, Any]) -> None:
        if "ReservedConcurrentExecutions" in given:
            body = {"ReservedConcurrentExecutions": int(given["ReservedConcurrentExecutions"])}
            cls.api.ask(place, "PUT", f"/2017-10-31/functions/{path_name(name)}/concurrency", body)


class Version(Made):
    """AWS::Lambda::Version."""

    attributes = frozenset({"Version", "FunctionArn"})

    @classmethod
    def create_from_cloudformation_json(
        cls, _: str, cloudformation_json: Any, account_id: str, region_name: str, **__: Any
    ) -> Version:
        """Publish it."""
        given = cloudformation_json["Properties"]
        body = {name: given[name] for name in ("Description", "CodeSha256") if name in given}
        path = f"{FUNCTIONS}/{path_name(given['FunctionName'])}/versions"
        told = cls.api.ask((account_id, region_name), "POST", path, body)
        return cls(told["FunctionArn"], told, f"{FUNCTIONS}/{path_name(told['FunctionArn'])}")

    update_from_cloudformation_json = classmethod(lambda _, original_resource, **__: original_resource)


class Alias(Made):
    """AWS::Lambda::Alias."""

    attributes = frozenset({"AliasArn"})

    @classmethod
    def create_from_cloudformation_json(
        cls, _: str, cloudformation_json: Any, account_id: str, region_name: str, **__: Any
    ) -> Alias:
        """Make it."""
        given = cloudformation_json["Properties"]
        base = f"{FUNCTIONS}/{path_name(given['FunctionName'])}/aliases"
        told = cls.api.ask((account_id, region_name), "POST", base, _alias(given))
        arn = told["AliasArn"]
        return cls(arn, {"AliasArn": arn}, f"{base}/{given['Name']}")

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Alias,
        *,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> Alias:
        """Point it elsewhere."""
        body = _alias(cloudformation_json["Properties"])
        cls.api.ask((account_id, region_name), "PUT", original_resource.path, body)
        return original_resource


class Permission(Made):
    """AWS::Lambda::Permission."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Permission:
        """Add it to the policy."""
        given = cloudformation_json["Properties"]
        path = f"{FUNCTIONS}/{path_name(given['FunctionName'])}/policy"
        body = {name: value for name, value in given.items() if name != "FunctionName"}
        cls.api.ask((account_id, region_name), "POST", path, {**body, "StatementId": resource_name})
        return cls(resource_name, {}, f"{path}/{resource_name}")

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Permission,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Permission:
        """A permission is replaced, never changed."""
        made = cls.create_from_cloudformation_json(
            new_resource_name, cloudformation_json, account_id, region_name
        )
        original_resource.delete(account_id, region_name)
        return made


class EventInvokeConfig(Made):
    """AWS::Lambda::EventInvokeConfig."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> EventInvokeConfig:
        """Put it."""
        given = cloudformation_json["Properties"]
        path = f"/2019-09-25/functions/{path_name(given['FunctionName'])}/event-invoke-config"
        body = {name: value for name, value in given.items() if name not in {"FunctionName", "Qualifier"}}
        for name in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds"):
            if name in body:
                body[name] = int(body[name])
        cls.api.ask((account_id, region_name), "PUT", path, body, {"Qualifier": given["Qualifier"]})
        return cls(resource_name, {}, path)

    def delete(self, account_id: str, region_name: str) -> None:
        """It goes with its function."""
        with contextlib.suppress(AwsError):
            super().delete(account_id, region_name)


KINDS: Mapping[str, type[Made]] = {
    "AWS::Lambda::Function": Function,
    "AWS::Lambda::Version": Version,
    "AWS::Lambda::Alias": Alias,
    "AWS::Lambda::Permission": Permission,
    "AWS::Lambda::EventInvokeConfig": EventInvokeConfig,
}


def kinds(desk: Desk, failed: Callable[[str, str], BaseException]) -> dict[str, type[Any]]:
    """The classes by type, for one cloud; a refusal of Lambda's becomes `failed` (logical id, reason)."""
    api = StackLambda(desk)

    def made(kind: type[Made]) -> type[Any]:
        class Ours(kind):  # type: ignore[misc, valid-type]
            @classmethod
            def create_from_cloudformation_json(cls, *given: Any, **named: Any) -> Any:
                with _telling(failed, named.get("LogicalId", "")):
                    return super().create_from_cloudformation_json(*given, **named)

            @classmethod
            def update_from_cloudformation_json(cls, original_resource: Any, **named: Any) -> Any:
                with _telling(failed, original_resource.logical_resource_id):
                    return super().update_from_cloudformation_json(original_resource, **named)

        Ours.api, Ours.__name__ = api, kind.__name__
        return Ours

    return {name: made(kind) for name, kind in KINDS.items()}


@contextlib.contextmanager
def _telling(failed: Callable[[str, str], BaseException], logical_id: str) -> Any:
    try:
        yield
    except AwsError as refused:
        whose = f"(Service: Lambda, Status Code: {refused.status})"
        reason = f'Resource handler returned message: "{refused.message} {whose}"'
        raise failed(logical_id, reason) from refused


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    left_out = {"Code", "FunctionName", "Tags", "ReservedConcurrentExecutions", "RuntimeManagementConfig"}
    body = {name: value for name, value in given.items() if name not in left_out}
    return {name: int(value) if name in NUMBERS else value for name, value in body.items()}


def _code(given: Mapping[str, Any]) -> dict[str, Any]:
    code = dict(given["Code"])
    if "ZipFile" in code:
        packed = package(str(code["ZipFile"]), str(given.get("Runtime", "")))
        code["ZipFile"] = base64.b64encode(packed).decode()
    return code


def _alias(given: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "Name": given["Name"],
        "FunctionVersion": str(given["FunctionVersion"]),
        "Description": given.get("Description", ""),
    }
    weights = given.get("RoutingConfig", {}).get("AdditionalVersionWeights", [])
    if weights:
        named = {str(one["FunctionVersion"]): float(one["FunctionWeight"]) for one in weights}
        body["RoutingConfig"] = {"AdditionalVersionWeights": named}
    return body
