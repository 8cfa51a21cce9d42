"""Stands for a solver on several nodes: each works on its part, the main node collects what the others send."""

import os
import socket
import sys
import time

PARTS = 1_000_000
node, nodes = int(os.environ["AWS_BATCH_JOB_NODE_INDEX"]), int(os.environ["AWS_BATCH_JOB_NUM_NODES"])
main = os.environ.get("AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS")
# The same for all nodes of a job; here, where they share a machine, another one for each job.
port = 20_000 + int(os.environ["AWS_BATCH_JOB_ID"][:4], 16) % 10_000
share = sum(range(node, PARTS, nodes))

if main is None:
    with socket.create_server(("", port)) as server:
        server.settimeout(60)
        for _ in range(nodes - 1):
            with server.accept()[0] as follower:
                share += int(follower.makefile().readline())
    print(f"{sys.argv[1]}: {share} from {nodes} nodes")
else:
    for _ in range(100):
        try:
            with socket.create_connection((main, port), timeout=60) as lead:
                lead.sendall(f"{share}\n".encode())
            break
        except ConnectionRefusedError:
            time.sleep(0.1)  # the main node starts first, and may not listen yet
    print(f"node {node} sent {share}", flush=True)
    time.sleep(600)  # the end of the main node is the end of all
