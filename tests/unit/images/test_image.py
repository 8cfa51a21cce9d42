import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk.assertions import Template

from constructs_lib import ConfigurationError, JobImage, Platform
from tests.unit.resources import id_of, job, named, resources

Make = Callable[..., Any]

DIGEST = "sha256:" + "0f" * 32


@pytest.fixture
def repository(stack: Stack) -> ecr.IRepository:
    return ecr.Repository(stack, "Repository")


class TestFromDirectory:
    def test_is_built_for_x86_whatever_the_machine(self, stack: Stack, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").write_text("FROM scratch\n")
        image = JobImage.from_directory(stack, "Image", tmp_path)
        (asset,) = _docker_assets(stack)
        assert asset["platform"] == "linux/amd64"
        assert image.architecture == ec2.InstanceArchitecture.X86_64
        assert not image.moving

    def test_options(self, stack: Stack, tmp_path: Path) -> None:
        (tmp_path / "job.Dockerfile").write_text("FROM scratch AS small\n")
        image = JobImage.from_directory(
            stack,
            "Image",
            str(tmp_path),
            architecture=ec2.InstanceArchitecture.ARM_64,
            file="job.Dockerfile",
            target="small",
            build_args={"BASE": "alpine"},
        )
        (asset,) = _docker_assets(stack)
        assert (asset["platform"], asset["dockerFile"]) == ("linux/arm64", "job.Dockerfile")
        assert (asset["dockerBuildTarget"], asset["dockerBuildArgs"]) == ("small", {"BASE": "alpine"})
        assert image.architecture == ec2.InstanceArchitecture.ARM_64

    def test_is_built_for_the_processor_of_its_environment(self, stack: Stack, make_ec2: Make, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").write_text("FROM scratch\n")
        image = JobImage.from_directory(stack, "Image", tmp_path, runs_on=make_ec2(instance_types=["c7g"]))
        assert image.architecture == ec2.InstanceArchitecture.ARM_64
        (asset,) = _docker_assets(stack)
        assert asset["platform"] == "linux/arm64"

    def test_fargate_has_both_processors(
        self, stack: Stack, make_fargate: Make, make_job: Make, tmp_path: Path
    ) -> None:
        (tmp_path / "Dockerfile").write_text("FROM scratch\n")
        arm = ec2.InstanceArchitecture.ARM_64
        image = JobImage.from_directory(stack, "Image", tmp_path, architecture=arm, runs_on=make_fargate())
        make_job(image=image, platform=Platform.FARGATE)
        (asset,) = _docker_assets(stack)
        assert asset["platform"] == "linux/arm64"
        (definition,) = resources(Template.from_stack(stack).to_json(), "AWS::Batch::JobDefinition").values()
        runtime = definition["Properties"]["ContainerProperties"]["RuntimePlatform"]
        assert runtime == {"CpuArchitecture": "ARM64", "OperatingSystemFamily": "LINUX"}

    def test_refuses_another_processor_than_its_environment_has(
        self, stack: Stack, make_ec2: Make, tmp_path: Path
    ) -> None:
        (tmp_path / "Dockerfile").write_text("FROM scratch\n")
        with pytest.raises(
            ConfigurationError,
            match=r"got X86_64 for an image that runs on Stack/Ec2, .* \(IMAGE001\)",
        ):
            JobImage.from_directory(
                stack,
                "Image",
                tmp_path,
                architecture=ec2.InstanceArchitecture.X86_64,
                runs_on=make_ec2(instance_types=["c7g"]),
            )

    def test_refuses_a_directory_that_is_not_there(self, stack: Stack, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"'Stack/Image': got '.*/missing', the path of a directory"):
            JobImage.from_directory(stack, "Image", tmp_path / "missing")

    def test_refuses_a_directory_without_a_dockerfile(self, stack: Stack, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"which has no Dockerfile, .* \(BATCH015\)"):
            JobImage.from_directory(stack, "Image", tmp_path)


class TestFromRepository:
    def test_a_job_may_pull_it_from_there_alone(self, custom: dict[str, Any]) -> None:
        repository = id_of(custom, named(custom, "AWS::ECR::Repository", "Repository"))
        assert job(custom, "OnEc2")["ContainerProperties"]["Image"]["Fn::Join"][1][-1] == ":v1"
        policy = named(custom, "AWS::IAM::Policy", "OnEc2ContainerDefinitionExecutionRoleDefaultPolicy")
        (pull,) = (
            statement
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            if "ecr:BatchGetImage" in statement["Action"]
        )
        assert pull["Resource"] == {"Fn::GetAtt": [repository, "Arn"]}

    @pytest.mark.parametrize(("given", "moving"), [({"tag": "v1"}, False), ({"tag": "latest"}, True)])
    def test_by_tag(self, repository: ecr.IRepository, given: dict[str, str], moving: bool) -> None:
        assert JobImage.from_repository(repository, **given).moving is moving

    def test_by_digest(self, repository: ecr.IRepository) -> None:
        image = JobImage.from_repository(repository, digest=DIGEST, architecture=ec2.InstanceArchitecture.ARM_64)
        assert (image.moving, image.architecture) == (False, ec2.InstanceArchitecture.ARM_64)

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({}, "got neither tag nor digest, exactly one of them is needed"),
            ({"tag": "v1", "digest": DIGEST}, "got both tag and digest, exactly one of them is needed"),
            ({"tag": ""}, "got tag='', "),
            ({"tag": DIGEST}, "Give digest=… for a digest."),
            ({"digest": "v1"}, "got digest='v1', sha256: and 64 hexadecimal digits are a digest"),
        ],
    )
    def test_refuses(self, repository: ecr.IRepository, given: dict[str, str], message: str) -> None:
        with pytest.raises(ConfigurationError) as caught:
            JobImage.from_repository(repository, **given)
        assert str(caught.value).startswith("JobImage.from_repository 'Stack/Repository'")
        assert message in str(caught.value)

    def test_tokens_pass(self, repository: ecr.IRepository) -> None:
        assert not JobImage.from_repository(repository, tag=Token.as_string({"Ref": "Tag"})).moving


class TestFromRegistry:
    @pytest.mark.parametrize(
        ("name", "moving"),
        [
            ("busybox", True),
            ("busybox:latest", True),
            ("localhost:5000/busybox", True),
            ("busybox:1.37", False),
            (f"public.ecr.aws/docker/library/busybox@{DIGEST}", False),
            # Without an id of its own, its number would differ between the workers of pytest-xdist.
            pytest.param(Token.as_string({"Ref": "Image"}), False, id="token"),
        ],
    )
    def test_knows_whether_the_name_moves(self, name: str, moving: bool) -> None:
        assert JobImage.from_registry(name).moving is moving

    @pytest.mark.parametrize("name", ["", " ", "busy box:1"])
    def test_refuses_what_is_no_name(self, name: str) -> None:
        with pytest.raises(ConfigurationError, match=r"got '.*', an image name is needed \(BATCH017\)"):
            JobImage.from_registry(name)


def _docker_assets(stack: Stack) -> list[dict[str, Any]]:
    app = stack.node.scope
    assert isinstance(app, App)
    manifest = Path(app.synth().directory) / f"{stack.artifact_id}.assets.json"
    return [image["source"] for image in json.loads(manifest.read_text())["dockerImages"].values()]
