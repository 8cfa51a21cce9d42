"""Image pipelines: rebuild an image when its source changes, and register the jobs that run it."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.delivery.build import make_build
from constructs_lib.delivery.pipeline_checks import check_build, pipeline_architecture
from constructs_lib.delivery.revisions import JobRevisions
from constructs_lib.delivery.source import ImageSource
from constructs_lib.images.architecture import X86_64
from constructs_lib.images.repository import ImageRepository
from constructs_lib.jobs.container_job import ContainerJob


@checked
class ImagePipeline(Construct):
    """Builds an image whenever its source changes, and registers a new revision of the jobs that run it.

    CodePipeline fetches the source, CodeBuild builds it and pushes it with a tag of its own and as ``newest``, and
    `JobRevisions` registers the jobs with its digest. A build that fails leaves the jobs as they are. State machines
    and people who submit ``pipeline.revisions.newest(job)`` run the new image from then on.
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        source: where the Dockerfile is: ``ImageSource.from_s3`` or ``ImageSource.from_git``.
        repository: where images go.
        jobs: which run the image; made with ``image=repository.image()``.
        directory: the build context, relative to the source. Default: all of it.
        file: the Dockerfile, relative to the directory. Default: ``Dockerfile``.
        architecture: the processor to build for. Default: that of the jobs' images, else x86_64.
        timeout: of a build, 5 minutes to 36 hours. Default: an hour.
        encryption_key: for the copies of the source that the pipeline makes, a key of yours; the images are encrypted
            by their repository. Default: one of Amazon S3, at no cost.
        log_retention: how long the logs of builds stay. Default: one month.

    Raises:
        ConfigurationError: jobs that run an image from another repository, or for another processor; a directory or
            file outside of the source; a timeout that CodeBuild does not allow.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        source: ImageSource,
        repository: ImageRepository,
        jobs: Sequence[ContainerJob],
        directory: str = ".",
        file: str = "Dockerfile",
        architecture: ec2.InstanceArchitecture | None = None,
        timeout: Duration | None = None,
        encryption_key: kms.IKey | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
    ) -> None:
        place = ArgumentPath("ImagePipeline", scope, construct_id)
        check_build(place, directory, file, timeout)
        processor = pipeline_architecture(place, jobs, architecture) or X86_64
        super().__init__(scope, construct_id)
        self.revisions = JobRevisions(
            self, "Revisions", repository=repository, jobs=jobs, on_push=False, log_retention=log_retention
        )
        self.project = make_build(
            self,
            repository=repository,
            function=self.revisions.function,
            architecture=processor,
            directory=directory,
            file=file,
            timeout=timeout or Duration.hours(1),
            encryption_key=encryption_key,
            log_retention=log_retention,
        )
        self.pipeline = self._make_pipeline(source, encryption_key)

    def _make_pipeline(self, source: ImageSource, encryption_key: kms.IKey | None) -> codepipeline.Pipeline:
        fetched = codepipeline.Artifact("Source")
        pipeline = codepipeline.Pipeline(
            self,
            "Pipeline",
            pipeline_type=codepipeline.PipelineType.V2,
            # Of two changes in a row, only the second is built.
            execution_mode=codepipeline.ExecutionMode.SUPERSEDED,
            artifact_bucket=self._make_bucket(encryption_key),
        )
        pipeline.add_stage(stage_name="Source", actions=[source.action(pipeline, fetched)])
        build = actions.CodeBuildAction(action_name="Build", project=self.project, input=fetched)
        pipeline.add_stage(stage_name="Build", actions=[build])
        return pipeline

    def _make_bucket(self, encryption_key: kms.IKey | None) -> s3.Bucket:
        """What CodePipeline hands from action to action; it is of no use after the build."""
        return s3.Bucket(
            self,
            "Artifacts",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.KMS if encryption_key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=encryption_key,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(7))],
            removal_policy=RemovalPolicy.DESTROY,
        )
