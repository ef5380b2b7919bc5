"""Help while a drill runs: what to ask at a risky moment, what to do when stuck, a guide for newcomers.

All of it is worked out from what a seat may see, never from the truth behind it, so a room, an agent or a
study can use it alike.
"""

from simulator.coach.checks import Check, check
from simulator.coach.coach import Coach
from simulator.coach.failures import FAILURES, FailureMode
from simulator.conduct import ANSWERS, MODES, Conduct, Hint

__all__ = ["ANSWERS", "FAILURES", "MODES", "Check", "Coach", "Conduct", "FailureMode", "Hint", "check"]
