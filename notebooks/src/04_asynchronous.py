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
# Lambda sends the news of an event **as your function**: with the function's role. What the role may not send, nobody gets.

# %% name="rights"
import json

import boto3

region, account = boto3.Session().region_name, boto3.client("sts").get_caller_identity()["Account"]
iam, aws_lambda = boto3.client("iam"), boto3.client("lambda")

def arn(service, name):
    return f"arn:aws:{service}:{region}:{account}:{name}"

rights = {
    "sqs:SendMessage": arn("sqs", "lab04-*"), "sns:Publish": arn("sns", "lab04-*"),
    "events:PutEvents": arn("events", "event-bus/lab04-*"), "s3:PutObject": "arn:aws:s3:::lab04-*",
    "lambda:InvokeFunction": arn("lambda", "function:lab04-*"),
    "dynamodb:UpdateItem": arn("dynamodb", "table/lab04-*"),
}
statements = [{"Effect": "Allow", "Action": action, "Resource": on} for action, on in rights.items()]
policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
iam.put_role_policy(RoleName="lab04-role", PolicyName="may-send", PolicyDocument=policy)

# %% [markdown] name="about-machine"
# ## A coffee machine
# Three small handlers in one file, and two functions of your own for what you will do often.

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

# %% name="create-and-send"
from lambada_labs import package

def create(name, handler, role="lab04-role", **settings):
    file = handler.partition(".")[0]
    aws_lambda.create_function(
        FunctionName=lab.fresh(name), Runtime="python3.13", Handler=handler,
        Role=f"arn:aws:iam::{account}:role/{role}", Tags=lab.tags,
        Code={"ZipFile": package(f"lab04/{file}.py")}, **settings,
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName=name)

def send(name, event):
    return aws_lambda.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))

create("lab04-cup", "machine.cup")
create("lab04-grind", "machine.grind")

# %% [markdown] name="about-waiting"
# ## Somebody waits, or nobody does
# The first call waits for its cup. **Twiddle.** Change the second one so that you can go on at once.

# %% name="waiting"
import time

started = time.perf_counter()
reply = aws_lambda.invoke(FunctionName="lab04-cup", Payload=json.dumps({"order": "A-1"}))
print(f"{reply['StatusCode']} after {time.perf_counter() - started:.2f} s:", json.load(reply["Payload"]))

# %% name="predict-answer" tags=["exercise"]
lab.predict("answer")

# %% name="predict-answer" tags=["solution"]
lab.predict("answer", guess="a ticket to ask for the result")

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
started = time.perf_counter()
reply = send("lab04-cup", {"order": "A-3"})
took, body = time.perf_counter() - started, reply["Payload"].read()
print(f"{reply['StatusCode']} after {1000 * took:.0f} ms, {len(body)} bytes:", reply["ResponseMetadata"]["RequestId"])
lab.reveal("answer", body.decode() or f"status {reply['StatusCode']} and nothing else")

# %% [markdown] name="about-poison"
# ## A poison event
# This one says `cup`, the handler wants `cups`: it fails today, and it will fail for ever.

# %% name="predict-last-try" tags=["exercise"]
lab.predict("last-try")

# %% name="predict-last-try" tags=["solution"]
lab.predict("last-try", guess=120)

# %% name="poison"
from lambada_labs import ui

clock = lab.clock(speed=60)  # local cloud only; on a real account, have a coffee
POISON = {"order": "A-17", "cup": 2}
request_id = send("lab04-grind", POISON)["ResponseMetadata"]["RequestId"]
clock

# %% name="poison-end"
lab.settled()

# %% [markdown] name="about-pour"
# ## One order, how many cups?
# `lab04-pour` pours a cup, writes that down in DynamoDB, and prints a receipt. Today the printer is jammed.

# %% name="table"
table = boto3.resource("dynamodb").create_table(
    TableName="lab04-orders", BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "order", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "order", "AttributeType": "S"}],
)
table.wait_until_exists()

# %% [markdown] name="about-idempotent"
# **Rework.** Make it idempotent.

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
lab.clock(duplicates=1)  # local cloud only: what succeeds is delivered once more, as any queue may do
create("lab04-pour", "pour.handler", Timeout=30)
for order in ("A-17", "B-2", "C-9"):
    table.delete_item(Key={"order": order})
for event in ({"order": "A-17", "printer": "jammed"}, {"order": "B-2"}, {"order": "B-2"}, {"order": "C-9"}):
    send("lab04-pour", event)
lab.settled(60)
lab.clock(duplicates=0)
{item["order"]: int(item["poured"]) for item in table.scan()["Items"]}

# %% name="check-idempotent"
lab.check("idempotent")

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
