"""What the embedded AWS does not do with a resource, as the events of its stack tell it.

The CDK command line shows the events while it deploys, so that this is where its user reads what is not emulated.
"""

from constructs_lib.local.apps.deployment import NOT_EMULATED

LEFT_OUT = f"{NOT_EMULATED}: left out"
NOT_RUN = f"{NOT_EMULATED}: its function was not run"
