"""The rules of the playbook, one small function each: `(case) -> RuleResult`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from scoring.case import Case
from scoring.rules.r01_triage_first import triage_first
from scoring.rules.r02_choose_the_way import choose_the_way
from scoring.rules.r03_severity import severity_sets_the_response
from scoring.rules.r04_first_update import tell_people_at_once
from scoring.rules.r05_cadence import keep_the_rhythm
from scoring.rules.r06_mitigate_first import mitigate_before_you_fix
from scoring.rules.r07_workaround import work_around_it
from scoring.rules.r08_debug_elsewhere import debug_away_from_users
from scoring.rules.r09_fix_calmly import fix_calmly
from scoring.rules.r10_users_are_well import stable_means_users_are_well
from scoring.rules.r11_postmortem import learn_without_blame
from scoring.rules.r12_hands_free import command_with_hands_free
from scoring.rules.result import RuleResult

RuleFunction = Callable[[Case], RuleResult]

RULES: Mapping[str, RuleFunction] = MappingProxyType(
    {
        "R1": triage_first,
        "R2": choose_the_way,
        "R3": severity_sets_the_response,
        "R4": tell_people_at_once,
        "R5": keep_the_rhythm,
        "R6": mitigate_before_you_fix,
        "R7": work_around_it,
        "R8": debug_away_from_users,
        "R9": fix_calmly,
        "R10": stable_means_users_are_well,
        "R11": learn_without_blame,
        "R12": command_with_hands_free,
    }
)
"""Rule id to its function, in the playbook's order."""

__all__ = ["RULES", "RuleFunction", "RuleResult"]
