"""The commands of the build, run by bash as CodeBuild does, with a docker and an aws that write down what they get."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from constructs_lib import ContainerJob, ImagePipeline, ImageRepository, ImageSource

REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/report"
DIGEST = f"sha256:{'1' * 64}"
PROGRAM = """\
#!/bin/bash
[[ "$*" == login* ]] && cat > /dev/null  # a pipe starts both of its sides at once
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in
    $BROKEN*) exit 1 ;;
    *batch-get-image*) echo "$DIGEST" ;;
    *invoke*) echo "$OUTCOME"; echo '{"Report": "arn"}' > answer.json ;;
esac
"""


@pytest.fixture
def commands(stack: Stack, repository: ImageRepository, report: ContainerJob) -> list[str]:
    source = ImageSource.from_s3(s3.Bucket(stack, "Sources", versioned=True), "source.zip")
    ImagePipeline(stack, "Pipeline", source=source, repository=repository, jobs=[report])
    [project] = Template.from_stack(stack).find_resources("AWS::CodeBuild::Project").values()
    specification: dict[str, Any] = yaml.safe_load(project["Properties"]["Source"]["BuildSpec"])
    assert specification["env"] == {"shell": "bash"}
    assert list(specification["phases"]) == ["build"]
    listed: list[str] = specification["phases"]["build"]["commands"]
    return listed


def built(commands: list[str], directory: Path, *, broken: str = "nothing", outcome: str = "None") -> list[str]:
    """What is called by a build, until something fails; the tag of the image is ``TAG``."""
    for name in ("docker", "aws"):
        (directory / name).write_text(PROGRAM)
        (directory / name).chmod(0o755)
    calls = directory / "calls"
    variables = {
        "BROKEN": broken,
        "CALLS": str(calls),
        "CODEBUILD_BUILD_NUMBER": "7",
        "CONTEXT": "jobs/a b",
        "DIGEST": DIGEST,
        "DOCKERFILE": "Dockerfile",
        "FUNCTION": "revisions",
        "NEWEST": "newest",
        "OUTCOME": outcome,
        "PATH": f"{directory}:/usr/bin:/bin",
        "PLATFORM": "linux/arm64",
        "REPOSITORY": REPOSITORY,
    }
    ended = subprocess.run(
        ["bash", "-c", "set -e\n" + "\n".join(commands)], cwd=directory, env=variables, capture_output=True, check=False
    )
    assert (ended.returncode == 0) == (broken == "nothing" and outcome == "None"), ended.stderr
    text = calls.read_text()
    pushed = next(line for line in text.splitlines() if line.startswith("docker build"))
    tag = pushed.partition(f"--tag {REPOSITORY}:")[2].partition(" ")[0]
    assert tag.endswith("-build7")
    return text.replace(tag, "TAG").splitlines()


def test_the_image_is_pushed_registered_by_its_digest_and_then_the_newest(commands: list[str], tmp_path: Path) -> None:
    calls = built(commands, tmp_path)
    assert calls == [
        "aws ecr get-login-password",
        f"docker login --username AWS --password-stdin {REPOSITORY.partition('/')[0]}",
        (
            "docker build --platform linux/arm64 --file jobs/a b/Dockerfile --build-arg BUILDKIT_INLINE_CACHE=1"
            f" --cache-from {REPOSITORY}:newest --tag {REPOSITORY}:TAG --tag {REPOSITORY}:newest jobs/a b"
        ),
        f"docker push {REPOSITORY}:TAG",
        (
            "aws ecr batch-get-image --repository-name team/report --image-ids imageTag=TAG"
            " --query images[0].imageId.imageDigest --output text"
        ),
        (
            "aws lambda invoke --function-name revisions --cli-binary-format raw-in-base64-out"
            f' --payload {{"detail":{{"image-digest":"{DIGEST}"}}}} --query FunctionError --output text answer.json'
        ),
        f"docker push {REPOSITORY}:newest",
    ]


def test_an_image_that_is_not_built_is_not_pushed(commands: list[str], tmp_path: Path) -> None:
    assert built(commands, tmp_path, broken="build")[-1].startswith("docker build")


def test_an_image_that_is_not_pushed_is_not_registered(commands: list[str], tmp_path: Path) -> None:
    assert built(commands, tmp_path, broken="push")[-1] == f"docker push {REPOSITORY}:TAG"


@pytest.mark.parametrize("failure", [{"outcome": "Unhandled"}, {"broken": "lambda"}])
def test_an_image_that_is_not_registered_is_not_the_newest(
    commands: list[str], tmp_path: Path, failure: dict[str, str]
) -> None:
    assert built(commands, tmp_path, **failure)[-1].startswith("aws lambda invoke")
