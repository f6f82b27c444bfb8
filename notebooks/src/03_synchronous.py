# ---
# jupyter:
#   jupytext:
#     comment_magics: false
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] name="title"
# # 03 · Synchronous invocation
# Somebody is waiting.
# Until your handler returns, a program or a person waits for the answer.
# Each way in is a *door* here: the SDK, an API, a load balancer, a service of AWS.
# What a caller gets when your handler fails depends on the door, and on you.

# %% name="open"
from lambada_labs import open_lab

lab = open_lab("03")
lab

# %% name="integration-map"
# Who calls functions, and waits for the answer.
lab.integration_map(focus="synchronous")

# %% [markdown] name="about-desk"
# ## One function, several doors
# This handler tells its caller what it was told: the whole event comes back, as the body of an HTTP answer.
#
# The **SDK** and the **CLI** come first: `invoke` waits, and brings the result right away.
# Every other door makes the same call, for callers of its own.

# %% name="desk"
%%writefile lab03/desk.py
import json

def handler(event, context):
    print("asked", json.dumps(event))
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(event),
    }

# %% name="create-desk"
import json

import boto3
from lambada_labs import package, ui

aws_lambda = boto3.client("lambda")
role_arn = boto3.client("iam").get_role(RoleName="lab03-role")["Role"]["Arn"]

def create(name, file, handler="handler", **settings):
    aws_lambda.create_function(
        FunctionName=lab.fresh(name), Runtime="python3.13", Role=role_arn,
        Handler=f"{file}.{handler}",
        Code={"ZipFile": package(f"lab03/{file}.py")}, Tags=lab.tags, **settings,
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName=name)
    return aws_lambda.get_function_configuration(FunctionName=name)["FunctionArn"]

desk_arn = create("lab03-desk", "desk")
region, account = desk_arn.split(":")[3:5]

# %% name="door-sdk"
import time

events = {}  # what the handler is told, door by door

asked_at = time.perf_counter()
payload = json.dumps({"name": "the SDK"})
reply = aws_lambda.invoke(FunctionName="lab03-desk", Payload=payload)
answer = json.load(reply["Payload"])
waited = time.perf_counter() - asked_at
events["SDK"] = json.loads(answer["body"])
print(f"{reply['StatusCode']} after {1000 * waited:.0f} ms of waiting: {events['SDK']}")

!aws lambda invoke --function-name lab03-desk \
    --payload '{"name": "the CLI"}' lab03/answer.json
!cat lab03/answer.json

# %% [markdown] name="about-http-api"
# ### API Gateway
# An **HTTP API** takes requests from the web and calls your function for each one.
# `create_api` with a `Target` makes the API and one route that takes every request.

# %% name="http-api" tags=["nbval-check-output"]
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

apis = boto3.client("apigatewayv2")
for old in apis.get_apis()["Items"]:  # so that this cell can run twice
    if old["Name"] == "lab03-api":
        apis.delete_api(ApiId=old["ApiId"])
named = {"Name": "lab03-api", "Tags": lab.tags}
api = apis.create_api(**named, ProtocolType="HTTP", Target=desk_arn)

def fetch(url, body=None):
    address = quote(url, safe=":/?&=%,+")  # a name may have a space
    try:
        with urlopen(Request(address, data=body), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refusal:  # urllib raises for 4xx and 5xx
        return refusal.code, refusal.read().decode()
print(*fetch(lab.door("lab03-api")))
#> 500 {"message":"Internal Server Error"}

# %% [markdown] name="about-permission"
# Your function did not start: API Gateway has no permission to invoke it. The caller is told nothing of that.
#
# A **resource-based policy** on the function gives the permission. Each statement names the service that may call
# (`Principal`) and the resource it must call for (`SourceArn`): here this one API.

# %% name="api-permission" tags=["nbval-check-output"]
def allow(service, sid, source, function="lab03-desk"):
    aws_lambda.add_permission(
        FunctionName=function, StatementId=sid, Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com", SourceArn=source,
    )

api_arn = f"arn:aws:execute-api:{region}:{account}:{api['ApiId']}"
allow("apigateway", f"api-{api['ApiId']}", f"{api_arn}/*")
status, text = fetch(lab.door("lab03-api") + "shop?name=the%20web")
events["HTTP API"] = json.loads(text)
print(status, events["HTTP API"]["queryStringParameters"])
#> 200 {'name': 'the web'}

# %% name="name-at-the-door" tags=["exercise", "task:name-at-the-door"]
# Twiddle: put your own name into the query.
status, text = fetch(lab.door("lab03-api") + "shop?name=...")
print(status, json.loads(text)["queryStringParameters"])

# %% name="name-at-the-door" tags=["solution", "task:name-at-the-door"]
# Twiddle: put your own name into the query.
status, text = fetch(lab.door("lab03-api") + "shop?name=Ada")
print(status, json.loads(text)["queryStringParameters"])

# %% name="check-name-at-the-door"
# The address below works in your browser, and with curl.
ui.show(lab.check("name-at-the-door"), lab.doors())

# %% [markdown] name="about-balancer"
# ### A load balancer
# An Application Load Balancer (ALB) sends requests on to **target groups**. A group of type `lambda` holds one function.
# Registering the function is refused until its policy lets that group in.

# %% name="target-group"
elb = boto3.client("elbv2")
try:
    found = elb.describe_target_groups(Names=["lab03-group"])
except elb.exceptions.TargetGroupNotFoundException:
    found = elb.create_target_group(Name="lab03-group", TargetType="lambda")
group = found["TargetGroups"][0]["TargetGroupArn"]

try:
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": desk_arn}])
except elb.exceptions.ClientError as refusal:
    print(refusal.response["Error"]["Code"], "|", refusal.response["Error"]["Message"])
    allow("elasticloadbalancing", "balancer", group)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": desk_arn}])
json.loads(aws_lambda.get_policy(FunctionName="lab03-desk")["Policy"])["Statement"][-1]

# %% name="balancer"
subnets = boto3.client("ec2").describe_subnets()["Subnets"]
for old in elb.describe_load_balancers()["LoadBalancers"]:
    if old["LoadBalancerName"] == "lab03-balancer":
        elb.delete_load_balancer(LoadBalancerArn=old["LoadBalancerArn"])
made = elb.create_load_balancer(
    Name="lab03-balancer", Subnets=[each["SubnetId"] for each in subnets[:2]]
)
elb.create_listener(
    LoadBalancerArn=made["LoadBalancers"][0]["LoadBalancerArn"],
    Protocol="HTTP", Port=80,
    DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
)

status, text = fetch(lab.door("lab03-balancer") + "shop?name=the%20web")
events["ALB"] = json.loads(text)
print(status, events["ALB"]["queryStringParameters"])

# %% [markdown] name="about-states"
# Look at the name: API Gateway decoded `the%20web`, the balancer hands it over as it came.
# ### Step Functions
# A state machine calls functions, one state after the other, and passes on what they return.
# Its own **role** allows that; your function's policy needs no statement.
# A caller can wait for an *express* workflow with `start_sync_execution`.

# %% name="state-machine"
machines = boto3.client("stepfunctions")
services_role = boto3.client("iam").get_role(RoleName="lab03-services")["Role"]["Arn"]
ask = {"Type": "Task", "Resource": desk_arn, "End": True}
steps = {"StartAt": "Ask", "States": {"Ask": ask}}
for old in machines.list_state_machines()["stateMachines"]:
    if old["name"] == "lab03-steps":
        machines.delete_state_machine(stateMachineArn=old["stateMachineArn"])
machine = machines.create_state_machine(
    name="lab03-steps", type="EXPRESS", roleArn=services_role,
    definition=json.dumps(steps),
)["stateMachineArn"]

run = machines.start_sync_execution(
    stateMachineArn=machine, input=json.dumps({"name": "a state"})
)
events["Step Functions"] = json.loads(json.loads(run["output"])["body"])
print(run["status"], events["Step Functions"])

# %% [markdown] name="about-differences"
# ## What each door tells you
# Four doors, one handler, four events. Before you see them side by side:

# %% name="predict-shared-keys" tags=["exercise"]
lab.predict("shared-keys")

# %% name="predict-shared-keys" tags=["solution"]
lab.predict("shared-keys", guess=2)

# %% name="differences"
shared = set.intersection(*(set(event) for event in events.values()))
ui.show(lab.reveal("shared-keys", len(shared)), lab.event_differences(events))

# %% [markdown] name="about-multi-value"
# ## HTTP to JSON, and back
# A browser asks a shoe shop for two sizes at once: `?size=38&size=39`. An event is JSON, and a key of JSON has one value.

# %% name="predict-sizes" tags=["exercise"]
lab.predict("sizes")

# %% name="predict-sizes" tags=["solution"]
lab.predict("sizes", guess="both")

# %% name="sizes"
# As the group was made:
off = [{"Key": "lambda.multi_value_headers.enabled", "Value": "false"}]
elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=off)
told = json.loads(fetch(lab.door("lab03-balancer") + "shop?size=38&size=39")[1])
by_api = json.loads(fetch(lab.door("lab03-api") + "shop?size=38&size=39")[1])
print("through the API:", by_api["queryStringParameters"])
lab.reveal("sizes", told["queryStringParameters"]["size"])

# %% name="multi-value" tags=["exercise", "task:multi-value"]
# Tweak: one attribute of the target group makes lists.
# Switch it on and ask again: both sizes must arrive.
elb.modify_target_group_attributes(
    TargetGroupArn=group,
    Attributes=[{"Key": "lambda.multi_value_headers.enabled", "Value": "false"}],
)
told = json.loads(fetch(lab.door("lab03-balancer") + "shop?size=38&size=39")[1])
print({key: value for key, value in told.items() if "query" in key.lower()})

# %% name="multi-value" tags=["solution", "task:multi-value"]
# Tweak: one attribute of the target group makes lists.
# Switch it on and ask again: both sizes must arrive.
elb.modify_target_group_attributes(
    TargetGroupArn=group,
    Attributes=[{"Key": "lambda.multi_value_headers.enabled", "Value": "true"}],
)
told = json.loads(fetch(lab.door("lab03-balancer") + "shop?size=38&size=39")[1])
print({key: value for key, value in told.items() if "query" in key.lower()})

# %% name="check-multi-value"
lab.check("multi-value")

# %% name="exchange"
# Type a request: see the event. Choose an answer: see the
# HTTP. Your answer becomes the code of lab03-desk.
lab.http_exchange("lab03-balancer")

# %% [markdown] name="about-raise"
# ## The handler raises
# The same function behind the same doors, now with a bug. What does each caller get?

# %% name="broken"
%%writefile lab03/desk.py
def handler(event, context):
    raise LookupError("size 38 is sold out")

# %% name="predict-raise" tags=["exercise"]
ui.show(lab.predict("raise-sdk"), lab.predict("raise-api"), lab.predict("raise-alb"))

# %% name="predict-raise" tags=["solution"]
ui.show(
    lab.predict("raise-sdk", guess="an exception of boto3"),
    lab.predict("raise-api", guess="502"),
    lab.predict("raise-alb", guess="502"),
)

# %% name="who-gets-what"
def deploy():  # lab03/desk.py as it is now
    code = package("lab03/desk.py")
    aws_lambda.update_function_code(FunctionName="lab03-desk", ZipFile=code)
    aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab03-desk")

deploy()
reply = aws_lambda.invoke(FunctionName="lab03-desk", Payload="{}")
at_api, at_balancer = fetch(lab.door("lab03-api")), fetch(lab.door("lab03-balancer"))
run = machines.start_sync_execution(stateMachineArn=machine, input="{}")
error = json.load(reply["Payload"])
print("SDK:", reply["StatusCode"], reply["FunctionError"], error["errorMessage"])
print("HTTP API:", *at_api)
print("ALB:", at_balancer[0], " ".join(at_balancer[1].split()))
cause = json.loads(run["cause"])
print("Step Functions:", run["status"], run["error"], cause["errorMessage"])
ui.show(
    lab.reveal("raise-sdk", f"{reply['StatusCode']} and FunctionError"),
    lab.reveal("raise-api", at_api[0]),
    lab.reveal("raise-alb", at_balancer[0]),
)

# %% name="sequence"
# The same calls once more, each with its times: who waits for whom, and how long?
calls = lab.calls("lab03-desk")
start = machines.start_sync_execution
calls.make(
    lambda: start(stateMachineArn=machine, input="{}")["status"],
    caller="your program", door="Step Functions", read=str,
)
for door, name in (("HTTP API", "lab03-api"), ("ALB", "lab03-balancer")):
    url = lab.door(name)
    calls.make(
        lambda: fetch(url), caller="a browser", door=door, read=lambda got: str(got[0])
    )
calls.make(
    lambda: aws_lambda.invoke(FunctionName="lab03-desk", Payload="{}"),
    caller="your program", door="SDK",
)
calls

# %% [markdown] name="about-bad-gateway"
# **Break it.** The handler must not raise this time. Let it return something, and let the balancer answer 502 all the same.
# The card with the four stations above shows what a balancer does not take.

# %% name="answer" tags=["exercise", "task:bad-gateway"]
%%writefile lab03/desk.py
def handler(event, context):
    return {
        "statusCode": 200,
        "multiValueHeaders": {"Content-Type": ["text/plain"]},
        "body": "fine",
    }

# %% name="answer" tags=["solution", "task:bad-gateway"]
%%writefile lab03/desk.py
def handler(event, context):
    return {
        "statusCode": "200",
        "multiValueHeaders": {"Content-Type": ["text/plain"]},
        "body": "fine",
    }

# %% name="check-bad-gateway"
deploy()
print("the balancer:", fetch(lab.door("lab03-balancer"))[0])
print("the HTTP API:", fetch(lab.door("lab03-api"))[0])
lab.check("bad-gateway")

# %% name="too-large" tags=["nbval-check-output"]
# A synchronous event may have 6 MB. A balancer takes 1 MB for a function.
MB = 1024 * 1024
try:
    aws_lambda.invoke(FunctionName="lab03-desk", Payload=json.dumps("x" * 6 * MB))
except aws_lambda.exceptions.ClientError as refusal:
    print(refusal.response["Error"]["Message"])
print("HTTP API, 7 MB:", *fetch(lab.door("lab03-api"), body=b"x" * 7 * MB))
print("ALB, 2 MB:", fetch(lab.door("lab03-balancer"), body=b"x" * 2 * MB)[0])
#> Request must be smaller than 6291456 bytes for the InvokeFunction operation
#> HTTP API, 7 MB: 413 {"message":"Request Entity Too Large"}
#> ALB, 2 MB: 413

# %% [markdown] name="about-services"
# ## Services that ask you
# Some callers are services of AWS, in the middle of their own work. Each sends its own event and insists on its own answer:
# - **Cognito** asks before it takes a new user.
# - **Firehose** lets you transform records before it stores them.
# - **S3 Batch** calls once for each object of a list.

# %% name="services"
%%writefile lab03/services.py
import base64

def gate(event, context):  # Cognito, before a sign-up
    if not event["request"]["userAttributes"]["email"].endswith("@example.com"):
        raise ValueError("members only")
    return event

def transform(event, context):  # Firehose, a batch of records
    for record in event["records"]:
        text = base64.b64decode(record["data"]).decode().upper()
        record["result"] = "Dropped" if "TEST" in text else "Ok"
        record["data"] = base64.b64encode(f"{text}\n".encode()).decode()
    return {"records": event["records"]}

def check(event, context):  # S3 Batch, one object
    task = event["tasks"][0]
    code = "Succeeded" if task["s3Key"].endswith(".jpg") else "PermanentFailure"
    told = {"invocationSchemaVersion": "1.0", "invocationId": event["invocationId"]}
    return told | {"results": [{"taskId": task["taskId"], "resultCode": code}]}

# %% name="sign-up" tags=["nbval-check-output"]
cognito = boto3.client("cognito-idp")
gate_arn = create("lab03-gate", "services", handler="gate")
pool = cognito.create_user_pool(
    PoolName="lab03-members", LambdaConfig={"PreSignUp": gate_arn}
)["UserPool"]
allow("cognito-idp", "members", pool["Arn"], function="lab03-gate")
app = cognito.create_user_pool_client(UserPoolId=pool["Id"], ClientName="web")

for email in ("eve@elsewhere.org", "ada@example.com"):
    who = email.partition("@")[0]
    try:
        cognito.sign_up(
            ClientId=app["UserPoolClient"]["ClientId"], Username=who,
            Password="Secret-123", UserAttributes=[{"Name": "email", "Value": email}],
        )
        print(who, "is in")
    except cognito.exceptions.UserLambdaValidationException as refusal:
        print(who, "|", refusal.response["Error"]["Message"])
#> eve | PreSignUp failed with error members only.
#> ada is in

# %% name="firehose"
s3, firehose = boto3.client("s3"), boto3.client("firehose")
bucket = f"lab03-lake-{account}"
s3.create_bucket(Bucket=bucket)
transform_arn = create("lab03-transform", "services", "transform")
where = {"ParameterName": "LambdaArn", "ParameterValue": transform_arn}
if "lab03-orders" in firehose.list_delivery_streams()["DeliveryStreamNames"]:
    firehose.delete_delivery_stream(DeliveryStreamName="lab03-orders")
firehose.create_delivery_stream(
    DeliveryStreamName="lab03-orders",
    ExtendedS3DestinationConfiguration={
        "RoleARN": services_role, "BucketARN": f"arn:aws:s3:::{bucket}",
        "BufferingHints": {"IntervalInSeconds": 60},
        "ProcessingConfiguration": {
            "Enabled": True,
            "Processors": [{"Type": "Lambda", "Parameters": [where]}],
        },
    },
)
lab.clock(speed=60)  # local cloud only: a minute of waiting takes a second

# %% name="stored"
# Firehose collects for a minute, has the batch transformed and stores what is left.
orders = [{"Data": text.encode()} for text in ("boots 38", "test", "sandals 39")]
firehose.put_record_batch(DeliveryStreamName="lab03-orders", Records=orders)
while not (found := s3.list_objects_v2(Bucket=bucket, Prefix="20").get("Contents")):
    time.sleep(0.1)
stored = s3.get_object(Bucket=bucket, Key=found[-1]["Key"])["Body"]
print(stored.read().decode().strip())

# %% name="s3-batch"
control = boto3.client("s3control")
batch_arn = create("lab03-batch", "services", "check")
keys = ("beach.jpg", "boat.jpg", "notes.txt", "dunes.jpg")
rows = "".join(f"{bucket},{key}\n" for key in keys)
etag = s3.put_object(Bucket=bucket, Key="list.csv", Body=rows)["ETag"]
manifest = {
    "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]},
    "Location": {"ObjectArn": f"arn:aws:s3:::{bucket}/list.csv", "ETag": etag},
}
with lab.watch("lab03-batch") as seen:
    job = control.create_job(
        AccountId=account, RoleArn=services_role, Priority=1, Manifest=manifest,
        Operation={"LambdaInvoke": {"FunctionArn": batch_arn}},
        ConfirmationRequired=False, Report={"Enabled": False},
    )["JobId"]
    which, over = {"AccountId": account, "JobId": job}, ("Complete", "Failed")
    while (told := control.describe_job(**which)["Job"])["Status"] not in over:
        time.sleep(0.1)
print(told["Status"], told["ProgressSummary"])
seen

# %% name="spoken"
# Lex and Alexa speak with people, in your function's words. There is no bot and no
# speaker on this machine: `as_service` sends the event that theirs would send, and
# judges the answer by their rules. Each asks twice: without its permission, and with it.
# (Local cloud only.)
for service in ("lex", "alexa"):
    for _ in range(2):
        told = lab.as_service(service, "lab03-desk")
        print(f"{service}: {told.outcome}, {told.code}\n    {told.text[:160]}")
        if told.permission:
            aws_lambda.add_permission(**told.permission)
lab.integration_map(focus="synchronous")  # who has called your functions by now

# %% [markdown] name="about-errors"
# ## Errors are yours
# Nobody keeps the event of a synchronous call, so Lambda does not try again. Whether to call again is up to the caller.
#
# boto3 can call again by itself. After which errors does it? And what if an answer only takes too long?

# %% name="stall"
%%writefile lab03/stall.py
import os
import random
import time

chance = random.Random(2)  # the same misfortune in every execution environment

def handler(event, context):
    time.sleep(event.get("seconds", 0.15))
    bad_luck = float(os.environ.get("BAD_LUCK", 0))
    if event.get("broken") or chance.random() < bad_luck:
        raise ConnectionError("the till is jammed")
    print("served", event.get("client"))
    return "sold"

# %% name="predict-boto3" tags=["exercise"]
ui.show(
    lab.predict("boto3-raises"), lab.predict("boto3-busy"), lab.predict("impatient")
)

# %% name="predict-boto3" tags=["solution"]
ui.show(
    lab.predict("boto3-raises", guess=3),
    lab.predict("boto3-busy", guess=3),
    lab.predict("impatient", guess=1),
)

# %% name="boto3-retries"
from botocore.config import Config

create("lab03-stall", "stall")
standard = boto3.client("lambda", config=Config(retries={"mode": "standard"}))
with lab.watch("lab03-stall") as raised:
    standard.invoke(FunctionName="lab03-stall", Payload='{"broken": true}')

aws_lambda.put_function_concurrency(  # no environment at all: every call is throttled
    FunctionName="lab03-stall", ReservedConcurrentExecutions=0
)
with lab.watch("lab03-stall") as busy:
    try:
        standard.invoke(FunctionName="lab03-stall", Payload="{}")
    except standard.exceptions.TooManyRequestsException as refusal:
        print(refusal)
aws_lambda.delete_function_concurrency(FunctionName="lab03-stall")
ui.show(
    lab.reveal("boto3-raises", len(raised.records)),
    lab.reveal("boto3-busy", len(busy.records)),
)

# %% name="impatient"
from botocore.exceptions import ReadTimeoutError

in_a_hurry = Config(read_timeout=0.4, retries={"mode": "standard"})
hasty = boto3.client("lambda", config=in_a_hurry)
order = json.dumps({"seconds": 1, "client": "in a hurry"})
with lab.watch("lab03-stall") as seen:
    try:
        hasty.invoke(FunctionName="lab03-stall", Payload=order)
    except ReadTimeoutError as error:
        print("the caller saw only:", error)
    time.sleep(1.2)  # the last call still runs: Lambda knows of no timeout
finished = sum(record.outcome == "success" for record in seen.records)
lab.reveal("impatient", finished, picture=seen)

# %% [markdown] name="about-herd"
# ### A herd
# Twenty customers come at the same moment. The stall serves two at a time, 0.15 s each. A customer who is turned away (429)
# comes again, in one of three ways:
# - **at once again**;
# - **with backoff**: after a wait that doubles each time;
# - **with backoff and jitter**: after a wait drawn at random, between nothing and that doubled wait.

# %% name="rush"
from concurrent.futures import ThreadPoolExecutor
one_call = Config(retries={"total_max_attempts": 1}, max_pool_connections=20)
once = boto3.client("lambda", config=one_call)  # boto3 itself tries nothing again

def rush(wait):  # wait(attempt) in seconds
    calls = []
    def customer(client):
        order = json.dumps({"client": client})
        for attempt in range(500):
            call = {"caller": client, "sent_at": time.time(), "answer": "200"}
            try:
                once.invoke(FunctionName="lab03-stall", Payload=order)
            except once.exceptions.TooManyRequestsException:
                call["answer"] = "429"
            calls.append(call | {"answered_at": time.time()})
            if call["answer"] == "200":
                return
            time.sleep(wait(attempt))
    list(ThreadPoolExecutor(20).map(customer, range(20)))
    return calls

# %% name="predict-herd" tags=["exercise"]
ui.show(lab.predict("herd-fewest"), lab.predict("herd-first"))

# %% name="predict-herd" tags=["solution"]
ui.show(
    lab.predict("herd-fewest", guess="with backoff"),
    lab.predict("herd-first", guess="with backoff and jitter"),
)

# %% name="herd"
import random

aws_lambda.put_function_concurrency(
    FunctionName="lab03-stall", ReservedConcurrentExecutions=2
)
def doubling(attempt):
    return min(0.75, 0.3 * 2**attempt)

herds = {
    "at once again": rush(lambda attempt: 0),
    "with backoff": rush(doubling),
    "with backoff and jitter": rush(lambda n: random.uniform(0, doubling(n))),
}
def seconds(calls):
    begun = min(call["sent_at"] for call in calls)
    return max(call["answered_at"] for call in calls) - begun

fewest = lab.reveal("herd-fewest", min(herds, key=lambda name: len(herds[name])))
first = lab.reveal("herd-first", min(herds, key=lambda name: seconds(herds[name])))
ui.show(ui.herd(herds), fewest, first)

# %% [markdown] name="about-persistent"
# ### Rework: everybody gets served
# A sale: the same rush, and about one call in three raises. Write `persistent` so that all 20 customers are served,
# with at most **160 calls** together and within **10 seconds**.
#
# - `invoke()` makes one call. When the function is busy, it raises `once.exceptions.TooManyRequestsException`.
# - What it returns may still be an error: look for `FunctionError`.
# - Who has been served must not call again.

# %% name="sale"
from contextlib import suppress

def sale(persistent):
    create("lab03-sale", "stall", Environment={"Variables": {"BAD_LUCK": "0.333"}})
    aws_lambda.put_function_concurrency(
        FunctionName="lab03-sale", ReservedConcurrentExecutions=2
    )

    def customer(client):
        order = json.dumps({"client": client, "seconds": 0.1})
        left, replies = iter(range(200)), []
        def invoke():
            next(left)  # a loop without an end ends here
            replies.append(once.invoke(FunctionName="lab03-sale", Payload=order))
            return replies[-1]
        with suppress(once.exceptions.ClientError, StopIteration):
            persistent(invoke)
        return any("FunctionError" not in reply for reply in replies)
    happy = sum(ThreadPoolExecutor(20).map(customer, range(20)))
    return f"{happy} of 20 went home happy"

# %% name="persistent" tags=["exercise", "task:persistent"]
def persistent(invoke):
    # Write your code here
    return invoke()

sale(persistent)

# %% name="persistent" tags=["solution", "task:persistent"]
def persistent(invoke):
    for attempt in range(100):
        try:
            reply = invoke()
            if "FunctionError" not in reply:
                return reply
        except once.exceptions.TooManyRequestsException:
            pass
        time.sleep(random.uniform(0, min(1.6, 0.2 * 2**attempt)))
    return reply

sale(persistent)

# %% name="check-persistent"
lab.check("persistent")

# %% [markdown] name="about-production"
# ## In production
# - **Let the client wait longer than the function may run**: set `read_timeout` above the function's timeout.
#   Otherwise boto3 gives up, calls again, and you pay for work whose result nobody reads.
# - **Retry only what may run twice.** A caller cannot know whether the first call did its work. Lab 04 makes functions idempotent.
# - **Limit the number of retries and the time.** A person leaves after a few seconds; an HTTP API waits 30 s at most.
# - **Alarm on what callers see**: the function's `Errors` and `Throttles`, the balancer's `HTTPCode_ELB_5XX_Count`, the API's `5xx`.
#   A success in Lambda can be a 502 at the door.
# - **Choose the door by the caller**: API Gateway, a balancer or CloudFront (lab 13) for the web, the SDK for your own programs.
#
# **What was not quite AWS here**: the doors answer on this machine, without TLS and without names in DNS. A balancer is there at once;
# on AWS it takes minutes, and costs money by the hour. The events of Lex and Alexa were samples, and their answers were judged by rules
# written down from AWS's documents. The clock ran 60 times faster for Firehose. `docs/fidelity.md` lists every difference.

# %% name="bill"
from lambada_labs import pricing
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import parts

work = Workload(memory_mb=128, duration_ms=20, requests=10_000_000)
fronts = {
    "SDK, CLI": (),
    "HTTP API": (parts.ApiGatewayHttp(),),
    "REST API": (parts.ApiGatewayRest(),),
    "load balancer": (parts.LoadBalancer(),),
}
table = []
for name, front in fronts.items():
    month = pricing.bill_both(pricing.Scenario(workload=work, parts=front))[0].total
    table.append({"Door": name, "Ten million calls a month": f"${month:,.2f}"})
reading = "20 ms at 128 MB, after the free tier. A balancer's hours cost even idle."
title = "The door can cost more than the function"
ui.show(lab.bill(), ui.table(table, title=title, reading=reading))

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
