"""What a Dockerfile installs for Python."""

from pathlib import Path

import pytest

from constructs_lib.local.images.dockerfile import read_image
from constructs_lib.local.pythons import Requirements, is_plain, wanted_by


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text(
        "# comment\nnumpy>=2  # why\n\n-r more.txt\n--extra-index-url https://example.com/simple\n"
        "polars==1.0 \\\n    --hash=sha256:0\n"
    )
    (tmp_path / "more.txt").write_text("boto3\n")
    (tmp_path / "limits.txt").write_text("boto3<2\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "own"\nversion = "1"\ndependencies = ["rich"]\noptional-dependencies.fast = ["orjson"]\n'
    )
    return tmp_path


def wanted(context: Path, *lines: str, base: str = "python:3.13") -> Requirements:
    (context / "Dockerfile").write_text("\n".join([f"FROM {base}", *lines, ""]))
    return wanted_by(read_image(context / "Dockerfile"), context)


@pytest.mark.parametrize(
    "command",
    [
        'pip install "obstore>=0.12,<0.13"',
        "pip3 install --no-cache-dir -U 'obstore>=0.12,<0.13'",
        "python -m pip --quiet install --root-user-action=ignore 'obstore>=0.12,<0.13'",
        "--mount=type=cache,target=/var/cache/pip python3 -m pip install 'obstore>=0.12,<0.13'",
        "/usr/local/bin/pip install --timeout 60 'obstore>=0.12,<0.13' pip wheel",
        "uv pip install --system 'obstore>=0.12,<0.13'",
        'apt-get clean && PIP_NO_CACHE_DIR=1 pip install "obstore>=0.12,<0.13" && rm -rf /var/cache',
        '["pip", "install", "obstore>=0.12,<0.13"]',
        "set -eux; pip install \\\n  'obstore>=0.12,<0.13'",
    ],
)
def test_names_after_pip_install(context: Path, command: str) -> None:
    found = wanted(context, f"RUN {command}")
    assert (found.lines, found.skipped) == (["obstore>=0.12,<0.13"], [])


def test_versions_from_variables_of_the_build(context: Path) -> None:
    assert wanted(context, "ARG V=1.2", "ENV NAME=numpy", "RUN pip install ${NAME}==$V").lines == ["numpy==1.2"]


@pytest.mark.parametrize("words", ["-r requirements.txt", "--requirement=/app/requirements.txt"])
def test_requirements_files_with_what_they_include(context: Path, words: str) -> None:
    found = wanted(context, "WORKDIR /app", "COPY *.txt .", f"RUN pip install {words} -c limits.txt")
    assert found.lines == [
        "numpy>=2",
        "boto3",
        "--extra-index-url https://example.com/simple",
        "polars==1.0      --hash=sha256:0",
    ]
    assert (found.constraints, found.skipped) == (["boto3<2"], [])


def test_a_file_beside_the_directory_that_is_worked_in(context: Path) -> None:
    assert wanted(context, "COPY more.txt /opt/", "RUN cd /opt && pip install -r more.txt").lines == ["boto3"]


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("pip install .", ["rich"]),
        ("pip install -e '.[fast]'", ["rich", "orjson"]),
        ("uv sync --frozen", ["rich"]),
        ("poetry install --no-interaction", ["rich"]),
    ],
)
def test_a_project_and_what_it_needs(context: Path, command: str, lines: list[str]) -> None:
    found = wanted(context, "WORKDIR /app", "COPY . .", f"RUN {command}")
    assert (found.lines, found.projects, found.skipped) == (lines, ["/app"], [])


def test_what_a_stage_before_has_installed(context: Path) -> None:
    (context / "Dockerfile").write_text(
        "FROM python:3.13 AS build\nCOPY more.txt /tmp/\n"
        "RUN python -m venv /venv && /venv/bin/pip install -r /tmp/more.txt\n"
        "FROM python:3.13\nCOPY --from=build /venv /venv\nRUN pip install rich\n"
    )
    found = wanted_by(read_image(context / "Dockerfile"), context)
    assert (found.lines, found.skipped) == (["rich", "boto3"], [])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("apt-get update && apt-get install -y ffmpeg", ["apt-get update", "apt-get install -y ffmpeg"]),
        ("curl -LsSf https://astral.sh/uv/install.sh | sh", ["curl -LsSf https://astral.sh/uv/install.sh", "sh"]),
        ("pip install ./wheels/own.whl", ["pip install ./wheels/own.whl"]),
        ("pip install -r not-there.txt", ["pip install -r not-there.txt"]),
        ("python <<EOF\nprint(1)\nEOF", ["python <<EOF"]),
        ("echo 'never closed", ["echo 'never closed"]),
        ("python -m compileall -q . && useradd job && chown -R job /app", []),
    ],
)
def test_what_is_not_understood_is_told_with_its_line(context: Path, command: str, said: list[str]) -> None:
    found = wanted(context, "WORKDIR /app", f"RUN {command}")
    assert found.skipped == [f"{text} (line 3)" for text in said]
    assert found.lines == []


@pytest.mark.parametrize(
    ("image", "plain"),
    [
        ("python:3.13-slim", True),
        ("public.ecr.aws/docker/library/python:3.13", True),
        ("python@sha256:00", True),
        ("ghcr.io/astral-sh/uv:python3.13", True),
        ("pytorch/pytorch:2", False),
        ("public.ecr.aws/lambda/python-own", False),
        ("busybox", False),
    ],
)
def test_what_is_known_to_have_nothing_but_python(context: Path, image: str, *, plain: bool) -> None:
    assert is_plain(image) is plain
    assert wanted(context, base=image).plain is plain
