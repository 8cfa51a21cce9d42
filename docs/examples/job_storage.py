"""Every kind of storage that a job can have, in a network without a way out; the S3 part runs in an embedded AWS."""

import tempfile
import time
from pathlib import Path

from aws_cdk import App, CfnOutput, RemovalPolicy, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3

from constructs_lib import (
    BatchNetwork,
    ContainerJob,
    Ec2ComputeEnvironment,
    EfsStorage,
    FargateComputeEnvironment,
    HostScratch,
    JobImage,
    JobQueue,
    LustreStorage,
    Platform,
    S3FilesStorage,
    S3Storage,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

PROGRAM = Path(__file__).parent / "storage_job"


class JobStorageStack(Stack):
    """A job on Fargate with S3, EFS and S3 Files, and one on EC2 with S3, Lustre and scratch space."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "JobStorage")
        network = BatchNetwork(self, "Network")
        bucket = s3.Bucket(
            self, "Data", versioned=True, enforce_ssl=True, block_public_access=s3.BlockPublicAccess.BLOCK_ALL
        )
        image = JobImage.from_directory(self, "Image", PROGRAM)
        objects = [
            S3Storage(bucket=bucket, prefix="inputs/", variable="INPUTS"),
            S3Storage(bucket=bucket, prefix="results/", read=False, write=True, variable="RESULTS"),
        ]

        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        shared = EfsStorage(
            self, "Shared", vpc=network, clients=[fargate], variable="SHARED", removal_policy=RemovalPolicy.DESTROY
        )
        lake = S3FilesStorage(self, "Lake", vpc=network, bucket=bucket, prefix="lake/", clients=[fargate])
        serverless = ContainerJob(
            self,
            "OnFargate",
            image=image,
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
            storage=[*objects, shared, lake],
        )

        lustre = LustreStorage(self, "Lustre", vpc=network)
        instances = Ec2ComputeEnvironment(
            self, "Instances", vpc=network, max_vcpus=16, launch_template=self._mounting(lustre)
        )
        lustre.allow_from(instances)
        ContainerJob(
            self,
            "OnEc2",
            image=image,
            vcpus=1,
            memory=Size.gibibytes(2),
            storage=[*objects, lustre, HostScratch(variable="SCRATCH")],
        )

        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        JobQueue(self, "Ec2Queue", compute_environments=[instances])
        for name, value in {"Bucket": bucket.bucket_name, "Queue": queue.job_queue_arn}.items():
            CfnOutput(self, f"{name}Name", value=value)
        CfnOutput(self, "JobName", value=serverless.job_definition_arn)

    def _mounting(self, lustre: LustreStorage) -> ec2.LaunchTemplate:
        volume = ec2.BlockDeviceVolume.ebs(30, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3)
        return ec2.LaunchTemplate(
            self,
            "LaunchTemplate",
            user_data=lustre.user_data,
            require_imdsv2=True,
            block_devices=[ec2.BlockDevice(device_name="/dev/xvda", volume=volume)],
        )


def main() -> None:
    """Deploy it, give the job something to read, and run it."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(JobStorageStack(App()))
        bucket, queue, job = (stack.outputs[name] for name in ("BucketName", "QueueName", "JobName"))
        objects, batch = aws.client("s3"), aws.client("batch")
        for key in ("inputs/a.txt", "salaries/2026.txt"):
            objects.put_object(Bucket=bucket, Key=key, Body=b"hello")
        submitted = batch.submit_job(jobName="shout", jobQueue=queue, jobDefinition=job)["jobId"]
        while (told := batch.describe_jobs(jobs=[submitted])["jobs"][0])["status"] not in {"SUCCEEDED", "FAILED"}:
            time.sleep(0.05)
        print(told["status"], objects.get_object(Bucket=bucket, Key="results/a.txt")["Body"].read().decode())
        print("refused:", *(f"{denial.action}" for denial in aws.iam.denials))
        print("not emulated:", *sorted(stack.not_emulated))


if __name__ == "__main__":
    main()
