"""Lambda functions in Python: moto keeps them, and each invocation is a process of this machine's Python.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
"""

from constructs_lib.local.functions.functions import Functions
from constructs_lib.local.functions.invocation import Invocations

__all__ = ["Functions", "Invocations"]
