"""Importing every public name of constructs_lib, against importing the aws-cdk-lib modules that they need."""

from benchmarks.measure import Row, paired, python


def rows(runs: int = 5) -> list[Row]:
    """Measure whole processes, the start of Python and of jsii's Node included in both."""
    ours, baseline = paired(lambda: python("-c", _ours()), lambda: python("-c", _theirs()), runs)
    return [Row("import all of constructs_lib", ours, "import its aws_cdk modules", baseline, goal=1.1)]


def _ours() -> str:
    return "from constructs_lib import *"


def _theirs() -> str:
    import ast  # noqa: PLC0415 - read once per measurement, and only here

    from benchmarks.measure import ROOT  # noqa: PLC0415 - as above

    modules: set[str] = set()
    for path in (ROOT / "constructs_lib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "aws_cdk":
                modules |= {alias.name for alias in node.names}
    return f"from aws_cdk import {', '.join(sorted(modules))}"
