"""DynamoDB's promise that a condition and its write are one step, kept for clients that write at the same time."""

from concurrent.futures import ThreadPoolExecutor

TABLE = "orders-at-once"


def transaction(number):
    """Mark an event as done and add one to the total, both or none."""
    mark = {"TableName": TABLE, "Item": {"key": {"S": f"event {number}"}, "done": {"BOOL": True}}}
    total = {"TableName": TABLE, "Key": {"key": {"S": "total"}}, "UpdateExpression": "ADD amount :one"}
    return [
        {"Put": mark | {"ConditionExpression": "attribute_not_exists(done)"}},
        {"Update": total | {"ExpressionAttributeValues": {":one": {"N": "1"}}}},
    ]


def test_transactions_at_once_count_each_event_once_and_lose_none(cloud):
    client = cloud.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def write(number):
        try:
            client.transact_write_items(TransactItems=transaction(number))
        except client.exceptions.TransactionCanceledException as refused:
            return [reason["Code"] for reason in refused.response["CancellationReasons"]]
        return []

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(write, [number for number in range(40) for _ in range(3)]))
    found = client.get_item(TableName=TABLE, Key={"key": {"S": "total"}})
    assert found["Item"]["amount"]["N"] == "40"
    assert sorted(answers) == [[]] * 40 + [["ConditionalCheckFailed", "None"]] * 80
