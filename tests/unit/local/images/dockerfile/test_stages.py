"""What is read from a Dockerfile; tests/local/test_dockerfiles.py compares more of it with a container engine."""

from pathlib import Path

import pytest

from constructs_lib.local.images.dockerfile import DockerfileError, Image, read_image


def image(directory: Path, text: str, target: str | None = None, **build_args: str) -> Image:
    (directory / "Dockerfile").write_text(text)
    return read_image(directory / "Dockerfile", target, build_args)


def test_shell_form_runs_in_the_shell_of_its_stage(tmp_path: Path) -> None:
    made = image(tmp_path, 'FROM x\nENTRYPOINT run $A\nSHELL ["/bin/bash", "-ec"]\nCMD echo\n')
    assert (made.entrypoint, made.command) == (("/bin/sh", "-c", "run $A"), ("/bin/bash", "-ec", "echo"))


def test_variables_are_filled_in_but_not_in_commands(tmp_path: Path) -> None:
    made = image(tmp_path, 'ARG TOP=/srv\nFROM x\nARG TOP\nENV IN=$TOP/in\nWORKDIR $IN\nCMD ["$IN"]\n')
    assert (made.workdir, made.command) == ("/srv/in", ("$IN",))
    assert image(tmp_path, "FROM x\nARG A\nENV B=${A:-none}\n", A="given").environment == {"B": "given"}


def test_a_stage_has_what_the_stage_has_that_it_starts_from(tmp_path: Path) -> None:
    text = 'FROM x AS Base\nENV A=1\nWORKDIR /srv\nENTRYPOINT ["run"]\nFROM base\nCMD ["fast"]\n'
    made = image(tmp_path, text)
    assert (made.entrypoint, made.command, made.workdir, made.environment) == (("run",), ("fast",), "/srv", {"A": "1"})


def test_the_target_is_built_or_the_last_stage(tmp_path: Path) -> None:
    text = 'FROM --platform=linux/amd64 x AS one\nCMD ["1"]\nFROM x AS two\nCMD ["2"]\n'
    assert [image(tmp_path, text, target).command for target in (None, "one", "TWO", "0")] == [
        ("2",),
        ("1",),
        ("2",),
        ("1",),
    ]


def test_here_documents_hold_no_instructions(tmp_path: Path) -> None:
    text = "FROM x\nRUN <<EOF cat <<-'END'\nFROM nowhere\nEOF\nCMD no\nEND\nCMD [\"yes\"]\n"
    assert image(tmp_path, text).command == ("yes",)


def test_lines_end_in_any_way(tmp_path: Path) -> None:
    assert image(tmp_path, 'FROM x\r\nCMD ["a", \\\r\n  "b"]').command == ("a", "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Dockerfile: got no FROM instruction, the image has to begin with one. Begin the file"),
        ("RUN true\n", "Dockerfile: got no FROM instruction"),
        ("RUN true\nFROM x\n", "Dockerfile:1: got RUN true, only ARG may come before FROM. Move it below FROM."),
        ("FROM a b\n", "Dockerfile:1: got FROM a b, FROM is followed by an image and at most AS and a name."),
        ("FROM $BASE\n", "Dockerfile:1: got FROM $BASE, the name of the image is empty when its variables"),
        ("FROM x:$TAG\nFROM :$TAG\n", "Dockerfile:2: got FROM :$TAG, the name of the image is : when"),
        ("FROM x\nCOMD run\n", "Dockerfile:2: got COMD run, Dockerfiles have no such instruction. Did you mean CMD?"),
        ("FROM x\nRUN a\n  && b\n", "Dockerfile:3: got && b, Dockerfiles have no such instruction. Is a \\ missing"),
        ("FROM x\n\nUSER\n", "Dockerfile:3: got USER, USER needs an argument."),
        ("FROM x\nCMD ['a']\n", "Dockerfile:2: got CMD ['a'], the exec form is a JSON list of strings"),
        ("FROM x\nENTRYPOINT [1]\n", "Dockerfile:2: got ENTRYPOINT [1], the exec form is a JSON list of strings"),
        ("FROM x\nSHELL bash\n", "Dockerfile:2: got SHELL bash, SHELL is a JSON list of strings."),
        ("FROM x\nENV A\n", "Dockerfile:2: got ENV A, ENV needs a value. Write ENV A=value."),
        ("FROM x\nENV A=1 B\n", "Dockerfile:2: got ENV A=1 B, each word has to be NAME=value, and B is not."),
        ("FROM x\nCOPY a\n", "Dockerfile:2: got COPY a, COPY needs at least one source and a target."),
    ],
)
def test_what_no_engine_would_build_or_run(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DockerfileError) as caught:
        image(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path}/{message}")


def test_a_shell_test_is_no_list(tmp_path: Path) -> None:
    assert image(tmp_path, "FROM x\nCMD [ -f /a ] && [ -f /b ]\n").command[-1] == "[ -f /a ] && [ -f /b ]"


def test_a_stage_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DockerfileError, match=r"got no stage 'prod', it has: one, two\. Build one of these"):
        image(tmp_path, "FROM x AS one\nFROM x AS two\n", "prod")


def test_a_dockerfile_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "job.Dockerfile").touch()
    with pytest.raises(DockerfileError, match=r"got no such file, .* the directory has job\.Dockerfile\. Write one"):
        read_image(tmp_path / "Dockerfile")
