"""The debrief of a drill, in the order in which people learn: reactions, what happened, analysis, summary.

A rim: imported by name. Shows itself in a notebook; `.text` is the same for a terminal or a ticket, and
`.page()`, `.pdf()`, `.markdown()` and `.csv()` are for people without the software.
"""

from scoring.report.debrief import Debrief, debrief, full_debrief

__all__ = ["Debrief", "debrief", "full_debrief"]
