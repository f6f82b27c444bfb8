# ---
# jupyter:
#   jupytext:
#     comment_magics: false
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] name="title"
# # 02 · Pricing
# You pay for an area.
# One side of it is memory, the other is time, and the money lies between.

# %% name="open"
from lambada_labs import open_lab

lab = open_lab("02")
lab

# %% [markdown] name="about-dollar"
# ## Find the slip
# Lambda counts in **GB-seconds**: one GB of memory for one second.
# The deck that this course grew out of prices them: "After that $1.00 for 600,000 GB-seconds".
# **Twiddle.** Check it. AWS publishes the price of a single one; divide it yourself.

# %% name="dollar" tags=["exercise", "task:dollar"]
from lambada_labs import pricing

price = pricing.price_book("aws").price("duration.x86_64").amount  # dollars for one GB-second
bought = ...  # GB-seconds for one dollar: your division
print(price, bought)

# %% name="dollar" tags=["solution", "task:dollar", "nbval-check-output"]
from lambada_labs import pricing

price = pricing.price_book("aws").price("duration.x86_64").amount  # dollars for one GB-second
bought = round(1 / price)
print(price, bought)
#> 0.0000166667 60000

# %% name="check-dollar"
lab.check("dollar", bought)

# %% name="two-books"
from lambada_labs import ui

# From here on both price books stand beside each other wherever there is a total.
# AWS's list is the headline.
ui.dollar_buys()

# %% [markdown] name="about-area"
# ## A rectangle
# One call is a rectangle: as wide as its time, as high as its memory. Its area is its GB-seconds.
# This is your service for this lab: three million requests a month, 120 ms each, with 1,536 MB.
# Drag its corner, or use the arrow keys: when does the money stay the same?

# %% name="area"
ui.area(memory_mb=1536, duration_ms=120, requests=3_000_000)

# %% name="by-hand" tags=["nbval-check-output"]
from decimal import Decimal

# By hand first. A GB is 1,024 MB.
gigabytes = Decimal(1536) / 1024
seconds = Decimal(120) / 1000
gb_seconds = gigabytes * seconds * 3_000_000
print(f"{gigabytes} GB x {seconds} s x 3,000,000 = {gb_seconds:,.0f} GB-seconds")
#> 1.5 GB x 0.12 s x 3,000,000 = 540,000 GB-seconds

# %% name="by-code" tags=["nbval-check-output"]
import json
import sys

from lambada_labs.model.workload import Workload

# By code, and once more in a terminal: one engine computes every bill of this kit, to the last digit.
service = pricing.Scenario(workload=Workload(memory_mb=1536, duration_ms=120, requests=3_000_000))
aws, deck = pricing.bill_both(service)
typed = "--memory 1536 --duration 120 --requests 3000000 --json"
printed = !{sys.executable} -m lambada_labs.cli price {typed}
for name, quantity, unit, each, amount, *_ in aws.lines:
    print(f"{name:27}{quantity:>11,.0f} {unit:9}x {each.normalize():f} = {amount.normalize():f}")
print("the terminal says the same:", json.loads("\n".join(printed)) == pricing.price_json(service))
print(f"{aws.total.normalize()} by AWS's list, {deck.total:.6f} by the deck")
#> requests                     3,000,000 requests x 0.0000002 = 0.6
#> duration x86_64                540,000 GB-s     x 0.0000166667 = 9.000018
#> free tier: requests         -1,000,000 requests x 0.0000002 = -0.2
#> free tier: duration x86_64    -400,000 GB-s     x 0.0000166667 = -6.66668
#> the terminal says the same: True
#> 2.733338 by AWS's list, 0.633333 by the deck

# %% [markdown] name="about-free-tier"
# ## A bucket that fills
# Two lines of that bill are gifts: a million requests and 400,000 GB-seconds are free each month.
# How long is that?

# %% name="predict-free-128" tags=["exercise"]
ui.show(lab.predict("free-128"), lab.predict("free-1gb"))

# %% name="predict-free-128" tags=["solution"]
ui.show(lab.predict("free-128", guess=400_000), lab.predict("free-1gb", guess=400_000))

# %% name="free-tier"
free = pricing.price_book("aws").free("duration")  # GB-seconds
at_128_mb = free / (Decimal(128) / 1024)
at_1_gb = free / 1

narrow = lab.reveal("free-128", int(at_128_mb))
ui.show(narrow, lab.reveal("free-1gb", int(at_1_gb)))

# %% name="bucket"
from datetime import date

from lambada_labs.pricing import compare

# 128 MB around the clock stay free all month. Your service is larger.
# On which day does its bucket overflow?
ui.runway(compare.runway(service, month=date(2026, 11, 1)))

# %% [markdown] name="about-increment"
# ## One millisecond
# Each call is rounded up on its own, to the next millisecond. It used to be the next 100.

# %% name="fibonacci"
%%writefile lab02/fibonacci.py
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

def handler(event, context):
    return fibonacci(event["n"])

# %% name="create-functions"
import boto3
from lambada_labs import package

aws_lambda = boto3.client("lambda")
role_arn = boto3.client("iam").get_role(RoleName="lab02-role")["Role"]["Arn"]

def create(name, file, **settings):
    aws_lambda.create_function(
        FunctionName=lab.fresh(name), Runtime="python3.13", Handler=f"{file}.handler", Role=role_arn,
        Code={"ZipFile": package(f"lab02/{file}.py")}, Tags=lab.tags, **settings,
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName=name)

def call(name, event):
    return json.load(aws_lambda.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"])

create("lab02-fibonacci", "fibonacci", MemorySize=128)

# %% name="predict-rounding" tags=["exercise"]
lab.predict("rounding")

# %% name="predict-rounding" tags=["solution"]
lab.predict("rounding", guess=10)

# %% name="rounding"
with lab.watch("lab02-fibonacci") as seen:
    for n in (12, 14, 16, 18, 20):
        call("lab02-fibonacci", {"n": n})
warm = [record for record in seen.records if not record.cold]
for record in warm:
    print(f"Duration: {record.duration_ms:5.2f} ms   Billed Duration: {record.billed_ms} ms")
times = 100 // min(record.billed_ms for record in warm)
picture = ui.rounding([record.duration_ms for record in warm], memory_mb=128)
ui.show(picture, lab.reveal("rounding", times))

# %% [markdown] name="about-memory"
# ## Memory buys processor
# There is no dial for the processor: its share grows with memory. So is a larger size dearer?
# Your machine gives every function the whole processor, whatever its memory (`docs/fidelity.md` says what else differs),
# so the answer comes from ten sizes of the function above, measured on AWS by others.

# %% name="predict-double" tags=["exercise"]
ui.show(lab.predict("double"), lab.predict("past-knee"))

# %% name="predict-double" tags=["solution"]
ui.show(lab.predict("double", guess="dearer"), lab.predict("past-knee", guess="about the same"))

# %% name="measured"
from lambada_labs.pricing import measurements

public = measurements.series("Fibonacci, one thread")
measured = public.points  # MB: ms
print(f"{public.source}, {public.date}")

def moves(small, large):
    change = measured[large] * large / (measured[small] * small) - 1
    faster = measured[small] / measured[large]
    print(f"{small:,} to {large:,} MB: {faster:.1f} times as fast, duration on the bill {change:+.0%}")
    return "about the same" if abs(change) < 0.1 else "dearer" if change > 0 else "cheaper"

ui.show(lab.reveal("double", moves(512, 1024)), lab.reveal("past-knee", moves(1536, 3008)))

# %% name="fit"
from lambada_labs import facts
from lambada_labs.pricing import memory_curve

curve = memory_curve.fit({memory: [ms] for memory, ms in measured.items()})
vcpu = facts.fact("memory.one_vcpu")
print(f"One whole vCPU: {vcpu.value:,} MB, says AWS today; the deck still has {vcpu.deck_value}.")
ui.memory_curve(curve)

# %% name="tune"
# Power tuning: your own function at three sizes, five warm calls each.
# Here the times are your computer's. On an account the same line tells the truth.
lab.tune("lab02-fibonacci", [128, 512, 1769], runs=5, event={"n": 22})

# %% [markdown] name="about-right-size"
# **Tweak.** Buy for AWS, by the measured curve: the fastest size that costs hardly more than 128 MB. Then call it once.

# %% name="right-size" tags=["exercise", "task:right-size"]
aws_lambda.update_function_configuration(FunctionName="lab02-fibonacci", MemorySize=128)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab02-fibonacci")
call("lab02-fibonacci", {"n": 22})

# %% name="right-size" tags=["solution", "task:right-size"]
aws_lambda.update_function_configuration(FunctionName="lab02-fibonacci", MemorySize=1769)
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab02-fibonacci")
call("lab02-fibonacci", {"n": 22})

# %% name="check-right-size"
lab.check("right-size")

# %% [markdown] name="about-cold"
# ## The tax on cold starts
# Since August 2025 INIT is billed like any other time. It is rare, but it is long: a guess, please.

# %% name="predict-cold-tax" tags=["exercise"]
lab.predict("cold-tax")

# %% name="predict-cold-tax" tags=["solution"]
lab.predict("cold-tax", guess=1)

# %% name="cold-tax"
first = seen.records[0]
warm_only = Workload(memory_mb=1536, duration_ms=100, requests=3_000_000)
one_in_100 = Workload(
    memory_mb=1536, duration_ms=100, requests=3_000_000, cold_share=Decimal("0.01"), init_ms=800
)
before, after = pricing.measures(warm_only), pricing.measures(one_in_100)
print(f"{before.gb_seconds:,.0f} GB-seconds of work, {after.init_gb_seconds:,.0f} of INIT")
print(f"Your first call: {first.duration_ms:.1f} ms + INIT {first.init_ms:.0f} ms,", end=" ")
print(f"billed {first.billed_ms} ms")
raised = int(100 * after.init_gb_seconds / before.gb_seconds)  # per cent
tax = compare.cold_start_tax(pricing.Scenario(workload=one_in_100))
ui.show(lab.reveal("cold-tax", raised), ui.cold_start_tax(tax))

# %% [markdown] name="about-break-even"
# ## Or pay by the hour?
# A container is paid by the hour, busy or not. Somewhere it must win. Where, for your service?

# %% name="predict-break-even" tags=["exercise"]
lab.predict("break-even")

# %% name="predict-break-even" tags=["solution"]
lab.predict("break-even", guess=5)

# %% name="break-even"
# Switches: change any of them and run the cell again.
around = compare.Around(load_balancer=True, headroom=0.3, nat_zones=0, public_ipv4=False)
against = compare.computes(service, around)
fargate = next(each for each in against.break_even if each.name == "Fargate")
ui.show(ui.computes(against), lab.reveal("break-even", round(fargate.requests / 1_000_000)))

# %% name="switches"
def break_even(**switches):
    found = compare.computes(service, compare.Around(**switches)).break_even[0].requests
    return f"{found / 1_000_000:.0f} million" if found else "nowhere"

rows = {
    "the container alone": break_even(load_balancer=False, headroom=0),
    "with 30 % idle room": break_even(load_balancer=False),
    "and a load balancer": break_even(),
    "and a NAT gateway": break_even(nat_zones=1),
    "the load balancer, and Lambda behind an HTTP API": break_even(api_gateway="http"),
}
table = [{"What stands around": what, "Fargate from": found} for what, found in rows.items()]
reading = "One container carries 13 million requests with ease; what stands around it is paid all month."
ui.table(table, title="What stands around a container decides where it wins", reading=reading)

# %% [markdown] name="about-failure"
# ## Failure has a price
# An order asks a payment service and waits. On a good day that takes 50 ms.
# **Break it.** After your guess, let the payment service hang, and look at what you pay.

# %% name="order"
%%writefile lab02/order.py
import time

def handler(event, context):
    time.sleep(event["seconds"])  # the payment service
    return "paid"

# %% name="predict-timeout" tags=["exercise"]
lab.predict("timeout")

# %% name="predict-timeout" tags=["solution"]
lab.predict("timeout", guess=1)

# %% name="paid-in-full" tags=["exercise", "task:paid-in-full"]
create("lab02-order", "order")

for seconds in (0.05, 0.05, 0.05):
    print(call("lab02-order", {"seconds": seconds}))

# %% name="paid-in-full" tags=["solution", "task:paid-in-full"]
create("lab02-order", "order")

for seconds in (0.05, 0.05, 60):
    print(call("lab02-order", {"seconds": seconds}))

# %% name="check-paid-in-full"
lab.check("paid-in-full")

# %% name="invoices"
good = Workload(memory_mb=128, duration_ms=51, requests=1)  # 50 ms and a little
hanging = Workload(memory_mb=128, duration_ms=3000, requests=1)
times = pricing.measures(hanging).gb_seconds / pricing.measures(good).gb_seconds

# One call is small change. Your service on a bad day is not: each failure as an invoice.
ui.show(lab.reveal("timeout", round(times)), ui.failures(compare.failures(service)))

# %% [markdown] name="about-own-log"
# ## Your own log
# Every call you made so far has left a REPORT line, in this lab and in those you have not cleaned up.
# Collect them: what did they cost, and what of it was wasted?

# %% name="own-log"
logs = boto3.client("logs")
lines = []
for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/lab")["logGroups"]:
    found = logs.filter_log_events(logGroupName=group["logGroupName"], filterPattern="REPORT")
    lines += [f"{event['timestamp']} {event['message']}" for event in found["events"]]
print(f"{len(lines)} REPORT lines, the last one:", lines[-1].strip(), sep="\n")

# %% name="own-waste"
# Paste lines of your own account in place of these: the text is all it takes.
from lambada_labs.pricing import log_summary

ui.log_summary(log_summary.summarise("\n".join(lines).encode()))

# %% [markdown] name="about-under-budget"
# ## Rework: ten million calls for ten dollars
# This shop answers ten million calls a month. Its callers wait 400 ms at most, its owner pays ten dollars at most.
# Today it does neither. `ask` and `catalogue` belong to others: leave them as they are.

# %% name="under-budget" tags=["exercise", "task:under-budget"]
%%writefile lab02/shop.py
import time

SERVICES = ("stock", "price", "rating")

def ask(service):  # somebody else's service
    time.sleep(0.15)
    return {"stock": 7, "price": 12, "rating": 4}[service]

def catalogue():  # a large file, fetched
    time.sleep(0.2)
    return {"tea": "Assam", "mug": "Blue mug"}

def handler(event, context):
    # Write your code here
    names = catalogue()
    answers = {service: ask(service) for service in SERVICES}
    return {"title": names[event["item"]], **answers}

# %% name="under-budget" tags=["solution", "task:under-budget"]
%%writefile lab02/shop.py
import time
from concurrent.futures import ThreadPoolExecutor

SERVICES = ("stock", "price", "rating")

def ask(service):  # somebody else's service
    time.sleep(0.15)
    return {"stock": 7, "price": 12, "rating": 4}[service]

def catalogue():  # a large file, fetched
    time.sleep(0.2)
    return {"tea": "Assam", "mug": "Blue mug"}

NAMES = catalogue()  # once for each environment

def handler(event, context):
    answers = dict(zip(SERVICES, ThreadPoolExecutor(3).map(ask, SERVICES)))
    return {"title": NAMES[event["item"]], **answers}

# %% name="deploy-shop" tags=["exercise", "task:under-budget"]
create("lab02-shop", "shop", MemorySize=1024)
call("lab02-shop", {"item": "tea"})

# %% name="deploy-shop" tags=["solution", "task:under-budget"]
create("lab02-shop", "shop", MemorySize=256)
call("lab02-shop", {"item": "tea"})

# %% name="check-under-budget"
lab.check("under-budget")

# %% [markdown] name="about-slips"
# ## Gallery: wrong calculators
# Each has one wrong step: pick it. Five of the eight are enough.
# Five stand, or stood, in published tools, which are named; three are slips that are easily made.

# %% name="slips" tags=["exercise", "task:slips"]
gallery = lab.slips()
gallery

# %% name="slips" tags=["solution", "task:slips"]
found = {"increment": 0, "edge-price": 2, "rounded-price": 2, "average": 1, "storage": 3, "free-tier-each": 1}
gallery = lab.slips(found)
gallery

# %% name="check-slips"
lab.check("slips", gallery.picked)

# %% [markdown] name="about-calculator"
# ## Your own workload
# The last call of your shop, ten million times a month, in the calculator: move anything.
# Below it is the way to the same in the calculator app, made to be shared.

# %% name="calculator"
mine = lab.workload("lab02-shop", requests=10_000_000)
ui.show(ui.calculator(scenario=mine), ui.app_link(mine))

# %% name="bill"
ui.show(lab.bill(), lab.bill_at_scale("lab02-shop", runs=[10, 10_000_000]))

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
