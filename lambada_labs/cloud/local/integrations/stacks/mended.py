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
from lambada_labs.cloud.local.integrations.stacks.custom_resources import CustomResources
from lambada_labs.cloud.local.integrations.stacks.custom_steps import CustomSteps, NotMade
from lambada_labs.cloud.local.integrations.stacks.functions import kinds
from lambada_labs.cloud.local.integrations.stacks.settling import (
    CUSTOM,
    keeping,
    needs_time,
    original,
    there,
    while_settled,
)

log = logging.getLogger(__name__)

MODULES = ("cloudformation.models", "cloudformation.parsing", "cloudformation.custom_model")


class Stacks:
    """Mends moto's stacks. `custom` asks functions; `followed` is told when a stack may have made rules."""

    def __init__(self, desk: Desk, custom: CustomResources, followed: Callable[[], None]) -> None:
        self._desk, self._followed = desk, followed
        self._steps = CustomSteps(desk, custom)
        self._here = threading.local()

    def install(self, moto: Mapping[str, Any]) -> None:
        """Put our parts in the place of moto's: modules by their last name."""
        self._models = moto["models"]
        self._custom_model = moto["custom_model"].CustomModel
        self._mend_kinds(moto["parsing"])
        self._steps.install(self._custom_model, self._models)
        self._mend_stack(self._models.Stack)
        self._mend_store(self._models.CloudFormationBackend)
        self._mend_change_set(self._models.ChangeSet)

    # Which class makes a resource.

    def _mend_kinds(self, parsing: Any) -> None:
        theirs, ours = original(parsing.resource_class_from_type), kinds(self._desk, NotMade)
        custom = self._custom_model

        def resource_class_from_type(resource_type: str) -> Any:
            return custom if resource_type == CUSTOM else ours.get(resource_type) or theirs(resource_type)

        parsing.resource_class_from_type = keeping(resource_class_from_type, theirs)

    # What becomes of a stack.

    def _mend_stack(self, stack: Any) -> None:
        create, update = original(stack.create_resources), original(stack.update)

        def create_resources(one: Any) -> None:
            if not needs_time(one.template_dict):
                create(one)
                return
            one.slow, one.status = True, "CREATE_IN_PROGRESS"
            self._do(lambda: self._creating(one, create))

        def changed(one: Any, template: Any, *given: Any, **named: Any) -> None:
            if not getattr(one, "slow", False) and not needs_time(one.parse_template(template)):
                update(one, template, *given, **named)
                return
            one.slow, one.status = True, "UPDATE_IN_PROGRESS"
            self._do(lambda: self._updating(one, lambda: update(one, template, *given, **named)))

        stack.create_resources = keeping(create_resources, create)
        stack.update = keeping(changed, update)
        stack.outputs = while_settled(stack.outputs, lambda _: None)
        stack.exports = while_settled(stack.exports, lambda _: [])
        stack.stack_resources = while_settled(stack.stack_resources, there)

    def _mend_store(self, store: Any) -> None:
        delete, execute = original(store.delete_stack), original(store.execute_change_set)

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

        store.delete_stack = keeping(delete_stack, delete)
        store.execute_change_set = keeping(execute_change_set, execute)

    def _mend_change_set(self, change_set: Any) -> None:
        apply = original(change_set.apply)

        def applied(one: Any) -> None:
            stack = one.stack
            if not getattr(stack, "slow", False) and not needs_time(one.template_dict):
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

        change_set.apply = keeping(applied, apply)

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
                self._steps.removed(one)
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
                self._steps.removed(old)
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
                    self._steps.removed(one)
                held._parsed_resources.pop(logical_id)  # noqa: SLF001

    # Small things.

    def _do(self, work: Callable[[], None]) -> None:
        """In a thread of its own."""
        threading.Thread(target=work, daemon=True, name="stack").start()

    def _state(self, stack: Any, status: str, reason: str | None = None) -> None:
        stack.status = status
        stack._add_stack_event(status, resource_status_reason=reason)  # noqa: SLF001

    def _ended(self, stack: Any) -> None:
        stack.ended = stack.status
        store = self._models.cloudformation_backends[stack.account_id][stack.region_name]
        store.exports.update({export.name: export for export in stack.exports})
        self._followed()


def _whose(problem: BaseException) -> str:
    if isinstance(problem, NotMade):
        return problem.logical_id
    if not isinstance(problem, AwsError):
        log.warning("a stack's resource failed", exc_info=problem)
    return str(problem)
