"""What a request meets on its way in, the last one first."""

from wsgiref.types import WSGIApplication

from constructs_lib.local.aws.config import Config
from constructs_lib.local.aws.services import Parts
from constructs_lib.local.clocks.timekeeper import Timekeeper
from constructs_lib.local.control.application import Control
from constructs_lib.local.control.operations import Operations
from constructs_lib.local.metadata import Metadata
from constructs_lib.local.origins import OriginCheck
from constructs_lib.local.signatures.middleware import SignatureMiddleware
from constructs_lib.local.stacks.endpoints.cloud_control import CloudControlMiddleware
from constructs_lib.local.stacks.endpoints.cloudformation import CloudFormationMiddleware
from constructs_lib.local.unemulated.middleware import UnemulatedMiddleware


def application_of(config: Config, services: Parts, control_token: str) -> WSGIApplication:
    """The application that the port leads to.

    Args:
        config: how the embedded AWS is to be.
        services: what answers.
        control_token: what a request to the control endpoint has to show.
    """
    iam, stacks, clock = services.iam, services.stacks, config.clock
    made: WSGIApplication = services.behind
    made = CloudControlMiddleware(stacks.of, made)
    made = CloudFormationMiddleware(stacks.of, iam.may_make, made)
    made = iam.middleware(made)
    made = services.faults.middleware(made)
    made = SignatureMiddleware(iam.credential, made)
    made = UnemulatedMiddleware(made)
    made = Metadata(services.containers, clock, made)
    made = Control(Operations(services, config.directory, clock).by_name(), made, token=control_token)
    made = Timekeeper(clock, made)
    return OriginCheck(made)
