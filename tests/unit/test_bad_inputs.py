"""What cannot be used, for every command: one clear line, the exit code that its help names, nothing left behind."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main
from constructs_lib.local.commands.outputs import claimed
from tests.unit.bad_inputs import BAD, TEXT_FILE, Bad, template, write, write_assembly

COMMAND = Path(sys.executable).with_name("constructs-lib")
RUN = ["local", "run", "Jobs", "--assembly", "good", "--items", "items.json"]
GRAPH = ["graph", "Jobs"]


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called: a good assembly, a good list, and what is neither."""
    here = tmp_path / "here"
    write_assembly(here / "good")
    write(here / "items.json", [1])
    write(here / TEXT_FILE, "text")
    write(here / "broken.ini", "[[[\nx")
    (here / "loop").symlink_to("loop")
    monkeypatch.chdir(here)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "state"))
    return here


def call(*arguments: str, stdin: bytes = b"", **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin, env=environment)


def files(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if "build" not in path.parts}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_input_is_one_clear_line(bad: Bad, directory: Path) -> None:
    if bad.prepare:
        bad.prepare(directory)
    before = files(directory)
    result = call(*bad.arguments, stdin=bad.stdin, **bad.environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    assert result.exit_code == bad.code
    told = result.stderr.partition("Error: ")[2]
    assert bad.said in " ".join(told.split())
    if not bad.name.startswith("app: "):  # whose own words follow
        assert len(told.splitlines()) == 1
    assert files(directory) == before


def test_cases_are_many_and_have_names_of_their_own() -> None:
    assert len(BAD) >= 150
    assert len({bad.name for bad in BAD}) == len(BAD)


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf[1]", b"[1]\r\n", b' [ "\xf0\x9f\x8c\xa7", "\\ud83c\\udf27", -0, 1.5e300, 9007199254740993 ] '],
)
def test_a_byte_order_mark_and_all_that_json_has_are_taken(content: bytes) -> None:
    result = call(*RUN[:-1], "-", "--json", stdin=content)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["output"] == {"items": json.loads(content.decode("utf-8-sig"))}


@pytest.mark.parametrize("settings", [{"app": "good"}, {"app": "./good", "context": None, "output": "elsewhere"}])
def test_an_app_may_be_the_directory_of_an_assembly(settings: dict[str, object], directory: Path) -> None:
    write(directory / "cdk.json", settings)
    assert "## Machine" in call(*GRAPH).stdout
    assert "## Machine" in call(*GRAPH, "--app", "good").stdout


def test_the_user_may_name_the_app_and_the_context(directory: Path, tmp_path: Path) -> None:
    show = "import json, os, sys; sys.exit(os.environ['CDK_CONTEXT_JSON'])"
    write(tmp_path / "home" / ".cdk.json", {"app": f'python3 -c "{show}"', "context": {"a": 1, "b": 1, "c": 1}})
    write(directory / "cdk.context.json", {"b": 2, "c": 2})
    write(directory / "cdk.json", b'\xef\xbb\xbf{"context": {"c": 3}}')
    assert json.loads(call(*GRAPH).stderr.rpartition("ended with 1:")[2]) == {"a": 1, "b": 2, "c": 3}


def test_a_context_that_no_variable_holds_comes_in_a_file(directory: Path) -> None:
    show = "import json, os, sys; sys.exit(len(json.load(open(os.environ['CONTEXT_OVERFLOW_LOCATION_ENV']))['a']))"
    write(directory / "cdk.json", {"app": f'python3 -c "{show}"', "context": {"a": [0] * 77 + ["x" * 3_000_000]}})
    assert "ended with 78:" in call(*GRAPH).stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_PROFILE": "nope"},
        {"AWS_CONFIG_FILE": "broken.ini", "AWS_SHARED_CREDENTIALS_FILE": "broken.ini"},
        {"AWS_DEFAULT_REGION": "no region", "AWS_REGION": "x y"},
        {"HTTP_PROXY": "http://localhost:1", "HTTPS_PROXY": "::::", "http_proxy": "::::"},
        {"AWS_CA_BUNDLE": "/nowhere", "AWS_MAX_ATTEMPTS": "x", "AWS_RETRY_MODE": "x", "AWS_DEFAULTS_MODE": "x"},
        {"AWS_ENDPOINT_URL_S3": "x", "AWS_STS_REGIONAL_ENDPOINTS": "x", "AWS_REQUEST_CHECKSUM_CALCULATION": "x"},
    ],
    ids=lambda environment: next(iter(environment)),
)
def test_what_is_said_of_an_aws_elsewhere_does_not_stop_the_one_here(environment: dict[str, str]) -> None:
    result = call(*RUN, **environment)
    assert (result.exit_code, "Traceback" in result.output) == (0, False)


def test_the_app_sees_the_environment_that_the_command_has() -> None:
    show = "import os, sys; sys.exit(os.environ['AWS_PROFILE'])"
    app = f'python3 -c "{show}"'
    result = call("local", "run", "Jobs", "--items", "items.json", "--app", app, AWS_PROFILE="mine")
    assert result.stderr.endswith("ended with 1:\nmine\n")


def test_a_report_is_found_out_before_the_run_and_nothing_is_changed(directory: Path) -> None:
    write(directory / "old.html", "old")
    call("local", "run", "No", "--assembly", "good", "--items", "items.json", "--report", "old.html")
    assert (directory / "old.html").read_text() == "old"
    result = call(*RUN[:4], "no", "--items", "items.json", "--report", f"{TEXT_FILE}/r.html")
    assert "it is a file" in result.stderr  # and not that there is no assembly


def test_a_link_is_written_through(directory: Path) -> None:
    (directory / "link.md").symlink_to("pictures/new.md")
    assert call(*GRAPH, "--assembly", "good", "--output", "link.md").exit_code == 0
    assert (directory / "pictures" / "new.md").read_text().startswith("## Machine")
    assert (directory / "link.md").is_symlink()


def test_a_picture_that_cannot_be_drawn_leaves_the_old_one(directory: Path) -> None:
    write(directory / "old.md", "old")
    write_assembly(directory / "bad", of=template({"States": {}}))
    assert call(*GRAPH, "--assembly", "bad", "--output", "old.md").exit_code == 2
    assert (directory / "old.md").read_text() == "old"


@pytest.mark.parametrize("arguments", [["--help"], ["local", "ps", "--json"], ["graph", "Jobs", "--assembly", "good"]])
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">/dev/full", 1, "Error: where its output goes: no space is left\n"),
        ("| true", 1, ""),
        (">&-", 0, ""),
        ("<&-", 0, ""),
    ],
)
def test_an_output_that_nobody_takes_is_no_traceback(
    arguments: list[str], redirection: str, code: int, said: str
) -> None:
    line = f'set -o pipefail; "$0" "$@" {redirection}'
    done = subprocess.run(["bash", "-c", line, COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, said)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_names_that_are_no_text_and_letters_that_a_locale_lacks_are_written_as_json_has_them(encoding: str) -> None:
    call_ = [COMMAND, *RUN[:-1], "-", "--json", "--output", b"out-\xff"]
    done = subprocess.run(
        call_,
        input='["\u00e9\U0001f327"]'.encode(),
        env={"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    text = done.stdout.decode("utf-8" if encoding == "ascii" else encoding)
    assert json.loads(text)["output"] == {"items": ["\u00e9\U0001f327"]}


def test_an_instance_that_cannot_be_noted_does_not_begin(directory: Path) -> None:
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(directory / TEXT_FILE)}
    done = subprocess.run(
        [COMMAND, "local", "up"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    [told] = done.stderr.partition("Error: ")[2].splitlines()
    assert "cannot be used (Not a directory): name a directory of yours in CONSTRUCTS_LIB_INSTANCES" in told


def test_the_second_in_a_directory_is_told(directory: Path) -> None:
    with claimed(directory / "output"):
        for command in (RUN, ["local", "up"]):
            result = call(*command, "--output", "output")
            assert result.exit_code == 2
            assert f"Error: --output output: process {os.getpid()} writes there since 20" in result.stderr


@pytest.mark.parametrize("name", ["[/bold]", "[red]", "a\\[/b]"])
def test_brackets_in_names_are_brackets(name: str, directory: Path) -> None:
    result = call(*RUN, "--output", f"out/{name}", "--report", f"{name}/r.html")
    assert (result.exit_code, "Traceback" in result.output) == (0, False)
    assert f"logs     {directory / 'out' / name / 'logs'}\n" in result.stdout
    assert f"report   {directory / name / 'r.html'}\n" in result.stdout


def test_a_directory_that_is_gone_is_told(directory: Path) -> None:
    gone = directory / "gone"
    gone.mkdir()
    script = 'cd gone && rmdir ../gone && exec "$0" graph Jobs'
    done = subprocess.run(["sh", "-c", script, COMMAND], cwd=directory, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: the current directory: No such file or directory\n")


def test_a_user_without_a_home_has_a_place_among_the_temporary_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", staticmethod(refuse))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = call("local", "ps")
    assert (result.exit_code, result.stdout) == (0, "")
    assert call("graph", "Jobs", "--assembly", "good").exit_code == 0


def test_a_standard_input_that_is_closed_has_no_items() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" "$@" <&-', COMMAND, *RUN[:-1], "-"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.endswith("Error: --items <stdin>: it is closed\n")
