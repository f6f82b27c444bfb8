"""moto's interpreter of state machines, made to call our Lambda as the machine's role and to wait on our clock.

moto's modules come in from the plug. What is mended: tasks go to this cloud with the role of the state machine
(moto: a fixed address, fixed keys), the whole result of `lambda:invoke` with its metadata, refusals of Lambda
under the names AWS gives them, waits of Retry and Wait and all moments in the history by the cloud's clock.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn, Protocol

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.grants import INVOKE
from lambada_labs.cloud.local.integrations.desk import Desk
from lambada_labs.cloud.local.internal_requests import role_session
from lambada_labs.cloud.local.message import AwsResponse

PRINCIPAL = "states.amazonaws.com"
DENIED = (
    "User: {user} is not authorized to perform: {action} on resource: {resource} "
    "because no identity-based policy allows the {action} action"
)
#: Refusals that Step Functions reports under another name than Lambda's code.
RENAMED = {"AccessDeniedException": "AWSLambdaException"}
CLIENT_MODULES = "moto.stepfunctions.parser."
_PARSER = "stepfunctions.parser"
_TASK = f"{_PARSER}.asl.component.state.exec.state_task"
#: The modules that `install` wants.
MODULES = (
    f"{_PARSER}.asl.utils.boto_client",
    f"{_TASK}.lambda_eval_utils",
    f"{_TASK}.state_task_lambda",
    f"{_TASK}.service.state_task_service_lambda",
    f"{_PARSER}.asl.component.common.retry.retrier_decl",
    f"{_PARSER}.asl.component.state.wait.wait_function.wait_function",
    f"{_PARSER}.asl.eval.event.event_manager",
    f"{_PARSER}.backend.execution",
    f"{_PARSER}.models",
)
_ARN_PARTS = 7


class Role(Protocol):
    """A role of IAM."""

    def allows(self, action: str, resource: str) -> bool:
        """Whether its policies let it do `action` to `resource`."""
        ...


class Interpreter:
    """Stands in for what moto's interpreter cannot do here. `clients` makes a boto3 client in a role's name."""

    def __init__(
        self, desk: Desk, role: Callable[[str], Role | None], clients: Callable[[str, str, str], Any]
    ) -> None:
        self._desk, self._role, self._clients = desk, role, clients

    def install(self, moto: Mapping[str, Any]) -> None:
        """Put our parts in the place of moto's: modules by their last name."""
        tasks, calls = moto["lambda_eval_utils"], moto["boto_client"]
        tasks.execute_lambda_function_integration = self._task(tasks)
        moto["state_task_service_lambda"].StateTaskServiceLambda._error_cause_from_client_error = (  # noqa: SLF001
            staticmethod(_told)
        )
        by_arn = moto["state_task_lambda"].StateTaskLambda
        by_arn._from_error = _named(by_arn._from_error)  # noqa: SLF001
        _everywhere(calls, self._client)
        moto["retrier_decl"].time = SimpleNamespace(sleep=self._desk.sleep)
        moto["wait_function"].WaitFunction._wait_interval = self._wait  # noqa: SLF001
        moto["event_manager"].EventManager._get_current_timestamp = staticmethod(self._now)  # noqa: SLF001
        for name in ("execution", "models"):
            moto[name].datetime = self._datetime()

    def _task(self, tasks: Any) -> Callable[..., None]:
        def execute(env: Any, parameters: dict[str, Any], region: str, state_credentials: Any) -> None:
            given = dict(parameters)
            payload = given.pop("Payload", None) or b"{}"
            answer = self._invoked(given, region, state_credentials.role_arn, payload)
            result = _result(answer)
            if result.get("FunctionError"):
                text = json.dumps(result["Payload"], separators=(",", ":"))
                raise tasks.LambdaFunctionErrorException(result["FunctionError"], text)
            env.stack.append(result)

        return execute

    def _invoked(self, given: Mapping[str, Any], region: str, role_arn: str, payload: bytes) -> AwsResponse:
        caller = replace(role_session(role_arn), invoked_by=PRINCIPAL)
        function = str(given["FunctionName"])
        resource = _resource(function, given.get("Qualifier"), region, caller.account_id)
        role = self._role(role_arn)
        if role is None or not role.allows(INVOKE, resource):
            text = DENIED.format(user=caller.arn, action=INVOKE, resource=resource)
            _raise_as_client(AwsError("AccessDeniedException", text, 403))
        try:
            return self._desk.invoke(function, caller, region, payload, given)
        except AwsError as refusal:
            _raise_as_client(refusal)

    def _client(self, region: str, service: str, state_credentials: Any = None) -> Any:
        role_arn = state_credentials.role_arn if state_credentials is not None else ""
        return self._clients(service, region, role_arn)

    def _wait(self, env: Any, wait_seconds: float) -> None:
        if wait_seconds > 0:
            self._desk.sleep(wait_seconds, env.is_running)

    def _now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._desk.now, dt.UTC)

    def _datetime(self) -> ModuleType:
        """The module `datetime` with our clock in it."""
        ours = ModuleType("datetime")
        ours.__dict__.update(vars(dt))
        now = self._now

        class Moment(dt.datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return now().astimezone(tz) if tz is not None else now().replace(tzinfo=None)

        ours.datetime = Moment  # type: ignore[attr-defined]
        return ours


def _result(answer: AwsResponse) -> dict[str, Any]:
    """The answer of Invoke as Step Functions shows it, metadata included."""
    headers = {name.lower(): value for name, value in answer.headers}
    body = answer.body if isinstance(answer.body, bytes) else b""
    try:
        payload: Any = json.loads(body) if body else None
    except ValueError:
        payload = body.decode("utf-8", "replace")
    named = {
        "ExecutedVersion": headers.get("x-amz-executed-version"),
        "FunctionError": headers.get("x-amz-function-error"),
        "LogResult": headers.get("x-amz-log-result"),
    }
    told = {
        "Content-Length": str(len(body)),
        "Content-Type": headers.get("content-type", "application/json"),
        "X-Amz-Executed-Version": named["ExecutedVersion"] or "$LATEST",
        "X-Amzn-Remapped-Content-Length": "0",
        "X-Amzn-Trace-Id": headers.get("x-amzn-trace-id", ""),
        "x-amzn-RequestId": headers.get("x-amzn-requestid", ""),
    }
    http = {
        "AllHttpHeaders": {name: [value] for name, value in told.items()},
        "HttpHeaders": told,
        "HttpStatusCode": answer.status,
    }
    return {
        "ExecutedVersion": named["ExecutedVersion"],
        "Payload": payload,
        "SdkHttpMetadata": http,
        "SdkResponseMetadata": {"RequestId": told["x-amzn-RequestId"]},
        "StatusCode": answer.status,
        **{name: value for name, value in named.items() if value},
    }


def _resource(function: str, qualifier: Any, region: str, account_id: str) -> str:
    """The ARN that the role needs a right for."""
    arn = (
        function
        if function.startswith("arn:")
        else f"arn:aws:lambda:{region}:{account_id}:function:{function}"
    )
    return f"{arn}:{qualifier}" if qualifier and len(arn.split(":")) == _ARN_PARTS else arn


def _raise_as_client(refusal: AwsError) -> NoReturn:
    """As boto3 would raise it, which is what the interpreter knows."""
    import uuid

    from botocore.exceptions import ClientError

    told = {
        "Error": {"Code": refusal.code, "Message": refusal.message},
        "ResponseMetadata": {"HTTPStatusCode": refusal.status, "RequestId": str(uuid.uuid4())},
    }
    raise ClientError(told, "Invoke") from refusal


def _told(refusal: Any) -> tuple[str, str]:
    """Error name and cause of what Lambda refused."""
    error, seen = refusal.response["Error"], refusal.response["ResponseMetadata"]
    details = (
        f"Service: AWSLambda; Status Code: {seen['HTTPStatusCode']}; Error Code: {error['Code']}; "
        f"Request ID: {seen['RequestId']}; Proxy: null"
    )
    return f"Lambda.{RENAMED.get(error['Code'], error['Code'])}", f"{error['Message']} ({details})"


def _named(from_error: Callable[..., Any]) -> Callable[..., Any]:
    """Have a task that names its function by ARN report Lambda's refusals under their names too."""
    original = getattr(from_error, "original", from_error)

    def ours(task: Any, env: Any, ex: Exception) -> Any:
        event = original(task, env, ex)
        if hasattr(ex, "response"):
            error, cause = _told(ex)
            event.error_name = type(event.error_name)(error)
            event.event_details["lambdaFunctionFailedEventDetails"] |= {"error": error, "cause": cause}
        return event

    ours.original = original  # type: ignore[attr-defined]
    return ours


def _everywhere(calls: Any, client: Callable[..., Any]) -> None:
    """Replace the function in its module, and in those that took it from there."""
    name = "boto_client_for"
    for module in [calls, *(one for key, one in list(sys.modules.items()) if key.startswith(CLIENT_MODULES))]:
        if hasattr(module, name):
            setattr(module, name, client)
