"""Images in the embedded AWS: a Python job without a Dockerfile, in every place of an array."""

import pytest
from aws_cdk import App

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.testing.local_aws import LocalAws
from docs.examples.image_python import PythonJobStack

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outcome(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    stack = LocalAws(aws, tmp_path_factory.mktemp("cdk.out")).deploy(PythonJobStack(App()))
    return stack.run({"items": ["a rose is a rose", "", "so be it"]})


def test_an_array_calls_the_function_with_each_item(outcome: Outcome) -> None:
    assert outcome.succeeded, outcome.cause
    assert outcome.results == {0: {"a": 2, "rose": 2, "is": 1}, 1: {}, 2: {"so": 1, "be": 1, "it": 1}}


def test_its_output_is_in_the_log(outcome: Outcome) -> None:
    texts = sorted(job.text.strip() for job in outcome.jobs if job.index is not None)
    assert texts == [f"item {index}, attempt 1" for index in range(3)]
