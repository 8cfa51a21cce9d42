"""A physical name of an environment, which CloudFormation cannot replace any more.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-computeenvironment.html
and https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2270
"""

from aws_cdk import Annotations
from constructs import Construct

from constructs_lib.rules import Caution


def warn_of_fixed_name(environment: Construct, name: str | None) -> None:
    """Warn, at the environment, that a change of its tags cannot be deployed as long as it has this name."""
    if name is not None:
        Annotations.of(environment).add_warning_v2(
            Caution.FIXED_ENVIRONMENT_NAME.id,
            "CloudFormation replaces a compute environment when one of its tags changes, those of the app and of the "
            "stack included, and refuses to replace one with a name of its own: such a deployment fails. Leave "
            "compute_environment_name out, and refer to the environment by its ARN; or keep tags off environments, as "
            "CostTags does: Tags.of(app).add(key, value, "
            'exclude_resource_types=["AWS::Batch::ComputeEnvironment"]).',
        )
