import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2

from constructs_lib import ConfigurationError, JobImage

HANDLER = "def handler(item, context):\n    return item\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = tmp_path / "job"
    made.mkdir()
    (made / "resize.py").write_text(HANDLER)
    return made


@pytest.fixture
def stack() -> Stack:
    return Stack(App(analytics_reporting=False), "Stack")


def built(stack: Stack, directory: Path, **options: Any) -> Path:
    """The build context in the cloud assembly."""
    JobImage.from_python(stack, "Image", directory, **{"handler": "resize:handler", **options})
    return Path(stack.node.root.synth().directory) / source(stack)["directory"]  # type: ignore[attr-defined]


def source(stack: Stack) -> dict[str, Any]:
    assembly = Path(stack.node.root.synth().directory)  # type: ignore[attr-defined]
    (image,) = json.loads((assembly / "Stack.assets.json").read_text())["dockerImages"].values()
    found: dict[str, Any] = image["source"]
    return found


def files(context: Path) -> set[str]:
    found = {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()}
    return {path for path in found if not path.startswith("worker/")}


class TestContext:
    def test_has_the_modules_the_worker_and_a_dockerfile(self, stack: Stack, directory: Path) -> None:
        context = built(stack, directory)
        assert files(context) == {"Dockerfile", "app/resize.py"}
        assert (context / "app" / "resize.py").read_text() == HANDLER
        worker = Path(__file__).parents[3] / "container" / "worker"
        assert {path.name for path in (context / "worker").iterdir()} == {path.name for path in worker.glob("*.py")}
        assert (context / "worker" / "main.py").read_bytes() == (worker / "main.py").read_bytes()

    def test_the_image_runs_the_handler_as_nobody_in_particular(self, stack: Stack, directory: Path) -> None:
        lines = (built(stack, directory) / "Dockerfile").read_text().splitlines()
        assert lines[1] == "FROM public.ecr.aws/docker/library/python:3.13-slim-bookworm"
        assert lines[-4:] == ["USER 10001:10001", "", 'ENTRYPOINT ["python", "-m", "worker"]', 'CMD ["resize:handler"]']
        assert not any("requirements" in line for line in lines)

    def test_what_tools_leave_behind_is_no_part_of_it(self, stack: Stack, directory: Path) -> None:
        before = built(stack, directory).name
        for name in (".venv/bin/python", "__pycache__/resize.cpython-313.pyc", ".git/HEAD", ".DS_Store"):
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_text("")
        assert built(Stack(App(analytics_reporting=False), "Stack"), directory).name == before

    def test_leaves_out_what_dockerignore_and_the_caller_say(self, stack: Stack, directory: Path) -> None:
        for name in ("data/large.bin", "data/small.bin", "notes.md", "deep/notes.md", "README.md"):
            (directory / name).parent.mkdir(exist_ok=True)
            (directory / name).write_text("")
        (directory / ".dockerignore").write_text("# large\n/data/*\n!data/small.bin\n\n**/notes.md\n")
        context = built(stack, directory, exclude=["README.md"])
        assert files(context) == {"Dockerfile", "app/resize.py", "app/data/small.bin"}

    def test_a_changed_module_is_another_image(self, stack: Stack, directory: Path) -> None:
        before = built(stack, directory).name
        (directory / "resize.py").write_text(HANDLER.replace("item\n", "[item]\n"))
        assert built(Stack(App(analytics_reporting=False), "Stack"), directory).name != before


class TestRequirements:
    @pytest.mark.parametrize("given", [None, "requirements.txt"])
    def test_a_file(self, stack: Stack, directory: Path, given: str | None) -> None:
        (directory / "requirements.txt").write_text("numpy==2.3.5\n")
        context = built(stack, directory, requirements=given)
        assert (context / "requirements.txt").read_text() == "numpy==2.3.5\n"
        dockerfile = (context / "Dockerfile").read_text()
        install = dockerfile.index("--requirement /tmp/requirements.txt")
        assert dockerfile.index("COPY requirements.txt /tmp/") < install < dockerfile.index("COPY app .")

    def test_a_list(self, stack: Stack, directory: Path) -> None:
        context = built(stack, directory, requirements=["numpy==2.3.5", "pillow==12.0.0"])
        assert (context / "requirements.txt").read_text() == "numpy==2.3.5\npillow==12.0.0\n"

    def test_none_although_there_is_a_file(self, stack: Stack, directory: Path) -> None:
        (directory / "requirements.txt").write_text("numpy==2.3.5\n")
        assert "requirements" not in (built(stack, directory, requirements=()) / "Dockerfile").read_text()


class TestBoto3:
    @pytest.mark.parametrize(
        "source",
        [
            "import boto3\n",
            "def handler(item, context):\n    from botocore.config import Config\n",
            "import json, boto3.session as session\n",
            "import boto3\ntype Of[T] = = T\n",
        ],
    )
    def test_is_there_for_modules_that_import_it(self, stack: Stack, directory: Path, source: str) -> None:
        (directory / "deep").mkdir()
        (directory / "deep" / "buckets.py").write_text(source)
        assert ' "obstore>=0.12,<0.13" "boto3>=1.43,<2"\n' in (built(stack, directory) / "Dockerfile").read_text()

    @pytest.mark.parametrize(
        "source", ["# Without boto3.\n", "from .boto3 import client\n", "import boto3_of_ours\n", "reboto = 'boto3'\n"]
    )
    def test_is_not_there_for_others(self, stack: Stack, directory: Path, source: str) -> None:
        (directory / "buckets.py").write_text(source)
        (directory / ".venv").mkdir()
        (directory / ".venv" / "boto3.py").write_text("import botocore\n")
        (directory / "lost.py").symlink_to("nowhere.py")
        dockerfile = (built(stack, directory) / "Dockerfile").read_text()
        assert ' "obstore>=0.12,<0.13"\n' in dockerfile
        assert "boto3" not in dockerfile

    @pytest.mark.parametrize(
        ("line", "given"), [("Boto3[crt] ==1.44.5", True), ("boto3", True), ("boto3-stubs", False)]
    )
    def test_is_the_one_of_the_requirements(self, stack: Stack, directory: Path, line: str, given: bool) -> None:
        (directory / "resize.py").write_text("import boto3\n" + HANDLER)
        dockerfile = (built(stack, directory, requirements=["numpy", line]) / "Dockerfile").read_text()
        assert ('"boto3>=1.43,<2"' not in dockerfile) is given


class TestOptions:
    def test_another_python_for_another_processor(self, stack: Stack, directory: Path) -> None:
        arm = ec2.InstanceArchitecture.ARM_64
        image = JobImage.from_python(
            stack, "Image", directory, handler="resize:handler", python="3.14", architecture=arm
        )
        assert image.architecture == arm
        assert source(stack)["platform"] == "linux/arm64"

    def test_a_base_image_of_yours(self, stack: Stack, directory: Path) -> None:
        context = built(stack, directory, base_image="example.com/python@sha256:" + "0f" * 32)
        assert f"FROM example.com/python@sha256:{'0f' * 32}\n" in (context / "Dockerfile").read_text()

    @pytest.mark.parametrize("handler", ["deep.inner:Resizer.run", "lazy:anything", "later:handler", "broken:handler"])
    def test_handlers_that_may_be_there(self, stack: Stack, directory: Path, handler: str) -> None:
        (directory / "deep" / "inner").mkdir(parents=True)
        (directory / "deep" / "inner" / "__init__.py").write_text("class Resizer:\n    run = print\n")
        (directory / "lazy.py").write_text("from deep import *\n")
        (directory / "later.py").write_text("from deep import inner as handler\n")
        (directory / "broken.py").write_text("type handler[T] = = list[T]\n")
        assert f'CMD ["{handler}"]' in (built(stack, directory, handler=handler) / "Dockerfile").read_text()


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"handler": "resize"}, "IMAGE003", "handler: got 'resize', a handler is named module:function"),
        ({"handler": "risize:handler"}, "IMAGE003", "which has: resize"),
        ({"handler": "resize:main"}, "IMAGE003", "the module has to have the function main"),
        ({"python": "3.10"}, "IMAGE004", "got '3.10', the worker needs Python 3.11 or later"),
        ({"python": "3.13-slim"}, "IMAGE004", "got '3.13-slim'"),
        ({"base_image": "python"}, "IMAGE012", "base_image: got 'python', an image that is the same tomorrow"),
        ({"requirements": "needs.txt"}, "IMAGE005", "needs.txt', a file of the directory is needed"),
    ],
)
def test_refuses(stack: Stack, directory: Path, given: dict[str, str], code: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        JobImage.from_python(stack, "Image", directory, **{"handler": "resize:handler", **given})  # type: ignore[arg-type]
    assert caught.value.code == code
    assert message in str(caught.value)
    assert caught.value.where.startswith("JobImage.from_python 'Stack/Image' ")


@pytest.mark.parametrize("line", ["-r base.txt", "--constraint=limits.txt", "-e .", ".", "../shared"])
def test_refuses_requirements_in_other_files(stack: Stack, directory: Path, line: str) -> None:
    (directory / "requirements.txt").write_text(f"numpy==2.3.5\n{line}\n")
    with pytest.raises(ConfigurationError, match=r"in line 2 of requirements.txt, requirements come from one file"):
        JobImage.from_python(stack, "Image", directory, handler="resize:handler")


@pytest.mark.parametrize(
    ("names", "code", "got"), [((), "IMAGE002", "/nothing'"), (("worker.py",), "IMAGE011", "'worker.py' in it")]
)
def test_refuses_a_directory(stack: Stack, tmp_path: Path, names: Sequence[str], code: str, got: str) -> None:
    directory = tmp_path / ("job" if names else "nothing")
    for name in names:
        directory.mkdir()
        (directory / name).write_text("")
    with pytest.raises(ConfigurationError, match=got) as caught:
        JobImage.from_python(stack, "Image", directory, handler="resize:handler")
    assert caught.value.code == code
