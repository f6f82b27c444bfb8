"""Stacks of CloudFormation with functions or custom resources, in the place of what moto does with them.

Such a stack is made, changed and deleted in a thread of its own, as on AWS: the call answers at once, the stack
is `…_IN_PROGRESS` until its last function has answered, and rolls back where one has not. moto's modules come in
from the plug; all other stacks stay as moto makes them.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.integrations.desk import Desk
from lambada_labs.cloud.local.integrations.stacks.custom_resources import CustomResources, Wait
from lambada_labs.cloud.local.integrations.stacks.custom_responses import RequestType, Response
from lambada_labs.cloud.local.integrations.stacks.functions import kinds

log = logging.getLogger(__name__)

MODULES = ("cloudformation.models", "cloudformation.parsing", "cloudformation.custom_model")
CUSTOM, SHORT = "AWS::CloudFormation::CustomResource", "Custom::"
SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})


class NotMade(BaseException):
    """A resource failed. No `Exception`: moto tries those again, up to five times."""

    def __init__(self, logical_id: str, reason: str) -> None:
        self.logical_id, self.reason = logical_id, reason
        super().__init__(f"{logical_id}: {reason}")


class Stacks:
    """Mends moto's stacks. `custom` asks functions; `followed` is told when a stack may have made rules."""

    def __init__(self, desk: Desk, custom: CustomResources, followed: Callable[[], None]) -> None:
        self._desk, self._custom, self._followed = desk, custom, followed
        self._here = threading.local()

    def install(self, moto: Mapping[str, Any]) -> None:
        """Put our parts in the place of moto's: modules by their last name."""
        self._models = moto["models"]
        self._custom_model = moto["custom_model"].CustomModel
        self._mend_kinds(moto["parsing"])
        self._mend_custom(self._custom_model)
        self._mend_stack(self._models.Stack)
        self._mend_store(self._models.CloudFormationBackend)
        self._mend_change_set(self._models.ChangeSet)

    # Which class makes a resource.

    def _mend_kinds(self, parsing: Any) -> None:
        original, ours = _original(parsing.resource_class_from_type), kinds(self._desk, NotMade)
        custom = self._custom_model

        def resource_class_from_type(resource_type: str) -> Any:
            return custom if resource_type == CUSTOM else ours.get(resource_type) or original(resource_type)

        parsing.resource_class_from_type = _keeping(resource_class_from_type, original)

    def _mend_custom(self, model: Any) -> None:
        stacks = self

        def create(
            cls: Any, name: str, declared: Any, account_id: str, region_name: str, /, **named: Any
        ) -> Any:
            one = cls(region_name, "", named["LogicalId"], name)
            one.stack = stacks._stack(account_id, region_name, named["StackId"])
            one.kind, one.given = named["ResourceType"], declared["Properties"]
            stacks._made(one)
            return one

        def update(_: Any, /, *, original_resource: Any, cloudformation_json: Any, **__: Any) -> Any:
            stacks._changed(original_resource, cloudformation_json["Properties"])
            return original_resource

        model.create_from_cloudformation_json = classmethod(create)
        model.update_from_cloudformation_json = classmethod(update)
        model.delete = lambda one, *_: stacks._removed(one)

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

    def _removed(self, one: Any) -> None:
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

    # What becomes of a stack.

    def _mend_stack(self, stack: Any) -> None:
        create, update = _original(stack.create_resources), _original(stack.update)

        def create_resources(one: Any) -> None:
            if not _needs_time(one.template_dict):
                create(one)
                return
            one.slow, one.status = True, "CREATE_IN_PROGRESS"
            self._do(lambda: self._creating(one, create))

        def changed(one: Any, template: Any, *given: Any, **named: Any) -> None:
            if not getattr(one, "slow", False) and not _needs_time(one.parse_template(template)):
                update(one, template, *given, **named)
                return
            one.slow, one.status = True, "UPDATE_IN_PROGRESS"
            self._do(lambda: self._updating(one, lambda: update(one, template, *given, **named)))

        stack.create_resources = _keeping(create_resources, create)
        stack.update = _keeping(changed, update)
        stack.outputs = _while_settled(stack.outputs, lambda _: None)
        stack.exports = _while_settled(stack.exports, lambda _: [])
        stack.stack_resources = _while_settled(stack.stack_resources, _there)

    def _mend_store(self, store: Any) -> None:
        delete, execute = _original(store.delete_stack), _original(store.execute_change_set)

        def delete_stack(one: Any, name_or_stack_id: str) -> None:
            found = next(
                (each for each in one.stacks.values() if name_or_stack_id in (each.stack_id, each.name)), None
            )
            if found is None or not getattr(found, "slow", False):
                delete(one, name_or_stack_id)
                return
            found.status = "DELETE_IN_PROGRESS"
            self._do(lambda: self._deleting(one, found))

        def execute_change_set(one: Any, *given: Any, **named: Any) -> None:
            self._here.done = None
            execute(one, *given, **named)
            stack = self._here.done
            if stack is not None and stack.status != stack.ended:
                stack.events.pop()  # moto says that it is complete, whatever became of it
                stack.status = stack.ended

        store.delete_stack = _keeping(delete_stack, delete)
        store.execute_change_set = _keeping(execute_change_set, execute)

    def _mend_change_set(self, change_set: Any) -> None:
        apply = _original(change_set.apply)

        def applied(one: Any) -> None:
            stack = one.stack
            if not getattr(stack, "slow", False) and not _needs_time(one.template_dict):
                apply(one)
                return
            stack.slow, self._here.done = True, stack
            if one.change_set_type == "CREATE":
                stack.status = "CREATE_IN_PROGRESS"
                self._creating(stack, lambda _: self._first(one, apply))
            else:
                stack.status = "UPDATE_IN_PROGRESS"
                self._updating(stack, lambda: apply(one))
                stack.output_map = stack._create_output_map()  # noqa: SLF001

        change_set.apply = _keeping(applied, apply)

    def _first(self, one: Any, apply: Callable[[Any], None]) -> None:
        """A change set that makes a stack: the template becomes the stack's, which moto forgets."""
        stack = one.stack
        stack.template = one.template
        stack._parse_template()  # noqa: SLF001
        apply(one)
        stack.output_map = stack._create_output_map()  # noqa: SLF001
        stack.status = "CREATE_COMPLETE"

    def _creating(self, stack: Any, create: Callable[[Any], None]) -> None:
        try:
            create(stack)
        except (NotMade, Exception) as problem:  # noqa: BLE001 (whatever it was, the stack says it)
            reason = f"The following resource(s) failed to create: [{_whose(problem)}]. Rollback requested by user."
            self._state(stack, "ROLLBACK_IN_PROGRESS", reason)
            self._undone(stack, "ROLLBACK")
        self._ended(stack)

    def _undone(self, stack: Any, what: str) -> None:
        """Take away what there is of a stack."""
        try:
            for one in getattr(stack, "unmade", ()):
                self._removed(one)
            self._remove_custom(stack)
            stack.resource_map.delete()
        except (NotMade, Exception) as problem:  # noqa: BLE001 (as above)
            reason = f"The following resource(s) failed to delete: [{_whose(problem)}]."
            self._state(stack, f"{what}_FAILED", reason)
        else:
            self._state(stack, f"{what}_COMPLETE")

    def _updating(self, stack: Any, update: Callable[[], None]) -> None:
        template, parameters = stack.template, dict(stack.parameters)
        try:
            update()
        except (NotMade, Exception) as problem:  # noqa: BLE001 (as above)
            reason = f"The following resource(s) failed to update: [{_whose(problem)}]."
            self._state(stack, "UPDATE_ROLLBACK_IN_PROGRESS", reason)
            self._back(stack, template, parameters)
        else:
            self._cleaned(stack)
        self._ended(stack)

    def _back(self, stack: Any, template: Any, parameters: dict[str, Any]) -> None:
        """The stack as it was before an update."""
        try:
            stack.template = template
            stack._parse_template()  # noqa: SLF001
            stack.resource_map.update(stack.template_dict, parameters)
        except (NotMade, Exception) as problem:  # noqa: BLE001 (as above)
            reason = f"The following resource(s) failed to update: [{_whose(problem)}]."
            self._state(stack, "UPDATE_ROLLBACK_FAILED", reason)
        else:
            self._state(stack, "UPDATE_ROLLBACK_COMPLETE")

    def _cleaned(self, stack: Any) -> None:
        """What an update has replaced is deleted afterwards; failing in that does not matter."""
        replaced, stack.replaced = getattr(stack, "replaced", ()), []
        for one, physical_id, given in replaced:
            stack.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            old = self._custom_model(one.region_name, "", one.logical_id, physical_id)
            old.stack, old.kind, old.given = stack, one.kind, given
            with contextlib.suppress(NotMade):
                self._removed(old)
        stack.status = "UPDATE_COMPLETE"

    def _deleting(self, store: Any, stack: Any) -> None:
        try:
            self._state(stack, "DELETE_IN_PROGRESS", "User Initiated")
            self._remove_custom(stack)
            stack.resource_map.delete()
        except (NotMade, Exception) as problem:  # noqa: BLE001 (as above)
            reason = f"The following resource(s) failed to delete: [{_whose(problem)}]. "
            self._state(stack, "DELETE_FAILED", reason)
        else:
            self._state(stack, "DELETE_COMPLETE")
            store.deleted_stacks[stack.stack_id] = store.stacks.pop(stack.stack_id)
            gone = [name for name, one in store.exports.items() if one.exporting_stack_id == stack.stack_id]
            for name in gone:
                del store.exports[name]
        self._ended(stack)

    def _remove_custom(self, stack: Any) -> None:
        """Custom resources go before the functions that look after them."""
        held = stack.resource_map
        for logical_id, one in reversed(list(held._parsed_resources.items())):  # noqa: SLF001
            if isinstance(one, self._custom_model):
                declared = held._resource_json_map.get(logical_id, {})  # noqa: SLF001
                if declared.get("DeletionPolicy") != "Retain":
                    self._removed(one)
                held._parsed_resources.pop(logical_id)  # noqa: SLF001

    # Small things.

    def _do(self, work: Callable[[], None]) -> None:
        """In a thread of its own."""
        threading.Thread(target=work, daemon=True, name="stack").start()

    def _stack(self, account_id: str, region: str, stack_id: str) -> Any:
        return self._models.cloudformation_backends[account_id][region].get_stack(stack_id)

    def _state(self, stack: Any, status: str, reason: str | None = None) -> None:
        stack.status = status
        stack._add_stack_event(status, resource_status_reason=reason)  # noqa: SLF001

    def _ended(self, stack: Any) -> None:
        stack.ended = stack.status
        store = self._models.cloudformation_backends[stack.account_id][stack.region_name]
        store.exports.update({export.name: export for export in stack.exports})
        self._followed()

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


def _needs_time(template: Mapping[str, Any]) -> bool:
    """Whether a stack has functions or custom resources."""
    types = [one.get("Type", "") for one in (template.get("Resources") or {}).values()]
    return any(kind == CUSTOM or kind.startswith((SHORT, "AWS::Lambda::")) for kind in types)


def _whose(problem: BaseException) -> str:
    if isinstance(problem, NotMade):
        return problem.logical_id
    if not isinstance(problem, AwsError):
        log.warning("a stack's resource failed", exc_info=problem)
    return str(problem)


def _there(stack: Any) -> list[Any]:
    """The resources that are made so far; to ask moto for the others would make them."""
    return [
        one
        for one in list(stack.resource_map._parsed_resources.values())  # noqa: SLF001
        if getattr(one, "logical_resource_id", None)
    ]


def _while_settled(shown: Any, otherwise: Callable[[Any], Any]) -> property:
    """A property of a stack that would make resources, were it asked while the stack is not settled."""
    original = getattr(shown.fget, "original", shown.fget)

    def ours(stack: Any) -> Any:
        slow = getattr(stack, "slow", False) or _needs_time(stack.template_dict)
        return otherwise(stack) if slow and stack.status not in SETTLED else original(stack)

    return property(_keeping(ours, original))


def _original(function: Any) -> Any:
    return getattr(function, "original", function)


def _keeping(ours: Callable[..., Any], original: Any) -> Callable[..., Any]:
    ours.original = original  # type: ignore[attr-defined]
    return ours
