"""A run as a picture and a page: which jobs ran when, on how many vCPUs, and what the failed ones wrote."""

from constructs_lib.local.runs.report.bars import Bar, bars
from constructs_lib.local.runs.report.drawing import timeline_svg
from constructs_lib.local.runs.report.page import Failure, Report, render

__all__ = ["Bar", "Failure", "Report", "bars", "render", "timeline_svg"]
