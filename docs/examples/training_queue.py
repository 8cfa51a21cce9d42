"""SageMaker training jobs in a queue of AWS Batch, with a quota of instances per team: level 1 of aws-cdk-lib."""

import tempfile
from pathlib import Path

from aws_cdk import App, Stack
from aws_cdk import aws_batch as batch

from constructs_lib.testing import read_templates

INSTANCE = "ml.g6.xlarge"
TEAMS = {"research": 12, "production": 4}
"""The instances of each, which it lends while it does not need them."""


class TrainingQueueStack(Stack):
    """A service environment, and a queue with a quota share per team."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "TrainingQueue")
        limit = batch.CfnServiceEnvironment.CapacityLimitProperty(
            capacity_unit=INSTANCE, max_capacity=sum(TEAMS.values())
        )
        environment = batch.CfnServiceEnvironment(
            self, "Instances", service_environment_type="SAGEMAKER_TRAINING", capacity_limits=[limit]
        )
        idle = batch.CfnSchedulingPolicy.QuotaSharePolicyProperty(idle_resource_assignment_strategy="FIFO")
        policy = batch.CfnSchedulingPolicy(self, "Quotas", quota_share_policy=idle)
        first = batch.CfnJobQueue.ServiceEnvironmentOrderProperty(
            order=1, service_environment=environment.attr_service_environment_arn
        )
        queue = batch.CfnJobQueue(
            self,
            "Queue",
            priority=1,
            job_queue_type="SAGEMAKER_TRAINING",
            service_environment_order=[first],
            scheduling_policy_arn=policy.attr_arn,
        )
        for team, instances in TEAMS.items():
            self._share(queue, team, instances)

    def _share(self, queue: batch.CfnJobQueue, team: str, instances: int) -> None:
        share = batch.CfnQuotaShare
        share(
            self,
            f"Share{team.title()}",
            job_queue=queue.attr_job_queue_arn,
            quota_share_name=team,
            capacity_limits=[share.QuotaShareCapacityLimitProperty(capacity_unit=INSTANCE, max_capacity=instances)],
            resource_sharing_configuration=share.QuotaShareResourceSharingConfigurationProperty(
                strategy="LEND_AND_BORROW", borrow_limit=50
            ),
            preemption_configuration=share.QuotaSharePreemptionConfigurationProperty(in_share_preemption="DISABLED"),
        )


def main() -> None:
    """Synthesize it, and tell what it is made of: there are no SageMaker training jobs in the embedded AWS."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory)
        TrainingQueueStack(app)
        app.synth()
        resources = read_templates(Path(directory))["TrainingQueue"]["Resources"]
    for logical_id, resource in sorted(resources.items()):
        print(logical_id, resource["Type"])


if __name__ == "__main__":
    main()
