"""AWS::CertificateManager::Certificate; it is issued at once, as nobody has to show here whose a domain is.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html
"""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

HANDLERS: dict[str, Handler] = {
    "AWS::CertificateManager::Certificate": OperationsHandler(
        service="acm",
        makes="request_certificate",
        removes="delete_certificate",
        key="CertificateArn",
        ref="CertificateArn",
        paths={"CertificateArn": ""},
        tagging=Tagging("add_tags_to_certificate", "remove_tags_from_certificate"),
    ),
}
