"""A run as a picture and a page: which jobs ran when, on how many vCPUs, and what the failed ones wrote."""

from constructs_lib.local.runs.report.bars import Bar, bars
from constructs_lib.local.runs.report.drawing import timeline_svg
from constructs_lib.local.runs.report.page import Failure, Report, render
from constructs_lib.local.runs.report.run import report_of

__all__ = ["Bar", "Failure", "Report", "bars", "render", "report_of", "timeline_svg"]
