# ---
# jupyter:
#   jupytext:
#     comment_magics: false
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] name="title"
# # 01 · First function
# You bring a handler, not a server.
# A service has callers by day and nearly none by night: first a guess about that.

# %% name="open"
from lambada_labs import open_lab

lab = open_lab("01")
lab

# %% name="predict-three-am" tags=["exercise"]
lab.predict("three-am")

# %% name="predict-three-am" tags=["solution"]
lab.predict("three-am", guess=60)

# %% [markdown] name="about-traffic"
# ## Servers, or functions?
# One day with a quiet night and a busy evening. A server takes 40 requests a second, has its RAM and CPU whether used or not,
# and runs on through the night. A function takes what comes, 100 ms for each.

# %% name="a-day-of-traffic"
from lambada_labs import pricing

day = pricing.day(peak=100)  # requests a second at its busiest
changes = sum(now != before for before, now in zip(day.servers, day.servers[1:]))
at_work = 60 * day.functions_at(3)

print(f"requests a second: {day.load[3]:.0f} at 3 a.m., {day.load[20]:.0f} at 8 p.m.")
print(f"servers: {sum(day.servers)} hours paid, {day.idle_share:.0%} of what they could do is never asked for")
print(f"somebody, or a rule that somebody wrote, changed their number {changes} times")
lab.reveal("three-am", round(at_work))

# %% name="picture"
from lambada_labs import ui

# Drag the peak, or use the arrow keys: which area do you pay for nothing?
ui.servers_against_functions(peak=100)

# %% [markdown] name="about-handler"
# ## Your handler
# A handler is a function with two parameters. This is all you bring:

# %% name="handler"
%%writefile lab01/hello.py
def handler(event, context):
    name = event.get("name", "world")
    print(f"greeting {name}")
    return {"greeting": f"Hello, {name}!"}

# %% [markdown] name="about-role"
# A function runs under a **role**: it says who may use it (Lambda) and what it allows (writing logs).

# %% name="role"
import json

import boto3
from lambada_labs import wait_for_role

iam = boto3.client("iam")
who = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
trust = json.dumps({"Version": "2012-10-17", "Statement": [who]})
try:
    iam.create_role(RoleName="lab01-role", AssumeRolePolicyDocument=trust)
except iam.exceptions.EntityAlreadyExistsException:
    print("the role is there already")
basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
iam.attach_role_policy(RoleName="lab01-role", PolicyArn=basic)
role_arn = wait_for_role("lab01-role")
role_arn

# %% [markdown] name="about-create"
# Code, role, runtime and the name of the handler: that makes a function.
# It is **Pending** while AWS prepares it, then **Active**.

# %% name="create-function"
from lambada_labs import package

aws_lambda = boto3.client("lambda")
created = aws_lambda.create_function(
    FunctionName=lab.fresh("lab01-hello"),
    Runtime="python3.13",
    Handler="hello.handler",
    Role=role_arn,
    Code={"ZipFile": package("lab01/hello.py")},
    Tags=lab.tags,
)
lab.states(created)

# %% [markdown] name="about-first-call"
# **Twiddle.** Send an event of your own.
# Stuck, here or later? `lab.hint("first-call")` looks at what your call did; asked twice, it gets plainer.

# %% name="first-call" tags=["exercise", "task:first-call"]
event = {"name": "..."}  # your name

reply = aws_lambda.invoke(FunctionName="lab01-hello", Payload=json.dumps(event))
json.load(reply["Payload"])

# %% name="first-call" tags=["solution", "task:first-call"]
event = {"name": "Ada"}

reply = aws_lambda.invoke(FunctionName="lab01-hello", Payload=json.dumps(event))
json.load(reply["Payload"])

# %% name="check-first-call"
lab.check("first-call")

# %% [markdown] name="about-inspector"
# ## What a handler is told
# This one only reports what it got: the event, the context, and how its time runs out.
# The **event** is JSON outside and a plain `dict` inside; you may send what you like, a service sends what *it* knows.
# The **context** comes from Lambda: which invocation this is, of which function, with what memory, and where it logs.

# %% name="inspector"
%%writefile lab01/inspector.py
import time

NAMES = ("aws_request_id", "function_name", "function_version", "memory_limit_in_mb", "log_stream_name")

def handler(event, context):
    start, points = time.monotonic(), []
    for _ in range(6):
        points.append((1000 * (time.monotonic() - start), context.get_remaining_time_in_millis()))
        time.sleep(0.1)
    told = {name: getattr(context, name) for name in NAMES}
    return {"type": type(event).__name__, "keys": list(event), "context": told, "remaining": points}

# %% name="event-custom" tags=["nbval-check-output"]
# You will create and call many functions: two small ones of your own, with nothing new in them.
def create(name, *files, handler="hello.handler", runtime="python3.13"):
    aws_lambda.create_function(
        FunctionName=lab.fresh(name), Runtime=runtime, Handler=handler,
        Role=role_arn, Code={"ZipFile": package(*files)}, Tags=lab.tags,
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName=name)

def call(name, event):
    return json.load(aws_lambda.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"])

create("lab01-inspector", "lab01/inspector.py", handler="inspector.handler")
told = call("lab01-inspector", {"city": "Riga", "degrees": [3, 5]})
print(told["type"], told["keys"])
#> dict ['city', 'degrees']

# %% name="event-eventbridge" tags=["nbval-check-output"]
# This is how EventBridge tells of a new object in S3.
event = {
    "version": "0",
    "source": "aws.s3",
    "detail-type": "Object Created",
    "region": "us-east-1",
    "detail": {"bucket": {"name": "holiday"}, "object": {"key": "beach.jpg", "size": 1024}},
}
print(call("lab01-inspector", event)["keys"])
#> ['version', 'source', 'detail-type', 'region', 'detail']

# %% name="context"
context = ui.json_card(told["context"], title="What the context knew")
ui.show(context, ui.remaining_time(told["remaining"], timeout_ms=3000))

# %% [markdown] name="about-log"
# ## What Lambda writes down
# `LogType="Tail"` brings the log back with the answer. Point at a field to read what it means, and which line of the bill it feeds.
# All of it is also kept in **CloudWatch**, lines in Logs and numbers in Metrics. You configured nothing for that.

# %% name="log-tail"
event = json.dumps({"name": "the log"})
reply = aws_lambda.invoke(FunctionName="lab01-hello", Payload=event, LogType="Tail")
lab.log(reply)

# %% name="cloudwatch-logs"
logs = boto3.client("logs")
found = logs.filter_log_events(logGroupName="/aws/lambda/lab01-hello", filterPattern="greeting")
print([event["message"].strip() for event in found["events"]])

cloudwatch = boto3.client("cloudwatch")
mine = [{"Name": "FunctionName", "Value": "lab01-hello"}]
seen = cloudwatch.list_metrics(Namespace="AWS/Lambda", Dimensions=mine)
sorted({metric["MetricName"] for metric in seen["Metrics"]})

# %% [markdown] name="about-environments"
# ## How many are running?
# `count` stands outside the handler: the module is imported once for each execution environment.

# %% name="counter"
%%writefile lab01/counter.py
import time

count = 0

def handler(event, context):
    global count
    count += 1
    time.sleep(0.5)
    return count

# %% name="predict-in-a-row" tags=["exercise"]
ui.show(lab.predict("in-a-row"), lab.predict("fourth"))

# %% name="predict-in-a-row" tags=["solution"]
ui.show(lab.predict("in-a-row", guess=3), lab.predict("fourth", guess=4))

# %% name="in-a-row"
create("lab01-counter", "lab01/counter.py", handler="counter.handler")

with lab.watch("lab01-counter") as seen:
    counts = [call("lab01-counter", {}) for _ in range(3)]
print("they returned", counts)
in_a_row = lab.reveal("in-a-row", seen.environments, picture=seen)
ui.show(in_a_row, lab.reveal("fourth", call("lab01-counter", {})))

# %% name="predict-at-once" tags=["exercise"]
ui.show(lab.predict("at-once"), lab.predict("after-burst"))

# %% name="predict-at-once" tags=["solution"]
ui.show(lab.predict("at-once", guess=5), lab.predict("after-burst", guess=10))

# %% name="at-once"
from concurrent.futures import ThreadPoolExecutor

with lab.watch("lab01-counter") as seen, ThreadPoolExecutor(5) as callers:
    counts = list(callers.map(call, ["lab01-counter"] * 5, [{}] * 5))
print("they returned", counts)
at_once = lab.reveal("at-once", seen.environments, picture=seen)
ui.show(at_once, lab.reveal("after-burst", call("lab01-counter", {})))

# %% [markdown] name="about-languages"
# ## Any language
# The same greeting in JavaScript, and in a **custom runtime**: any program that asks Lambda for events over HTTP. Here it is bash.

# %% name="languages-node"
%%writefile lab01/hello.mjs
export const handler = async (event) => {
  console.log(`greeting ${event.name}`);
  return { greeting: `Hello, ${event.name}!` };
};

# %% name="languages-write"
%%writefile lab01/bootstrap
#!/bin/bash
# The Runtime API by hand: ask for the next event, answer it, again and again.
IFS=:/ read -r HOST PORT ROOM <<< "$AWS_LAMBDA_RUNTIME_API"
API="${ROOM:+/$ROOM}/2018-06-01/runtime/invocation"

ask() {  # method, path, body
  exec 3<> "/dev/tcp/$HOST/$PORT"
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' \
    "$1" "$API$2" "$HOST" "${#3}" "$3" >&3
  tr -d '\r' <&3
}

while true; do
  NEXT=$(ask GET /next)
  [[ "$NEXT" =~ [Rr]equest-[Ii]d:\ ([^[:space:]]+) ]] && ID=${BASH_REMATCH[1]}
  [[ "$NEXT" =~ \"name\":\ *\"([^\"]*)\" ]] && NAME=${BASH_REMATCH[1]}
  echo "greeting $NAME" >&2
  ask POST "/$ID/response" "{\"greeting\": \"Hello, $NAME!\"}" > /dev/null
done

# %% name="languages-run"
create("lab01-python", "lab01/hello.py")
create("lab01-node", "lab01/hello.mjs", runtime="nodejs22.x")
create("lab01-bash", "lab01/bootstrap", runtime="provided.al2023")

speakers = {"Python": "lab01-python", "Node.js": "lab01-node", "bash": "lab01-bash"}
for language, name in speakers.items():
    print(language, [call(name, {"name": "Ada"}) for _ in range(3)][-1])
today = lab.deck_and_today("language.", title="The deck's languages, and their runtimes today")
ui.show(lab.languages(speakers), today)

# %% [markdown] name="about-ten-gigabytes"
# **Tweak.** More resources are one parameter. Give `lab01-hello` all the memory there is: 10 GB.

# %% name="ten-gigabytes" tags=["exercise", "task:ten-gigabytes"]
changed = aws_lambda.update_function_configuration(FunctionName="lab01-hello", MemorySize=128)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab01-hello")
changed["MemorySize"]

# %% name="ten-gigabytes" tags=["solution", "task:ten-gigabytes"]
changed = aws_lambda.update_function_configuration(FunctionName="lab01-hello", MemorySize=10 * 1024)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab01-hello")
changed["MemorySize"]

# %% name="check-ten-gigabytes"
lab.check("ten-gigabytes")

# %% [markdown] name="about-break"
# ## Break it
# A handler that raises: look at the status code. HTTP 200 means that *Lambda* did its work; `FunctionError` says that your code did not.
# Then two mistakes in packaging. When does Lambda find out, at create or at the first call?

# %% name="raise" tags=["nbval-check-output"]
from pathlib import Path

Path("lab01/strict.py").write_text("def handler(event, context):\n    return event['name'].upper()\n")
create("lab01-strict", "lab01/strict.py", handler="strict.handler")

reply = aws_lambda.invoke(FunctionName="lab01-strict", Payload=json.dumps({"nam": "Ada"}))
answer = json.load(reply["Payload"])
print(reply["StatusCode"], reply["FunctionError"], "|", answer["errorType"], answer["errorMessage"])
#> 200 Unhandled | KeyError 'name'

# %% name="import-error"
Path("lab01/shop.py").write_text("import requests_that_nobody_packed\n\ndef handler(event, context):\n    return 1\n")
create("lab01-import-error", "lab01/shop.py", handler="shop.handler")
create("lab01-wrong-handler", "lab01/hello.py", handler="hello.main")

for name in ("lab01-import-error", "lab01-wrong-handler"):
    answer = call(name, {"name": "the log"})
    print(answer["errorType"], "|", answer["errorMessage"])

# %% [markdown] name="about-wrong-handler"
# **Bug hunt.** `lab01-wrong-handler` was created without complaint, and every call of it fails. Read its message, mend its `Handler`.

# %% name="wrong-handler" tags=["exercise", "task:wrong-handler"]
aws_lambda.update_function_configuration(FunctionName="lab01-wrong-handler", Handler="hello.main")
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab01-wrong-handler")
call("lab01-wrong-handler", {"name": "the log"})

# %% name="wrong-handler" tags=["solution", "task:wrong-handler"]
aws_lambda.update_function_configuration(FunctionName="lab01-wrong-handler", Handler="hello.handler")
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab01-wrong-handler")
call("lab01-wrong-handler", {"name": "the log"})

# %% name="check-wrong-handler"
lab.check("wrong-handler")

# %% [markdown] name="about-walls"
# **Break it.** Every function has two walls: its timeout (3 seconds, if you say nothing) and its memory (128 MB).
# Find the numbers that hit them.

# %% name="walls"
%%writefile lab01/walls.py
import time

def handler(event, context):
    time.sleep(event.get("seconds", 0))
    block = b"x" * (event.get("megabytes", 0) * 1024 * 1024)
    return f"done, with {len(block) // 1024 // 1024} MB"

# %% name="timeout" tags=["exercise", "task:break-it"]
create("lab01-sleeper", "lab01/walls.py", handler="walls.handler")
create("lab01-greedy", "lab01/walls.py", handler="walls.handler")

print(call("lab01-sleeper", {"seconds": 1}))
print(call("lab01-greedy", {"megabytes": 10}))

# %% name="timeout" tags=["solution", "task:break-it"]
create("lab01-sleeper", "lab01/walls.py", handler="walls.handler")
create("lab01-greedy", "lab01/walls.py", handler="walls.handler")

print(call("lab01-sleeper", {"seconds": 5}))
print(call("lab01-greedy", {"megabytes": 500}))

# %% name="check-break-it"
lab.check("break-it")

# %% [markdown] name="about-greeting-service"
# ## Rework: a service that says no politely
# Answer `{"status": 200, "greeting": …}` to a good event. To one without a usable `name` (none, not a text, only blanks)
# answer `{"status": 400, "error": …}` with a sentence the caller can act on. Never raise.

# %% name="greeting-service" tags=["exercise", "task:greeting-service"]
%%writefile lab01/greetings.py
def handler(event, context):
    name = event.get("name", "world")
    # Write your code here
    return {"status": 200, "greeting": f"Hello, {name}!"}

# %% name="greeting-service" tags=["solution", "task:greeting-service"]
%%writefile lab01/greetings.py
def handler(event, context):
    name = event.get("name")
    if not isinstance(name, str) or not name.strip():
        return {"status": 400, "error": f"name is {name!r}: send a text, as in {{'name': 'Ada'}}"}
    return {"status": 200, "greeting": f"Hello, {name.strip()}!"}

# %% name="check-greeting-service"
create("lab01-greetings", "lab01/greetings.py", handler="greetings.handler")
print([call("lab01-greetings", event) for event in ({"name": "Ada"}, {}, {"name": 7})])
lab.check("greeting-service")

# %% [markdown] name="about-family"
# ## The family
# A function rarely stands alone. The deck's ten, by today's names; choose one to read its role.
# Then what all this cost: requests, and memory times milliseconds. Failed calls are in it, too, and `lab01-counter` at scale.

# %% name="family-map"
ui.family_map()

# %% name="bill"
ui.show(lab.bill(), lab.bill_at_scale("lab01-counter", runs=[10, 10_000_000]))

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
