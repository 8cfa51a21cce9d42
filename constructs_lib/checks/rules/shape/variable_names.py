"""Variables with names that AWS Batch keeps for itself."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.variables import variables_of
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for variable in variables_of(pipelines):
        if isinstance(variable.name, str) and variable.name.startswith("AWS_BATCH"):
            yield Found(variable.resource, variable.path, f"the variable {variable.name}")


RULE = Rule(
    id="CHECK206",
    title="the name of a variable does not begin with AWS_BATCH",
    severity="error",
    otherwise=(
        "RegisterJobDefinition and SubmitJob refuse names that begin with AWS_BATCH, which AWS Batch sets itself."
    ),
    fix="Give the variable another name.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_KeyValuePair.html",
    example=Example(
        pipeline(container="Environment: [{Name: <VALUE>, Value: '1'}]"), wrong="AWS_BATCH_SIZE", right="BATCH_SIZE"
    ),
    look=_look,
)
