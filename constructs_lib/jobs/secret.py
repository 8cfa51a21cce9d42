"""Secret values that a job receives as environment variables and that its definition does not contain."""

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
"""The six characters that Secrets Manager appends to a name in an ARN."""


@checked
class JobSecret(batch.Secret):
    """A secret of Secrets Manager, or a parameter of the Parameter Store, that ECS reads when a job starts.

    The execution role may only read the value; ``batch.Secret`` of aws-cdk-lib also allows it to read the history of a
    parameter. The job role receives no permissions; the program reads the value from a variable. A changed value
    reaches jobs that start afterwards.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/specifying-sensitive-data.html

    Make it with one of the class methods.
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
            secret: the secret. If a customer managed key encrypts it, the permission to decrypt is granted, too.
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
            parameter: the parameter, a SecureString or not. If it was imported with a customer managed key, the
                permission to decrypt is granted, too.
            encryption_key: a customer managed key that encrypts it, if ``parameter`` was imported without it. Default:
                that of ``parameter``, else the AWS managed key, or no encryption.
        """
        arn = parameter.parameter_arn

        def decrypt(grantee: iam.IGrantable) -> None:
            decrypting = Decrypting(grantee, "ssm", Stack.of(parameter))
            if encryption_key:
                encryption_key.grant_decrypt(decrypting)
            else:
                # The parameter does not expose its key, but grants its use together with its own.
                parameter.grant_read(decrypting)

        return cls(arn, field=False, right=("ssm:GetParameters", arn), decrypt=decrypt)

    @property
    @jsii.member(jsii_name="arn")
    def arn(self) -> str:
        """The ARN of the secret or parameter, in the form of AWS Batch."""
        return self._arn

    @property
    @jsii.member(jsii_name="hasField")
    def has_field(self) -> bool:
        """Whether it is one field of a secret."""
        return self._field

    @jsii.member(jsii_name="grantRead")
    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow a grantee to read the value; the execution role of a job is allowed to automatically.

        Args:
            grantee: that may read it.
        """
        self._decrypt(grantee)
        return iam.Grant.add_to_principal(grantee=grantee, actions=[self._action], resource_arns=[self._resource])
