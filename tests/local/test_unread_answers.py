"""Answers that a program never reads keep their connections open; the local cloud must go on answering others."""

import pytest

from lambada_labs.cloud.local.listener import Bounds

MANY = 600


@pytest.fixture
def s3(cloud):
    client = cloud.client("s3")
    client.create_bucket(Bucket="unread")
    client.put_object(Bucket="unread", Key="order.txt", Body=b"one cup")
    return client


def test_six_hundred_unread_answers_shut_nobody_out(cloud, s3):
    assert Bounds().connections < MANY
    unread = [s3.get_object(Bucket="unread", Key="order.txt")["Body"] for _ in range(MANY)]
    account = cloud.client("sts").get_caller_identity()["Account"]
    bodies = [unread[0].read(), unread[-1].read()]
    for body in unread:
        body.close()
    assert (account, bodies) == (cloud.account_id, [b"one cup", b"one cup"])
