"""What a rule is shown and tested with."""

from dataclasses import dataclass
from typing import Final

PLACE: Final = "<VALUE>"
"""Where the values of an example stand in its template."""
_HEAD: Final = "Parameters: {Unknown: {Type: String}}\nConditions: {Unclear: !Equals [!Ref Unknown, 'yes']}\n"
_UNKNOWN: Final = "{Ref: Unknown}"
_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True)
class Example:
    """A template with one value that is wrong, right, or not known.

    Args:
        template: its resources in YAML, with ``<VALUE>`` in one place.
        wrong: the value with which the rule finds something.
        right: the value with which it finds nothing.
        unknown: the value with which nobody knows. Default: a parameter.
    """

    template: str
    wrong: str
    right: str
    unknown: str = _UNKNOWN

    def with_value(self, value: str) -> str:
        """The whole template with a value."""
        body = "\n".join(f"  {line}" if line else "" for line in self.template.strip("\n").splitlines())
        text = f"{_HEAD}Resources:\n{body}\n"
        return text.replace(PLACE, value)

    @property
    def shown(self) -> str:
        """The resources with what is wrong; of a long value its beginning."""
        is_long = len(self.wrong) > _LONGEST_SHOWN
        value = f"{self.wrong[:10]}… ({len(self.wrong):,} characters)" if is_long else self.wrong
        return self.template.strip("\n").replace(PLACE, value)


def pipeline(
    *,
    computing: str = "{Type: EC2, AllocationStrategy: BEST_FIT_PROGRESSIVE, MaxvCpus: 256, Subnets: [subnet-1]}",
    queue: str = "",
    job: str = "",
    size: str = "[{Type: VCPU, Value: '1'}, {Type: MEMORY, Value: '2048'}]",
    image: str = "busybox",
    container: str = "",
    submit: str = "",
    state: str = "TimeoutSeconds: 3600",
    retry: str = "Retry: [{ErrorEquals: [Batch.TooManyRequestsException], MaxAttempts: 8}]",
) -> str:
    """The template of a state machine that submits a job, with what is said otherwise.

    Args:
        computing: the resources of the compute environment.
        queue: one more property of the queue.
        job: one more property of the job definition.
        size: the resource requirements of the container.
        image: the image of the container.
        container: one more property of the container.
        submit: one more parameter of the submit.
        state: one more field of the state.
        retry: what the state tries again.
    """
    lines = f"""
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {computing}
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    {queue}
    ComputeEnvironmentOrder: [{{Order: 1, ComputeEnvironment: !Ref Environment}}]
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    {job}
    ContainerProperties:
      Image: {image}
      {container}
      ResourceRequirements: {size}
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      StartAt: Run
      States:
        Run:
          Type: Task
          Resource: arn:aws:states:::batch:submitJob.sync
          Parameters:
            JobName: run
            JobQueue: !Ref Queue
            JobDefinition: !Ref Job
            {submit}
          {state}
          {retry}
          End: true
"""
    return "\n".join(line for line in lines.splitlines() if line.strip())


def fan_out(
    *,
    items: str = '"{% [$states.input.items] %}"',
    each: str = "MaxConcurrency: 10",
    task: str = "Comment: A job",
    machine: str = "TimeoutSeconds: 86400",
) -> str:
    """The template of a state machine that submits a job for each item, with what is said otherwise.

    Args:
        items: the items of the Map state.
        each: one more field of the Map state.
        task: one more field of the state that submits.
        machine: one more field of the definition.
    """
    return f"""
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      QueryLanguage: JSONata
      {machine}
      StartAt: Each
      States:
        Each:
          Type: Map
          Items: {items}
          {each}
          ItemProcessor:
            StartAt: Run
            States:
              Run:
                Type: Task
                Resource: arn:aws:states:::batch:submitJob.sync
                Arguments: {{JobName: run, JobQueue: charts, JobDefinition: charts}}
                {task}
                Retry: [{{ErrorEquals: [Batch.TooManyRequestsException], MaxAttempts: 8}}]
                End: true
          Next: Done
        Done: {{Type: Succeed}}
"""
