"""The intrinsic functions, each over arguments that are evaluated already and of which any may be unknown.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""
