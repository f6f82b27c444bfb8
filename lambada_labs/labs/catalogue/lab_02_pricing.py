"""Lab 02: you pay for an area."""

from __future__ import annotations

from lambada_labs.labs import slips
from lambada_labs.labs.catalogue import lab_02_checks as checks
from lambada_labs.labs.catalogue import lab_02_reasons as reasons
from lambada_labs.labs.check import UNTOUCHED, Hint, Task
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.prediction import Question, within
from lambada_labs.labs.stage import Stage

ROLE = "lab02-role"
CHEAPER, SAME, DEARER = "cheaper", "about the same", "dearer"


def start(stage: Stage) -> None:
    """The role that this lab's functions run under; lab 01 shows how one is made."""
    stage.role(ROLE)


TASKS = (
    Task(
        id="dollar",
        title="What does $1 buy?",
        kind="twiddle",
        check=checks.check_dollar,
        hints={
            UNTOUCHED: Hint(
                first="One GB-second costs `price` dollars. How many of them cost one dollar?",
                second="`bought = 1 / price`",
            ),
            "deck": Hint(
                first="That is the deck's number. Multiply it by `price`: is it a dollar?",
                second="600,000 times 0.0000166667 is ten dollars. Divide: `1 / price`.",
            ),
            "upside-down": Hint(
                first="That is what one GB-second costs. You want to know how many a dollar buys.",
                second="Turn the division round: `1 / price`.",
            ),
            "arm": Hint(
                first="That is what a dollar buys on arm64, the cheaper architecture.",
                second='`price_book("aws").price("duration.x86_64")` is the price that the deck meant.',
            ),
            "no-number": Hint(
                first="The check wants the number itself, not a text about it.",
                second='`bought = 1 / price`, then `lab.check("dollar", bought)`.',
            ),
            "other": Hint(
                first="If one costs `price`, two cost twice as much. When is it a dollar?",
                second="`bought = 1 / price`",
            ),
        },
    ),
    Task(
        id="right-size",
        title="Buy the right size",
        kind="tweak",
        check=checks.check_right_size,
        hints={
            UNTOUCHED: Hint(
                first="In the chart, time falls until one thread has its whole vCPU. Where is that?",
                second="`MemorySize=1769`, or 1,536, which was measured.",
            ),
            "short": Hint(
                first="You could be faster for the same money: the processor is not whole yet.",
                second="The knee is at 1,769 MB. Set that, or 1,536.",
            ),
            "past-knee": Hint(
                first="One thread cannot use a second vCPU: this memory costs and brings nothing.",
                second="Go back to 1,769 MB.",
            ),
            "not-run": Hint(
                first="The size is set. Only a call proves that it works and what it costs.",
                second='Run `call("lab02-fibonacci", {"n": 22})` again.',
            ),
        },
    ),
    Task(
        id="paid-in-full",
        title="Pay for nothing",
        kind="break it",
        check=checks.check_paid_in_full,
        hints={
            UNTOUCHED: Hint(
                first="The payment service takes as long as the event says. What ends a call that hangs?",
                second='`call("lab02-order", {"seconds": 60})`: the timeout ends it after three seconds.',
            ),
            "slow": Hint(
                first="That call was slow and came back: dear, but you got something for it.",
                second="Wait longer than the timeout, which is three seconds if you say nothing.",
            ),
            "cheap": Hint(
                first="A handler that raises at once is billed for next to nothing. Find a failure that takes its time.",
                second='`{"seconds": 60}` hangs until the timeout.',
            ),
        },
    ),
    Task(
        id="under-budget",
        title=f"Ten million calls for ${checks.BUDGET}",
        kind="rework",
        check=checks.check_under_budget,
        hints={
            UNTOUCHED: Hint(
                first="Four waits stand in a line, and a GB of memory waits with them. Which of the waits depend on each other?",
                second="Fetch the catalogue outside the handler, ask the services with `ThreadPoolExecutor(3).map(ask, SERVICES)`, "
                "and set a smaller MemorySize.",
            ),
            "slow": Hint(
                first="Memory made it cheap; a function that only waits does not wait shorter for it. Look at the code.",
                second="`NAMES = catalogue()` above the handler runs once for each environment; "
                "`dict(zip(SERVICES, ThreadPoolExecutor(3).map(ask, SERVICES)))` waits once instead of three times.",
            ),
            "dear": Hint(
                first="The time is good. The other side of the rectangle is its memory: how much of it does REPORT say was used?",
                second="`MemorySize=256`: this handler computes nothing, so less processor costs it no time.",
            ),
            "changed": Hint(
                first="Callers must not notice: title, stock, price and rating, as before.",
                second='`return {"title": names[event["item"]], **answers}`, with `answers` a dictionary of the three services.',
            ),
            "raised": Hint(
                first="Your handler failed. `call` shows its error message and the line.",
                second='Run `call("lab02-shop", {"item": "tea"})` and mend the line that it names.',
            ),
            "too-fast": Hint(
                first="No service answers that fast. Did `ask` or `catalogue` lose its sleep?",
                second="Put `time.sleep(0.15)` back into `ask`: the services are not yours to speed up.",
            ),
        },
    ),
    Task(
        id="slips",
        title="Find the slip",
        kind="twiddle",
        check=checks.check_slips,
        hints={
            UNTOUCHED: Hint(
                first="Compute along, line by line: which line would you not sign?",
                second="Begin with number 1: how many milliseconds is a run of 12 ms billed?",
            ),
            **{
                slip.id: Hint(
                    first=slip.hint,
                    second=f"It is the line that computes `{slip.mended.code.partition(' = ')[0]}`.",
                )
                for slip in slips.slips()
            },
        },
    ),
)

QUESTIONS = (
    Question(
        id="free-128",
        text="400,000 GB-seconds are free each month. How many seconds may a function with 128 MB run?",
        unit="seconds",
        why=reasons.why_free_128,
    ),
    Question(
        id="free-1gb",
        text="And a function with 1 GB?",
        unit="seconds",
        why=reasons.why_free_1gb,
    ),
    Question(
        id="rounding",
        text="A small function takes about 1 ms. When AWS still rounded up to 100 ms, "
        "how many times as much duration did you pay for?",
        unit="times",
        right=within(2),
        why=reasons.why_rounding,
    ),
    Question(
        id="double",
        text="A function computes, in one thread. You double its memory from 512 MB to 1 GB. The duration on its bill gets …",
        kind="choice",
        choices=(CHEAPER, SAME, DEARER),
        why=reasons.why_double,
    ),
    Question(
        id="past-knee",
        text="And from 1,536 to 3,008 MB?",
        kind="choice",
        choices=(CHEAPER, SAME, DEARER),
        why=reasons.why_past_knee,
    ),
    Question(
        id="cold-tax",
        text="A call takes 100 ms. One call in a hundred is cold and its INIT takes 800 ms more. "
        "By how much does INIT raise the duration on your bill?",
        unit="%",
        right=within(1.3),
        why=reasons.why_cold_tax,
    ),
    Question(
        id="break-even",
        text="From how many million requests a month does a Fargate service, with load balancer and 30 % idle room, "
        "cost no more than your service on Lambda?",
        unit="million",
        right=within(2),
        why=reasons.why_break_even,
    ),
    Question(
        id="timeout",
        text="An order takes 50 ms. The payment service hangs, and the timeout ends the call after three seconds. "
        "How many good calls put as much duration on the bill as this one?",
        unit="calls",
        right=within(1.35),
        why=reasons.why_timeout,
    ),
)

LAB = Lab(
    number="02",
    slug="pricing",
    title="Pricing",
    finding="You pay for an area",
    question="What exactly do you pay for?",
    minutes=40,
    needs=("01",),
    outcomes=(
        "compute any bill by hand, and say which of its numbers drives it",
        "choose a memory size by measuring, and read REPORT lines as money",
        "find the slip in a calculator, the deck's included",
    ),
    start=start,
    ready=True,
    tasks=TASKS,
    questions=QUESTIONS,
    recap=(
        "You pay for **requests**, and for an area: memory times **billed duration**, in GB-seconds; 1 GB is 1,024 MB.",
        "The free tier is 1,000,000 requests and 400,000 GB-seconds a month, for all functions of the account together.",
        "$1 buys 60,000 GB-seconds on x86, not the deck's 600,000.",
        "Memory buys processor up to one vCPU at 1,769 MB for each thread: up to there, speed is nearly free.",
        "INIT, timeouts and retries are billed like work; waiting is billed like computing.",
        "A total is worth what its steps are: unit, rounding, tier, row.",
    ),
    further=(
        ("AWS Lambda pricing", "https://aws.amazon.com/lambda/pricing/"),
        (
            "INIT is billed since August 2025",
            "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/",
        ),
        ("Memory and processor", "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"),
        ("Power tuning on an account", "https://github.com/alexcasalboni/aws-lambda-power-tuning"),
    ),
)
