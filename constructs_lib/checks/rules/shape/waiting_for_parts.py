"""Jobs of several containers that a state waits for."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    Timeout: {AttemptDurationSeconds: 3600}
    EcsProperties:
      TaskProperties:
        - Containers:
            - Name: main
              Image: busybox
              ResourceRequirements: [{Type: VCPU, Value: '1'}, {Type: MEMORY, Value: '512'}]
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      StartAt: Run
      States:
        Run:
          Type: Task
          Resource: <VALUE>
          Parameters: {JobName: run, JobQueue: charts, JobDefinition: !Ref Job}
          End: true
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        state, definition = submit.state, submit.definition
        if state is None or definition is None or not state.resource.endswith("batch:submitJob.sync"):
            continue
        # Seen by https://repost.aws/questions/QUYUtrKcPGRf-Rj1m1dXJH1Q/aws-batch-running-ecsproperties-job-with-aws-stepfunction;
        # of several nodes nobody has told what AWS does.
        if "EcsProperties" in definition.properties:
            got = f"batch:submitJob.sync in {submit.shown}"
            allowed = f"{definition.shown} is of EcsProperties, and takes no container overrides, which waiting adds"
            yield Found(submit.resource, (*submit.path, "Resource"), got, allowed)


RULE = Rule(
    id="CHECK228",
    title="a job of EcsProperties is not waited for with .sync",
    severity="error",
    otherwise=(
        "Step Functions adds a variable to the container overrides of each job that it waits for, and SubmitJob "
        "refuses them for EcsProperties: `Container overrides should not be set for ecsProperties jobs`."
    ),
    fix="Submit it with aws-sdk:batch:submitJob, and ask for its end in a loop or by a rule of EventBridge.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html",
    example=Example(
        _TEMPLATE, wrong="arn:aws:states:::batch:submitJob.sync", right="arn:aws:states:::aws-sdk:batch:submitJob"
    ),
    look=_look,
)
