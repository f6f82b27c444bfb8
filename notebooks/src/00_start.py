# ---
# jupyter:
#   jupytext:
#     comment_magics: false
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] name="title"
# # 00 · Start
# There is a cloud on this machine, and it really runs code.
#
# Run each cell with **Shift-Enter** and read what appears below it.

# %% name="open"
from lambada_labs import open_lab

lab = open_lab("00")
lab

# %% [markdown] name="about-health"
# ## What this machine can do
# Nothing here needs an account, Docker or the internet.
# What your machine lacks, the card names, with what it changes for you.

# %% name="health"
lab.health()

# %% name="course-map"
lab.course_map()

# %% [markdown] name="about-function"
# ## A function is waiting
# Opening the lab has created one function, `lab00-hello`.
# You talk to it with **boto3**, AWS's own library: on a real account these cells would be the same.

# %% name="look-inside"
import boto3

aws_lambda = boto3.client("lambda")
found = aws_lambda.get_function_configuration(FunctionName="lab00-hello")
{key: found[key] for key in ("State", "Runtime", "Handler", "MemorySize", "Timeout")}

# %% [markdown] name="about-handler"
# This is its whole code.
# Write it to a file, so that you can change it later:

# %% name="handler"
%%writefile lab00/hello.py
def handler(event, context):
    name = event["name"]
    print(f"greeting {name}")
    return {"greeting": "Hello, " + name + "!"}

# %% [markdown] name="about-predict"
# ## Predict, then run
# Every lab asks before it shows. A wrong guess costs nothing and teaches most.
# An **execution environment** is the place where one call runs.

# %% name="predict-three-ways" tags=["exercise"]
lab.predict("three-ways")

# %% name="predict-three-ways" tags=["solution"]
lab.predict("three-ways", guess=3)

# %% name="invoke-button"
# First way: a button.
lab.button("lab00-hello", {"name": "the button"})

# %% name="invoke-boto3" tags=["nbval-check-output"]
import json

# Second way: three lines of Python.
reply = aws_lambda.invoke(FunctionName="lab00-hello", Payload=json.dumps({"name": "boto3"}))
print(json.load(reply["Payload"]))
#> {'greeting': 'Hello, boto3!'}

# %% name="invoke-cli"
from pathlib import Path

# Third way: the AWS command line, in a process of its own.
Path("lab00/event.json").write_text('{"name": "the command line"}')
!aws lambda invoke --function-name lab00-hello --payload fileb://lab00/event.json lab00/answer.json
Path("lab00/answer.json").read_text()

# %% [markdown] name="about-timeline"
# One lane is one execution environment, and time runs to the right.
# A **cold start** is the part where it is built; a **warm** call finds it ready.

# %% name="timeline"
lab.timeline("lab00-hello")

# %% name="reveal-three-ways"
lab.reveal("three-ways", lab.environments("lab00-hello"))

# %% [markdown] name="about-your-name"
# ## Change something, and have it checked
# **Twiddle.** Make the function greet you. The check below says "not yet" first: that is its job.
# Read what it has seen, ask for a hint, change the cell, run both again. Asked twice, a hint gets plainer;
# `lab.solution("your-name")` ends the search.

# %% name="your-name" tags=["exercise", "task:your-name"]
event = {"name": "..."}  # your name

reply = aws_lambda.invoke(FunctionName="lab00-hello", Payload=json.dumps(event))
json.load(reply["Payload"])

# %% name="your-name" tags=["solution", "task:your-name"]
event = {"name": "Ada"}

reply = aws_lambda.invoke(FunctionName="lab00-hello", Payload=json.dumps(event))
json.load(reply["Payload"])

# %% name="check-your-name"
lab.check("your-name")

# %% name="hint-your-name"
lab.hint("your-name")

# %% [markdown] name="about-more-memory"
# **Tweak.** Give the function 512 MB instead of 128, then call it once.
# Before you do, a guess:

# %% name="predict-after-change" tags=["exercise"]
lab.predict("after-change")

# %% name="predict-after-change" tags=["solution"]
lab.predict("after-change", guess="cold")

# %% name="more-memory" tags=["exercise", "task:more-memory"]
aws_lambda.update_function_configuration(FunctionName="lab00-hello", MemorySize=128)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab00-hello")

with lab.watch("lab00-hello") as seen:
    aws_lambda.invoke(FunctionName="lab00-hello", Payload=json.dumps({"name": "a new environment"}))
seen

# %% name="more-memory" tags=["solution", "task:more-memory"]
aws_lambda.update_function_configuration(FunctionName="lab00-hello", MemorySize=512)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab00-hello")

with lab.watch("lab00-hello") as seen:
    aws_lambda.invoke(FunctionName="lab00-hello", Payload=json.dumps({"name": "a new environment"}))
seen

# %% name="reveal-after-change"
lab.reveal("after-change", "cold" if seen.cold_starts else "warm")

# %% name="check-more-memory"
lab.check("more-memory")

# %% [markdown] name="about-two-languages"
# **Rework.** Callers who send `"language": "de"` shall be greeted with `Hallo, Ada!`, all others as before.
# Change the handler here, then upload it with the next cell.

# %% name="two-languages" tags=["exercise", "task:two-languages"]
%%writefile lab00/hello.py
def handler(event, context):
    name = event["name"]
    print(f"greeting {name}")
    # Write your code here
    return {"greeting": "Hello, " + name + "!"}

# %% name="two-languages" tags=["solution", "task:two-languages"]
%%writefile lab00/hello.py
def handler(event, context):
    name = event["name"]
    print(f"greeting {name}")
    word = "Hallo" if event.get("language") == "de" else "Hello"
    return {"greeting": word + ", " + name + "!"}

# %% name="deploy-two-languages"
from lambada_labs import package

aws_lambda.update_function_code(FunctionName="lab00-hello", ZipFile=package("lab00/hello.py"))
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab00-hello")

# %% name="check-two-languages"
lab.check("two-languages")

# %% [markdown] name="about-break-it"
# **Break it.** Find an event that makes the handler raise, then see whether the function still works.

# %% name="break-it" tags=["exercise", "task:break-it"]
for name in ("not broken", "after the mistake"):
    reply = aws_lambda.invoke(FunctionName="lab00-hello", Payload=json.dumps({"name": name}))
    print(reply["StatusCode"], reply.get("FunctionError"), json.load(reply["Payload"]))

# %% name="break-it" tags=["solution", "task:break-it"]
for name in (42, "after the mistake"):
    reply = aws_lambda.invoke(FunctionName="lab00-hello", Payload=json.dumps({"name": name}))
    print(reply["StatusCode"], reply.get("FunctionError"), json.load(reply["Payload"]))

# %% name="check-break-it"
lab.check("break-it")

# %% [markdown] name="about-bill"
# ## Your first bill
# You pay for each request, and for memory times milliseconds.

# %% name="predict-one-cent" tags=["exercise"]
lab.predict("one-cent")

# %% name="predict-one-cent" tags=["solution"]
lab.predict("one-cent", guess=1000)

# %% name="bill"
from lambada_labs import ui

ui.show(lab.bill(), lab.reveal("one-cent", lab.calls_per_cent("lab00-hello")))

# %% [markdown] name="about-survives"
# ## It is not in your notebook
# The cloud is a process of its own. Choose **Kernel → Restart Kernel**, then run only the next cell:
# the function, its log and its timeline are still there.

# %% name="survives"
from lambada_labs import open_lab

lab = open_lab("00")
lab.timeline("lab00-hello")

# %% name="show-cloud"
from lambada_labs import show_cloud

show_cloud()

# %% [markdown] name="about-clean-up"
# ## Clean up
# Every lab ends with nothing left. It lists what it deletes, then asks the cloud again.

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
from lambada_labs import ui

ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
