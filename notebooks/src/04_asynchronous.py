# ---
# jupyter:
#   jupytext:
#     comment_magics: false
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] name="title"
# # 04 · Asynchronous
# 202 means: I have your event.
# Nobody waits for the answer. So who retries, who is told, and what if the same event comes twice?

# %% name="open"
from lambada_labs import open_lab

lab = open_lab("04")
lab

# %% [markdown] name="about-rights"
# ## What this lab's functions may do
# When an event has ended, Lambda can send a message about it. It sends with the **role of your function**: what the role may
# not send, nobody gets. Then comes a coffee machine: four small handlers in one file, and two functions of your own,
# `create` and `send`, for what you will do often.

# %% name="rights"
import json

import boto3

region = boto3.Session().region_name
account = boto3.client("sts").get_caller_identity()["Account"]
iam, aws_lambda = boto3.client("iam"), boto3.client("lambda")

def arn(service, name):
    return f"arn:aws:{service}:{region}:{account}:{name}"

may = ["sqs:SendMessage", "sns:Publish", "events:PutEvents", "s3:PutObject"]
may += ["lambda:InvokeFunction", "dynamodb:UpdateItem"]
where = [arn("sqs", "lab04-*"), arn("sns", "lab04-*"), "arn:aws:s3:::lab04-*"]
where += [arn("events", "event-bus/lab04-*"), arn("dynamodb", "table/lab04-*")]
where += [arn("lambda", "function:lab04-*")]
statement = {"Effect": "Allow", "Action": may, "Resource": where}
policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
may_send = {"PolicyName": "may-send", "PolicyDocument": policy}
iam.put_role_policy(RoleName="lab04-role", **may_send)

# %% name="machine"
%%writefile lab04/machine.py
import json
import time

def cup(event, context):
    time.sleep(1)  # grind, heat, pour
    return {"order": event["order"], "ready": True}

def grind(event, context):
    print(f"order {event['order']}")
    return {"grams": 18 * event["cups"]}

def hear(event, context):
    print(json.dumps(event))

def fetch(event, context):
    time.sleep(0.05)  # waiting for a small file, not computing
    return len(event["text"].split())

# %% name="create-and-send"
from lambada_labs import package, ui

def create(name, handler, role="lab04-role", **settings):
    aws_lambda.create_function(
        FunctionName=lab.fresh(name), Runtime="python3.13", Handler=handler,
        Role=f"arn:aws:iam::{account}:role/{role}", Tags=lab.tags,
        Code={"ZipFile": package(f"lab04/{handler.partition('.')[0]}.py")}, **settings,
    )
    waiter = aws_lambda.get_waiter("function_active_v2")
    waiter.wait(FunctionName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})

def send(name, event):
    reply = aws_lambda.invoke(
        FunctionName=name, InvocationType="Event", Payload=json.dumps(event)
    )
    reply["Payload"].read()  # empty; reading it hands the connection back
    return reply["ResponseMetadata"]["RequestId"]

create("lab04-cup", "machine.cup")
create("lab04-grind", "machine.grind")

# %% [markdown] name="about-waiting"
# ## Somebody waits, or nobody does
# The first call waits for its cup. Guess what an asynchronous call answers, then:
#
# **Twiddle.** Change the second call so that you can go on at once.

# %% name="waiting"
import time

started = time.perf_counter()
event = json.dumps({"order": "A-1"})
reply = aws_lambda.invoke(FunctionName="lab04-cup", Payload=event)
took, cup = time.perf_counter() - started, json.load(reply["Payload"])
print(f"{reply['StatusCode']} after {took:.2f} s:", cup)

# %% name="predict-answer" tags=["exercise"]
lab.predict("answer")

# %% name="predict-answer" tags=["solution"]
lab.predict("answer", guess="202 and a ticket to ask for the result")

# %% name="no-waiting" tags=["exercise", "task:no-waiting"]
started = time.perf_counter()
reply = aws_lambda.invoke(
    FunctionName="lab04-cup",
    InvocationType="RequestResponse",
    Payload=json.dumps({"order": "A-2"}),
)
print(f"{reply['StatusCode']} after {time.perf_counter() - started:.2f} s")

# %% name="no-waiting" tags=["solution", "task:no-waiting"]
started = time.perf_counter()
reply = aws_lambda.invoke(
    FunctionName="lab04-cup",
    InvocationType="Event",
    Payload=json.dumps({"order": "A-2"}),
)
print(f"{reply['StatusCode']} after {time.perf_counter() - started:.2f} s")

# %% name="check-no-waiting"
lab.check("no-waiting")

# %% name="answer"
create("lab04-tea", "machine.cup")  # a second machine: the check counts the first
started = time.perf_counter()
reply = aws_lambda.invoke(
    FunctionName="lab04-tea",
    InvocationType="Event",
    Payload=json.dumps({"order": "A-3"}),
)
took, body = time.perf_counter() - started, reply["Payload"].read().decode()
print(f"{reply['StatusCode']} after {1000 * took:.0f} ms, {len(body)} bytes")

answer = lab.reveal("answer", f"{reply['StatusCode']} and {body or 'nothing else'}")
ui.show(answer, lab.event_path("lab04-tea"))

# %% [markdown] name="about-producers"
# ## Services call like this
# S3, SNS and EventBridge (once called CloudWatch Events) do not wait either. They put their events into the same queue,
# provided that the function's policy lets them. Lab 05 looks at each of them; here each sends one event.

# %% name="producers"
s3, sns, events = boto3.client("s3"), boto3.client("sns"), boto3.client("events")
create("lab04-listener", "machine.hear")

bucket = f"lab04-menu-{account}"
s3.create_bucket(Bucket=bucket)
topic = sns.create_topic(Name="lab04-topic")["TopicArn"]
if not events.list_event_buses(NamePrefix="lab04-bus")["EventBuses"]:
    events.create_event_bus(Name="lab04-bus")
pattern = json.dumps({"source": ["lab04.shop", "lambda"]})
rule = events.put_rule(
    Name="lab04-all", EventBusName="lab04-bus", EventPattern=pattern
)["RuleArn"]

sources = {"s3": f"arn:aws:s3:::{bucket}", "sns": topic, "events": rule}
for service, source in sources.items():
    aws_lambda.add_permission(
        FunctionName="lab04-listener", StatementId=service,
        Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com", SourceArn=source,
    )

# %% name="knock"
listener = arn("lambda", "function:lab04-listener")
wanted = {"LambdaFunctionArn": listener, "Events": ["s3:ObjectCreated:*"]}
s3.put_bucket_notification_configuration(
    Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [wanted]}
)
sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=listener)
targets = [{"Id": "1", "Arn": listener}]
events.put_targets(Rule="lab04-all", EventBusName="lab04-bus", Targets=targets)

s3.put_object(Bucket=bucket, Key="menu.txt", Body=b"espresso, ristretto")
sns.publish(TopicArn=topic, Message="an order")
order = {"Source": "lab04.shop", "DetailType": "Order", "Detail": "{}"}
events.put_events(Entries=[{**order, "EventBusName": "lab04-bus"}])
path = lab.event_path("lab04-listener", title="Three services, and none of them waits")
path.wait(3)

# %% [markdown] name="about-poison"
# ## A poison event
# This one says `cup`, the handler wants `cups`. It fails today, and it will fail for ever. When does Lambda try it?
# You need not wait that long: `lab.clock(speed=60)` makes a minute pass in a second. **Only the local cloud has that**;
# on a real account it takes as long as you are about to guess.

# %% name="predict-last-try" tags=["exercise"]
lab.predict("last-try")

# %% name="predict-last-try" tags=["solution"]
lab.predict("last-try", guess=120)

# %% name="poison"
POISON = {"order": "A-17", "cup": 2}
clock = lab.clock(speed=60)
poison_id = send("lab04-grind", POISON)
path = lab.event_path("lab04-grind", request_ids=poison_id)
ui.show(clock, path)

# %% name="poison-end"
ended = path.wait()
first, *_, last = path.events[0].attempts
ui.show(lab.reveal("last-try", round(last.age_s - first.age_s)), ended)

# %% name="same-id" tags=["nbval-check-output"]
# The log has all three: one request id, three STARTs, three tracebacks.
logs = boto3.client("logs")
wanted = f'"START RequestId: {poison_id}"'
found = logs.filter_log_events(
    logGroupName="/aws/lambda/lab04-grind", filterPattern=wanted
)
starts = [event["message"].split()[2] for event in found["events"]]
print(len(starts), "runs,", len(set(starts)), "request id")
#> 3 runs, 1 request id

# %% [markdown] name="about-pour"
# ## One order, how many cups?
# This handler pours a cup, notes it in DynamoDB, then prints a receipt. Today the printer is jammed.

# %% name="pour"
%%writefile lab04/pour.py
import boto3

table = boto3.resource("dynamodb").Table("lab04-orders")

def handler(event, context):
    table.update_item(
        Key={"order": event["order"]},
        UpdateExpression="ADD poured :one",
        ExpressionAttributeValues={":one": 1},
    )
    if event.get("printer") == "jammed":
        raise RuntimeError("the receipt did not print")

# %% name="predict-poured" tags=["exercise"]
lab.predict("poured")

# %% name="predict-poured" tags=["solution"]
lab.predict("poured", guess=1)

# %% name="poured"
dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table("lab04-orders")
try:
    dynamodb.create_table(
        TableName="lab04-orders", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "order", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order", "AttributeType": "S"}],
    )
except dynamodb.meta.client.exceptions.ResourceInUseException:
    print("the table is there already")
table.wait_until_exists()

table.delete_item(Key={"order": "A-17"})
create("lab04-pour", "pour.handler", Timeout=30)
send("lab04-pour", {"order": "A-17", "printer": "jammed"})
ended = lab.event_path("lab04-pour").wait()
item = table.get_item(Key={"order": "A-17"})["Item"]
ui.show(lab.reveal("poured", int(item["poured"])), ended)

# %% [markdown] name="about-idempotent"
# ## Rework: make it idempotent
# A retry is the same event again. It gets worse: the event queue may deliver twice what has *succeeded*, and a customer may
# press the button twice: two events, two request ids, one order.
#
# **Each order gets one cup, and an order that has its cup is no error.** Only the table sees all runs: let it look and
# write in **one** step.

# %% name="idempotent" tags=["exercise", "task:idempotent"]
%%writefile lab04/pour.py
import boto3

table = boto3.resource("dynamodb").Table("lab04-orders")

def handler(event, context):
    # Write your code here
    table.update_item(
        Key={"order": event["order"]},
        UpdateExpression="ADD poured :one",
        ExpressionAttributeValues={":one": 1},
    )
    if event.get("printer") == "jammed":
        raise RuntimeError("the receipt did not print")

# %% name="idempotent" tags=["solution", "task:idempotent"]
%%writefile lab04/pour.py
import boto3

table = boto3.resource("dynamodb").Table("lab04-orders")

def handler(event, context):
    try:
        table.update_item(
            Key={"order": event["order"]},
            UpdateExpression="ADD poured :one",
            ConditionExpression="attribute_not_exists(poured)",
            ExpressionAttributeValues={":one": 1},
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        print(f"order {event['order']} has its cup")
    if event.get("printer") == "jammed":
        raise RuntimeError("the receipt did not print")

# %% name="prove"
# Local cloud only: what succeeds is delivered once more. On AWS that is rare.
lab.clock(duplicates=1)
create("lab04-pour", "pour.handler", Timeout=30)
for order in ("A-17", "B-2", "C-9"):
    table.delete_item(Key={"order": order})

path = lab.event_path("lab04-pour")
send("lab04-pour", {"order": "A-17", "printer": "jammed"})
for order in ("B-2", "B-2", "C-9"):
    send("lab04-pour", {"order": order})
ended = path.wait(4, patience_s=60)
lab.clock(duplicates=0)
print({item["order"]: int(item["poured"]) for item in table.scan()["Items"]})
ended

# %% name="check-idempotent"
lab.check("idempotent")

# %% [markdown] name="about-both"
# ## Where failed events go
# A **dead-letter queue** is a setting of the function: an SQS queue or an SNS topic. A **destination** is a setting of its
# asynchronous invocation. Both may be set at once, and both are refused if the role may not send there.
#
# **Tweak.** The dead-letter queue is set. Add the on-failure destination `lab04-failures`.

# %% name="predict-story" tags=["exercise"]
lab.predict("story")

# %% name="predict-story" tags=["solution"]
lab.predict("story", guess="the destination's")

# %% name="queues"
sqs = boto3.client("sqs")
names = ("lab04-dead-letters", "lab04-failures", "lab04-successes")
urls = {
    name: sqs.create_queue(QueueName=name, tags=lab.tags)["QueueUrl"] for name in names
}
dead_letters = {"TargetArn": arn("sqs", "lab04-dead-letters")}
aws_lambda.update_function_configuration(
    FunctionName="lab04-grind", DeadLetterConfig=dead_letters
)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab04-grind")

def read(name):
    reply = sqs.receive_message(
        QueueUrl=urls[name], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return reply.get("Messages", [])

# %% name="both-told" tags=["exercise", "task:both-told"]
path = lab.event_path("lab04-grind", since=time.time())
aws_lambda.put_function_event_invoke_config(
    FunctionName="lab04-grind",
    MaximumRetryAttempts=1,
)
send("lab04-grind", POISON)
path.wait()

# %% name="both-told" tags=["solution", "task:both-told"]
path = lab.event_path("lab04-grind", since=time.time())
aws_lambda.put_function_event_invoke_config(
    FunctionName="lab04-grind",
    MaximumRetryAttempts=1,
    DestinationConfig={"OnFailure": {"Destination": arn("sqs", "lab04-failures")}},
)
send("lab04-grind", POISON)
path.wait()

# %% name="check-both-told"
lab.check("both-told")

# %% name="two-records"
failures = {"OnFailure": {"Destination": arn("sqs", "lab04-failures")}}
create("lab04-told", "machine.grind", DeadLetterConfig=dead_letters)
aws_lambda.put_function_event_invoke_config(
    FunctionName="lab04-told", MaximumRetryAttempts=1, DestinationConfig=failures
)
request_id = send("lab04-told", POISON)
lab.event_path("lab04-told").wait()

queues = {"dead-letter queue": "lab04-dead-letters", "destination": "lab04-failures"}
both = {
    name: next(one for one in read(queue) if request_id in json.dumps(one))
    for name, queue in queues.items()
}
traced = [name for name, message in both.items() if "stackTrace" in message["Body"]]
story = lab.reveal("story", "both alike" if len(traced) > 1 else f"the {traced[0]}'s")
parts = ("Body", "MessageAttributes")
picture = lab.event_differences(both, only=parts, title="One failure, told twice")
ui.show(story, picture)

# %% [markdown] name="about-success"
# ## Good news travels, too
# Since November 2019 a destination may hear of success as well: SQS, SNS, Lambda or EventBridge. Here are four functions, one
# for each kind. The SQS queue gets its record directly; the other three reach the listener, each in another envelope. The
# record inside always has the same form.

# %% name="success"
targets = {
    "queue": arn("sqs", "lab04-successes"),
    "topic": topic,
    "function": listener,
    "bus": arn("events", "event-bus/lab04-bus"),
}
for name, target in targets.items():
    create(f"lab04-to-{name}", "machine.grind")
    aws_lambda.put_function_event_invoke_config(
        FunctionName=f"lab04-to-{name}",
        DestinationConfig={"OnSuccess": {"Destination": target}},
    )
    send(f"lab04-to-{name}", {"order": name, "cups": 1})
print("all quiet:", lab.settled(60))

# %% name="envelopes"
lines = logs.filter_log_events(
    logGroupName="/aws/lambda/lab04-listener", filterPattern="requestPayload"
)
heard = [json.loads(event["message"]) for event in lines["events"]]
heard += read("lab04-successes")
WHERE = {
    "Body": ("SQS", "Body"),
    "Records": ("SNS", "Records[0].Sns.Message"),
    "requestContext": ("Lambda", "the event itself"),
    "detail": ("EventBridge", "detail"),
}
rows = []
for key, (name, place) in WHERE.items():
    *_, event = [one for one in heard if key in one]
    row = {"Destination": name, "The record is in": place}
    rows.append({**row, "What arrives has these keys": ", ".join(sorted(event))})
reading = "Top-level keys of what each of them got."
ui.table(rows, title="One record, four envelopes", reading=reading)

# %% [markdown] name="about-limits"
# ## Giving up sooner
# `MaximumRetryAttempts` is 0 to 2, `MaximumEventAgeInSeconds` is 60 to 21,600, which is six hours. And a function can be
# switched off: a reserved concurrency of 0. Failures go to an S3 bucket this time; since November 2024 that is a destination, too.

# %% name="predict-too-old" tags=["exercise"]
ui.show(lab.predict("too-old"), lab.predict("switched-off"))

# %% name="predict-too-old" tags=["solution"]
too_old = lab.predict("too-old", guess=3)
ui.show(too_old, lab.predict("switched-off", guess="refused with 429"))

# %% name="too-old"
failed = f"lab04-failed-{account}"
s3.create_bucket(Bucket=failed)
to_bucket = {"OnFailure": {"Destination": f"arn:aws:s3:::{failed}"}}

def why(name):
    prefix = f"aws/lambda/async/{name}/"
    kept = s3.list_objects_v2(Bucket=failed, Prefix=prefix)["Contents"]
    record = json.load(s3.get_object(Bucket=failed, Key=kept[-1]["Key"])["Body"])
    return record["requestContext"]

create("lab04-hurried", "machine.grind")
aws_lambda.put_function_event_invoke_config(
    FunctionName="lab04-hurried",
    MaximumEventAgeInSeconds=60, DestinationConfig=to_bucket,
)
send("lab04-hurried", POISON)
ended = lab.event_path("lab04-hurried").wait()
told = why("lab04-hurried")
print(told["condition"], told["approximateInvokeCount"])
ui.show(lab.reveal("too-old", told["approximateInvokeCount"]), ended)

# %% name="switched-off"
off = "lab04-off"
create(off, "machine.grind")
aws_lambda.put_function_event_invoke_config(
    FunctionName=off, DestinationConfig=to_bucket
)
aws_lambda.put_function_concurrency(FunctionName=off, ReservedConcurrentExecutions=0)
send(off, {"order": "D-1", "cups": 1})
try:
    aws_lambda.invoke(FunctionName=off, Payload=b"{}")
except aws_lambda.exceptions.TooManyRequestsException as error:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    print("synchronous:", status, error.response["Reason"])
ended = lab.event_path(off).wait()
told = why(off)
print("asynchronous:", told["condition"], told["approximateInvokeCount"])
at_once = told["condition"] == "ZeroReservedConcurrency"
became = "to the destination at once" if at_once else told["condition"]
ui.show(lab.reveal("switched-off", became), ended)

# %% name="two-tries" tags=["exercise", "task:two-tries"]
# Tweak: its events get three tries. Let them have exactly two, then send one.
# There are two ways; both count.
create("lab04-patient", "machine.grind")
aws_lambda.put_function_event_invoke_config(
    FunctionName="lab04-patient",
    MaximumRetryAttempts=2,
    MaximumEventAgeInSeconds=21600,
)
send("lab04-patient", POISON)
lab.event_path("lab04-patient").wait()

# %% name="two-tries" tags=["solution", "task:two-tries"]
# Tweak: its events get three tries. Let them have exactly two, then send one.
# There are two ways; both count.
create("lab04-patient", "machine.grind")
aws_lambda.put_function_event_invoke_config(
    FunctionName="lab04-patient",
    MaximumRetryAttempts=2,
    MaximumEventAgeInSeconds=120,
)
send("lab04-patient", POISON)
lab.event_path("lab04-patient").wait()

# %% name="check-two-tries"
lab.check("two-tries")

# %% [markdown] name="about-files"
# ## 1,000 small files
# Each takes 50 ms, mostly spent waiting. First 50 of them one after the other, to learn the pace; then all 1,000 asynchronously.
# A reserved concurrency of 10 is plenty for the processors of this machine. On AWS you would leave it out: as many as the account's
# concurrency allows (1,000, unless you asked for more; new accounts may have less) run at the same moment.

# %% name="predict-thousand" tags=["exercise"]
lab.predict("thousand")

# %% name="predict-thousand" tags=["solution"]
lab.predict("thousand", guess=50)

# %% name="in-a-row"
create("lab04-files", "machine.fetch")
text = "one small file " * 20
files = [{"file": f"{number}.txt", "text": text} for number in range(1000)]

with lab.watch("lab04-files") as row:
    for file in files[:50]:
        reply = aws_lambda.invoke(FunctionName="lab04-files", Payload=json.dumps(file))
        reply["Payload"].read()
pace = (row.records[-1].ended_at - row.records[0].started_at) / 50
print(f"50 files, {1000 * pace:.0f} ms each: all would take {1000 * pace:.0f} s")

# %% name="at-once"
from concurrent.futures import ThreadPoolExecutor

aws_lambda.put_function_concurrency(
    FunctionName="lab04-files", ReservedConcurrentExecutions=10
)
with lab.watch("lab04-files") as crowd, ThreadPoolExecutor(4) as callers:
    list(callers.map(lambda file: send("lab04-files", file), files))
    sent = time.time() - crowd.since
    lab.event_path("lab04-files").wait(1000, patience_s=60)
done = [record for record in crowd.records if record.outcome == "success"]
seconds = max(record.ended_at for record in done) - crowd.since
print(f"{len(done)} files: {sent:.1f} s to send, all done after {seconds:.1f} s")

# %% name="two-timelines"
# In a row: 50 were measured, the other 950 are drawn at their pace.
from dataclasses import replace

def later(record, by):
    begun, ended = record.started_at + by, record.ended_at + by
    return replace(record, started_at=begun, ended_at=ended)

laps = [50 * pace * lap for lap in range(20)]
in_a_row = [later(record, by) for by in laps for record in row.records]
ways = {"in a row": in_a_row, "asynchronously": done}
picture = lab.two_timelines(ways, title="1,000 files, two ways")
ui.show(lab.reveal("thousand", round(seconds)), picture)

# %% [markdown] name="about-lost"
# ## Break it: lose an event
# A destination that the role may not send to is refused. That is checked once, when you set it.
#
# **Break it.** Make an event of `lab04-lossy` disappear, so that nobody is told, although its destination is set. In the second
# cell its role `lab04-lossy-role` gets one policy, `may-send`.

# %% name="refused"
create("lab04-lossy", "machine.grind", role="lab04-lossy-role")
try:
    aws_lambda.put_function_event_invoke_config(
        FunctionName="lab04-lossy", DestinationConfig=failures
    )
except aws_lambda.exceptions.InvalidParameterValueException as error:
    print(error.response["Error"]["Message"])

# %% name="lost" tags=["exercise", "task:lost"]
iam.put_role_policy(RoleName="lab04-lossy-role", **may_send)
aws_lambda.put_function_event_invoke_config(
    FunctionName="lab04-lossy", MaximumRetryAttempts=0, DestinationConfig=failures
)
# Break it here

send("lab04-lossy", POISON)
lab.event_path("lab04-lossy").wait()

# %% name="lost" tags=["solution", "task:lost"]
iam.put_role_policy(RoleName="lab04-lossy-role", **may_send)
aws_lambda.put_function_event_invoke_config(
    FunctionName="lab04-lossy", MaximumRetryAttempts=0, DestinationConfig=failures
)
iam.delete_role_policy(RoleName="lab04-lossy-role", PolicyName="may-send")

send("lab04-lossy", POISON)
lab.event_path("lab04-lossy").wait()

# %% name="check-lost"
lab.check("lost")

# %% [markdown] name="about-loop"
# ## Break it: a function that feeds itself
# Each run sends one more event to its own function. Does anybody stop that?

# %% name="again"
%%writefile lab04/again.py
import json

import boto3

aws_lambda = boto3.client("lambda")

def handler(event, context):
    again = json.dumps({"round": event["round"] + 1})
    aws_lambda.invoke(
        FunctionName=context.function_name, InvocationType="Event", Payload=again
    )

# %% name="predict-rounds" tags=["exercise"]
lab.predict("rounds")

# %% name="predict-rounds" tags=["solution"]
lab.predict("rounds", guess=1000)

# %% name="loop"
create("lab04-again", "again.handler", Timeout=30, DeadLetterConfig=dead_letters)
config = aws_lambda.get_function_recursion_config(FunctionName="lab04-again")
print("RecursiveLoop:", config["RecursiveLoop"])
with lab.watch("lab04-again") as seen:
    send("lab04-again", {"round": 1})
    ended = lab.event_path("lab04-again").wait(17, patience_s=60)
ui.show(lab.reveal("rounds", len(seen.records)), ended)

# %% name="failures-price"
# A failing event is billed for each try; one that hangs, up to its timeout each time.
# A loop that Lambda does not see (through DynamoDB, say) runs until the morning.
from lambada_labs import pricing
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import compare

work = Workload(memory_mb=128, duration_ms=50, requests=1_000_000)
orders = pricing.Scenario(workload=work)
ui.failures([
    compare.poison_async(orders, timeout_s=3, per_month=10_000),
    compare.poison_async(orders, timeout_s=900, per_month=10_000),  # 15 minutes
    compare.recursion_stopped(orders),
    compare.recursion(orders),
])

# %% [markdown] name="about-metrics"
# ## Who says that something is wrong?
# No log line says that an event was lost or a loop was cut: metrics do. Of a loop, AWS also tells the owner by e-mail and in the
# Health Dashboard. (Here the metrics are there at once, on AWS after a minute or two; nobody sends e-mail here.)

# %% name="metrics"
cloudwatch, day = boto3.client("cloudwatch"), 86400
SUMS = {
    "received": "AsyncEventsReceived", "dropped": "AsyncEventsDropped",
    "records lost": "DestinationDeliveryFailures", "letters lost": "DeadLetterErrors",
    "loops cut": "RecursiveInvocationsDropped",
}
def metric(function, name, statistic="Sum"):
    found = cloudwatch.get_metric_statistics(
        Namespace="AWS/Lambda", MetricName=name, Statistics=[statistic],
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=time.time() - day, EndTime=time.time() + day, Period=day,
    )
    return round(sum(point[statistic] for point in found["Datapoints"]))
rows = []
for name in ("grind", "hurried", "off", "files", "lossy", "again"):
    counts = {word: metric(f"lab04-{name}", each) for word, each in SUMS.items()}
    age = metric(f"lab04-{name}", "AsyncEventAge", "Maximum") / 1000
    rows.append({"Function": f"lab04-{name}", **counts, "oldest": f"{age:.0f} s"})
reading = f"In order: {', '.join(SUMS.values())}, AsyncEventAge (platform's clock)."
ui.table(rows, title="What became of the events", reading=reading)

# %% [markdown] name="in-production"
# ## In production
# - Alarm on `AsyncEventsDropped`, `DestinationDeliveryFailures`, `DeadLetterErrors`, and on an `AsyncEventAge` that grows.
# - Keep the idempotency mark longer than an event can live (six hours), with a TTL that removes it. If the effect lies elsewhere (a payment), hand the
#   order's id on as that service's idempotency key. [Powertools](https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/) has the pattern ready.
# - Set short timeouts and a small `MaximumEventAgeInSeconds`: you pay for each second of poison.
# - An event may have 1 MB. A larger file goes to S3, and the event says where it is.
#
# **This machine is not AWS.** Here the event queue lives in memory; the waits of a throttled event double, without AWS's random part; while
# many events come in, deliveries start 20 ms apart; a loop is cut after exactly 16 rounds, while AWS says about 16;
# an event of at most 60 seconds is tried once here, on AWS once or twice.

# %% name="bill"
today = lab.deck_and_today("async.", title="The event queue: the deck, and today")
ui.show(today, lab.bill(), lab.bill_at_scale("lab04-files", runs=[1_000, 10_000_000]))

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
