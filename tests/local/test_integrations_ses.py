"""SES through boto3: a mail that comes in runs the active rule set, and a function may stop it."""

from __future__ import annotations

import itertools
import json
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from functions_kit import ready, refusal
from integrations_kit import answering, permitted
from producers_kit import arn, permit, seen

SERVICE, ACCOUNT = "ses.amazonaws.com", "123456789012"
numbers = itertools.count()
SAYS = "import json\ndef handler(event, context):\n    print('SEEN ' + json.dumps(event))\n    return "


@pytest.fixture(scope="module")
def ses(cloud):
    client = cloud.client("ses")
    client.verify_email_identity(EmailAddress="ana@example.org")
    return client


def function(cloud, name, answer="None"):
    """A function that SES may call and that answers so; its ARN."""
    ready(cloud, name, f"{SAYS}{answer}\n")
    cloud.client("lambda").add_permission(
        FunctionName=name,
        StatementId="ses",
        Action="lambda:InvokeFunction",
        Principal=SERVICE,
        SourceAccount=ACCOUNT,
    )
    return arn(name)


def rule(name, *functions, kind="RequestResponse", recipients=(), stop=False):
    actions = [{"LambdaAction": {"FunctionArn": one, "InvocationType": kind}} for one in functions]
    if stop:
        actions.append({"StopAction": {"Scope": "RuleSet"}})
    return {"Name": name, "Enabled": True, "Recipients": list(recipients), "Actions": actions}


@pytest.fixture
def active(ses):
    """Makes a rule set of these rules, in their order, the active one."""

    def make(*rules):
        name, after = f"set-{next(numbers)}", {}
        ses.create_receipt_rule_set(RuleSetName=name)
        for one in rules:
            ses.create_receipt_rule(RuleSetName=name, Rule=one, **after)
            after = {"After": one["Name"]}
        ses.set_active_receipt_rule_set(RuleSetName=name)
        return name

    yield make
    ses.set_active_receipt_rule_set()


def send(ses, *to, subject="Hello"):
    body = {"Text": {"Data": "the body"}}
    message = {"Subject": {"Data": subject}, "Body": body}
    return ses.send_email(Source="ana@example.org", Destination={"ToAddresses": list(to)}, Message=message)[
        "MessageId"
    ]


def test_a_function_gets_the_mail_without_its_body(cloud, ses, active):
    active(rule("all", function(cloud, "reads-mail"), kind="Event"))
    sent = send(ses, "help@example.com", subject="Broken lamp")
    (event,) = seen(cloud, "reads-mail")
    (record,) = event["Records"]
    assert (record["eventSource"], record["eventVersion"]) == ("aws:ses", "1.0")
    mail, receipt = record["ses"]["mail"], record["ses"]["receipt"]
    assert (mail["messageId"], mail["source"]) == (sent, "ana@example.org")
    assert mail["destination"] == receipt["recipients"] == ["help@example.com"]
    common = mail["commonHeaders"]
    assert (common["from"], common["to"]) == (["ana@example.org"], ["help@example.com"])
    assert common["subject"] == "Broken lamp"
    assert {"name": "Subject", "value": "Broken lamp"} in mail["headers"]
    assert receipt["action"] == {
        "type": "Lambda",
        "functionArn": arn("reads-mail"),
        "invocationType": "Event",
    }
    assert receipt["spamVerdict"] == {"status": "PASS"}
    assert "the body" not in str(event)


@pytest.mark.parametrize(
    ("answer", "reached"),
    [
        ("{'disposition': 'CONTINUE'}", ["second", "third"]),
        ("{'disposition': 'STOP_RULE'}", ["third"]),
        ("{'disposition': 'STOP_RULE_SET'}", []),
        ("{'disposition': 'DELETE'}", ["second", "third"]),
        ("1 / 0", ["second", "third"]),
    ],
)
def test_a_function_decides_how_far_a_mail_goes(cloud, ses, active, answer, reached):
    number = next(numbers)
    first, second, third = (f"{name}-{number}" for name in ("first", "second", "third"))
    decides = function(cloud, first, answer)
    others = function(cloud, second), function(cloud, third)
    active(rule("one", decides, others[0]), rule("two", others[1]))
    send(ses, "help@example.com")
    after = {"second": second, "third": third}
    seen(cloud, first)
    for name in reached:
        assert seen(cloud, after[name])
    send(ses, "help@example.com", subject="again")
    assert len(seen(cloud, first, count=2)) == 2  # the first mail is through: rules run one after the other
    for name in set(after) - set(reached):
        assert not any("SEEN" in text for _, _, _, text in cloud.log_lines(after[name]))


def test_rules_are_for_addresses_domains_and_subdomains(cloud, ses, active):
    targets = {name: function(cloud, name) for name in ("for-one", "for-domain", "for-subdomains")}
    active(
        rule("one", targets["for-one"], recipients=["help@example.com"]),
        rule("domain", targets["for-domain"], recipients=["example.com"]),
        rule("subdomains", targets["for-subdomains"], recipients=[".example.com"], stop=True),
    )
    send(ses, "help@example.com", "news@example.com", "x@eu.example.com")
    (one,), (domain,), (below,) = (seen(cloud, name) for name in targets)
    recipients = [event["Records"][0]["ses"]["receipt"]["recipients"] for event in (one, domain, below)]
    assert recipients == [
        ["help@example.com"],
        ["help@example.com", "news@example.com"],
        ["x@eu.example.com"],
    ]


def test_a_written_mail_and_the_second_api_come_in_too(cloud, ses, active):
    active(rule("all", function(cloud, "reads-both"), kind="Event"))
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = "ana@example.org", "Help <help@example.com>", "one"
    written["X-Lamp"] = "7"
    ses.send_raw_email(RawMessage={"Data": written.as_bytes()})
    simple = {"Simple": {"Subject": {"Data": "two"}, "Body": {"Text": {"Data": "x"}}}}
    cloud.client("sesv2").send_email(
        FromEmailAddress="ana@example.org",
        Destination={"ToAddresses": ["help@example.com"]},
        Content=simple,
    )
    events = seen(cloud, "reads-both", count=2)
    mails = {
        one["Records"][0]["ses"]["mail"]["commonHeaders"]["subject"]: one["Records"][0]["ses"]["mail"]
        for one in events
    }
    assert set(mails) == {"one", "two"}
    assert {"name": "X-Lamp", "value": "7"} in mails["one"]["headers"]
    assert mails["one"]["destination"] == mails["two"]["destination"] == ["help@example.com"]


def test_a_rule_wants_a_function_that_ses_may_call(cloud, ses, active):
    ready(cloud, "not-for-ses")
    ses.create_receipt_rule_set(RuleSetName="wants")
    for name in ("not-for-ses", "not-there"):
        made = rule("r", arn(name))
        code, text, _ = refusal(lambda made=made: ses.create_receipt_rule(RuleSetName="wants", Rule=made))
        assert (code, text) == ("InvalidLambdaFunction", f"Could not invoke Lambda function: {arn(name)}")
    permit(
        cloud,
        "not-for-ses",
        SERVICE,
        f"arn:aws:ses:us-east-1:{ACCOUNT}:receipt-rule-set/wants:receipt-rule/r",
    )
    ses.create_receipt_rule(RuleSetName="wants", Rule=rule("r", arn("not-for-ses")))


def test_a_bucket_keeps_the_whole_mail_for_the_function(cloud, ses, active):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="mails")
    keeps = {"S3Action": {"BucketName": "mails", "ObjectKeyPrefix": "in/"}}
    wanted = rule("keeps", function(cloud, "reads-kept"), kind="Event")
    wanted["Actions"].insert(0, keeps)
    code, text, _ = refusal(lambda: active(wanted))
    assert (code, text) == ("InvalidS3Configuration", "Could not write to bucket: mails")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::mails/*",
        "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}},
    }
    s3.put_bucket_policy(
        Bucket="mails", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    active(wanted)
    sent = send(ses, "help@example.com", subject="Kept")
    (event,) = seen(cloud, "reads-kept")
    assert event["Records"][0]["ses"]["mail"]["messageId"] == sent
    kept = message_from_bytes(s3.get_object(Bucket="mails", Key=f"in/{sent}")["Body"].read())
    assert (kept["Subject"], kept["To"], kept.get_payload()) == ("Kept", "help@example.com", "the body")


def test_a_mail_by_one_call(cloud):
    name = permitted(cloud, answering(cloud, "ses-sample"), "ses")
    stops = cloud.run_integration("ses", name, subject='{"disposition": "STOP_RULE_SET"}', spam="FAIL")
    assert (stops.outcome, stops.state) == ("accepted", {"disposition": "STOP_RULE_SET"})
    assert stops.sent["Records"][0]["ses"]["receipt"]["spamVerdict"] == {"status": "FAIL"}
    other = cloud.run_integration("ses", name, subject='{"disposition": "DELETE"}')
    assert other.state == {"disposition": "CONTINUE"}
    assert other.text.endswith("'DELETE' is no disposition: it counts as CONTINUE.")
    assert cloud.run_integration("ses-event", name).outcome == "queued"
