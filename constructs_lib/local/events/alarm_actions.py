"""What alarms do: they publish to topics, and invoke functions.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.local.account import Location
from constructs_lib.local.events.admission import Admission

_SERVICE = "cloudwatch.amazonaws.com"


class AlarmActions:
    """The actions of alarms.

    Args:
        client: makes a boto3 client of an account's administrator in a region.
        admission: the policies of topics.
    """

    def __init__(self, client: Callable[[str, Location], Any], admission: Admission) -> None:
        self._client = client
        self._admission = admission

    def act(self, alarm_arn: str, action: str, subject: str, message: str) -> str | None:
        """Do one.

        Args:
            alarm_arn: of the alarm.
            action: the ARN of what it does.
            subject: of a mail.
            message: what it tells, JSON text.

        Returns:
            Why it failed, or None. Actions of EC2, Auto Scaling and Systems Manager do nothing, and fail never.
        """
        service = action.split(":")[2]
        if service not in ("sns", "lambda"):
            return None
        if problem := self._admission.problem(_SERVICE, action, alarm_arn, for_account=True):
            return problem
        client = self._client(service, Location.of(action))
        try:
            if service == "sns":
                client.publish(TopicArn=action, Subject=subject, Message=message)
            else:
                client.invoke(FunctionName=action, InvocationType="Event", Payload=message.encode())
        except (BotoCoreError, ClientError) as error:
            return str(error)
        return None
