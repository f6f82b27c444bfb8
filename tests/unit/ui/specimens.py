"""One specimen of every card: the gallery draws them, the tests read them."""

import cost_specimens
import event_specimens

from lambada_labs import errors, pricing
from lambada_labs.model import InvocationRecord, LifeEvent
from lambada_labs.model.workload import Workload
from lambada_labs.ui import (
    checking,
    course,
    deadline,
    ending,
    estimate,
    family,
    language_bars,
    log_card,
    money,
    opening,
    questions,
    servers,
    state_changes,
    tables,
)
from lambada_labs.ui.call_sequence import Call, call_sequence
from lambada_labs.ui.event_differences import event_differences
from lambada_labs.ui.event_path import event_path
from lambada_labs.ui.integration_map import integration_map
from lambada_labs.ui.timeline_card import timeline
from lambada_labs.ui.two_timelines import two_timelines

T0 = 1_790_000_000.0


def record(
    at,
    duration_ms,
    *,
    env="e1aa",
    init_ms=None,
    waited=0.0,
    outcome="success",
    name="hello",
    request="r",
    memory=128,
):
    """One invocation, `at` seconds after the first."""
    started = T0 + at + waited + (init_ms or 0) / 1000
    return InvocationRecord(
        request_id=f"{request}-{at}-{env}",
        function_name=name,
        function_version="$LATEST",
        function_arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
        environment_id=env,
        log_group=f"/aws/lambda/{name}",
        log_stream="2026/11/24/[$LATEST]abc",
        accepted_at=T0 + at,
        started_at=started,
        ended_at=started + duration_ms / 1000,
        duration_ms=duration_ms,
        billed_ms=int(duration_ms + (init_ms or 0)) + 1,
        memory_mb=memory,
        max_memory_used_mb=41,
        init_ms=init_ms,
        outcome=outcome,
    )


def three_calls():
    """One cold start, then two warm invocations of the same environment."""
    return [record(0, 2.4, init_ms=152.3), record(1.9, 1.6), record(14.2, 1.5)]


def five_at_once():
    """Five events at the same moment, one slow function, two failures, and one event turned away."""
    return [
        record(0.000, 402, env="e1aa", init_ms=148),
        record(0.004, 405, env="e2bb", init_ms=181),
        record(0.009, 398, env="e3cc", init_ms=190, outcome="error"),
        record(0.012, 403, env="e4dd", init_ms=171),
        record(0.020, 3000, env="e5ee", init_ms=176, outcome="timeout"),
        record(0.024, 0, env="", outcome="throttled"),
        record(4.2, 401, env="e4dd"),
    ]


def life():
    """The life of the environment of `three_calls`, as the engine tells it."""

    def event(phase, at, request=None):
        return LifeEvent(
            environment_id="e1aa",
            function_name="hello",
            function_version="$LATEST",
            phase=phase,
            at=T0 + at,
            request_id=request,
        )

    return [
        event("init", 0), event("invoke", 0.1523, "r-0-e1aa"), event("idle", 0.155), event("frozen", 0.156),
        event("invoke", 1.9, "r-1.9-e1aa"), event("frozen", 1.902),
        event("invoke", 14.2, "r-14.2-e1aa"), event("frozen", 14.2016), event("killed", 614.2),
    ]  # fmt: skip


HEALTH = [
    {"name": "Isolation", "state": "ok", "seen": "namespaces", "effect": "Every execution environment has its own /tmp, /var/task and /opt, as on AWS."},
    {"name": "Node.js", "state": "ok", "seen": "v24.1.0", "effect": "Handlers in JavaScript run."},
    {"name": "Python 3.12", "state": "limited", "seen": "this machine has 3.11", "effect": "Functions with runtime `python3.12` run on 3.11; the log says so."},
    {"name": "Java", "state": "missing", "seen": "no `java`", "effect": "Creating a Java function works, invoking it tells you what to install.", "todo": "`apt-get install default-jre-headless`, only if you want to try Java."},
]  # fmt: skip

PREDICTIONS = [
    {"question": "Three calls in a row: how many environments?", "guess": 3, "truth": 1, "right": False},
    {"question": "Five at once?", "guess": 5, "truth": 5, "right": True},
    {"question": "What does the fourth call print?", "guess": 4, "truth": 4, "right": True},
]


LOG = (
    "START RequestId: 8f5d8e2c-0c3f-4b1e-9b1c-1f2d3c4b5a69 Version: $LATEST\n"
    "hello, Ada\n"
    "END RequestId: 8f5d8e2c-0c3f-4b1e-9b1c-1f2d3c4b5a69\n"
    "REPORT RequestId: 8f5d8e2c-0c3f-4b1e-9b1c-1f2d3c4b5a69\tDuration: 2.41 ms\tBilled Duration: 155 ms\tMemory Size: 128 MB\tMax Memory Used: 41 MB\tInit Duration: 152.30 ms\t\n"
)
LABS = [
    ("00", "Start", "There is a cloud on this machine", 10, (), "done"), ("01", "First function", "You bring a handler, not a server", 35, ("00",), "started"),
    ("02", "Pricing", "You pay for an area", 40, ("01",), "coming"), ("03", "Synchronous", "Somebody is waiting", 35, ("01",), "coming"),
    ("04", "Asynchronous", "202 means: I have your event", 40, ("01",), "coming"), ("05", "Events", "Something happened", 40, ("04",), "coming"),
    ("06", "Event source mappings", "Lambda polls for you", 40, ("04",), "coming"), ("07", "Permissions", "Two policies, one question", 40, ("01",), "coming"),
    ("08", "Function URLs", "A function with an address", 25, ("07",), "coming"), ("09", "Configuration", "Memory is also speed", 35, ("02",), "coming"),
    ("10", "Execution environment", "What survives between calls", 40, ("01",), "coming"), ("11", "Observability", "Logs, metrics, traces", 35, ("01",), "coming"),
    ("12", "VPC", "Into your own network", 35, ("07",), "coming"), ("13", "Edge", "Close to your users", 35, ("03",), "coming"),
    ("14", "Concurrency", "How many at once", 40, ("10",), "coming"), ("15", "Deployment", "Versions and aliases", 40, ("09",), "coming"), ("16", "Best practices", "All of it together", 45, ("15",), "coming"),
]  # fmt: skip


def bills(requests, duration_ms=3, memory_mb=128, **more):
    return pricing.bill_both(
        Workload(requests=requests, duration_ms=duration_ms, memory_mb=memory_mb), **more
    )


def labs():
    """The course as rows."""
    keys = ("number", "title", "finding", "minutes", "needs", "state")
    rows = [dict(zip(keys, row, strict=True)) for row in LABS]
    return [
        {
            **row,
            "href": f"{row['number']}_x.ipynb",
            "tasks": 4,
            "done": {"done": 4, "started": 2}.get(row["state"], 0),
        }
        for row in rows
    ]


def by_language():
    """The same handler in three languages."""
    return {
        "Python": [record(0, 2.1, init_ms=92), record(1, 1.4)],
        "Node.js": [record(0, 6.1, init_ms=141, env="n"), record(1, 1.9, env="n")],
        "bash": [record(0, 21.0, init_ms=18, env="b"), record(1, 19.5, env="b")],
    }


QUIZ = [
    {"id": "who", "question": "Your handler raised. What did the synchronous caller get?", "answers": [
        {"answer": "HTTP 500", "correct": False, "feedback": "The service did its job: it ran your code. The failure is in the answer."},
        {"answer": "HTTP 200 with `FunctionError`", "correct": True, "feedback": "Invoke succeeded; your code did not. Always look at `FunctionError`."},
        {"answer": "A retry, then an answer", "correct": False, "feedback": "Nobody retries a synchronous call for you."},
    ]},
    {"id": "night", "question": "What runs at 3 a.m. when nobody asks?", "answers": [
        {"answer": "Nothing of yours", "correct": True, "feedback": "And nothing is billed."},
        {"answer": "One environment, always", "correct": False, "feedback": "Only with provisioned concurrency, which you pay for by the hour."},
    ]},
]  # fmt: skip


DOORS = {
    "SDK": {"name": "Ada"},
    "REST API": {
        "resource": "/{proxy+}",
        "path": "/shop",
        "httpMethod": "GET",
        "headers": {"host": "abc.execute-api"},
        "body": None,
    },
    "ALB": {
        "path": "/shop",
        "httpMethod": "GET",
        "headers": {"host": "lb-1"},
        "body": "",
        "requestContext": {"elb": {"targetGroupArn": "arn:…"}},
    },
}


def waits():
    """Two doors, the second with a retry; and the invocations behind the calls."""
    sent = [("SDK", 0.0, 0.25, "200"), ("ALB", 1.0, 0.05, "502"), ("ALB", 1.2, 0.04, "200")]
    calls = [
        Call(
            caller="you",
            door=door,
            sent_at=T0 + at,
            answered_at=T0 + at + took,
            answer=answer,
            failed=answer == "502",
        )
        for door, at, took, answer in sent
    ]
    records = [record(0.01, 30, init_ms=180), record(1.01, 20, outcome="error"), record(1.21, 20)]
    return calls, records


def cards():
    """Every static card by name."""
    return {
        "title": opening.title_card(
            number="01", title="First function", finding="You bring a handler, not a server", minutes=35, cost="under one cent on a real account",
            outcomes=("write a handler and invoke it three ways", "read START, END and REPORT like a bill", "say what runs at 3 a.m., and what you pay for it"), needs=("00 Start",),
        ),
        "opened": opening.opened_card(cloud="local cloud", region="us-east-1", account="000000000000", note="Attached to the cloud that has been running for 12 minutes."),
        "health": opening.health_card(HEALTH),
        "error": opening.error_card(errors.BadInput("memory_mb=64", "128 to 10,240 MB", "Try `memory_mb=128`")),
        "note": opening.text_card("The local cloud confesses: CPU does not grow with memory here.\n\nOn AWS it does.", title="Same or approximated?"),
        "check_passed": checking.check_card(task="1.1", state="passed", meaning="Your function answers, and its log says so", seen='`hello` returned `{"greeting": "Hello, Ada"}`'),
        "check_notyet": checking.check_card(task="1.2", title="Give the function ten gigabytes", state="not yet", seen="`MemorySize` is 128", expected="10,240 MB", next_step="Change the number in the cell above and run it again."),
        "check_failed": checking.check_card(task="1.3", title="Mend the handler's name", state="failed", seen="`Runtime.HandlerNotFound`: handler 'main' missing on module 'app'", expected="an answer without `FunctionError`", next_step='Read the last line of the log; then ask `lab.hint("wrong-handler")`.'),
        "hint": checking.hint_card(task="1.3", text="The part **after** the dot is the name of a function. Which functions does `app.py` define?", grade=1),
        "solution": checking.solution_card(task="1.3", code='lam.update_function_configuration(\n    FunctionName="hello",\n    Handler="app.handler",\n)\n', why="The handler is `file.function`."),
        "prediction": checking.prediction_card(question="Three calls in a row: how many environments?", guess=3, truth=1, unit="environments", right=False, why="Each call had finished before the next one came, so the same environment was warm and took it.", picture=timeline(three_calls())),
        "predictions": checking.predictions_card(PREDICTIONS),
        "cleanup": ending.cleanup_card(deleted=[("function", "lab01-hello"), ("function", "lab01-greeting"), ("log group", "/aws/lambda/lab01-hello"), ("role", "lab01-role")]),
        "cleanup_left": ending.cleanup_card(deleted=[("function", "lab01-hello")], left=[("role", "lab01-role")]),
        "recap": ending.recap_card(["A function is a **handler** and a configuration.", "An environment is started when an event finds none free.", "You pay for requests and for memory × time."], further=[("Lambda developer guide", "https://docs.aws.amazon.com/lambda/latest/dg/")], next_lab=("02 Pricing: you pay for an area", "02_pricing.ipynb")),
        "table": tables.table([{"function": "hello", "memory MB": 128, "calls": 12}, {"function": "greeting", "memory MB": 1024, "calls": 3400}], title="Two functions, one busy", reading="One row per function."),
        "json": tables.json_card({"source": "aws.events", "detail": {"user": "Ada"}}, title="The event is just a dict"),
        "deck": tables.deck_and_today([
            {"what": "One vCPU at", "deck": "1,792 MB", "today": "1,769 MB", "differs": True, "source": "AWS Lambda quotas", "as_of": "2026"},
            {"what": "Timeout", "deck": "3 s, at most 900 s", "today": "3 s, at most 900 s", "differs": False, "source": "AWS Lambda quotas", "as_of": "2026"},
        ], title="Most numbers of the deck still hold, some have moved"),
        "timeline": timeline(three_calls(), life()[:-1]),
        "timeline_ended": timeline(three_calls(), life()),
        "timeline_five": timeline(five_at_once()),
        "log": log_card.annotated_log(LOG),
        "remaining": deadline.remaining_time([(0.4, 2999.6), (500, 2499), (1001, 1998), (1502, 1497), (2003, 996)], timeout_ms=3000),
        "languages": language_bars.languages(by_language()),
        "states": state_changes.state_strip([(0, "Pending"), (1.2, "Active")], subject="lab01-hello"),
        "servers": servers.still(60),
        "servers_busy": servers.still(200),
        "guess": questions.prediction_box("Three calls in a row: how many environments?", kind="number", choices=(), unit="environments", value=None),
        "guess_choice": questions.prediction_box("What runs at 3 a.m. in each world?", kind="choice", choices=("Servers, and nothing else", "Both", "Neither"), unit="", value="Both"),
        "quiz": questions.quiz_card(QUIZ, {"who": 0, "night": 0}),
        "calculator": estimate.calculator_card(Workload(requests=3_000_000, duration_ms=120, memory_mb=1536)),
        "family": family.family_map(),
        "course": course.course_map(labs()),
        "bill": money.bill_card(bills(14, 155), title="This lab cost you less than a cent", driver="Most of it is **duration**: the cold starts.", per_run=bills(1, free_tier=False)),
        "bill_big": money.bill_card(bills(10_000_000, 120, 1536), title="Ten million greetings a month"),
        "scale": money.bill_at_scale([("ten runs", bills(10)), ("ten million runs", bills(10_000_000, 120, 512))]),
        "timeline_empty": timeline([]),
        "event_path": event_path(event_specimens.several(), speed=event_specimens.SPEED, now=event_specimens.NOW),
        "event_path_many": event_path(event_specimens.hundreds(), speed=event_specimens.SPEED, now=event_specimens.NOW),
        "event_path_empty": event_path([]),
        "event_differences": event_differences(DOORS, title="Three doors, three events"),
        "integration_map": integration_map(received={"sdk": 12, "alb": 1}),
        "call_sequence": call_sequence(*waits()),
        "two_timelines": two_timelines({"in a row": three_calls(), "at once": five_at_once()}),
        **{f"cost_{name}": card for name, card in cost_specimens.cards().items()},
    }  # fmt: skip
