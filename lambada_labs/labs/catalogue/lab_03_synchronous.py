"""Lab 03: somebody is waiting."""

from __future__ import annotations

from lambada_labs.labs.catalogue import lab_03_checks as checks
from lambada_labs.labs.catalogue import lab_03_reasons as reasons
from lambada_labs.labs.check import UNTOUCHED, Hint, Task
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.prediction import Question
from lambada_labs.labs.stage import Stage

ROLE, SERVICES_ROLE = "lab03-role", "lab03-services"
SERVICES = ("states", "firehose", "batchoperations.s3")
OUTCOMES = ("200 and FunctionError", "an exception of boto3", "a status 500")
STATUSES = ("200", "500", "502")
WAYS = ("at once again", "with backoff", "with backoff and jitter")


def start(stage: Stage) -> None:
    """The role of this lab's functions, and one for services that call them by a role."""
    stage.role(ROLE)
    rights = {
        "lambda:InvokeFunction": "arn:aws:lambda:*:*:function:lab03-*",
        "s3:GetObject": "arn:aws:s3:::lab03-*",
        "s3:PutObject": "arn:aws:s3:::lab03-*",
    }
    stage.service_role(SERVICES_ROLE, SERVICES, rights)


TASKS = (
    Task(
        id="name-at-the-door",
        title="Call the API with your own name",
        kind="twiddle",
        check=checks.check_name_at_the_door,
        hints={
            UNTOUCHED: Hint(
                first="What stands behind the question mark of an address is its query: `key=value`.",
                second='`fetch(lab.door("lab03-api") + "shop?name=Ada")`, with your name.',
            ),
            "wrong-door": Hint(
                first="The event that arrived has no `routeKey`: it did not come over HTTP.",
                second='Not `invoke`: `fetch(lab.door("lab03-api") + "shop?name=Ada")`.',
            ),
            "wrong-key": Hint(
                first="Your query arrived. Compare its key with the one the check looks for.",
                second="Keys are case-sensitive: `?name=Ada`.",
            ),
        },
    ),
    Task(
        id="multi-value",
        title="Both sizes",
        kind="tweak",
        check=checks.check_multi_value,
        hints={
            UNTOUCHED: Hint(
                first="The attribute of the target group is a text: which one means on?",
                second='`{"Key": "lambda.multi_value_headers.enabled", "Value": "true"}`, then ask for both sizes.',
            ),
            "not-asked": Hint(
                first="An attribute proves nothing before a request has passed.",
                second='`fetch(lab.door("lab03-balancer") + "shop?size=38&size=39")`',
            ),
            "one-value": Hint(
                first="Lists arrive now, but yours has one value only. How is a parameter repeated?",
                second="Write its name twice: `?size=38&size=39`.",
            ),
            "off-again": Hint(
                first="A cell that switches it off ran later than yours. Look at the order.",
                second="Run your cell once more, and not the one with `off` after it.",
            ),
        },
    ),
    Task(
        id="bad-gateway",
        title="A success that is a 502",
        kind="break it",
        check=checks.check_bad_gateway,
        hints={
            UNTOUCHED: Hint(
                first="A balancer is strict about four things: the status, the headers, the body, and that it is an object at all.",
                second='`"statusCode": "200"`: a text, not a number. Deploy it and ask the balancer.',
            ),
            "passed-on": Hint(
                first="A status of your own is an answer like any other: the balancer has no opinion about 404.",
                second='Take the status away, or make it a text: `"statusCode": "200"`.',
            ),
            "not-called": Hint(
                first="A 502 without a call: the balancer did not reach your function. Does its policy still let the group in?",
                second="Run the cell that registers the target once more, then ask the balancer.",
            ),
            "raised": Hint(
                first="That 502 came from an error. Lambda's metrics would show that one; find a 502 that they do not show.",
                second='`return "fine"` succeeds, and is no HTTP answer.',
            ),
        },
    ),
    Task(
        id="persistent",
        title="Everybody gets served",
        kind="rework",
        check=checks.check_persistent,
        hints={
            UNTOUCHED: Hint(
                first="One call is not enough. Two things can go wrong: `invoke()` raises, or its answer is an error.",
                second="A loop with `try: reply = invoke()`, `except once.exceptions.TooManyRequestsException`, and a look at "
                '`"FunctionError" in reply`.',
            ),
            "some-left": Hint(
                first="Some customers were not served. Status 200 is not yet a sale: is `FunctionError` in the reply?",
                second='Return only when `"FunctionError" not in reply`, and try often enough.',
            ),
            "too-many": Hint(
                first="Everybody was served, and the stall was trampled: too many calls came only to be turned away. How long does each one wait, and do they all wait equally long?",
                second="`time.sleep(random.uniform(0, min(1.6, 0.2 * 2**attempt)))`",
            ),
            "too-slow": Hint(
                first="Everybody was served in the end. Most of that time the stall stood idle and the crowd waited.",
                second="Begin with a short wait, double it, and stop at one or two seconds: `random.uniform(0, min(1.6, 0.2 * 2**attempt))`.",
            ),
        },
    ),
)

QUESTIONS = (
    Question(
        id="shared-keys",
        text="The handler has been asked through the SDK, an HTTP API, a load balancer and a state machine. "
        "How many top-level keys do all four events share?",
        unit="keys",
        why=reasons.why_shared_keys,
    ),
    Question(
        id="sizes",
        text="`?size=38&size=39` goes through the balancer. Which size does `queryStringParameters` hold?",
        kind="choice",
        choices=("38", "39", "both"),
        why=reasons.why_sizes,
    ),
    Question(
        id="raise-sdk",
        text="The handler raises. What does the caller of `invoke` get?",
        kind="choice",
        choices=OUTCOMES,
        why=reasons.why_raise_sdk,
    ),
    Question(
        id="raise-api",
        text="The handler raises. Which status does a browser get from the HTTP API?",
        kind="choice",
        choices=STATUSES,
        why=reasons.why_raise_api,
    ),
    Question(
        id="raise-alb",
        text="And from the load balancer?",
        kind="choice",
        choices=STATUSES,
        why=reasons.why_raise_alb,
    ),
    Question(
        id="boto3-raises",
        text="The handler raises. boto3 is allowed to repeat calls that fail (its standard mode). How often does it call?",
        unit="calls",
        why=reasons.why_boto3_raises,
    ),
    Question(
        id="boto3-busy",
        text="Now every call is throttled (429). How often does the same boto3 call, before it gives up?",
        unit="calls",
        why=reasons.why_boto3_busy,
    ),
    Question(
        id="impatient",
        text="The function takes one second and succeeds, but boto3 waits only 0.4 s for an answer. How often does the function run to its end, all in all?",
        unit="times",
        why=reasons.why_impatient,
    ),
    Question(
        id="herd-fewest",
        text="Which way of coming again gets all twenty served with the fewest calls?",
        kind="choice",
        choices=WAYS,
        why=reasons.why_herd_fewest,
    ),
    Question(
        id="herd-first",
        text="And which in the shortest time?",
        kind="choice",
        choices=WAYS,
        why=reasons.why_herd_first,
    ),
)

LAB = Lab(
    number="03",
    slug="synchronous",
    title="Synchronous",
    finding="Somebody is waiting",
    question="What does the one who waits get to see?",
    minutes=35,
    cost="nothing here; a few cents on a real account, a load balancer is paid by the hour",
    needs=("01",),
    outcomes=(
        "put one function behind the SDK, API Gateway, a load balancer and Step Functions",
        "foresee what each caller gets when the handler raises or answers wrongly",
        "write retries that get everybody through without trampling the function",
    ),
    ready=True,
    start=start,
    makes=(
        "HTTP API",
        "load balancer",
        "target group",
        "state machine",
        "user pool",
        "delivery stream",
        "bucket",
    ),
    tasks=TASKS,
    questions=QUESTIONS,
    recap=(
        "A synchronous caller **waits**, and gets the result right away: SDK, CLI, API Gateway, load balancer, Step Functions.",
        "Each door brings an **event** of its own, wants an **answer** of its own, and needs a **permission** of its own.",
        "HTTP 200 from `invoke` says that Lambda worked. `FunctionError` says that your code did not: look at it.",
        "Behind HTTP the same error is a 500 or 502 without your traceback; a state machine sees a failed state.",
        "Lambda does not retry for a waiting caller: **errors are the caller's**. Wait longer each time, and never all together.",
    ),
    further=(
        ("Synchronous invocation", "https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"),
        (
            "Lambda functions as targets of a load balancer",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html",
        ),
        (
            "Lambda integrations of HTTP APIs",
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html",
        ),
        (
            "Retry behavior of the SDKs",
            "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html",
        ),
    ),
)
