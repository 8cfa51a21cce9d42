"""The worker: what runs inside one job of a fan-out.

It finds the job's item, hands it to a Python function or to a program, and writes the result once::

    python -m worker weather.month:handler
    python -m worker -- ./simulate --fast

What it reads from the environment is in :mod:`worker.contract`, what a handler gets in :mod:`worker.context`.
Exit codes: 0 the result is written; 1 the work failed; 2 the job was asked for something impossible; 143 it was
stopped by SIGTERM; any other is the program's own.

A job may do very little and there may be a million of them: only small modules of the standard library are imported,
and obstore only when the job touches S3.
"""
