# ---
# jupyter:
#   jupytext:
#     comment_magics: false
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] name="title"
# # 05 · Events
# Something happened, and a service tells your function.
# Nobody waits for the answer: the service puts an event into Lambda's queue, and goes on.

# %% name="open"
from lambada_labs import open_lab

lab = open_lab("05")
lab

# %% [markdown] name="about-thumbnails"
# ## A picture arrives
# Somebody uploads a picture to a bucket; your function makes a thumbnail of it and notes its size in a table.
# The code that makes pictures smaller lies in a **layer**: Lambda unpacks it under `/opt` for every function that names it.
#
# The bucket must know whom to tell: a **notification**. And the function must let S3 in: a **permission**.
# A rule of the notification can filter by the object's name: the deck's `*.jpg` is written as a suffix.

# %% name="layer"
import json

import boto3
from lambada_labs import package, ui
from lambada_labs.labs import pictures

aws_lambda, s3 = boto3.client("lambda"), boto3.client("s3")
account = boto3.client("sts").get_caller_identity()["Account"]
# Opening the lab made this role.
role_arn = boto3.client("iam").get_role(RoleName="lab05-role")["Role"]["Arn"]

layer = aws_lambda.publish_layer_version(
    LayerName="lab05-small-jpeg",
    Content={"ZipFile": pictures.layer()},
    CompatibleRuntimes=["python3.13"],
)
layer["LayerVersionArn"]

# %% name="handler"
%%writefile lab05/thumbs.py
import os

import boto3
from small_jpeg import thumbnail  # from the layer

s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table("lab05-pictures")

def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = record["s3"]["object"]["key"]
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        small, (width, height) = thumbnail(picture)
        out = os.environ.get("PREFIX", "") + key
        s3.put_object(Bucket=os.environ["THUMBS"], Key=out, Body=small)
        table.put_item(Item={"key": key, "width": width, "height": height})
        print(f"thumbnail of {key}")

# %% name="create-function"
# Nothing new: two helpers, for the functions and the permissions of this lab.
# `lab.fresh` removes an older function of that name, so that a cell can run again.
def create(name, module, **settings):
    code = {"ZipFile": package(f"lab05/{module}.py")}
    made = aws_lambda.create_function(
        FunctionName=lab.fresh(name), Runtime="python3.13", Role=role_arn, Code=code,
        Handler=f"{module}.handler", Timeout=20, Tags=lab.tags, **settings,
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName=name)
    return made["FunctionArn"]

def allow(name, service, source):
    aws_lambda.add_permission(
        FunctionName=name, StatementId=service.partition(".")[0], Principal=service,
        Action="lambda:InvokeFunction", SourceArn=source, SourceAccount=account,
    )

def create_thumbs(name, **variables):
    more = {"Layers": [layer["LayerVersionArn"]], "MemorySize": 512}
    return create(name, "thumbs", Environment={"Variables": variables}, **more)

# %% name="notification"
uploads, thumbs = f"lab05-uploads-{account}", f"lab05-thumbs-{account}"
for bucket in (uploads, thumbs):
    s3.create_bucket(Bucket=bucket)
thumbs_arn = create_thumbs("lab05-thumbs", THUMBS=thumbs)
allow("lab05-thumbs", "s3.amazonaws.com", f"arn:aws:s3:::{uploads}")

def rule(suffix, arn=thumbs_arn):
    named = [{"Name": "suffix", "Value": suffix}]
    only = {"Key": {"FilterRules": named}}
    return {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": only}

def notify(bucket, *rules):
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"LambdaFunctionConfigurations": list(rules)},
    )

notify(uploads, rule(".jpg"))

# %% name="predict-thumbnails" tags=["exercise"]
lab.predict("thumbnails")

# %% name="predict-thumbnails" tags=["solution"]
lab.predict("thumbnails", guess=4)

# %% name="drop"
scenes = {"beach.jpg": "beach", "forest.jpg": "forest", "evening.jpg": "evening"}
scenes["IMG_0042.JPG"] = "snow"
for key, scene in scenes.items():
    s3.put_object(Bucket=uploads, Key=key, Body=pictures.picture(scene))
s3.put_object(Bucket=uploads, Key="notes.txt", Body=b"remember the sun cream")

lab.gallery(uploads, thumbs)
table = boto3.resource("dynamodb").Table("lab05-pictures")
row = table.get_item(Key={"key": "beach.jpg"})["Item"]
print(f"in the table: {row['key']} is {row['width']} × {row['height']}")
lab.reveal("thumbnails", s3.list_objects_v2(Bucket=thumbs)["KeyCount"])

# %% [markdown] name="about-capital"
# **Tweak.** Have `IMG_0042.JPG` get its thumbnail, too. `notify` takes any number of rules, and replaces all that the bucket had.

# %% name="capital" tags=["exercise", "task:capital"]
notify(uploads, rule(".jpg"))

s3.put_object(Bucket=uploads, Key="IMG_0042.JPG", Body=pictures.picture("snow"))
lab.gallery(uploads, thumbs)

# %% name="capital" tags=["solution", "task:capital"]
notify(uploads, rule(".jpg"), rule(".JPG"))

s3.put_object(Bucket=uploads, Key="IMG_0042.JPG", Body=pictures.picture("snow"))
lab.gallery(uploads, thumbs)

# %% name="check-capital"
lab.check("capital")

# %% [markdown] name="about-blank"
# ## A name with a blank
# `red desert.jpg` ends in `.jpg`, so its event is sent. Follow it: where the handler fails, Lambda tries again, on AWS after one minute
# and then after two more. Here the **platform's clock** runs 60 times as fast: a minute takes a second. Handlers run at true speed.

# %% name="blank"
import time

ui.show(lab.clock(speed=60))
path = lab.event_path("lab05-thumbs", since=time.time())
s3.put_object(Bucket=uploads, Key="red desert.jpg", Body=pictures.picture("desert"))
path.wait(events=1)

# %% name="blank-log"
logs = boto3.client("logs")

def printed(name, word):
    group = f"/aws/lambda/{name}"
    found = logs.filter_log_events(logGroupName=group, filterPattern=word)
    return [event["message"].strip() for event in found["events"]]

print(printed("lab05-thumbs", "NoSuchKey")[-1].partition("\n")[0])

# %% [markdown] name="about-blank-task"
# **Bug hunt.** Keys in S3's records are URL-encoded: a blank comes as `+`, `é` as `%C3%A9`, a plus as `%2B`. Have the handler take every name.

# %% name="decode" tags=["exercise", "task:decode"]
%%writefile lab05/thumbs.py
import os
from urllib.parse import unquote_plus

import boto3
from small_jpeg import thumbnail  # from the layer

s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table("lab05-pictures")

def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = record["s3"]["object"]["key"]  # decode the key
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        small, (width, height) = thumbnail(picture)
        out = os.environ.get("PREFIX", "") + key
        s3.put_object(Bucket=os.environ["THUMBS"], Key=out, Body=small)
        table.put_item(Item={"key": key, "width": width, "height": height})
        print(f"thumbnail of {key}")

# %% name="decode" tags=["solution", "task:decode"]
%%writefile lab05/thumbs.py
import os
from urllib.parse import unquote_plus

import boto3
from small_jpeg import thumbnail  # from the layer

s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table("lab05-pictures")

def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        small, (width, height) = thumbnail(picture)
        out = os.environ.get("PREFIX", "") + key
        s3.put_object(Bucket=os.environ["THUMBS"], Key=out, Body=small)
        table.put_item(Item={"key": key, "width": width, "height": height})
        print(f"thumbnail of {key}")

# %% name="check-decode"
code = package("lab05/thumbs.py")
aws_lambda.update_function_code(FunctionName="lab05-thumbs", ZipFile=code)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab05-thumbs")
s3.put_object(Bucket=uploads, Key="red desert.jpg", Body=pictures.picture("desert"))

lab.gallery(uploads, thumbs)
lab.check("decode")

# %% [markdown] name="about-loop"
# ## The classic mistake
# One bucket less to look after: the thumbnail goes back into the bucket that the picture came from.
# **Break it:** have the function write `t-forest.jpg` into the album itself. `THUMBS` names the bucket, `PREFIX` begins the name.

# %% name="predict-loop" tags=["exercise"]
lab.predict("loop")

# %% name="predict-loop" tags=["solution"]
lab.predict("loop", guess=2)

# %% name="loop" tags=["exercise", "task:loop"]
album = f"lab05-album-{account}"
s3.create_bucket(Bucket=album)
loop_arn = create_thumbs("lab05-loop", THUMBS=thumbs, PREFIX="forest-")
allow("lab05-loop", "s3.amazonaws.com", f"arn:aws:s3:::{album}")
notify(album, rule(".jpg", arn=loop_arn))

s3.put_object(Bucket=album, Key="forest.jpg", Body=pictures.picture("forest"))
lab.gallery(album, album)

# %% name="loop" tags=["solution", "task:loop"]
album = f"lab05-album-{account}"
s3.create_bucket(Bucket=album)
loop_arn = create_thumbs("lab05-loop", THUMBS=album, PREFIX="t-")
allow("lab05-loop", "s3.amazonaws.com", f"arn:aws:s3:::{album}")
notify(album, rule(".jpg", arn=loop_arn))

s3.put_object(Bucket=album, Key="forest.jpg", Body=pictures.picture("forest"))
lab.gallery(album, album)

# %% name="check-loop"
# Each run leaves one object; a lonely first one has left it elsewhere.
runs = max(1, s3.list_objects_v2(Bucket=album)["KeyCount"] - 1)
ui.show(lab.reveal("loop", runs), lab.check("loop"))

# %% name="invoice"
from lambada_labs.pricing import compare

one_picture = lab.workload("lab05-loop", requests=1)
ui.failures([compare.recursion_stopped(one_picture), compare.recursion(one_picture)])

# %% [markdown] name="about-kinds"
# Lambda sees circles through S3, SQS and SNS, and drops the event after about 16 rounds; through EventBridge or DynamoDB it sees none.
# Where one bucket must do, give the rule a prefix that thumbnails lack: pictures come in under `in/`, thumbnails go out under `out/`.
#
# ## What S3 tells, and what it does not
# A notification can go to a queue or a topic as well. Here a queue collects what happens to one price list.

# %% name="queue"
sqs, prices = boto3.client("sqs"), f"lab05-prices-{account}"
s3.create_bucket(Bucket=prices)
queue = sqs.create_queue(QueueName="lab05-news")["QueueUrl"]
asked = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
queue_arn = asked["Attributes"]["QueueArn"]
s3_may = {
    "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
    "Action": "sqs:SendMessage", "Resource": queue_arn,
    "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{prices}"}},
}
policy = json.dumps({"Version": "2012-10-17", "Statement": [s3_may]})
sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})

kinds = ["ObjectCreated:*", "ObjectRemoved:*", "ObjectRestore:*", "Replication:*"]
to_queue = {"QueueArn": queue_arn, "Events": [f"s3:{kind}" for kind in kinds]}
s3.put_bucket_notification_configuration(
    Bucket=prices, NotificationConfiguration={"QueueConfigurations": [to_queue]}
)
queue_arn

# %% name="kinds" tags=["nbval-check-output"]
s3.put_object(Bucket=prices, Key="draft", Body=b"1.20")
s3.copy_object(Bucket=prices, Key="list", CopySource={"Bucket": prices, "Key": "draft"})
s3.delete_object(Bucket=prices, Key="draft")
s3.put_object(Bucket=prices, Key="archive", Body=b"0.90", StorageClass="GLACIER")
s3.restore_object(Bucket=prices, Key="archive", RestoreRequest={"Days": 1})

names = []
while len(names) < 6:
    got = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)
    for message in got.get("Messages", []):
        told = json.loads(message["Body"])
        names.append(told.get("Event") or told["Records"][0]["eventName"])
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
print(*sorted(names), sep="\n")
#> ObjectCreated:Copy
#> ObjectCreated:Put
#> ObjectCreated:Put
#> ObjectRemoved:Delete
#> ObjectRestore:Post
#> s3:TestEvent

# %% name="predict-simultaneous" tags=["exercise"]
ui.show(lab.predict("unversioned"), lab.predict("versioned"))

# %% name="predict-simultaneous" tags=["solution"]
ui.show(lab.predict("unversioned", guess="40"), lab.predict("versioned", guess="40"))

# %% name="simultaneous"
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

def waiting(name="ApproximateNumberOfMessages"):
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(found["Attributes"][name])

def save_together(times=20):
    before, together = waiting(), Barrier(2)
    def save(text):
        for _ in range(times):
            together.wait()
            s3.put_object(Bucket=prices, Key="list", Body=text)
    with ThreadPoolExecutor(2) as people:
        list(people.map(save, (b"mine" * 20_000, b"yours" * 20_000)))
    return waiting() - before

# %% name="save-together"
plain = save_together()
s3.put_bucket_versioning(Bucket=prices, VersioningConfiguration={"Status": "Enabled"})
versioned = save_together()
print(f"40 writes: {plain} events without versions, {versioned} with")
ui.show(
    lab.reveal("unversioned", "fewer than 40" if plain < 40 else "40"),
    lab.reveal("versioned", "fewer than 40" if versioned < 40 else "40"),
)

# %% [markdown] name="about-late"
# ## Late, and in the wrong order
# Events mostly come within seconds, sometimes after a minute or longer, and nobody promises their order.
# This function keeps a table of what each price list says now.

# %% name="prices"
%%writefile lab05/prices.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-prices")

def handler(event, context):
    for record in event["Records"]:
        told = record["s3"]["object"]
        item = {name: told[name] for name in ("key", "size", "sequencer")}
        table.put_item(Item=item)

# %% name="predict-late" tags=["exercise"]
lab.predict("late")

# %% name="predict-late" tags=["solution"]
lab.predict("late", guess="all 6")

# %% name="late"
prices_arn = create("lab05-prices", "prices")
allow("lab05-prices", "s3.amazonaws.com", f"arn:aws:s3:::{prices}")
notify(prices, rule(".csv", arn=prices_arn))

lab.clock(late=1)  # only here: every event of S3 comes one to three minutes late
for text in (b"old", b"the new prices"):
    for shop in range(6):
        s3.put_object(Bucket=prices, Key=f"shop-{shop}.csv", Body=text)
lab.clock(late=0, turn=200)  # and their time passes
lab.settled()

table = boto3.resource("dynamodb").Table("lab05-prices")
rows = [table.get_item(Key={"key": f"shop-{shop}.csv"})["Item"] for shop in range(6)]
sizes = [int(row["size"]) for row in rows]
right = sizes.count(len(b"the new prices"))
print("sizes in the table:", sizes)
lab.reveal("late", "all 6" if right == 6 else "some" if right else "none")

# %% [markdown] name="about-sequencer"
# **Rework.** Each write or deletion of a key has a `sequencer`, greater than the one before. Write only if the table has no row or an older one.
# Do not raise for the rest: an error would bring the old event back.

# %% name="sequencer" tags=["exercise", "task:sequencer"]
%%writefile lab05/prices.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-prices")

def handler(event, context):
    for record in event["Records"]:
        told = record["s3"]["object"]
        item = {name: told[name] for name in ("key", "size", "sequencer")}
        # Write your code here: ConditionExpression=..., ExpressionAttributeValues=...
        table.put_item(Item=item)

# %% name="sequencer" tags=["solution", "task:sequencer"]
%%writefile lab05/prices.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-prices")
older = table.meta.client.exceptions.ConditionalCheckFailedException
newer = "attribute_not_exists(sequencer) OR sequencer < :mine"

def handler(event, context):
    for record in event["Records"]:
        told = record["s3"]["object"]
        item = {name: told[name] for name in ("key", "size", "sequencer")}
        try:
            table.put_item(
                Item=item, ConditionExpression=newer,
                ExpressionAttributeValues={":mine": told["sequencer"]},
            )
        except older:
            print(f"older news of {told['key']}")

# %% name="check-sequencer"
create("lab05-prices", "prices")
lab.check("sequencer")

# %% [markdown] name="about-cron"
# ## Every morning at eight
# CloudWatch Events, EventBridge by today's name, sends an event by the clock: `rate(5 minutes)`, or `cron(…)` with
# minute, hour, day of month, month, day of week and year. The handler prints the time that the event was planned for.

# %% name="predict-utc" tags=["exercise"]
lab.predict("utc")

# %% name="predict-utc" tags=["solution"]
lab.predict("utc", guess=8)

# %% name="utc"
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

tick = "def handler(event, context):\n    print('tick', event['time'])\n"
Path("lab05/tick.py").write_text(tick)
events, eight = boto3.client("events"), "cron(0 8 * * ? *)"

report = events.put_rule(Name="lab05-report", ScheduleExpression=eight)["RuleArn"]
arn = create("lab05-report", "tick")
allow("lab05-report", "events.amazonaws.com", report)
events.put_targets(Rule="lab05-report", Targets=[{"Id": "tick", "Arn": arn}])
lab.clock(turn=24 * 60 * 60)  # only here: a day passes
lab.cron_dial("lab05-report", eight, zone="Europe/Riga")

came = datetime.fromisoformat(printed("lab05-report", "tick")[-1].removeprefix("tick "))
lab.reveal("utc", came.astimezone(ZoneInfo("Europe/Riga")).hour)

# %% [markdown] name="about-riga"
# **Tweak.** The report shall be there at 8 in Riga, in summer, too. Rules know only UTC; **EventBridge Scheduler** takes a time zone.
# It needs no permission in the function's policy: each schedule names a **role** that may invoke the function.

# %% name="riga" tags=["exercise", "task:riga"]
scheduler = boto3.client("scheduler")
role = boto3.client("iam").get_role(RoleName="lab05-caller-role")["Role"]["Arn"]
told = '{"time": "<aws.scheduler.scheduled-time>"}'
report = {"Arn": create("lab05-riga", "tick"), "RoleArn": role, "Input": told}
wanted = {
    "Name": "lab05-riga", "Target": report, "FlexibleTimeWindow": {"Mode": "OFF"},
    "ScheduleExpression": eight, "ScheduleExpressionTimezone": "UTC",
}
try:
    scheduler.create_schedule(**wanted)
except scheduler.exceptions.ConflictException:
    scheduler.update_schedule(**wanted)
lab.clock(turn=24 * 60 * 60)
lab.cron_dial("lab05-riga", wanted["ScheduleExpression"], zone="Europe/Riga")

# %% name="riga" tags=["solution", "task:riga"]
scheduler = boto3.client("scheduler")
role = boto3.client("iam").get_role(RoleName="lab05-caller-role")["Role"]["Arn"]
told = '{"time": "<aws.scheduler.scheduled-time>"}'
report = {"Arn": create("lab05-riga", "tick"), "RoleArn": role, "Input": told}
wanted = {
    "Name": "lab05-riga", "Target": report, "FlexibleTimeWindow": {"Mode": "OFF"},
    "ScheduleExpression": eight, "ScheduleExpressionTimezone": "Europe/Riga",
}
try:
    scheduler.create_schedule(**wanted)
except scheduler.exceptions.ConflictException:
    scheduler.update_schedule(**wanted)
lab.clock(turn=24 * 60 * 60)
lab.cron_dial("lab05-riga", wanted["ScheduleExpression"], zone="Europe/Riga")

# %% name="check-riga"
lab.check("riga")

# %% [markdown] name="about-fan-out"
# ## One message, three functions
# A topic sends every message to all who subscribed. A **filter policy** spares those who do not care.

# %% name="fan-out"
fan = """def handler(event, context):
    print('heard', event['Records'][0]['Sns']['Subject'])
"""
Path("lab05/fan.py").write_text(fan)
sns = boto3.client("sns")
topic = sns.create_topic(Name="lab05-orders")["TopicArn"]
policies = {
    "lab05-mail": None,
    "lab05-baltic": {"country": ["LV", "EE", "LT"]},
    "lab05-large": {"amount": [{"numeric": [">=", 100]}]},
}
for name, policy in policies.items():
    arn = create(name, "fan")
    allow(name, "sns.amazonaws.com", topic)
    only = {"FilterPolicy": json.dumps(policy)} if policy else {}
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn, Attributes=only)

# %% name="predict-fan-out" tags=["exercise"]
lab.predict("fan-out")

# %% name="predict-fan-out" tags=["solution"]
lab.predict("fan-out", guess=3)

# %% name="publish"
def order(subject, country, amount, attributes=True):
    body = json.dumps({"country": country, "amount": amount})
    named = {
        "country": {"DataType": "String", "StringValue": country},
        "amount": {"DataType": "Number", "StringValue": str(amount)},
    }
    found = named if attributes else {}
    sns.publish(TopicArn=topic, Subject=subject, Message=body, MessageAttributes=found)

order("from Riga", "LV", 120)
order("from Boston", "US", 480)
order("only a body", "LV", 120, attributes=False)
lab.settled()
heard = {name: sorted(printed(name, "heard")) for name in policies}
rows = [{"function": who, "it printed": ", ".join(said)} for who, said in heard.items()]
ui.show(
    ui.table(rows, title="Three messages, three functions"),
    lab.reveal("fan-out", sum("heard only a body" in said for said in heard.values())),
)

# %% [markdown] name="about-pattern"
# ## A pattern that picks events
# On an EventBridge bus everybody's events come by. A rule's **pattern** names fields and the values it wants, always in lists.
#
# **Twiddle.** Make a rule for orders *placed*, from LV, EE or LT, of 100 or more. Try patterns in the card until exactly the
# events marked *wanted* light up, then write yours into the cell.

# %% name="pattern" tags=["exercise", "task:pattern"]
pattern = {"source": ["shop.orders"]}

events.put_rule(Name="lab05-baltic-orders", EventPattern=json.dumps(pattern))
lab.pattern_tester(pattern)

# %% name="pattern" tags=["solution", "task:pattern"]
pattern = {
    "source": ["shop.orders"],
    "detail-type": ["OrderPlaced"],
    "detail": {"country": ["LV", "EE", "LT"], "amount": [{"numeric": [">=", 100]}]},
}
events.put_rule(Name="lab05-baltic-orders", EventPattern=json.dumps(pattern))
lab.pattern_tester(pattern)

# %% name="check-pattern"
lab.check("pattern")

# %% [markdown] name="about-logs"
# ## Lines that call a function
# A **subscription filter** sends the lines of a log group that match a pattern to a function. This one prints what it gets.

# %% name="predict-lines" tags=["exercise"]
lab.predict("lines")

# %% name="predict-lines" tags=["solution"]
lab.predict("lines", guess="the lines as JSON")

# %% name="lines"
watcher = """def handler(event, context):
    print('got', event['awslogs']['data'])
"""
Path("lab05/watcher.py").write_text(watcher)
region, group = boto3.session.Session().region_name, "/aws/lambda/lab05-thumbs"
watcher_arn = create("lab05-watcher", "watcher")
source = f"arn:aws:logs:{region}:{account}:log-group:{group}:*"
allow("lab05-watcher", "logs.amazonaws.com", source)
logs.put_subscription_filter(
    logGroupName=group, filterName="thumbnails", filterPattern="thumbnail",
    destinationArn=watcher_arn,
)
s3.put_object(Bucket=uploads, Key="beach.jpg", Body=pictures.picture("beach"))
lab.settled()

data = printed("lab05-watcher", "got")[-1].removeprefix("got ")
print(data[:60], "…")
readable = data.startswith("{")
lab.reveal("lines", "the lines as JSON" if readable else "letters that say nothing")

# %% name="unpack" tags=["nbval-check-output"]
import base64
import gzip

told = json.loads(gzip.decompress(base64.b64decode(data)))
print(list(told))
print(told["logGroup"], [line["message"].strip() for line in told["logEvents"]])
#> ['messageType', 'owner', 'logGroup', 'logStream', 'subscriptionFilters', 'logEvents']
#> /aws/lambda/lab05-thumbs ['thumbnail of beach.jpg']

# %% [markdown] name="about-producers"
# ## The other senders
# Each card is a service that calls functions. Flip it: what it wants back, and what happens otherwise. Most are let in by a permission of the
# function, some bring a role. The button sends a sample of the service's own event; on an account the service does that itself.

# %% name="producers"
anybody = """def handler(event, context):
    print('keys', sorted(event))
    return {}
"""
Path("lab05/anybody.py").write_text(anybody)
create("lab05-anybody", "anybody")
cards = lab.producers("lab05-anybody", role=role)
for service in cards.services:
    if service.permission:
        named = {"FunctionName": "lab05-anybody", "StatementId": service.name}
        aws_lambda.add_permission(**{**service.permission, **named})
for change in ("new branch", "new tag", "push"):
    cards.run("codecommit", change=change)
last = cards.run_all()
cards

# %% name="job-result" tags=["nbval-check-output"]
# CodePipeline still waits: returning is not answering. The handler has to report.
calls_back = """import boto3

def handler(event, context):
    job = event.get("CodePipeline.job")
    if job:
        boto3.client("codepipeline").put_job_success_result(jobId=job["id"])
"""
print(cards.ran["codepipeline"].outcome)
Path("lab05/anybody.py").write_text(calls_back)
code = package("lab05/anybody.py")
aws_lambda.update_function_code(FunctionName="lab05-anybody", ZipFile=code)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab05-anybody")
print(cards.run("codepipeline").outcome)
#> waiting
#> accepted

# %% [markdown] name="about-orders"
# ## Exactly as often as it should be
# Each order is one event; the function keeps the order and adds its amount to the total. Five orders of 10 come.
# An event queue delivers **at least once**: rarely twice on AWS, here every time, because you switch it on.

# %% name="orders"
%%writefile lab05/orders.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-orders")

def handler(event, context):
    order = event["detail"]
    table.put_item(Item={"key": "order " + order["order"], "amount": order["amount"]})
    table.update_item(
        Key={"key": "total"}, UpdateExpression="ADD amount :more",
        ExpressionAttributeValues={":more": order["amount"]},
    )

# %% name="predict-total" tags=["exercise"]
lab.predict("total")

# %% name="predict-total" tags=["solution"]
lab.predict("total", guess=50)

# %% name="total"
wanted = '{"source": ["lab05.shop"]}'
shop_rule = events.put_rule(Name="lab05-orders", EventPattern=wanted)["RuleArn"]
orders_arn = create("lab05-orders", "orders")
allow("lab05-orders", "events.amazonaws.com", shop_rule)
events.put_targets(Rule="lab05-orders", Targets=[{"Id": "orders", "Arn": orders_arn}])
orders_table = boto3.resource("dynamodb").Table("lab05-orders")
orders_table.delete_item(Key={"key": "total"})

lab.clock(duplicates=1)  # only here: every event comes twice
details = [json.dumps({"order": f"A-{number}", "amount": 10}) for number in range(5)]
order_placed = {"Source": "lab05.shop", "DetailType": "OrderPlaced"}
events.put_events(Entries=[{**order_placed, "Detail": detail} for detail in details])
lab.settled()
lab.clock(duplicates=0)
lab.reveal("total", int(orders_table.get_item(Key={"key": "total"})["Item"]["amount"]))

# %% [markdown] name="about-pipeline"
# **Rework.** Every event counts once: the same event twice adds once, two events of the same amount add twice. `event["id"]` tells them apart.
# And a handler that fails half-way leaves nothing behind: no mark, no order, no amount. Then Lambda's next try is harmless.

# %% name="pipeline" tags=["exercise", "task:pipeline"]
%%writefile lab05/orders.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-orders")

def handler(event, context):
    order = event["detail"]
    # Write your code here
    table.put_item(Item={"key": "order " + order["order"], "amount": order["amount"]})
    table.update_item(
        Key={"key": "total"}, UpdateExpression="ADD amount :more",
        ExpressionAttributeValues={":more": order["amount"]},
    )

# %% name="pipeline" tags=["solution", "task:pipeline"]
%%writefile lab05/orders.py
import boto3

client, table = boto3.client("dynamodb"), {"TableName": "lab05-orders"}
once, add = "attribute_not_exists(done)", "ADD amount :more"

def handler(event, context):
    order, amount = event["detail"]["order"], {"N": str(event["detail"]["amount"])}
    mark = {"key": {"S": "event " + event["id"]}, "done": {"BOOL": True}}
    kept = {"key": {"S": "order " + order}, "amount": amount}
    more = {"UpdateExpression": add, "ExpressionAttributeValues": {":more": amount}}
    try:
        client.transact_write_items(TransactItems=[  # all of it, or nothing
            {"Put": table | {"Item": mark, "ConditionExpression": once}},
            {"Put": table | {"Item": kept}},
            {"Update": table | {"Key": {"key": {"S": "total"}}} | more},
        ])
    except client.exceptions.TransactionCanceledException as refused:
        if "[ConditionalCheckFailed" not in str(refused):
            raise  # not a repetition: Lambda shall try again

# %% name="check-pipeline"
create("lab05-orders", "orders")
lab.check("pipeline")

# %% [markdown] name="about-production"
# ## In production
# - Give every function an on-failure destination, and an alarm on it.
# - Send S3's events to EventBridge where several functions want them.
# - Powertools for AWS Lambda has idempotency ready to use.
#
# What differs here: events come at once and in order unless you ask otherwise, and rules bind at once; on a real account both take seconds
# to minutes. Two writes that overlap always give one event here; on AWS they may. S3's ids are stand-ins, signatures of SNS messages
# cannot be verified, and schedules come to the second.

# %% name="bill"
lab.bill()

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
