"""Writes docs/checks.md from the rules, each with what it finds in its example: ``make checks``."""

# ruff: noqa: E501 - a paragraph of the page is one line

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_template
from constructs_lib.checks.rule import PAGE, Finding, Rule
from constructs_lib.checks.rules import rules

FILE = Path(__file__).parents[3] / PAGE
_GROUPS = {
    "1": "Placement",
    "2": "Shape",
    "3": "Network",
    "4": "Lifecycle",
    "5": "Reliability",
    "6": "Rights and money",
}
_BEGIN = """\
# Checks before the deploy

<!-- Written by `make checks` from constructs_lib/checks/rules. -->

`constructs-lib check` finds in synthesized templates what AWS Batch would refuse, or would show as a job that stays in RUNNABLE. It reads the cdk.out of this directory, and tells if the app is newer, or synthesizes the app of cdk.json where there is none, or reads what it is given: cloud assemblies, and templates in YAML or JSON of any tool, SAM included. It needs the extra `cli`, and `local` for templates that are not JSON: `pip install 'constructs-lib[cli,local]'`.

```console
constructs-lib check
constructs-lib check network.yaml batch.yaml
constructs-lib check cdk.out --format sarif > findings.sarif
```

- Templates that are named together may refer to each other, by exports and as nested stacks.
- What only the deployment knows is not judged: a parameter is unknown, whatever its default is, and so is the image of another registry or a queue that another team has.
- A network is judged where the templates have all of it: the VPC, its subnets, routes, security groups and endpoints. Of a VPC of others nothing is said, nor of one that a custom resource, or a stack that is not named, is given.
- A finding says the resource, the path and line in the template, what is there, what is allowed, what happens otherwise, the fix, and the page of AWS. `--format` makes JSON, SARIF for code scanning, or annotations of GitHub Actions of them.
- Exit code: 0 nothing of severity error (`--fail-on warning` or `note` for more); 1 findings; 2 wrong usage, or what is no template: not YAML, larger than CloudFormation takes, a nested stack that is missing, references in a circle.

In an app, `BatchChecks` does the same at the place that aws-cdk-lib has for it: `cdk synth` tells the findings, and fails if one is an error. A finding that is right is acknowledged in the CDK's own way, at the construct or at one that it is in, and the command leaves it out, too:

```python
from aws_cdk import Acknowledgment, App, Stack, Validations

from constructs_lib import BatchChecks

app = App()
Validations.of(app).add_plugins(BatchChecks())
stack = Stack(app, "Charts")
reason = "The team that starts them ends them."
Validations.of(stack).acknowledge(Acknowledgment(id="BatchChecks::CHECK502", reason=reason))
```

In a test, the pytest fixture `check_template` fails by what it finds in a stack, an app, a template or a cdk.out; [snapshot tests](snapshot-testing.md#check-the-template-too) have an example.

## In cfn-lint

Whoever runs [cfn-lint](https://github.com/aws-cloudformation/cfn-lint) anyway, in an editor or before each commit, has the rules among its own. It needs this library beside it:

```console
pip install 'constructs-lib[local]'
cfn-lint --append-rules constructs_lib.checks.cfn_lint -- batch.yaml
cfn-lint --append-rules constructs_lib.checks.cfn_lint --include-checks I9 -- cdk.out/*.template.json
```

```text
E9101 Job: got 1 vCPU, 8,192 MiB of Job in Queue, submitted by Nightly, no environment of that queue can ever start it: Environment: m5.large has 7,955 MiB for jobs, and no type has more. Ask for less, or name a larger instance type in the compute environment.
batch.yaml:24:7
```

- CHECK101 is E9101 there, a warning W9…, and a note I9…, which cfn-lint tells if it is asked to. E9000 says why a template cannot be checked.
- cfn-lint gives one template at a time, with its nested stacks. One in a cdk.out is checked with all others of the cdk.out, and what the app acknowledges is left out.
- cfn-lint's own ways to leave out a rule work, such as `ignore_checks: [W9502]` in `.cfnlintrc` or in the metadata of a resource.

"""
_RULES = """\
## The rules

`error`: AWS refuses it, or nothing ever runs. `warning`: it goes wrong one day. `note`: it may be meant. Each example below is a part of a template in which the rule finds the message that follows it. [Few of them are found by other tools](other-tools.md).

"""


_TRIED = """\
## Public templates, and speed

The command read [295 public templates and eight CDK apps](tried.md#checked-before-the-deploy). It found no error in what deploys, and each other finding was read, and is true.

A template of 500 resources, 100 state machines among them, takes 50 ms of a processor, about 1 % of the time that cfn-lint takes for it (`benchmarks/checks.py`).
"""


def written() -> str:
    """The whole page."""
    table = ["| rule | severity | what holds |", "|---|---|---|"]
    table += [f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | {rule.title} |" for rule in rules()]
    parts = [line for rule in rules() for line in _section(rule)]
    return _BEGIN + _RULES + "\n".join(table) + "\n\n" + "\n".join(parts) + "\n" + _TRIED


def _section(rule: Rule) -> Iterator[str]:
    group = _GROUPS[rule.id.removeprefix("CHECK")[0]]
    first = next(other for other in rules() if other.id[:6] == rule.id[:6])
    if rule is first:
        yield f"## {group}\n"
    title = rule.title[0].upper() + rule.title[1:]
    yield f"### {rule.id}\n"
    yield f"**{title}.** {rule.otherwise} {rule.fix} [AWS]({rule.source})\n"
    yield f"```yaml\n{rule.example.shown}\n```\n"
    finding = finding_of(rule)
    yield f"```text\n{rule.severity} at {finding.pointer}: {finding.message}\n```\n"


def finding_of(rule: Rule) -> Finding:
    """What a rule finds in its example."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.yaml"
        path.write_text(rule.example.with_value(rule.example.wrong), encoding="utf-8")
        return next(finding for finding in find([read_template(path)]) if finding.rule is rule)


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
