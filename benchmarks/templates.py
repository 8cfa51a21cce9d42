"""Templates: reading them, against the parsers alone, and all that is done before anything is made."""

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import yaml

from benchmarks.measure import Row, paired, python
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.plan import plan
from constructs_lib.templates.reading import read
from constructs_lib.templates.validation import check_deployment, validate

LARGE, STACK = 2_000, 200
"""Resources: about as much text as a template may have, and a large stack."""


def rows(runs: int = 7) -> list[Row]:
    """A large template in JSON and in YAML; and a large stack, checked and planned."""
    large = _template(LARGE)
    as_json, as_yaml = json.dumps(large, indent=1), yaml.dump(large, Dumper=_Dumper)
    stack = _template(STACK)
    before = Evaluator(stack)
    found = []
    for name, ours, baseline_name, baseline, goal in (
        ("read a large template in JSON", lambda: read(as_json), "json.loads", lambda: json.loads(as_json), 1.5),
        ("read a large template in YAML", lambda: read(as_yaml), "libyaml's loader", lambda: _parsed(as_yaml), 1.0),
    ):
        seconds = paired(partial(_seconds, ours), partial(_seconds, baseline), runs)
        found.append(Row(name, seconds[0], baseline_name, seconds[1], goal))
    planned, imported = paired(
        partial(_seconds, lambda: _planned(stack, before)),
        partial(python, "-c", "import cfnlint.schema"),
        runs,
    )
    return [*found, Row(f"check and plan {STACK} resources", planned, "import cfn-lint", imported, goal=0.25)]


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, _: Any) -> bool:
        """CloudFormation has none."""
        return True


def _template(count: int) -> dict[str, Any]:
    tags = [{"Key": f"key-{number}", "Value": {"Fn::Sub": "${AWS::Region}-value"}} for number in range(4)]
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"Tags": tags}}
    policy = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": [{"Ref": "R0"}], "PolicyDocument": {"Resource": {"Fn::GetAtt": ["R0", "Arn"]}}},
    }
    return {"Resources": {f"R{number}": policy if number % 4 == 3 else queue for number in range(count)}}


def _planned(template: dict[str, Any], before: Evaluator) -> None:
    validate(template)
    after = Evaluator(template)
    check_deployment(after)
    assert plan(before, after).is_empty


def _parsed(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
