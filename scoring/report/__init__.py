"""The debrief of a drill, in the order in which people learn: reactions, what happened, analysis, summary.

A rim: imported by name. Shows itself in a notebook; `.text` is the same for a terminal or a ticket, and
`.page()`, `.pdf()`, `.markdown()` and `.csv()` are for people without the software.
"""

from scoring.report.cohort import CohortReport, cohort_report
from scoring.report.debrief import Debrief, debrief, full_debrief

__all__ = ["CohortReport", "Debrief", "cohort_report", "debrief", "full_debrief"]
