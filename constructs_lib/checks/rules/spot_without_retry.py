"""Jobs on Spot that a reclaim ends."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import member, number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import Unknown


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        definition, queue = submit.definition, submit.queue
        if definition is None or queue is None or (submit.state and "Retry" in submit.state.body):
            continue
        spot = [environment for environment in queue.known_environments if environment.is_spot]
        own = submit.request.get("RetryStrategy", definition.properties.get("RetryStrategy"))
        attempts = 1 if own is None or member(own, "Attempts") is None else number(member(own, "Attempts"))
        if spot and attempts == 1 and not isinstance(own, Unknown):
            got = f"1 attempt of jobs in {queue.shown}, submitted by {submit.shown}"
            yield Found(definition.resource, ("RetryStrategy",), got, f"{spot[0].shown} is of Spot")


RULE = Rule(
    id="CHECK501",
    title="a job on Spot is tried again when its instance is taken back",
    severity="warning",
    otherwise=(
        "Spot Instances are taken back at any time. Without a second attempt each of that fails the job: "
        "`Host EC2 (instance i-…) terminated`."
    ),
    fix="Set RetryStrategy of the definition: several Attempts, and RETRY for `Host EC2*`.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/best-practices.html",
    example=Example(
        pipeline(
            computing="{Type: SPOT, MaxvCpus: 256, InstanceTypes: [optimal], Subnets: [subnet-1]}",
            job="RetryStrategy: {Attempts: <VALUE>}",
        ),
        wrong="1",
        right="3",
    ),
    look=_look,
)
