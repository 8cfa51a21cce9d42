"""Behaviours of AWS Batch that its users rely on: each makes one happen, and says whether it was seen.

A job whose name begins with "endless" is one that does not end by itself.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.emulators.account import Account, policy, unique

Check = Callable[[Account], bool]

BEHAVIOURS: Final[dict[str, Check]] = {}


def behaviour(title: str) -> Callable[[Check], Check]:
    """Enter a check under a title, a line of the table."""

    def entered(check: Check) -> Check:
        BEHAVIOURS[title] = check
        return check

    return entered


def shows(check: Check, account: Account) -> bool:
    """Whether a behaviour is seen: an error, or nothing for some seconds, means that it is not."""
    try:
        return check(account)
    except (BotoCoreError, ClientError, KeyError, IndexError, ValueError, TimeoutError):
        return False


def refused(call: Callable[[], Any]) -> str:
    """What a call is refused with; empty if it is not."""
    try:
        call()
    except ClientError as error:
        return str(error)
    return ""


@behaviour("the command of a job runs, and its exit code counts")
def _(account: Account) -> bool:
    found = account.ended(account.submit("exit 3"))
    return found["status"] == "FAILED" and found["container"]["exitCode"] == 3


@behaviour("what a job prints is in CloudWatch Logs")
def _(account: Account) -> bool:
    found = account.ended(account.submit("echo here it is"))
    stream = found["container"]["logStreamName"]
    events = account.client("logs").get_log_events(logGroupName="/aws/batch/job", logStreamName=stream)["events"]
    return [event["message"] for event in events] == ["here it is"]


@behaviour("an array has a child per index, with `AWS_BATCH_JOB_ARRAY_INDEX`")
def _(account: Account) -> bool:
    array = account.submit("exit $AWS_BATCH_JOB_ARRAY_INDEX", arrayProperties={"size": 3})
    return [account.ended(f"{array}:{index}")["container"]["exitCode"] for index in range(3)] == [0, 1, 2]


@behaviour("an array fails when a child fails, and counts its children by status")
def _(account: Account) -> bool:
    found = account.ended(account.submit("exit $AWS_BATCH_JOB_ARRAY_INDEX", arrayProperties={"size": 3}))
    counts = found["arrayProperties"]["statusSummary"]
    return found["status"] == "FAILED" and (counts["SUCCEEDED"], counts["FAILED"]) == (1, 2)


@behaviour("arrays of another size than 2 to 10,000 are refused")
def _(account: Account) -> bool:
    return "Array size" in refused(lambda: account.submit(arrayProperties={"size": 1}))


@behaviour("`dependsOn`: a job fails without having run when the one before it fails")
def _(account: Account) -> bool:
    first = account.submit("exit 1")
    found = account.ended(account.submit(dependsOn=[{"jobId": first}]))
    return bool(found["status"] == "FAILED" and found["statusReason"].startswith("Dependent"))


@behaviour("`N_TO_N`: a child waits for the child of the same index only")
def _(account: Account) -> bool:
    first = account.submit("exit $AWS_BATCH_JOB_ARRAY_INDEX", arrayProperties={"size": 2})
    second = account.submit(
        arrayProperties={"size": 2}, dependsOn=[{"jobId": first, "type": "N_TO_N"}], definition=account.definition()
    )
    return [account.ended(f"{second}:{index}")["status"] for index in range(2)] == ["SUCCEEDED", "FAILED"]


@behaviour("a failed job is tried again, as often as its attempts")
def _(account: Account) -> bool:
    return len(account.ended(account.submit("exit 3", retryStrategy={"attempts": 3}))["attempts"]) == 3


@behaviour("`evaluateOnExit` decides which failures are tried again")
def _(account: Account) -> bool:
    stop = {"attempts": 3, "evaluateOnExit": [{"onExitCode": "3", "action": "EXIT"}]}
    other = account.ended(account.submit("exit 4", retryStrategy=stop))
    found = account.ended(account.submit("exit 3", retryStrategy=stop))
    return (len(found["attempts"]), len(other["attempts"])) == (1, 3)


@behaviour("a timeout ends a job, with AWS's reason, and it is not tried again")
def _(account: Account) -> bool:
    found = account.ended(
        account.submit(
            "sleep 3600",
            name="endless",
            timeout={"attemptDurationSeconds": 60},
            retryStrategy={"attempts": 2},
        )
    )
    return (found["statusReason"], len(found["attempts"])) == ("Job attempt duration exceeded timeout", 1)


@behaviour("`maxvCpus` limits what runs at a time")
def _(account: Account) -> bool:
    queue, definition = account.queue(most=1), account.definition()
    account.runs(account.submit("sleep 3600", name="endless", queue=queue, definition=definition))
    second = account.submit("sleep 3600", name="endless", queue=queue, definition=definition)
    return str(account.described(second)["status"]) == "RUNNABLE"


@behaviour("a job that no environment can hold stays RUNNABLE, and AWS's reason says why")
def _(account: Account) -> bool:
    job = account.submit(queue=account.queue(most=1), definition=account.definition(vcpus=4, memory=8192))
    reason = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"
    return bool(account.wait_for(lambda: account.described(job).get("statusReason", "").startswith(reason)))


@behaviour("a queue cancels such a job, by its `jobStateTimeLimitActions`")
def _(account: Account) -> bool:
    limit = {"reason": "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE", "state": "RUNNABLE"}
    queue = account.queue(most=1, jobStateTimeLimitActions=[{**limit, "maxTimeSeconds": 600, "action": "CANCEL"}])
    found = account.ended(account.submit(queue=queue, definition=account.definition(vcpus=4, memory=8192)))
    return "JobStateTimeLimit" in found["statusReason"]


@behaviour("queues over one environment go by their priority")
def _(account: Account) -> bool:
    environment, definition = account.environment(most=1), account.definition()
    low, high = account.queue(environment), account.queue(environment, priority=9)

    def endless(queue: str) -> str:
        return account.submit("sleep 3600", name="endless", queue=queue, definition=definition)

    holds = account.runs(endless(low))
    later, sooner = endless(low), endless(high)
    account.batch.terminate_job(jobId=holds, reason="its turn is over")
    account.runs(sooner)
    return str(account.described(later)["status"]) == "RUNNABLE"


@behaviour("fair share: a share that has nothing runs before one that has")
def _(account: Account) -> bool:
    shares = account.batch.create_scheduling_policy(name=unique("fair"), fairsharePolicy={"shareDecaySeconds": 600})
    queue, definition = account.queue(most=2, schedulingPolicyArn=shares["arn"]), account.definition()

    def endless(share: str) -> str:
        return account.submit(
            "sleep 3600",
            name="endless",
            queue=queue,
            definition=definition,
            shareIdentifier=share,
            schedulingPriorityOverride=1,
        )

    holds = [account.runs(endless("maps")) for _ in range(2)]
    later, sooner = endless("maps"), endless("web")
    account.batch.terminate_job(jobId=holds[0], reason="its turn is over")
    account.runs(sooner)
    return str(account.described(later)["status"]) == "RUNNABLE"


@behaviour("consumable resources, such as licences, limit what runs at a time")
def _(account: Account) -> bool:
    name = unique("licence")
    account.batch.create_consumable_resource(consumableResourceName=name, totalQuantity=1, resourceType="REPLENISHABLE")
    takes = {"consumableResourceList": [{"consumableResource": name, "quantity": 1}]}
    queue, definition = account.queue(), account.definition()

    def endless() -> str:
        return account.submit(
            "sleep 3600",
            name="endless",
            queue=queue,
            definition=definition,
            consumableResourcePropertiesOverride=takes,
        )

    account.runs(endless())
    return str(account.described(endless())["status"]) == "RUNNABLE"


@behaviour("`TerminateJob` ends a job that runs, with the reason that was given")
def _(account: Account) -> bool:
    job = account.runs(account.submit("sleep 3600", name="endless"))
    account.batch.terminate_job(jobId=job, reason="wrong input")
    found = account.ended(job)
    return (found["status"], found["statusReason"]) == ("FAILED", "wrong input")


@behaviour("`GetJobQueueSnapshot` has the jobs at the front of a queue")
def _(account: Account) -> bool:
    queue = account.queue(most=1)
    job = account.submit(queue=queue, definition=account.definition(vcpus=4, memory=8192))
    found = account.batch.get_job_queue_snapshot(jobQueue=queue)["frontOfQueue"]["jobs"]
    return [entry["jobArn"].rpartition("/")[2] for entry in found] == [job]


@behaviour("container overrides of more than 8,192 characters fail the job")
def _(account: Account) -> bool:
    long = {"environment": [{"name": "ITEMS", "value": "x" * 8192}]}
    return "8192" in account.ended(account.submit(overrides=long))["statusReason"]


@behaviour("sizes that Fargate does not have are refused")
def _(account: Account) -> bool:
    return "ClientException" in refused(lambda: account.definition(vcpus=1, memory=1024))


@behaviour("an environment that a queue uses cannot be deleted")
def _(account: Account) -> bool:
    environment = account.environment()
    account.queue(environment)
    account.batch.update_compute_environment(computeEnvironment=environment, state="DISABLED")
    return bool(refused(lambda: account.batch.delete_compute_environment(computeEnvironment=environment)))


@behaviour("an environment whose service role is gone is INVALID")
def _(account: Account) -> bool:
    role = account.role("batch")
    environment = account.environment(service_role=role)
    account.client("iam").delete_role(RoleName=role.rpartition("/")[2])
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources={"maxvCpus": 8})
    [found] = account.batch.describe_compute_environments(computeEnvironments=[environment])["computeEnvironments"]
    return bool(found["status"] == "INVALID" and found["statusReason"].startswith("CLIENT_ERROR"))


@behaviour("a job of several containers, one after the other")
def _(account: Account) -> bool:
    needs = [{"type": "VCPU", "value": "0.25"}, {"type": "MEMORY", "value": "512"}]
    first = {"name": "first", "image": "busybox", "command": ["sh", "-c", "exit 3"], "resourceRequirements": needs}
    then = {
        **first,
        "name": "then",
        "command": ["true"],
        "dependsOn": [{"containerName": "first", "condition": "SUCCESS"}],
    }
    made = account.batch.register_job_definition(
        jobDefinitionName=unique("several"),
        type="container",
        platformCapabilities=["FARGATE"],
        ecsProperties={
            "taskProperties": [
                {
                    "executionRoleArn": account.role("ecs-tasks", "logs:*"),
                    "containers": [{**first, "essential": False}, {**then, "essential": True}],
                }
            ]
        },
    )
    job = account.batch.submit_job(jobName="several", jobQueue=account.queue(), jobDefinition=made["jobDefinitionArn"])[
        "jobId"
    ]
    return str(account.ended(job)["status"]) == "FAILED"


def _submit_state(account: Account, **arguments: Any) -> dict[str, Any]:
    parameters = {"JobName": "one", "JobQueue": account.queue(), "JobDefinition": account.definition(), **arguments}
    return {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "Parameters": parameters, "End": True}


@behaviour("`batch:submitJob.sync` of Step Functions waits for the job, and fails with it")
def _(account: Account) -> bool:
    role = account.role("states", "batch:*", "events:*")
    state = _submit_state(account, ContainerOverrides={"Command": ["sh", "-c", "exit 3"]})
    found = account.execution(account.started(account.machine({"Run": state}, role)))
    return (found["error"], json.loads(found["cause"])["Status"]) == ("States.TaskFailed", "FAILED")


@behaviour("stopping an execution terminates its job")
def _(account: Account) -> bool:
    role = account.role("states", "batch:*", "events:*")
    state = _submit_state(account, JobName="endless", ContainerOverrides={"Command": ["sleep", "3600"]})
    arn = account.started(account.machine({"Run": state}, role))
    queue = state["Parameters"]["JobQueue"]
    listed = account.wait_for(lambda: account.batch.list_jobs(jobQueue=queue, jobStatus="RUNNING")["jobSummaryList"])
    account.client("stepfunctions").stop_execution(executionArn=arn)
    return str(account.ended(listed[0]["jobId"])["status"]) == "FAILED"


@behaviour("IAM: a state machine without the right to submit is denied")
def _(account: Account) -> bool:
    role = account.role("states", "events:*")
    found = account.execution(account.started(account.machine({"Run": _submit_state(account)}, role)))
    return "is not authorized to perform: batch:SubmitJob" in found["cause"]


@behaviour("IAM: a user without the right to submit is denied")
def _(account: Account) -> bool:
    iam, user = account.client("iam"), unique("user")
    iam.create_user(UserName=user)
    allowed = {"Effect": "Allow", "Action": "batch:Describe*", "Resource": "*"}
    iam.put_user_policy(UserName=user, PolicyName="Own", PolicyDocument=policy(allowed))
    key = iam.create_access_key(UserName=user)["AccessKey"]
    somebody = account.client("batch", (key["AccessKeyId"], key["SecretAccessKey"]))
    job = {"jobName": "one", "jobQueue": account.queue(), "jobDefinition": account.definition()}
    return "AccessDenied" in refused(lambda: somebody.submit_job(**job))


@behaviour("EventBridge gets an event for each state of a job")
def _(account: Account) -> bool:
    sqs, events = account.client("sqs"), account.client("events")
    url = sqs.create_queue(QueueName=unique("seen"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lets = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(lets)})
    rule = unique("rule")
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["aws.batch"]}))
    events.put_targets(Rule=rule, Targets=[{"Id": "seen", "Arn": arn}])
    job = account.submit()
    account.ended(job)
    seen: set[str] = set()

    def is_complete() -> bool:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            detail = json.loads(message["Body"])["detail"]
            if detail.get("jobId") == job:
                seen.add(detail["status"])
        return {"RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"} <= seen

    return bool(account.wait_for(is_complete))


@behaviour("CloudFormation makes environments, queues and job definitions")
def _(account: Account) -> bool:
    properties = {"Priority": 1, "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": account.environment()}]}
    needs = [{"Type": "VCPU", "Value": "1"}, {"Type": "MEMORY", "Value": "2048"}]
    container = {"Image": "busybox", "ResourceRequirements": needs}
    resources = {
        "Queue": {"Type": "AWS::Batch::JobQueue", "Properties": properties},
        "Job": {
            "Type": "AWS::Batch::JobDefinition",
            "Properties": {
                "Type": "container",
                "ContainerProperties": container,
                "RetryStrategy": {"Attempts": 1},
            },
        },
    }
    cloudformation, name = account.client("cloudformation"), unique("stack")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))

    def status() -> str:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])

    account.wait_for(lambda: not status().endswith("IN_PROGRESS"))
    return status() == "CREATE_COMPLETE"
