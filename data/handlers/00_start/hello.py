def handler(event, context):
    name = event["name"]
    print(f"greeting {name}")
    return {"greeting": "Hello, " + name + "!"}
