"""Who makes a request: signatures are checked as AWS checks them, and what has none is let in only where AWS does.

The computing is botocore's, from what came in; nothing of it is done again here.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""
