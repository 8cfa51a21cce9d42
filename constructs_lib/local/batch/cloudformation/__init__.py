"""AWS::Batch resources of a template, made, updated and deleted through the Batch API instead of moto's.

moto finds the class for a resource type among the subclasses of its `CloudFormationModel`, the last one defined wins:
defining these classes, and making moto forget the list that it keeps, is all that is needed.
"""

from constructs_lib.local.batch.cloudformation import kinds
from constructs_lib.local.batch.cloudformation.resource import install

__all__ = ["install", "kinds"]
