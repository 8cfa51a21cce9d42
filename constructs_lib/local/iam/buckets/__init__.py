"""Who is let in by an S3 bucket itself: its policy, its access control lists, and what blocks both.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""
