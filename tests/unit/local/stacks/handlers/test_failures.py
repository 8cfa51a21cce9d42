"""What is told of a resource that could not be made."""

import pytest
from botocore.exceptions import ParamValidationError

from constructs_lib.local.stacks.handlers.contract.failures import failure
from tests.unit.local.stacks.handlers.lives import Account


def test_what_a_service_would_refuse_before_it_is_asked_is_an_invalid_request(account: Account) -> None:
    rule = {"Type": "AWS::Logs::MetricFilter", "Properties": {"LogGroupName": "one", "FilterPattern": "ERROR"}}
    with pytest.raises(ParamValidationError) as refused:
        account.deploy({"Filter": rule})
    assert failure(refused.value).reason == (
        'Resource handler returned message: "Parameter validation failed: Missing required parameter in input: '
        '"metricTransformations"" (HandlerErrorCode: InvalidRequest)'
    )


@pytest.mark.parametrize(
    ("error", "about"),
    [(KeyError("Handler"), "Handler is missing"), (TypeError("expected\n a text."), "expected a text")],
)
def test_what_nobody_expected_is_told_in_a_sentence(error: Exception, about: str) -> None:
    assert failure(error).reason == (
        f'Resource handler returned message: "The properties of this resource are not understood here ({about})." '
        "(HandlerErrorCode: InvalidRequest)"
    )
