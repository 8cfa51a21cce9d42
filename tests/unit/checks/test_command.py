"""The command `constructs-lib check`: what it says, its reports, and its exit codes."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from constructs_lib.checks.rules import rules
from constructs_lib.cli import main

WRONG = next(rule for rule in rules() if rule.id == "CHECK101").example
TOO_SMALL = (
    "no environment of that queue can ever start it: Environment: m5.large has 7,955 MiB for jobs, and no type has more"
)
RESOURCE = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return name


def test_people_read_what_is_wrong_where_and_what_to_do(here: Path) -> None:
    done = check(written(here, "app.yaml", WRONG.with_value(WRONG.wrong)))
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[:4] == [
        "error CHECK101: Job (AWS::Batch::JobDefinition)",
        "  at       app.yaml:24 /Resources/Job/Properties/ContainerProperties",
        "  got      1 vCPU, 8,192 MiB of Job in Queue, submitted by Nightly",
        f"  allowed  {TOO_SMALL}",
    ]
    assert [line.split()[0] for line in lines[4:8]] == ["or", "fix", "source", "see"]
    assert lines[-1] == "1 error."


def test_nothing_wrong_is_one_line_and_exit_code_0(here: Path) -> None:
    done = check(written(here, "app.yaml", WRONG.with_value(WRONG.right)))
    assert (done.exit_code, done.output) == (0, "Nothing found.\n")


def test_programs_read_json(here: Path) -> None:
    done = check(written(here, "app.yaml", WRONG.with_value(WRONG.wrong)), "--format", "json")
    [finding] = json.loads(done.output)["findings"]
    assert done.exit_code == 1
    assert (finding["rule"], finding["severity"], finding["resource"]) == ("CHECK101", "error", "Job")
    assert (finding["template"], finding["line"]) == ("app.yaml", 24)
    assert finding["address"] == "docs/checks.md#check101"


def test_code_scanning_reads_sarif(here: Path) -> None:
    done = check(written(here, "app.yaml", WRONG.with_value(WRONG.wrong)), "--format", "sarif")
    log = json.loads(done.output)
    [run] = log["runs"]
    [result] = run["results"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "CHECK101"
    [location] = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "app.yaml"}, "region": {"startLine": 24}}


def test_github_reads_one_annotation_a_line(here: Path) -> None:
    done = check(written(here, "app.yaml", WRONG.with_value(WRONG.wrong)), "--format", "github")
    [line] = done.output.splitlines()
    assert line.startswith("::error file=app.yaml,line=24,title=CHECK101 Job::/Resources/Job/Properties/")
    assert check(written(here, "app.yaml", WRONG.with_value(WRONG.right)), "--format", "github").output == ""


def test_nested_stacks_and_exports_lead_from_template_to_template(here: Path) -> None:
    outputs = "Outputs:\n  Queue:\n    Value: !Ref Queue\n    Export: {Name: shared-queue}\n"
    whole = WRONG.with_value(WRONG.wrong)
    head, jobs = whole.split("  Job:\n")
    batch = written(here, "batch.yaml", head + outputs)
    jobs = f"Parameters:\n  Queue:\n    Type: String\nResources:\n  Job:\n{jobs}"
    imported = written(here, "jobs.yaml", jobs.replace("!Ref Queue", "!ImportValue shared-queue"))
    assert check(imported).exit_code == 0, "alone it is not known"
    assert check(imported, batch).output.startswith("error CHECK101: Job ")
    written(here, "inner.yaml", jobs)
    outer = (
        "Resources:\n"
        "  Batch:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: batch.yaml}\n"
        "  Jobs:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: inner.yaml, Parameters: {Queue: !GetAtt Batch.Outputs.Queue}}\n"
    )
    done = check(written(here, "outer.yaml", outer))
    assert (done.exit_code, done.output.count("error CHECK101: Job ")) == (1, 1)
    assert "inner.yaml:" in done.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [b", "YAML not well-formed."),
        ('{"a": ', "JSON not well-formed. (line 1, column 7)"),
        ("hello", "unsupported structure."),
        ("a: b", "it is no CloudFormation template, it has no Resources"),
        ("Resources: {Queue: [1]}", "Resources: Queue: a resource has a Type"),
        (
            f"# {'x' * 10_000_000}\n{RESOURCE}",
            "it has 10,000,056 bytes, and CloudFormation takes templates of 1,000,000",
        ),
        (
            "Resources:\n  A: {Type: AWS::SNS::Topic, DependsOn: B}\n  B: {Type: AWS::SNS::Topic, DependsOn: A}\n",
            "Circular dependency between resources: [A, B]",
        ),
        (
            "Resources: {Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: gone.yaml}}}",
            "Resources: Inner: the template of the nested stack is missing: gone.yaml",
        ),
        (
            "Resources: {Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app.yaml}}}",
            "the stack is nested in itself",
        ),
        ("Resources: {Queue: {Type: AWS::Batch::JobQueue, Properties: {State: !Ref Gone}}}", "dependencies [Gone]"),
    ],
    ids=["yaml", "json", "text", "other", "list", "10 MB", "circle", "missing", "itself", "reference"],
)
def test_broken_input_is_one_clear_line_and_exit_code_2(here: Path, text: str, said: str) -> None:
    done = check(written(here, "app.yaml", text))
    [line] = done.output.splitlines()
    assert done.exit_code == 2
    assert line.startswith("Error: app.yaml")
    assert said in line


def test_without_a_cdk_out_it_says_how_to_make_one(here: Path) -> None:
    done = check()
    assert done.exit_code == 2
    [line] = done.output.splitlines()
    assert line.endswith("there is no such file or directory. Run `cdk synth` to make it, or name a template.")
    (here / "cdk.json").write_text('{"app": "false"}')
    (here / "cdk.out").mkdir()
    done = check()
    assert done.exit_code == 2
    assert "it is no cloud assembly, it has no manifest.json" in done.output


def test_the_directory_of_an_app_is_told_from_its_cdk_out(here: Path) -> None:
    app = here / "app"
    (app / "cdk.out").mkdir(parents=True)
    said = "Error: app: it is no cloud assembly, it has no manifest.json."
    assert check("app").output == f"{said} Name a cdk.out, or templates.\n"
    (app / "cdk.json").write_text("{}")
    assert check("app").output == f"{said} To check the app in it, go there and name nothing.\n"
    (app / "cdk.out" / "manifest.json").write_text('{"version": "48.0.0", "artifacts": {}}')
    assert check("app").output == f"{said} Name app/cdk.out, or templates.\n"


def test_without_a_cdk_out_the_app_of_cdk_json_is_synthesized(here: Path) -> None:
    (here / "app.py").write_text(
        "import json, os, pathlib\n"
        "out = pathlib.Path(os.environ['CDK_OUTDIR'])\n"
        "out.mkdir(parents=True)\n"
        "stack = {'type': 'aws:cloudformation:stack', 'properties': {'templateFile': 'app.yaml'}}\n"
        "(out / 'manifest.json').write_text(json.dumps({'version': '48.0.0', 'artifacts': {'App': stack}}))\n"
        f"(out / 'app.yaml').write_text({WRONG.with_value(WRONG.wrong)!r})\n"
    )
    (here / "cdk.json").write_text('{"app": "python3 app.py"}')
    done = check()
    assert done.exit_code == 1
    assert TOO_SMALL in " ".join(done.output.split())
    assert "  at       app.yaml:24 /Resources/Job/" in done.output  # the directory that it was in is gone
    assert not (here / "cdk.out").exists()
    (here / "cdk.json").write_text('{"app": "python3 nowhere.py"}')
    assert check("--app", "python3 app.py").output == done.output
    both = check("--app", "python3 app.py", "app.yaml")
    assert both.exit_code == 2
    assert "--app is in place of a cdk.out and of templates: give one or the other" in both.output
    done = check()
    assert done.exit_code == 2
    assert "`python3 nowhere.py` ended with 2" in done.output


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("stacks/charts.py", "cdk.out is older than stacks/charts.py: `cdk synth` makes it anew\n"),
        ("cdk.json", "cdk.out is older than cdk.json: `cdk synth` makes it anew\n"),
        (".venv/lib/charts.py", ""),
        ("env/lib/charts.py", ""),
        ("node_modules/charts/index.js", ""),
        ("tests/test_charts.py", ""),
        ("notes.txt", ""),
    ],
)
def test_a_cdk_out_that_is_older_than_the_app_is_told(here: Path, path: str, told: str) -> None:
    (here / "cdk.json").write_text('{"app": "python3 app.py"}')
    (here / "env").mkdir()
    (here / "env" / "pyvenv.cfg").touch()
    (here / "cdk.out").mkdir()
    manifest = here / "cdk.out" / "manifest.json"
    manifest.write_text('{"version": "48.0.0", "artifacts": {}}')
    made = manifest.stat().st_mtime
    os.utime(here / "cdk.json", (made, made))
    changed = here / path
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.touch()
    os.utime(changed, (made + 60, made + 60))
    done = check()
    assert (done.exit_code, done.stdout, done.stderr) == (0, "Nothing found.\n", told)
    done = check("cdk.out")
    assert (done.exit_code, done.stderr) == (0, "")


def test_the_app_of_this_repository_has_no_error(app_assembly: Path, examples_assembly: Path) -> None:
    for assembly in (app_assembly, examples_assembly):
        done = check(str(assembly))
        assert done.exit_code == 0, done.output
