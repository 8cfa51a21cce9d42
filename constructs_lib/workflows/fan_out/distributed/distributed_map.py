"""A Distributed Map state that grants the state machine the permissions that it needs."""

from collections.abc import Mapping, Sequence
from typing import Any

import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.pseudo import partition
from constructs_lib.workflows.fan_out.list.bucket import PREFIX
from constructs_lib.workflows.submit.permissions import write_results


class DistributedMapState(sfn.DistributedMap):
    """A Distributed Map in JSONata, with all fields of AWS and the minimal permissions for them.

    The readers of aws-cdk-lib support neither JSON Lines nor pointers, and grant access to whole buckets. aws-cdk-lib
    adds the permissions to start, describe and stop the child executions, as a policy of the state machine.
    Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        fields: further fields of the state, in the form of AWS, which aws-cdk-lib does not write.
        statements: permissions of the role of the state machine.
        outputs: the output of the state.
        comment: what the state does, for readers of the definition.
        options: of aws-cdk-lib's state.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        fields: Mapping[str, Any],
        statements: Sequence[iam.PolicyStatement],
        outputs: Any,
        comment: str,
        **options: Any,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            query_language=sfn.QueryLanguage.JSONATA,
            outputs=outputs,
            comment=comment,
            **options,
        )
        self._fields = dict(fields)
        self._statements = tuple(statements)

    @jsii.member(jsii_name="toStateJson")
    def to_state_json(self, top_level_query_language: sfn.QueryLanguage | None = None) -> dict[str, Any]:
        """The state as written in the definition."""
        return {**super().to_state_json(top_level_query_language), **self._fields}

    @jsii.member(jsii_name="whenBoundToGraph")
    def _when_bound_to_graph(self, graph: sfn.StateGraph) -> None:
        super()._when_bound_to_graph(graph)
        for statement in self._statements:
            graph.register_policy_statement(statement)


def item_reader(resource: str, arguments: Mapping[str, str], config: Mapping[str, Any]) -> dict[str, Any]:
    """The field that reads items from S3."""
    reader = {"Resource": _arn(resource), "Arguments": dict(arguments)}
    return {"ItemReader": {**reader, "ReaderConfig": dict(config)} if config else reader}


def result_writer(bucket: s3.IBucket, prefix: str, *, transformation: str, output_type: str) -> dict[str, Any]:
    """The field that writes the outputs of the child executions to S3."""
    return {
        "ResultWriter": {
            "Resource": _arn("s3:putObject"),
            "Arguments": {"Bucket": bucket.bucket_name, "Prefix": prefix},
            "WriterConfig": {"Transformation": transformation, "OutputType": output_type},
        }
    }


def result_permissions(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    """The permissions to write results and to read them back."""
    return write_results(bucket, f"{PREFIX}*")


def _arn(resource: str) -> str:
    return f"arn:{partition()}:states:::{resource}"
