"""Inputs of commands that cannot be used, each with where it stands and what is said about it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MACHINE = "AWS::StepFunctions::StateMachine"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:a:b"
TEXT_FILE = "a-file"


@dataclass(frozen=True)
class Bad:
    """A call, what it is about, and the answer.

    Args:
        name: of the case.
        arguments: of `constructs-lib`.
        said: what the line says, among other things.
        code: the exit code.
        stdin: standard input.
        environment: variables.
        prepare: writes files to the working directory.
    """

    name: str
    arguments: tuple[str, ...]
    said: str
    code: int = 2
    stdin: bytes = b""
    environment: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], object] | None = None


def template(definition: Any = None) -> dict[str, Any]:
    """One state machine, and the role that it needs."""
    definition = definition or {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
    machine = {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "DefinitionString": json.dumps(definition)}
    return {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Machine": {"Type": MACHINE, "Properties": machine},
        }
    }


def manifest(**more: Any) -> dict[str, Any]:
    """The manifest of an assembly with one stack."""
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}, **more}
    return {"version": "36.0.0", "artifacts": {"Jobs": stack}}


def write(path: Path, content: Any) -> None:
    """Write bytes, a text, or a value as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def write_assembly(directory: Path, made: Any = None, of: Any = None, assets: Any = None) -> None:
    """Write an assembly, or what takes the place of its files."""
    write(directory / "manifest.json", manifest() if made is None else made)
    write(directory / "t.json", template() if of is None else of)
    if assets is not None:
        write(directory / "assets.json", assets)


def _items(name: str, content: Any, said: str) -> Bad:
    content = content if isinstance(content, bytes) else content.encode()
    arguments = ("local", "run", "Jobs", "--assembly", "good", "--items", "-")
    return Bad(f"items: {name}", arguments, said, stdin=content)


def _run(name: str, *arguments: str, said: str, code: int = 2, prepare: Callable[[Path], object] | None = None) -> Bad:
    given = ("local", "run", "Jobs", "--assembly", "good", "--items", "items.json", *arguments)
    return Bad(f"run: {name}", given, said, code, prepare=prepare)


def _assembly(name: str, said: str, *, command: str = "graph", **files: Any) -> Bad:
    given = {
        "graph": ("graph", "Jobs", "--assembly", "bad"),
        "run": ("local", "run", "Jobs", "--assembly", "bad", "--items", "items.json"),
    }[command]
    return Bad(f"assembly: {name}", given, said, prepare=lambda here: write_assembly(here / "bad", **files))


def _cdk_json(name: str, content: Any, said: str, file: str = "cdk.json") -> Bad:
    return Bad(f"{file}: {name}", ("graph", "Jobs"), said, prepare=lambda here: write(here / file, content))


def _app(name: str, app: str, said: str) -> Bad:
    return Bad(f"app: {name}", ("graph", "Jobs", "--app", app), said)


def _fault(name: str, fault: str, said: str, prepare: Callable[[Path], object] | None = None) -> Bad:
    return _run(f"fault {name}", "--fault", fault, said=said, prepare=prepare)


def _endpoint(url: str, said: str) -> list[Bad]:
    return [
        Bad(f"{command} at {url!r}", (*arguments, "--endpoint", url), said)
        for command, arguments in {
            "logs": ("local", "logs", "--failed"),
            "deploy": ("local", "deploy", "Jobs", "--assembly", "good"),
            "run": ("local", "run", "Jobs", "--items", "items.json"),
        }.items()
    ]


def _rerun(name: str, said: str, code: int = 1, arguments: tuple[str, ...] = (EXECUTION,), **environment: str) -> Bad:
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_MAX_ATTEMPTS": "1"}
    given = {"AWS_ENDPOINT_URL": "http://localhost:1", "AWS_EC2_METADATA_DISABLED": "true", **keys, **environment}
    return Bad(f"rerun: {name}", ("rerun", *arguments), said, code, environment=given)


def _stack_with_assets(**artifact: Any) -> dict[str, Any]:
    made = manifest(dependencies=["Files"])
    made["artifacts"]["Files"] = {"type": "cdk:asset-manifest", "properties": {"file": "assets.json"}, **artifact}
    return made


def _asset(**entry: Any) -> dict[str, Any]:
    goes = {"here": {"bucketName": "bucket-of-assets", "objectKey": "key"}}
    return {"files": {"a": {"source": {"path": "t.json"}, "destinations": goes, **entry}}}


def _states(states: Any, **more: Any) -> dict[str, Any]:
    return template({"StartAt": "A", "States": states, **more})


DEEP = "[" * 100_000 + "]" * 100_000
LONG = "x" * 300

BAD: list[Bad] = [
    _items("nothing", "", "not JSON: it is empty"),
    _items("blanks", " \n\n", "not JSON: it is empty"),
    _items("an end too early", "[1,\n2", "it ends too early, in line 2 column 2"),
    _items("no JSON", "[1,\n 'two']", "Expecting value, in line 2 column 2: \"'two']\""),
    _items("a comma at the end", "[1,]", "in line 1 column 4: ']'"),
    _items("NaN", "[1, NaN]", "it has NaN, and JSON has no such number"),
    _items("Infinity", "[-Infinity]", "it has -Infinity, and JSON has no such number"),
    _items("1e999", "[1e999]", "it has the number 1e999, which is too large to be one"),
    _items("-1e999", '{"items": [-1e999]}', "it has the number -1e999"),
    _items("10,000 digits", f"[{'9' * 10_000}]", "it has a number of 10,000 digits, 9999"),
    _items("a name twice", '[{"a": 1, "b": {"c": 2, "c": 2}}]', 'it has an object with "c" twice'),
    _items("400 digits", f"[{'9' * 400}]", "it has a number of 400 digits, 9999"),
    _items("100,000 brackets", DEEP, "its arrays and objects are nested too deeply"),
    _items("half a character", r'["\ud83d"]', r"it has half a character, \ud83d, without its other half"),
    _items("JSON Lines", '{"a": 1}\n{"a": 2}\n', "it is JSON Lines, a value on each line: `jq -s .` makes one array"),
    _items("lines of numbers", "1\n2\n\n3\n", "it is JSON Lines"),
    _items("two values in a line", "[1] [2]", "Extra data, in line 1 column 5: '[2]'"),
    _items("Latin-1", '["é"]'.encode("latin-1"), "line 1 column 3 has the byte 0xe9, which is no UTF-8"),
    _items("UTF-16", "[1]".encode("utf-16"), "it is UTF-16: save it as UTF-8"),
    _items("a control character", '["\x01"]', "Invalid control character"),
    _items("an object", '{"items": [1]}', 'got dict: give the array in "items" alone'),
    _items("a text", '"a"', 'expected a JSON array such as [1, "two"], got str'),
    _items("null", "null", "got NoneType"),
    _items("too much", json.dumps(["x" * 262_144]), "an execution's input is at most 262,144 bytes"),
    Bad("items: a directory", ("local", "run", "Jobs", "--items", "good"), "--items good: Is a directory"),
    Bad("items: nothing there", ("local", "run", "Jobs", "--items", "no.json"), "--items no.json: No such file"),
    Bad("items: below a file", ("local", "run", "J", "--items", f"{TEXT_FILE}/x"), "x: Not a directory"),
    Bad("items: a link to itself", ("local", "run", "Jobs", "--items", "loop"), "loop: Too many levels of symbolic"),
    Bad("items: a long name", ("local", "run", "Jobs", "--items", LONG), "xx: File name too long"),
    Bad("items: no name", ("local", "run", "Jobs", "--items", ""), "'--items': it is empty"),
    Bad("items: what cannot be read", ("local", "run", "J", "--items", "/proc/self/mem"), "mem: Input/output error"),
    Bad("items: without end", ("local", "run", "Jobs", "--items", "/dev/zero"), "more than 16,777,216 bytes"),
    _run("output is a file", "--output", TEXT_FILE, said=f"--output {TEXT_FILE}: it is a file"),
    _run("output below a file", "--output", f"{TEXT_FILE}/x/y", said=f"it is a file: {TEXT_FILE}"),
    _run("output cannot be made", "--output", "/proc/x", said="--output /proc/x: No such file or directory"),
    _run("output is a link to itself", "--output", "loop", said="--output loop: it is there, and no directory"),
    _run("output has a long name", "--output", LONG, said="File name too long"),
    _run("output has no name", "--output", "", said="'--output': it is empty"),
    _run("output is a device", "--output", "/dev/full", said="--output /dev/full: it is a file"),
    _run("report below a file", "--report", f"{TEXT_FILE}/x.html", said="it is a file: "),
    _run("report is a directory", "--report", "good", said="--report good: it is a directory"),
    _run("report cannot be made", "--report", "/proc/x/r.html", said="--report /proc/x/r.html: No such file"),
    _run("report has a long name", "--report", LONG, said="File name too long"),
    _run("report is a full device", "--report", "/dev/full", said="/dev/full could not be written: No space", code=1),
    _run("no such state machine", "--state-machine", "No", said="no state machine 'No', it has: Machine"),
    _run("an app, too", "--app", "x", said="--app and --assembly exclude each other"),
    _run("no jobs at once", "--parallel", "0", said="0 is not in the range"),
    _run("half a job at once", "--parallel", "1.5", said="'1.5' is not a valid integer"),
    _run("a seed that is no number", "--fault-seed", "x", said="'x' is not a valid integer"),
    _run("another runner", "--runner", "x", said="'x' is not one of 'process'"),
    _run("another option", "--outptu", "x", said="No such option '--outptu'"),
    Bad("run: no such stack", ("local", "run", "Job", "--assembly", "good", "--items", "items.json"), "mean Jobs?"),
    *(
        Bad(f"{command} of a stack without a {what}", (*arguments, name), said)
        for command, arguments in {
            "run": ("local", "run", "--items", "items.json", "--assembly", "good"),
            "deploy": ("local", "deploy"),
            "logs": ("local", "logs"),
            "graph": ("graph", "--assembly", "good"),
        }.items()
        for what, name, said in [("name", "", "it is empty"), ("text", "\udcff", r"'\udcff' is no text in UTF-8")]
    ),
    Bad("run: nothing", ("local", "run"), "no app: "),
    _fault("of no kind", "x", 'kind: got "x", expected one of reclaim'),
    _fault("of nothing", "", 'kind: got "", expected one of reclaim'),
    _fault("without end", "reclaim:index=0-99999999999", 'index: got "0-99999999999", expected a number from 0'),
    _fault("backwards", "reclaim:index=9-1", 'index: got "9-1"'),
    _fault("of no chance", "reclaim:probability=nan", 'probability: got "nan", expected a number from 0 to 1'),
    _fault("of 1e999", "reclaim:probability=1e999", 'probability: got "1e999"'),
    _fault("of a directory", "@good", "good: got Is a directory, expected a file"),
    _fault("of no file", "@no.json", "no.json: got No such file or directory"),
    _fault("too deep", "@p", "p: got no JSON (its arrays and objects are nested", lambda here: write(here / "p", DEEP)),
    _fault("in Latin-1", "@p", "has the byte 0xe9", lambda here: write(here / "p", '"é"'.encode("latin-1"))),
    _app(
        "no such command", "no-such-command app.py", "`no-such-command app.py` cannot be run: no-such-command: No such"
    ),
    _app("an open quote", "python3 'app.py", "--app: `python3 'app.py`: no closing quotation"),
    _app("blanks", "  ", "is no command: write one such as `python3 app.py`"),
    _app("no word", "''", "is no command"),
    _app("no program", f"./{TEXT_FILE}", "cannot be run: ./a-file: Permission denied"),
    _app("no such script", "python3 no.py", "`python3 no.py` ended with 2: python3: can't open file"),
    _app("it fails", "false", "`false` ended with 1:"),
    _app("it is killed", "sh -c 'kill -9 $$'", "was ended by SIGKILL"),
    _app("it says bytes", r"sh -c 'printf \\377 >&2; exit 3'", "ended with 3: �"),
    _app("it makes nothing", "true", "`true` ended well and made no cloud assembly: does it call `app.synth()`?"),
    _app("a directory without one", ".", "is no cloud assembly: it has no manifest.json"),
    Bad("app: none", ("graph", "Jobs"), "has no cdk.json with an `app` command, and none was given with --app"),
    _cdk_json("a list", [], "cdk.json: expected an object, got an array"),
    _cdk_json("null", "null", "cdk.json: expected an object, got null"),
    _cdk_json("nothing", "", "cdk.json is not JSON: it is empty"),
    _cdk_json("broken", '{\n"app" "x"}', "Expecting ':' delimiter, in line 2 column 7"),
    _cdk_json("UTF-16", '{"app": "x"}'.encode("utf-16"), "cdk.json is not JSON: it is UTF-16"),
    _cdk_json("app is a list", {"app": ["python3", "app.py"]}, "cdk.json: app: expected a command or the directory"),
    _cdk_json("app is a number", {"app": 3}, "got a number"),
    _cdk_json("app is true", {"app": True}, "got true"),
    _cdk_json("app has an open quote", {"app": 'python3 "app.py'}, 'app: `python3 "app.py`: no closing quotation'),
    _cdk_json("app has a zero", {"app": "a\0b"}, "cannot be run: embedded null byte"),
    _cdk_json("app has half a character", '{"app": "\\udcff"}', "it has half a character"),
    _cdk_json("context is a list", {"app": "true", "context": []}, "cdk.json: context: expected an object, got an arr"),
    _cdk_json("too deep", f'{{"context": {DEEP}}}', "cdk.json is not JSON: its arrays and objects are nested"),
    _cdk_json("a list", [], "cdk.context.json: expected an object, got an array", "cdk.context.json"),
    Bad(
        "cdk.json: a directory", ("graph", "J"), "cdk.json: Is a directory", prepare=lambda h: (h / "cdk.json").mkdir()
    ),
    Bad("assembly: none", ("graph", "Jobs", "--assembly", "no"), "no is no cloud assembly: it has no manifest.json"),
    Bad("assembly: a file", ("graph", "Jobs", "--assembly", TEXT_FILE), "is no cloud assembly"),
    Bad("assembly: no name", ("graph", "Jobs", "--assembly", ""), "'--assembly': it is empty"),
    Bad("assembly: a long name", ("graph", "Jobs", "--assembly", LONG), "is no cloud assembly"),
    _assembly("broken", "bad/manifest.json is not JSON: it ends too early, in line 1 column 2", made="{"),
    _assembly("a list", "bad/manifest.json: expected an object, got an array", made=[]),
    _assembly("too deep", "bad/manifest.json is not JSON: its arrays and objects are nested", made=DEEP),
    _assembly("artifacts in a list", "manifest.json: artifacts: expected an object", made={"artifacts": []}),
    _assembly("a text for a stack", "manifest.json: Jobs: expected an object", made={"artifacts": {"Jobs": "x"}}),
    _assembly("of no type", "manifest.json: Jobs: it has no type", made={"artifacts": {"Jobs": {}}}),
    _assembly("without template", "manifest.json: Jobs: it has no templateFile", made=manifest(properties={})),
    _assembly("a number", "Jobs: templateFile: expected a string", made=manifest(properties={"templateFile": 3})),
    _assembly("template gone", "bad/no.json: No such file", made=manifest(properties={"templateFile": "no.json"})),
    _assembly("a directory", "bad: Is a directory", made=manifest(properties={"templateFile": "."})),
    _assembly("dependencies", "Jobs: dependencies: expected an array, got a string", made=manifest(dependencies="x")),
    _assembly(
        "in itself",
        "bad/manifest.json: the assembly has itself as a part",
        made={"artifacts": {"N": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}},
    ),
    _assembly("in a circle", "in a circle: Jobs -> Jobs", made=manifest(dependencies=["Jobs"]), command="run"),
    _assembly("asset list gone", "assets.json: No such file", made=_stack_with_assets(), command="run"),
    _assembly(
        "assets in a list",
        "assets.json: files: expected an object",
        made=_stack_with_assets(),
        assets={"files": []},
        command="run",
    ),
    _assembly(
        "asset gone",
        "bad/no.zip: the asset cannot be read: No such file",
        made=_stack_with_assets(),
        assets=_asset(source={"path": "no.zip"}),
        command="run",
    ),
    _assembly(
        "asset that goes nowhere",
        "assets.json: files: a: it has no destinations",
        made=_stack_with_assets(),
        assets=_asset(destinations={}),
        command="run",
    ),
    _assembly(
        "asset of a program",
        "an asset that a program makes cannot be taken: ['make']",
        made=_stack_with_assets(),
        assets=_asset(source={"executable": ["make"]}),
        command="run",
    ),
    _assembly(
        "asset for no bucket",
        "stack Jobs: Parameter validation failed: Invalid bucket name",
        made=_stack_with_assets(),
        assets=_asset(
            source={"path": "manifest.json"}, destinations={"here": {"bucketName": "no bucket", "objectKey": "k"}}
        ),
        command="run",
    ),
    *(
        _assembly(f"{name}, to {command}", said, of=of, command=command)
        for command in ("graph", "run")
        for name, of, said in [
            ("template broken", '{"Resources": {\n]', "bad/t.json is not JSON: Expecting property name"),
            ("template empty", "", "bad/t.json is not JSON: it is empty"),
            ("template a list", [], "bad/t.json: expected an object, got an array"),
            ("template in YAML", "Resources:\n  A:\n", "bad/t.json is not JSON: Expecting value, in line 1 column 1"),
            (
                "template in Latin-1",
                '{"é": 1}'.encode("latin-1"),
                "bad/t.json is not JSON: line 1 column 3 has the byte",
            ),
            ("template without resources", {}, "bad/t.json: it has no Resources"),
            ("resources in a list", {"Resources": []}, "t.json: Resources: expected an object, got an array"),
            ("a number for a resource", {"Resources": {"A": 3}}, "t.json: Resources: A: expected an object"),
            ("a resource of no type", {"Resources": {"A": {}}}, "t.json: Resources: A: it has no Type"),
            ("no properties", {"Resources": {"A": {"Type": "X", "Properties": []}}}, "A: Properties: expected an obj"),
            ("a parameter of no type", {"Parameters": {"P": {}}, "Resources": {}}, "Parameters: P: it has no Type"),
        ]
    ),
    _assembly("no start", "Machine: StartAt: expected the name of a state", of=_states({}, StartAt=None)),
    _assembly("states in a list", "Machine: States: expected an object, got []", of=_states([])),
    _assembly("a number for a state", "Machine: A: expected an object, got 3", of=_states({"A": 3})),
    _assembly("no such type", "Machine: A: Type: expected one of Choice", of=_states({"A": {"Type": "Nope"}})),
    _assembly("no such next", "A: Next: expected the name", of=_states({"A": {"Type": "Pass", "Next": "B"}})),
    _assembly("no processor", "A: Iterator: expected an object", of=_states({"A": {"Type": "Map", "End": True}})),
    _assembly("no branches", "A: Branches: expected an array", of=_states({"A": {"Type": "Parallel", "End": True}})),
    *(
        Bad(f"graph: output {name}", ("graph", "Jobs", "--assembly", "good", "--output", output), said)
        for name, output, said in [
            ("is a directory", "good", "--output good: it is a directory"),
            ("below a file", f"{TEXT_FILE}/x.md", "it is a file: "),
            ("is full", "/dev/full", "--output /dev/full: No space left on device"),
            ("cannot be made", "/proc/x.md", "--output /proc/x.md: No such file"),
        ]
    ),
    Bad("graph: no such machine", ("graph", "Jobs", "--assembly", "good", "--state-machine", "No"), "it has: Machine"),
    *_endpoint("", "it is empty: leave it out for the instance that runs here"),
    *_endpoint("localhost:4566", "localhost:4566 is no endpoint: expected a URL such as http://localhost:4566"),
    *_endpoint("https://localhost:4566", "is no endpoint: expected a URL"),
    *_endpoint("http://localhost:x", "http://localhost:x is no endpoint"),
    *_endpoint("http://localhost:99999", "http://localhost:99999 is no endpoint"),
    *_endpoint("http://[::1", "http://[::1 is no endpoint"),
    *_endpoint("http://a b", "http://a b is no endpoint"),
    *_endpoint("http://localhost:1/\n", r"'http://localhost:1/\n' is no endpoint"),
    *_endpoint("http://localhost:1", "no embedded AWS answers at http://localhost:1"),
    *_endpoint("http://no.invalid", "no embedded AWS answers at http://no.invalid"),
    Bad("logs: nothing", ("local", "logs"), "name a job or a stack, or give --failed"),
    Bad("logs: nothing runs", ("local", "logs", "x"), "nothing is running"),
    Bad("deploy: nothing runs", ("local", "deploy", "Jobs"), "nothing is running"),
    Bad("down: nothing runs", ("local", "down"), "nothing is running"),
    Bad("down: not on this port", ("local", "down", "--port", "4566"), "nothing is running on port 4566"),
    Bad("down: port and all", ("local", "down", "--port", "4566", "--all"), "exclude each other"),
    Bad("down: no port", ("local", "down", "--port", "0"), "0 is not in the range"),
    Bad("up: no port", ("local", "up", "--port", "65536"), "65536 is not in the range"),
    Bad("up: output is a file", ("local", "up", "--output", TEXT_FILE), f"--output {TEXT_FILE}: it is a file"),
    Bad("ps: too much", ("local", "ps", "x"), "unexpected extra argument (x)"),
    Bad("no such command", ("lokal",), "No such command 'lokal'"),
    Bad("no such command of local", ("local", "start"), "No such command 'start'"),
    _rerun("no ARN", "is no ARN of an execution", 2, ("arn:aws:states:us-east-1:123456789012:stateMachine:a",)),
    _rerun("no region", "is no ARN of an execution", 2, ("arn:aws:states:us east:123456789012:execution:a:b",)),
    _rerun("a line too much", "is no ARN of an execution", 2, (f"{EXECUTION}\n",)),
    _rerun("no name", "--name: '': expected 1 to 80 letters", 2, (EXECUTION, "--name", "")),
    _rerun("a long name", "expected 1 to 80 letters", 2, (EXECUTION, "--name", "x" * 81)),
    _rerun("a name in two words", "--name: 'a b': expected 1 to 80 letters", 2, (EXECUTION, "--name", "a b")),
    _rerun("no such profile", "The config profile (nope) could not be found", AWS_PROFILE="nope"),
    _rerun("broken configuration", "Unable to parse config file: ", AWS_CONFIG_FILE="broken.ini"),
    _rerun("half of the keys", "Partial credentials found in env", AWS_SECRET_ACCESS_KEY=""),
    _rerun("nobody answers", 'Could not connect to the endpoint URL: "http://localhost:1/"'),
    _rerun(
        "no endpoint", "AWS configuration in the environment cannot be used: Invalid endpoint", AWS_ENDPOINT_URL="x"
    ),
    _rerun("no port", "Port out of range 0-65535", AWS_ENDPOINT_URL="http://localhost:99999"),
    _rerun("no attempts", "cannot be used: invalid literal for int", AWS_MAX_ATTEMPTS="x"),
    _rerun("no proxy", "Failed to connect to proxy URL", HTTP_PROXY="http://localhost:1"),
]
