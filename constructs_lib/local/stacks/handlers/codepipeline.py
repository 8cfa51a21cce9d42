"""AWS::CodePipeline::Pipeline; moto keeps pipelines and runs none.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
"""

from dataclasses import dataclass

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _Pipeline(OperationsHandler):
    def given(self, desired: Desired) -> Properties:
        """All but its tags in one member; the stores of artifacts by their regions."""
        pipeline = super().given(desired)
        given = {"Tags": pipeline.pop("Tags")} if "Tags" in pipeline else {}
        if "ArtifactStores" in pipeline:
            pipeline["ArtifactStores"] = {
                store["Region"]: store["ArtifactStore"] for store in pipeline["ArtifactStores"]
            }
        return {**given, "Pipeline": pipeline}


HANDLERS: dict[str, Handler] = {
    "AWS::CodePipeline::Pipeline": _Pipeline(
        service="codepipeline",
        makes="create_pipeline",
        changes="update_pipeline",
        removes="delete_pipeline",
        reads="get_pipeline",
        key="name",
        name="Name",
        ref="pipeline.name",
        paths={"Arn": "metadata.pipelineArn", "Version": "pipeline.version"},
        tagging=Tagging(),
        tagged="Arn",
    ),
}
