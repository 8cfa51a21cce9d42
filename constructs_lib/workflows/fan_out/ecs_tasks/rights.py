"""What a state machine must be allowed to do to run a task of Amazon ECS, and not more.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html and
https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
"""

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam

from constructs_lib.core.pseudo import account_id, partition, region


def run_and_stop(cluster: ecs.ICluster, task_definition: ecs.TaskDefinition) -> list[iam.PolicyStatement]:
    """Run one definition in one cluster, learn how its tasks end, and end them when the execution is stopped."""
    place = f"{region()}:{account_id()}"
    return [
        iam.PolicyStatement(
            actions=["ecs:RunTask"],
            # An execution that began before a deployment has the revision of then in its definition.
            resources=[f"arn:{partition()}:ecs:{place}:task-definition/{task_definition.family}:*"],
            conditions={"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
        ),
        iam.PolicyStatement(
            actions=["ecs:DescribeTasks", "ecs:StopTask"],
            resources=[f"arn:{partition()}:ecs:{place}:task/{cluster.cluster_name}/*"],
        ),
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            # The execution role is made here: one that a log driver or a secret needs later would not be in the list.
            resources=[task_definition.task_role.role_arn, task_definition.obtain_execution_role().role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        iam.PolicyStatement(
            actions=["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            resources=[f"arn:{partition()}:events:{place}:rule/StepFunctionsGetEventsForECSTaskRule"],
        ),
    ]
