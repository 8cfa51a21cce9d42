"""The program of `VcpuCap`, as it runs in AWS Lambda: CloudFormation takes it along as text.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdateComputeEnvironment.html
"""

from typing import Final

PROGRAM: Final = '''\
import json
import os

import boto3

batch = boto3.client("batch")


def handler(event, context):
    """Caps all environments, or gives them back what they had: {"action": "restore"}."""
    change = restore if event.get("action") == "restore" else cap
    failed = []
    for environment in json.loads(os.environ["ENVIRONMENTS"]):
        try:
            change(environment, int(os.environ["CAPPED_VCPUS"]))
        except batch.exceptions.ClientException as error:
            failed.append(f"{environment['arn']}: {error}")
    if failed:
        raise RuntimeError("; ".join(failed))  # AWS Lambda then tries again, twice


def cap(environment, vcpus):
    if vcpus:
        try:
            return update(environment, "ENABLED", min(vcpus, environment["max"]))
        except batch.exceptions.ClientException as error:
            print(f"disabled, because it cannot be lowered to {vcpus} vCPUs: {error}")
    update(environment, "DISABLED")


def restore(environment, vcpus):
    update(environment, "ENABLED", environment["max"])


def update(environment, state, most=None):
    resources = {} if most is None else {"maxvCpus": most}
    if "min" in environment:
        resources["minvCpus"] = min(environment["min"], most or 0)
    print(environment["arn"], state, resources)
    given = {"computeResources": resources} if resources else {}
    batch.update_compute_environment(computeEnvironment=environment["arn"], state=state, **given)
'''
