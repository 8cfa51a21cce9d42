"""Pure evaluation of policy documents: no I/O, no state.

No maintained library on PyPI evaluates policies with resources, conditions and variables; moto's knows none of them.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from constructs_lib.local.iam.evaluate.decision import Decision, Policies, decide
from constructs_lib.local.iam.evaluate.policy import Policy, PolicyError
from constructs_lib.local.iam.evaluate.request import Principal, Request

__all__ = ["Decision", "Policies", "Policy", "PolicyError", "Principal", "Request", "decide"]
