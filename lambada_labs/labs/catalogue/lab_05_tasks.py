"""The tasks of lab 05, with a hint for everything that can go wrong."""

from __future__ import annotations

from lambada_labs.labs.catalogue import lab_05_checks as checks
from lambada_labs.labs.catalogue import lab_05_states as states
from lambada_labs.labs.check import UNTOUCHED, Hint, Task

TASKS = (
    Task(
        id="capital",
        title="The picture with the capital name",
        kind="tweak",
        check=checks.check_capital,
        hints={
            UNTOUCHED: Hint(
                first="`notify` got one rule. How would you ask for a second suffix?",
                second='`notify(uploads, rule(".jpg"), rule(".JPG"))`',
            ),
            "replaced": Hint(
                first="The call replaces all rules of the bucket: one that is not in it any more is gone.",
                second='Both in one call: `notify(uploads, rule(".jpg"), rule(".JPG"))`',
            ),
            "misspelt": Hint(
                first="Your second rule does not fit `IMG_0042.JPG`: every letter and the dot have to be the same.",
                second='`notify(uploads, rule(".jpg"), rule(".JPG"))`',
            ),
            "everything": Hint(
                first="One of your rules fits `notes.txt`: the notes would come as a picture, too.",
                second='`notify(uploads, rule(".jpg"), rule(".JPG"))`',
            ),
            "no-thumbnail": Hint(
                first="The rules are right. They bind what happens from now on, not what is in the bucket already.",
                second="Run the whole cell again: it uploads the picture once more.",
            ),
        },
    ),
    Task(
        id="decode",
        title="Bug hunt: a name with a blank",
        kind="twiddle",
        check=checks.check_decode,
        hints={
            UNTOUCHED: Hint(
                first="The event says `red+desert.jpg`; there is no object of that name. `unquote_plus` is imported already.",
                second='`unquote_plus(record["s3"]["object"]["key"])`; plain `unquote` leaves the `+` as it is.',
            ),
            "plain": Hint(
                first="`%C3%A9` is decoded, and the `+` of a blank is not.",
                second="`unquote_plus` instead of `unquote`.",
            ),
            "partly": Hint(
                first="The blank is right, and a name with `é`, a comma or a real `+` is not. Replacing `+` by a blank is not enough, "
                "decoding twice is too much.",
                second='`key = unquote_plus(record["s3"]["object"]["key"])`, and nothing else.',
            ),
            "half": Hint(
                first="You read the right object. Under which name did you write the thumbnail?",
                second="Decode at the place where `key` gets its value: everything below then uses the decoded one.",
            ),
            "raised": Hint(
                first="The function does not know a name that you use.",
                second="`from urllib.parse import unquote_plus` stands at the top.",
            ),
        },
    ),
    Task(
        id="loop",
        title="Make a function call itself",
        kind="break it",
        check=checks.check_loop,
        hints={
            UNTOUCHED: Hint(
                first="The thumbnail goes to another bucket, which tells nobody. Where would it be heard?",
                second='`create_thumbs("lab05-loop", THUMBS=album, PREFIX="t-")`',
            ),
            "no-circle": Hint(
                first="The thumbnail lies in the album. Did its name fit the rule, and was the rule set before?",
                second='`PREFIX="t-"` keeps the `.jpg` at the end; then run the whole cell again.',
            ),
            "raised": Hint(
                first="A run failed. Did `THUMBS` name a bucket that exists?",
                second="`THUMBS=album`: the variable, without quotes.",
            ),
        },
    ),
    Task(
        id="sequencer",
        title="Older news must not win",
        kind="rework",
        check=states.check_sequencer,
        hints={
            UNTOUCHED: Hint(
                first="DynamoDB can look before it writes: a `ConditionExpression` that compares `sequencer` with yours.",
                second='`ConditionExpression="attribute_not_exists(sequencer) OR sequencer < :mine"` and '
                '`ExpressionAttributeValues={":mine": told["sequencer"]}`',
            ),
            "unhandled": Hint(
                first="The condition works: DynamoDB refuses older news with an exception, and you let it out.",
                second="`try: … except table.meta.client.exceptions.ConditionalCheckFailedException:` and print a line.",
            ),
            "raised": Hint(
                first="Even the first event of a key fails. Does your condition hold where there is no row yet?",
                second="`attribute_not_exists(sequencer) OR …`, and every `:name` needs its value.",
            ),
            "frozen": Hint(
                first="You never overwrite a row. A newer event has to.",
                second="`… OR sequencer < :mine`, with the new event's sequencer as `:mine`.",
            ),
        },
    ),
    Task(
        id="riga",
        title="Eight o'clock in Riga",
        kind="tweak",
        check=states.check_riga,
        hints={
            UNTOUCHED: Hint(
                first="The cron is right, and it is read in UTC. Which setting names the time zone?",
                second='`"ScheduleExpressionTimezone": "Europe/Riga"`',
            ),
            "by-hand": Hint(
                first="You moved the hour by hand. When do Riga's clocks change?",
                second='Leave `cron(0 8 * * ? *)`, and set `"ScheduleExpressionTimezone": "Europe/Riga"`.',
            ),
            "moved": Hint(
                first="The zone is right, and now the hour is meant in that zone.",
                second="`cron(0 8 * * ? *)`: minute, hour, day of month, month, day of week, year.",
            ),
            "elsewhere": Hint(
                first="That zone belongs to another place: some have Riga's time only for a part of the year.",
                second='`"ScheduleExpressionTimezone": "Europe/Riga"`',
            ),
        },
    ),
    Task(
        id="pattern",
        title="Only these three",
        kind="twiddle",
        check=states.check_pattern,
        hints={
            UNTOUCHED: Hint(
                first="What do the wanted rows share that the others lack? Look at `detail-type`, `country`, `amount`.",
                second='`"detail-type": ["OrderPlaced"]` beside `source`, and a `detail` with two lists.',
            ),
            "edge": Hint(
                first="One order is missing: A-1005, from EE, of exactly 100.",
                second='`{"numeric": [">=", 100]}` instead of `">"`, and `EE` among the countries.',
            ),
            "missing": Hint(
                first="A wanted row stays dark: one of your lists does not have its value.",
                second='`"country": ["LV", "EE", "LT"]`: values in one list are alternatives.',
            ),
            "too-many": Hint(
                first="Rows are lit that are not wanted. Which field tells them apart?",
                second='Add `"detail-type": ["OrderPlaced"]`, and `{"numeric": [">=", 100]}` for the amount.',
            ),
            "by-heart": Hint(
                first="It fits today's three orders. Would it fit tomorrow's?",
                second="Ask for country and amount, not for order numbers or amounts one by one.",
            ),
        },
    ),
    Task(
        id="pipeline",
        title="Each order counts once",
        kind="rework",
        check=states.check_pipeline,
        hints={
            UNTOUCHED: Hint(
                first="Something has to remember which events were done. Where can every execution environment see it?",
                second="An item `event <id>` in the table, written with `attribute_not_exists`, in one "
                "`transact_write_items` with the total.",
            ),
            "twice": Hint(
                first="A set in the module's memory is seen by one environment only; looking first and writing later leaves a gap.",
                second="`client.transact_write_items`: a `Put` with a condition, and the `Update` of the total, together.",
            ),
            "half": Hint(
                first="The broken event was marked as done, then the rest failed: mended, it came too late.",
                second="Put mark, order and total into one `transact_write_items`: all of them, or none.",
            ),
            "left-over": Hint(
                first="Writing the mark or the order failed after the amount was added. Lambda tries such an event again, and adds again.",
                second="Put mark, order and total into one `transact_write_items`: all of them, or none.",
            ),
            "lost": Hint(
                first="You dropped an event that only looked like another. What is different in every event, and the same in its copies?",
                second='`event["id"]`: not the order, not the amount.',
            ),
            "raised": Hint(
                first="A repetition is no failure: where the handler raises, Lambda brings the event back, twice.",
                second="Catch `client.exceptions.TransactionCanceledException` where its first reason is `ConditionalCheckFailed`.",
            ),
            "no-order": Hint(
                first="The total is right, and the order itself was not kept.",
                second='A `Put` of `{"key": "order …", "amount": …}` belongs into the transaction, too.',
            ),
        },
    ),
)
