"""State machines as articles show them: a Map, an array job, and a Distributed Map, each over plain items."""

from typing import Any

SUBMIT = "arn:aws:states:::batch:submitJob.sync"


def definitions(queue: str, job: str, bucket: str, key: str) -> dict[str, dict[str, Any]]:
    """The definitions by the name that the tables give them."""

    def submit(name: str, value: str, **arguments: Any) -> dict[str, Any]:
        environment = [{"Name": name, "Value": value}]
        return {
            "Type": "Task",
            "Resource": SUBMIT,
            "Arguments": {
                "JobName": "by-hand",
                "JobQueue": queue,
                "JobDefinition": job,
                "ContainerOverrides": {"Environment": environment},
                **arguments,
            },
            "End": True,
        }

    one = {"StartAt": "Submit", "States": {"Submit": submit("ITEM", "{% $string($states.input) %}")}}
    whole_list = submit(
        "ITEMS",
        "{% $string($states.input.items) %}",
        ArrayProperties={"Size": "{% $count($states.input.items) %}"},
    )
    distributed = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Arguments": {"Bucket": bucket, "Key": key},
        },
        "ItemProcessor": {**one, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
        "MaxConcurrency": 1_000,
        "End": True,
    }
    states = {
        "map": {"Type": "Map", "Items": "{% $states.input.items %}", "ItemProcessor": one, "End": True},
        "array": whole_list,
        "distributed": distributed,
    }
    return {
        name: {"QueryLanguage": "JSONata", "StartAt": "Items", "States": {"Items": state}}
        for name, state in states.items()
    }
