"""What a learner does in a lab, through boto3, and what a check then says."""

import json
import time

from lambada_labs.labs import Evidence, catalogue
from lambada_labs.labs.cleaning import clean
from lambada_labs.labs.package import package
from lambada_labs.labs.stage import PATIENCE, Stage


class Learner:
    """One learner at the start of one lab, with nothing done yet."""

    def __init__(self, cloud, number, folder):
        self.lab, self.cloud, self.folder = catalogue.find(number), cloud, folder
        self.client = cloud.client("lambda")
        clean(self.lab, cloud)
        self.began = time.time()
        self.stage = Stage(cloud, self.lab.tags)
        if self.lab.start:
            self.lab.start(self.stage)

    def create(self, name, source, handler="hello.handler", runtime="python3.13", **settings):
        path = self.folder / f"{handler.partition('.')[0]}.py"
        path.write_text(source)
        self.stage.function(
            name,
            code=package(path),
            handler=handler,
            runtime=runtime,
            role=self.stage.role(f"{self.lab.prefix}role"),
            **settings,
        )

    def configure(self, name, **settings):
        self.client.update_function_configuration(FunctionName=name, **settings)
        self.client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=PATIENCE)

    def deploy(self, name, source):
        path = self.folder / "hello.py"
        path.write_text(source)
        self.client.update_function_code(FunctionName=name, ZipFile=package(path))
        self.client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=PATIENCE)

    def call(self, name, event):
        return json.load(self.client.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"])

    def check(self, task):
        return self.lab.task(task).check(Evidence(self.cloud, lambda _: self.began))

    def hint(self, task, grade=1):
        return self.lab.task(task).hint(self.check(task)).grade(grade)
