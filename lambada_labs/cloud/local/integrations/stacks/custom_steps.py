"""What becomes of custom resources while a stack is made, changed or deleted: each step asks a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local.integrations.desk import Desk
from lambada_labs.cloud.local.integrations.stacks.custom_resources import CustomResources, Wait
from lambada_labs.cloud.local.integrations.stacks.custom_responses import RequestType, Response


class NotMade(BaseException):
    """A resource failed. No `Exception`: moto tries those again, up to five times."""

    def __init__(self, logical_id: str, reason: str) -> None:
        self.logical_id, self.reason = logical_id, reason
        super().__init__(f"{logical_id}: {reason}")


class CustomSteps:
    """Makes, changes and deletes custom resources in a stack's thread. `custom` asks functions."""

    def __init__(self, desk: Desk, custom: CustomResources) -> None:
        self._desk, self._custom = desk, custom

    def install(self, model: Any, models: Any) -> None:
        """Put our steps in the place of those of moto's `CustomModel`; `models` are its stacks."""
        self._models, steps = models, self

        def create(
            cls: Any, name: str, declared: Any, account_id: str, region_name: str, /, **named: Any
        ) -> Any:
            one = cls(region_name, "", named["LogicalId"], name)
            one.stack = steps._stack(account_id, region_name, named["StackId"])
            one.kind, one.given = named["ResourceType"], declared["Properties"]
            steps._made(one)
            return one

        def update(_: Any, /, *, original_resource: Any, cloudformation_json: Any, **__: Any) -> Any:
            steps._changed(original_resource, cloudformation_json["Properties"])
            return original_resource

        model.create_from_cloudformation_json = classmethod(create)
        model.update_from_cloudformation_json = classmethod(update)
        model.delete = lambda one, *_: steps.removed(one)

    def _made(self, one: Any) -> None:
        self._tell(one, "CREATE_IN_PROGRESS")
        response = self._asked("Create", one, one.given)
        if response.physical_id:
            one.resource_name = response.physical_id
        if not response.succeeded:
            if response.physical_id:
                one.stack.unmade = [*getattr(one.stack, "unmade", ()), one]
            self._failed(one, "CREATE_FAILED", response.reason)
        one.set_data(dict(response.data))
        self._tell(one, "CREATE_COMPLETE")

    def _changed(self, one: Any, given: Mapping[str, Any]) -> None:
        self._tell(one, "UPDATE_IN_PROGRESS")
        before, one.given = one.given, given
        response = self._asked("Update", one, given, old_properties=before)
        if not response.succeeded:
            self._failed(one, "UPDATE_FAILED", response.reason)
        if response.physical_id != one.resource_name:
            one.stack.replaced = [*getattr(one.stack, "replaced", ()), (one, one.resource_name, before)]
        one.resource_name = response.physical_id
        one.set_data(dict(response.data))
        self._tell(one, "UPDATE_COMPLETE")

    def removed(self, one: Any) -> None:
        """Have it deleted; raises `NotMade` where its function does not."""
        self._tell(one, "DELETE_IN_PROGRESS")
        response = self._asked("Delete", one, one.given)
        if not response.succeeded:
            self._failed(one, "DELETE_FAILED", response.reason)
        self._tell(one, "DELETE_COMPLETE")

    def _asked(self, kind: RequestType, one: Any, properties: Mapping[str, Any], **more: Any) -> Response:
        """Ask the function of a custom resource, and wait for its response."""
        given = {
            "token": str(properties.get("ServiceToken", "")),
            "stack_id": one.stack.stack_id,
            "logical_id": one.logical_id,
            "resource_type": one.kind,
            "properties": properties,
            "physical_id": "" if kind == "Create" else one.resource_name,
            **more,
        }

        async def ask() -> Wait:
            return self._custom.ask(kind, given, role_arn=one.stack.role_arn or "")

        wait = self._desk.wait_for(ask())
        wait.over.wait()
        assert wait.response is not None  # noqa: S101 (that is what was waited for)
        return wait.response

    def _stack(self, account_id: str, region: str, stack_id: str) -> Any:
        return self._models.cloudformation_backends[account_id][region].get_stack(stack_id)

    def _failed(self, one: Any, status: str, reason: str) -> None:
        self._tell(one, status, reason)
        raise NotMade(one.logical_id, reason)

    def _tell(self, one: Any, status: str, reason: str | None = None) -> None:
        """An event of one resource."""
        one.stack.events.append(
            self._models.Event(
                stack_id=one.stack.stack_id,
                stack_name=one.stack.name,
                logical_resource_id=one.logical_id,
                physical_resource_id="" if status == "CREATE_IN_PROGRESS" else one.resource_name,
                resource_type=one.kind,
                resource_status=status,
                resource_status_reason=reason,
                resource_properties=None,
            )
        )
