"""Node.js handlers in real processes: module kinds, ways to answer, logs, failures, streams."""

import base64
import json

import pytest
from runtime_api import frames

from lambada_labs.runtime import interpreters

REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"

MAKE = "exports.make = (k) => ({ handler: async (event) => event.n * k });"

pytestmark = pytest.mark.skipif(not interpreters.nodes(), reason="no Node.js on this machine")


@pytest.fixture
def run(bench):
    def start(code, *, runtime="nodejs20.x", name="app.js", files=None, memory_mb=256, **settings):
        return bench.start({name: code, **(files or {})}, runtime=runtime, memory_mb=memory_mb, **settings)

    return start


@pytest.mark.parametrize(
    ("name", "code", "files"),
    [
        ("app.js", "exports.handler = async (event) => event.n * 2;", {}),
        ("app.cjs", "exports.handler = async (event) => event.n * 2;", {}),
        ("app.mjs", "export const handler = async (event) => event.n * 2;", {}),
        (
            "app.js",
            "export const handler = async (event) => event.n * 2;",
            {"package.json": '{"type": "module"}'},
        ),
        ("app.js", "exports.handler = (event, context, callback) => callback(null, event.n * 2);", {}),
        ("app.js", "exports.handler = (event, context) => { context.succeed(event.n * 2); };", {}),
        ("app.js", "exports.handler = (event) => Promise.resolve(event.n * 2);", {}),
        ("app.js", "module.exports = require('./lib').make(2);", {"lib.js": MAKE}),
    ],
)
def test_every_way_to_write_a_handler_answers(run, name, code, files):
    environment = run(code, name=name, files=files)
    assert environment.invoke({"n": 21}).json == 42
    assert environment.invoke({"n": 1}).json == 2


def test_module_state_and_tmp_stay_warm(run):
    environment = run(
        "const fs = require('fs'); let calls = 0;"
        "exports.handler = async (event) => { fs.appendFileSync('/tmp/seen', event);"
        " return [++calls, fs.readFileSync('/tmp/seen', 'utf8'), await fs.promises.readdir('/tmp')]; };"
    )
    environment.invoke("a")
    assert environment.invoke("b").json == [2, "ab", ["seen"]]


def test_nothing_returned_is_null(run):
    assert run("exports.handler = async () => {};").invoke().body == b"null"


def test_a_callback_waits_for_what_is_left_in_the_event_loop(run):
    code = (
        "exports.handler = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = event;"
        " setTimeout(() => console.log('later'), 100); callback(null, 'answer'); };"
    )
    patient = run(code)
    assert patient.invoke(True).json == "answer"
    assert "later" in patient.output()
    hasty = run(code)
    assert hasty.invoke(False).json == "answer"
    assert "later" not in hasty.output()


def test_the_error_shape_is_awss(run):
    environment = run("exports.handler = async () => { throw new TypeError('no good'); };")
    answer = environment.invoke()
    assert answer.kind == "error"
    assert set(answer.json) == {"errorType", "errorMessage", "trace"}
    assert (answer.json["errorType"], answer.json["errorMessage"]) == ("TypeError", "no good")
    assert answer.json["trace"][0] == "TypeError: no good"
    assert "(/var/task/app.js:1:" in answer.json["trace"][1]
    assert answer.headers["Lambda-Runtime-Function-Error-Type"] == "TypeError"
    _, request_id, level, title, error = environment.output().rstrip("\n").split("\t")
    assert (request_id, level, title) == (REQUEST_ID, "ERROR", "Invoke Error ")
    assert json.loads(error)["errorMessage"] == "no good"


@pytest.mark.parametrize(
    ("thrown", "shape"),
    [
        ("'text'", {"errorType": "string", "errorMessage": "text", "trace": []}),
        ("42", {"errorType": "number", "errorMessage": "42", "trace": []}),
    ],
)
def test_what_is_thrown_need_not_be_an_error(run, thrown, shape):
    assert run(f"exports.handler = async () => {{ throw {thrown}; }};").invoke().json == shape


def test_an_error_in_a_module_of_es_names_var_task(run):
    answer = run("export const handler = async () => { null.x; };", name="app.mjs").invoke()
    assert answer.json["trace"][1].startswith("    at Runtime.handler (file:///var/task/app.mjs:1:")


@pytest.mark.parametrize(
    ("code", "handler", "error"),
    [
        ("", "absent.handler", ("Runtime.ImportModuleError", "Error: Cannot find module 'absent'")),
        ("", "app.absent", ("Runtime.HandlerNotFound", "app.absent is undefined or not exported")),
        ("exports.handler = 3", "app.handler", ("Runtime.HandlerNotFound", "app.handler is not a function")),
        ("", "nodots", ("Runtime.MalformedHandlerName", "Bad handler")),
        ("let x = ;", "app.handler", ("Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected token ';'")),
        (
            "require('left-pad')",
            "app.handler",
            ("Runtime.ImportModuleError", "Error: Cannot find module 'left-pad'"),
        ),
        ("throw new RangeError('init')", "app.handler", ("RangeError", "init")),
    ],
)
def test_a_function_that_cannot_start_says_so(run, code, handler, error):
    environment = run(code, handler=handler)
    answer = environment.said()
    assert (answer.kind, answer.json["errorType"]) == ("init/error", error[0])
    assert answer.json["errorMessage"].startswith(error[1])
    assert environment.ended() == (129, None)
    assert "ERROR\tUncaught Exception \t" in environment.output()


def test_a_missing_module_is_required_by_the_function_not_by_the_kit(run):
    message = run("require('left-pad')").said().json["errorMessage"]
    assert message.splitlines() == [
        "Error: Cannot find module 'left-pad'",
        "Require stack:",
        "- /var/task/app.js",
        "- /var/runtime/index.mjs",
    ]


@pytest.mark.parametrize(
    ("code", "error", "status"),
    [
        ("setTimeout(() => { throw new Error('late'); }, 1)", ("Error", "late"), 129),
        ("Promise.reject(new Error('lost'))", ("Runtime.UnhandledPromiseRejection", "Error: lost"), 128),
    ],
)
def test_what_nobody_catches_ends_the_runtime(run, code, error, status):
    environment = run(
        f"exports.handler = (event, context, callback) => {{ {code}; setTimeout(() => {{}}, 60000); }};"
    )
    answer = environment.invoke()
    assert (answer.kind, (answer.json["errorType"], answer.json["errorMessage"])) == ("error", error)
    assert environment.ended() == (status, None)


def test_a_promise_that_is_never_settled_is_named(run):
    answer = run("exports.handler = async () => new Promise(() => {});").invoke()
    assert (answer.kind, answer.json["errorType"]) == ("error", "Runtime.NodeJsExit")


def test_a_callback_that_is_never_called_is_null(run):
    assert run("exports.handler = (event, context, callback) => {};").invoke().body == b"null"


def test_callbacks_are_gone_from_node_24_on(run):
    answer = run("exports.handler = (event, context, callback) => callback();", runtime="nodejs24.x").said()
    assert (answer.kind, answer.json["errorType"]) == ("init/error", "Runtime.CallbackHandlerDeprecated")


def test_what_cannot_be_json_is_an_error(run):
    answer = run("exports.handler = async () => { const a = {}; a.a = a; return a; };").invoke()
    assert answer.json["errorMessage"] == "Unable to stringify response body"


def test_the_context_and_the_variables_are_awss(run):
    code = (
        "exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis(),"
        " root: process.env.LAMBDA_TASK_ROOT, kind: process.env.AWS_EXECUTION_ENV, cwd: process.cwd(),"
        " trace: process.env._X_AMZN_TRACE_ID, heap: process.execArgv });"
    )
    header = {"Lambda-Runtime-Client-Context": json.dumps({"custom": {"k": "v"}})}
    seen = run(code).invoke(None, **header).json
    assert 0 < seen.pop("left") <= 3000
    assert seen == {
        "awsRequestId": REQUEST_ID,
        "callbackWaitsForEmptyEventLoop": True,
        "clientContext": {"custom": {"k": "v"}},
        "functionName": "f",
        "functionVersion": "$LATEST",
        "invokedFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "logGroupName": "/aws/lambda/f",
        "logStreamName": "2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef",
        "memoryLimitInMB": "256",
        "root": "/var/task",
        "kind": "AWS_Lambda_nodejs20.x",
        "cwd": "/var/task",
        "trace": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
        "heap": ["--max-old-space-size=230"],
    }


def test_layers_are_found(run):
    layer = {
        "nodejs/node_modules/greeter/index.js": "exports.hi = 'from a layer';",
        "data.txt": "text",
    }
    code = (
        "const fs = require('fs');"
        "exports.handler = async () => [require('greeter').hi, fs.readFileSync('/opt/data.txt', 'utf8')];"
    )
    assert run(code, layers=[layer]).invoke().json == ["from a layer", "text"]


@pytest.mark.parametrize(
    "call",
    ["fs.writeFileSync('/var/task/x', '')", "await fs.promises.mkdir('/opt/x')", "fs.openSync('x', 'w')"],
)
def test_the_code_and_the_layers_are_read_only(run, call):
    answer = run(f"const fs = require('fs'); exports.handler = async () => {{ {call}; }};").invoke().json
    assert answer["errorMessage"].startswith("EROFS: read-only file system, ")


def test_processes_of_a_handler_see_tmp_and_their_code(run):
    code = (
        "const { execFileSync, spawn } = require('child_process'); const fs = require('fs');"
        "exports.handler = () => new Promise((resolve) => { fs.writeFileSync('/tmp/in', 'from tmp');"
        " const cat = spawn('cat', ['/tmp/in']); cat.stdout.on('data', (text) => resolve(String(text))); });"
    )
    assert run(code).invoke().json == "from tmp"


def test_the_text_log_is_awss(run):
    environment = run(
        "console.log('at init'); exports.handler = async () => { console.warn('two\\nlines %d', 7); console.debug({ a: 1 }); };"
    )
    environment.invoke()
    lines = [line.split("\t")[1:] for line in environment.output().split("\n") if line]
    assert lines == [
        ["undefined", "INFO", "at init"],
        [REQUEST_ID, "WARN", "two\rlines 7"],
        [REQUEST_ID, "DEBUG", "{ a: 1 }"],
    ]


def test_the_json_log_is_awss(run):
    code = (
        "exports.handler = async () => { console.debug('hidden'); console.log({ a: 1 });"
        " console.info('n %d', 2); console.error('bad', new TypeError('x')); throw new RangeError('y'); };"
    )
    environment = run(code, log_format="JSON")
    environment.invoke()
    lines = [json.loads(line) for line in environment.output().splitlines()]
    assert [(line["level"], line["message"]) for line in lines[:2]] == [("INFO", {"a": 1}), ("INFO", "n 2")]
    assert (lines[2]["errorType"], lines[2]["errorMessage"]) == ("TypeError", "x")
    assert lines[3]["message"]["errorType"] == "RangeError"
    assert {line["requestId"] for line in lines} == {REQUEST_ID}


STREAM = """
exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  if (event.http) stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } });
  else stream.setContentType('text/plain');
  stream.write('one ');
  if (event.fail) throw new TypeError('in the middle');
  stream.write({ n: 2 });
  stream.end();
});
"""


def test_a_streamed_response_comes_in_pieces(run):
    environment = run(STREAM)
    for _ in range(2):
        answer = environment.invoke({})
        assert (answer.kind, answer.body) == ("response", b'one {"n":2}')
        assert answer.headers["Lambda-Runtime-Function-Response-Mode"] == "streaming"
        assert answer.headers["Content-Type"] == "text/plain"


def test_an_http_stream_begins_with_its_head(run):
    answer = run(STREAM).invoke({"http": True})
    head, body = answer.body.split(bytes(8))
    assert (json.loads(head), body) == ({"statusCode": 201, "headers": {"a": "b"}}, b'one {"n":2}')
    assert answer.headers["Content-Type"] == "application/vnd.awslambda.http-integration-response"


def test_a_stream_that_fails_says_so_in_its_trailers(run):
    environment = run(STREAM)
    answer = environment.invoke({"fail": True})
    assert answer.body == b"one "
    assert answer.trailers["Lambda-Runtime-Function-Error-Type"] == "TypeError"
    error = json.loads(base64.b64decode(answer.trailers["Lambda-Runtime-Function-Error-Body"]))
    assert (error["errorType"], error["errorMessage"]) == ("TypeError", "in the middle")
    assert environment.invoke({}).body == b'one {"n":2}'


def test_a_pipeline_into_the_stream_works(run):
    code = (
        "const { pipeline } = require('stream/promises'); const { Readable } = require('stream');"
        "exports.handler = awslambda.streamifyResponse(async (event, stream) => {"
        " await pipeline(Readable.from(['a', 'b', 'c']), stream); });"
    )
    assert run(code).invoke().body == b"abc"


def test_another_version_is_confessed(run):
    missing = next(major for major in (18, 16, 14, 12) if all(n.major != major for n in interpreters.nodes()))
    environment = run("exports.handler = async () => process.version;", runtime=f"nodejs{missing}.x")
    version = environment.invoke().json
    assert (
        environment.plan.note
        == f"nodejs{missing}.x is not on this machine: ran on Node.js {version[1:].split('.')[0]}."
    )


def test_the_log_channel_keeps_messages_whole(run):
    code = "exports.handler = async () => { console.warn('two\\nlines'); throw new Error('gone'); };"
    environment = run(code, variables={"_LAMBDA_TELEMETRY_LOG_FD": "1"})
    environment.invoke()
    environment.stop()
    warning, error = frames(environment.printed)
    assert (warning.kind, warning.text.split("\t")[1:]) == (0xA55A0013, [REQUEST_ID, "WARN", "two\nlines\n"])
    assert (error.kind, "\tInvoke Error \t{" in error.text) == (0xA55A0017, True)
