"""A Python runtime client of our own, for machines that awslambdaric has no wheel for: the same words, less of it."""

import importlib
import json
import os
import sys
import traceback

import pure_logging
import runtime_client

SYNTAX_ERROR_TRACE = '  File "%s" Line %s\n    %s'


class Fault(Exception):
    """What the client itself reports; `kind` is AWS's errorType."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind, self.trace = kind, list(trace)


class Context:
    """The context object that a handler gets."""

    def __init__(self, headers):
        self.aws_request_id = headers.get("Lambda-Runtime-Aws-Request-Id")
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn")
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        self.client_context = _object(
            _json(headers, "Lambda-Runtime-Client-Context"), ("custom", "env", "client")
        )
        identity = _json(headers, "Lambda-Runtime-Cognito-Identity") or {}
        self.identity = Record(
            cognito_identity_id=identity.get("cognitoIdentityId"),
            cognito_identity_pool_id=identity.get("cognitoIdentityPoolId"),
        )
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self._deadline_ms = headers.get("Lambda-Runtime-Deadline-Ms")

    def get_remaining_time_in_millis(self):
        """Milliseconds until the invocation times out, never below 0."""
        import time

        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        """Write to the function's log."""
        sys.stdout.write(str(message))


class Record:
    """Named values."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, self.__dict__)


def _object(values, names):
    return None if values is None else Record(**{name: values.get(name) for name in names})


def _json(headers, name):
    text = headers.get(name)
    return json.loads(text) if text else None


def main(argv):
    """Find the handler, then answer one invocation after the other."""
    runtime_client.initialize_client("aws-lambda-python/%d.%d.%d-pure" % sys.version_info[:3])
    log = pure_logging.install()
    try:
        handler = find_handler(argv[1])
    except BaseException as error:
        if isinstance(error, SystemExit):
            raise
        described = describe(error, "")
        log.failure(described)
        runtime_client.post_init_error(json.dumps(described), described["errorType"])
        sys.exit(1)
    while True:
        answer_next(handler, log)


def find_handler(name):
    """The function that `module.member` names; raises Fault in AWS's words."""
    try:
        module_name, member = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {module_name} as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", message)
    module = _imported(module_name)
    if not hasattr(module, member):
        raise Fault("Runtime.HandlerNotFound", f"Handler '{member}' missing on module '{module_name}'")
    return getattr(module, member)


def _imported(module_name):
    try:
        return importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise Fault("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        trace = [SYNTAX_ERROR_TRACE % (error.filename, error.lineno, error.text)]
        message = f"Syntax error in module '{module_name}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", message, trace) from None


def answer_next(handler, log):
    """Wait for an event, run the handler, post what it returned or raised."""
    body, headers = runtime_client.next()
    request_id = pure_logging.current["aws_request_id"] = headers.get("Lambda-Runtime-Aws-Request-Id")
    _remember_trace(headers.get("Lambda-Runtime-Trace-Id"))
    try:
        result = marshalled(handler(unmarshalled(body), Context(headers)))
    except Exception as error:
        described = describe(error, request_id)
        log.failure(described)
        runtime_client.post_error(request_id, json.dumps(described), "")
    else:
        runtime_client.post_invocation_result(request_id, *result)


def _remember_trace(trace):
    if trace:
        os.environ["_X_AMZN_TRACE_ID"] = trace
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def unmarshalled(body):
    """The event; raises Fault."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None


def marshalled(result):
    """The body of the answer and its content type; raises Fault. Bytes are passed on as they are."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    plain = os.environ.get("AWS_EXECUTION_ENV") in ("AWS_Lambda_python3.10", "AWS_Lambda_python3.11")
    try:
        return json.dumps(result, ensure_ascii=plain, default=_decimal).encode(), "application/json"
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def _decimal(value):
    import decimal

    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def describe(error, request_id):
    """`errorMessage`, `errorType`, `requestId`, `stackTrace`: the frames of the function, not of the client."""
    if isinstance(error, Fault):
        kind, trace = error.kind, error.trace
    else:
        kind = type(error).__name__
        # Plain tuples: without the marks under the failing part, as AWS has it.
        frames = [(f.filename, f.lineno, f.name, f.line) for f in traceback.extract_tb(error.__traceback__)]
        first = next((i for i, frame in enumerate(frames) if frame[0] != __file__), 0)
        trace = traceback.format_list(frames[first:])
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}
