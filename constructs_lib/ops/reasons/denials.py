"""Calls that AWS IAM has denied: who, which action, which resource, and the statement that is missing.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

import json
import re
from typing import Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, shortened

_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
_ROLES_PASSED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
_SYNC = "https://docs.aws.amazon.com/step-functions/latest/dg/batch-iam.html"

_DENIED: Final = re.compile(
    r"(?:User: )?(?:(?P<who>arn:\S+) )?is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: \"?(?P<resource>[^\s\"]+)\"?)?(?P<rest>.{0,200})",
    re.DOTALL,
)
_ROLE: Final = re.compile(r"arn:[\w-]+:sts::\d{12}:assumed-role/(?P<role>[^/\s]+)/")
_MANAGED_RULE: Final = re.compile(r"'?(?P<role>arn:[^\s']+)'? is not authorized to create managed-rule")
_OF_RULES = ("events:PutTargets", "events:PutRule", "events:DescribeRule")


def denial(text: str, role: str | None = None) -> Finding | None:
    """What a denial says; None for a text that is none.

    Args:
        text: of AWS, or of a program that repeats it.
        role: who has asked, where the text does not say.
    """
    if match := _MANAGED_RULE.search(text):
        return _without_rule(text, match["role"])
    match = _DENIED.search(text)
    if match is None:
        return None
    action, resource = match["action"], (match["resource"] or "*").rstrip(".,;)")
    name = _name(match["who"], role)
    if "explicit deny" in match["rest"]:
        return Finding(
            Cause.DENIED,
            f"{name} may not do {action} on {resource}: a policy denies it, whatever others allow.",
            (_said(text),),
            (Fix(f"Take the denial of {action} out of {_denier(match['rest'])}, or make an exception of it."),),
            _PAGE,
        )
    return Finding(
        Cause.DENIED,
        f"{name} may not do {action} on {resource}: {_what(action)}",
        (_said(text),),
        (Fix("Add this statement to its policies.", statement=_statement([action], resource)), *_more(action, name)),
        _ROLES_PASSED if action == "iam:PassRole" else _PAGE,
    )


def _without_rule(text: str, role: str) -> Finding:
    name = role.rpartition("/")[2]
    rule = f"arn:{role.split(':')[1]}:events:REGION:{role.split(':')[4]}:rule/StepFunctionsGetEventsForBatchJobsRule"
    return Finding(
        Cause.DENIED,
        f"Role {name} may not make the rule of EventBridge by which a state that ends in .sync "
        "hears of the end of its job.",
        (_said(text),),
        (Fix("Add this statement to its policies.", statement=_statement(list(_OF_RULES), rule)),),
        _SYNC,
    )


def _said(text: str) -> str:
    """What AWS says, without how it answered."""
    return shortened(text.partition(" (Service: ")[0])


def _name(who: str | None, role: str | None) -> str:
    if who and (match := _ROLE.search(who)):
        return f"Role {match['role']}"
    if who:
        return who
    return f"Role {role.rpartition('/')[2]}" if role else "The caller"


def _what(action: str) -> str:
    return _MEANINGS.get(action, "none of its policies allows it.")


_MEANINGS: Final = {
    "batch:TagResource": "the job is submitted with tags, which takes this right beside batch:SubmitJob.",
    "iam:PassRole": "what it starts gets a role, and giving a role away takes this right.",
}


def _more(action: str, name: str) -> tuple[Fix, ...]:
    looked = name.removeprefix("Role ")
    see = Fix.run("See what it may do now.", "aws", "iam", "list-role-policies", "--role-name", looked)
    return (see,) if name.startswith("Role ") and not action.startswith("sts:") else ()


def _denier(rest: str) -> str:
    match = re.search(r"explicit deny in an? (?P<kind>[\w -]+?)(?:$|[.:;,\n(])", rest)
    return f"the {match['kind'].strip()}" if match else "the policy that has it"


def _statement(actions: list[str], resource: str) -> str:
    return json.dumps({"Effect": "Allow", "Action": actions if len(actions) > 1 else actions[0], "Resource": resource})
