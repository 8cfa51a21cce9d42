"""From a Dockerfile to a program of this machine."""

import shutil
import sys
from pathlib import Path

import pytest

from constructs_lib.local.images.program import ImageProgram, ProgramError, from_dockerfile


def program(directory: Path, dockerfile: str, **options: str) -> ImageProgram:
    (directory / "Dockerfile").write_text(dockerfile)
    return from_dockerfile(directory, **options)


def test_a_jobs_command_replaces_cmd_and_is_appended_to_entrypoint(tmp_path: Path) -> None:
    made = program(tmp_path, 'FROM x\nENTRYPOINT ["/bin/echo", "-n"]\nCMD ["default"]\n')
    assert made.argv([]) == ["/bin/echo", "-n", "default"]
    assert made.argv(["given", "two"]) == ["/bin/echo", "-n", "given", "two"]


@pytest.mark.parametrize("name", ["python", "python3", "python3.13", "/usr/local/bin/python"])
def test_python_is_this_machines_python(tmp_path: Path, name: str) -> None:
    assert program(tmp_path, f'FROM x\nCMD ["{name}", "-m", "job"]\n').argv([]) == [sys.executable, "-m", "job"]


def test_shell_form_runs_in_a_shell(tmp_path: Path) -> None:
    assert program(tmp_path, "FROM x\nCMD echo $HOME\n").argv([]) == ["/bin/sh", "-c", "echo $HOME"]


def test_the_last_stage_counts_or_the_target(tmp_path: Path) -> None:
    dockerfile = (
        'FROM x AS build\nCMD ["build"]\nFROM --platform=linux/amd64 build as test\nCMD ["test"]\nFROM x\nCMD ["run"]\n'
    )
    assert program(tmp_path, dockerfile).argv([]) == ["run"]
    assert program(tmp_path, dockerfile, target="test").argv([]) == ["test"]
    with pytest.raises(ProgramError, match="no stage 'prod'"):
        program(tmp_path, dockerfile, target="prod")


def test_a_stage_inherits_from_the_stage_it_starts_from(tmp_path: Path) -> None:
    dockerfile = 'FROM x AS base\nWORKDIR /srv\nENTRYPOINT ["run"]\nFROM base\nCMD ["fast"]\n'
    made = program(tmp_path, dockerfile)
    assert (made.argv([]), made.workdir) == (["run", "fast"], "/srv")


def test_words_below_workdir_are_taken_from_the_directory(tmp_path: Path) -> None:
    (tmp_path / "job.py").touch()
    made = program(tmp_path, 'FROM x\nWORKDIR /app\nCMD ["python", "/app/job.py", "/app/not-here"]\n')
    assert made.argv([])[1:] == [str(tmp_path / "job.py"), "/app/not-here"]


def test_a_program_runs_among_the_files_that_its_image_has(tmp_path: Path) -> None:
    context, root = tmp_path / "context", tmp_path / "root"
    (context / "src").mkdir(parents=True)
    (context / "src" / "job.py").touch()
    (context / "Dockerfile").write_text(
        'FROM x\nWORKDIR /app\nCOPY src lib\nENV PYTHONPATH=/app/lib:/opt/x\nCMD ["python", "/app/lib/job.py", "/"]\n'
    )
    made = from_dockerfile(context, root=root)
    assert made.directory == root / "app"
    assert made.argv([])[1:] == [f"{root}/app/lib/job.py", "/"]
    assert made.environment == {"PYTHONPATH": f"{root}/app/lib:/opt/x"}


def test_a_program_runs_among_a_copy_of_its_files(tmp_path: Path) -> None:
    context, root = tmp_path / "context", tmp_path / "root"
    context.mkdir()
    (context / "job.py").touch()
    (context / "Dockerfile").write_text(
        'FROM x\nWORKDIR /app\nCOPY job.py .\nENV PYTHONPATH=/app:/opt/x\nCMD ["/app/job.py"]\n'
    )
    made = from_dockerfile(context, root=root)
    assert made.files == root
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    moved = made.at(copy)
    assert moved.directory == copy / "app"
    assert moved.argv([]) == [f"{copy}/app/job.py"]
    assert moved.environment == {"PYTHONPATH": f"{copy}/app:/opt/x"}
    assert made.argv([]) == [f"{root}/app/job.py"]


def test_a_dockerfile_that_copies_nothing_runs_in_its_directory(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM x\nCMD run\n")
    made = from_dockerfile(tmp_path, root=tmp_path / "root")
    assert made.directory == made.files == tmp_path
    assert made.at(tmp_path / "copy").directory == tmp_path / "copy"
    assert not (tmp_path / "root").exists()


def test_a_file_that_cannot_be_copied_is_told(tmp_path: Path) -> None:
    (tmp_path / "root").touch()
    (tmp_path / "Dockerfile").write_text("FROM x\nCOPY Dockerfile /\n")
    with pytest.raises(ProgramError, match=r"File exists: .*/root"):
        from_dockerfile(tmp_path, root=tmp_path / "root")


def test_a_dockerfile_may_have_any_name(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile.gpu").write_text('FROM x\nCMD ["run"]\n')
    assert from_dockerfile(tmp_path, "Dockerfile.gpu").argv([]) == ["run"]


def test_env_is_applied_but_not_what_points_into_the_image(tmp_path: Path) -> None:
    made = program(tmp_path, "FROM x\nENV MODE=fast PATH=/opt/bin LANG=C.UTF-8\nCMD run\n")
    assert made.environment == {"MODE": "fast", "LANG": "C.UTF-8"}


def test_nothing_to_run_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="/Dockerfile has neither ENTRYPOINT nor CMD, and the job has no command"):
        program(tmp_path, "FROM x\n").argv([])


def test_a_missing_dockerfile_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match=r"/other: got no such file, an image needs a Dockerfile"):
        from_dockerfile(tmp_path, "other")


def test_an_image_that_is_not_here_runs_the_jobs_command() -> None:
    assert ImageProgram().argv(["sh", "-c", "true"]) == ["sh", "-c", "true"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("/exchange", "/here"),
        ("/exchange/a/b", "/here/a/b"),
        ("/exchanges", "/exchanges"),
        ("cat /exchange/a", "cat /exchange/a"),
    ],
)
def test_words_below_a_shared_directory_are_taken_there(word: str, expected: str) -> None:
    program = ImageProgram(entrypoint=("run",), command=(word,))
    shared = {"/exchange": Path("/here")}
    assert program.argv([], shared) == program.argv([word], shared) == ["run", expected]
