"""CloudFormation templates as CloudFormation understands them: read, checked, evaluated, ordered, compared.

Everything here is pure: no account, no clock, no network. What only a deployment knows is ``Unknown``, and is carried.
"""
