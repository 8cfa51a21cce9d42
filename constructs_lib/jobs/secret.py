"""Values that a job gets as environment variables and that nobody reads in its definition."""

from collections.abc import Callable
from typing import Self

import jsii
from aws_cdk import Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm

from constructs_lib.core.checked.arguments import checked
from constructs_lib.jobs.decrypting import Decrypting

_SUFFIX = "-??????"
"""What Secrets Manager adds to a name to make an ARN of it: six characters."""


@checked
class JobSecret(batch.Secret):
    """A secret of Secrets Manager, or a parameter of the Parameter Store, that ECS reads when a job starts.

    The execution role may read the value, and not more: ``batch.Secret`` of aws-cdk-lib also lets it read the history
    of a parameter. The job's own role gets nothing; the program has the value in a variable. A value that changes
    reaches the jobs that start afterwards.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/specifying-sensitive-data.html

    Made by one of the class methods.
    """

    def __init__(
        self, arn: str, *, field: bool, right: tuple[str, str], decrypt: Callable[[iam.IGrantable], None]
    ) -> None:
        super().__init__()
        self._arn = arn
        self._field = field
        self._action, self._resource = right
        self._decrypt = decrypt

    @classmethod
    def from_secrets_manager(cls, secret: secretsmanager.ISecret, field: str | None = None) -> Self:
        """A secret, or one field of a secret that is a JSON object.

        Args:
            secret: the secret. A key of yours that encrypts it brings the right to decrypt.
            field: the field. Default: the whole secret.
        """
        arn = secret.secret_arn
        key = secret.encryption_key

        def decrypt(grantee: iam.IGrantable) -> None:
            if key:
                key.grant_decrypt(Decrypting(grantee, "secretsmanager", Stack.of(secret)))

        return cls(
            f"{arn}:{field}::" if field else arn,
            field=bool(field),
            right=("secretsmanager:GetSecretValue", secret.secret_full_arn or f"{arn}{_SUFFIX}"),
            decrypt=decrypt,
        )

    @classmethod
    def from_ssm_parameter(cls, parameter: ssm.IParameter, encryption_key: kms.IKey | None = None) -> Self:
        """A parameter of the Parameter Store.

        Args:
            parameter: the parameter, a SecureString or not. A key of yours that it was imported with brings the right
                to decrypt.
            encryption_key: a key of yours that encrypts it, if ``parameter`` does not know it. Default: that of
                ``parameter``, else AWS's own, or none.
        """
        arn = parameter.parameter_arn

        def decrypt(grantee: iam.IGrantable) -> None:
            decrypting = Decrypting(grantee, "ssm", Stack.of(parameter))
            if encryption_key:
                encryption_key.grant_decrypt(decrypting)
            else:
                # The parameter does not tell its key, but lets others use it together with itself.
                parameter.grant_read(decrypting)

        return cls(arn, field=False, right=("ssm:GetParameters", arn), decrypt=decrypt)

    @property
    @jsii.member(jsii_name="arn")
    def arn(self) -> str:
        """Where the value comes from, as AWS Batch spells it."""
        return self._arn

    @property
    @jsii.member(jsii_name="hasField")
    def has_field(self) -> bool:
        """Whether it is one field of a secret."""
        return self._field

    @jsii.member(jsii_name="grantRead")
    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody read the value: the execution role of a job, by itself.

        Args:
            grantee: who may read it.
        """
        self._decrypt(grantee)
        return iam.Grant.add_to_principal(grantee=grantee, actions=[self._action], resource_arns=[self._resource])
