"""How the playbook was kept: rule by rule, what was known, what was said, and what usually goes wrong."""

from collections.abc import Iterator

from scoring.case import Case
from scoring.figures import rule_figure
from scoring.ledger import claims
from scoring.markup import Block, Fold, Heading, Paragraph, Picture, Table
from scoring.narrative import line
from scoring.postmortem import grade
from scoring.rules.result import RuleResult
from scoring.scorecard import Scorecard
from scoring.selfcheck import self_check
from scoring.truth import checked

GROUNDS = {"reasoned": "reasoned", "guess": "a guess", "against": "against the evidence"}


def rules_kept(case: Case, card: Scorecard) -> Iterator[Block]:
    """The total, and each rule with its reason and its moments."""
    yield Heading("How the playbook was kept")
    yield Paragraph(_total(card))
    yield Picture(lambda: rule_figure(card, case.playbook))
    rows = [(r.id, case.playbook.rules[r.id].title, r.text, r.reason) for r in card.rules]
    yield Table("Rule by rule", ("Rule", "What it asks for", "Points", "Why"), rows, ("Rule", "Points"))
    proof = [(r.id, *told) for r in card.rules for told in _evidence(case, r)]
    table = Table("Evidence", ("Rule", "Time", "What happened"), proof, ("Rule", "Time"))
    yield Fold("The moments behind each rule", [table])


def _total(card: Scorecard) -> str:
    if card.total is None:
        return "Nothing was scored: the drill gave no chance to keep or break a rule."
    counted = f"{card.points:.1f} of {card.possible:g} points"
    left_out = [result.id for result in card.rules if not result.scored]
    without = f"; not scored: {', '.join(left_out)}" if left_out else ""
    return f"{card.total:g} out of 100, {card.rating} ({counted}{without})."


def _evidence(case: Case, result: RuleResult) -> Iterator[tuple[str, str]]:
    for seq in result.evidence:
        told = line(case, case.trace.events[seq])
        yield told.clock, told.text


def known(case: Case) -> Iterator[Block]:
    """What was reasoned and what was guessed."""
    rows = [
        (
            case.clock(claim.at_ms),
            GROUNDS[claim.ground],
            "right" if claim.right else "wrong",
            f"{claim.text}{_because([item.title for item in claim.because])}",
        )
        for claim in claims(case)
    ]
    if rows:
        yield Heading("What was known, and what was guessed")
        yield Paragraph(
            "Only what had been seen by then counts. A guess that happened to be right is still a guess."
        )
        head = ("Time", "It was", "and", "What was said or done, and what had been seen of it")
        yield Table("Answers and acts", head, rows, head[:3])


def _because(titles: list[str]) -> str:
    return f" (seen: {', '.join(f'“{title}”' for title in dict.fromkeys(titles))})" if titles else ""


def told(case: Case) -> Iterator[Block]:
    """Every update against the truth."""
    rows = [
        (case.clock(each.post.at_ms), each.post.subject.replace("_", " "), each.verdict)
        for each in checked(case)
    ]
    if rows:
        yield Heading("What people were told")
        yield Table("Updates against the truth", ("Time", "Where", "Verdict"), rows, ("Time", "Where"))


def self_checked(case: Case) -> Iterator[Block]:
    """The ways in which responses usually go wrong, and when this one did."""
    failures = self_check(case)
    met = [failure for failure in failures if failure.moments]
    yield Heading("Self-check")
    if not met:
        yield Paragraph(f"None of the {len(failures)} ways in which responses usually go wrong.")
        return
    yield Paragraph(f"{len(met)} of the {len(failures)} ways in which responses usually go wrong.")
    rows = [
        (failure.title, case.clock(moment.at_ms), moment.text)
        for failure in met
        for moment in failure.moments
    ]
    yield Table("Moments", ("What went wrong", "Time", "How"), rows, ("Time",))


def learnt(case: Case) -> Iterator[Block]:
    """The postmortem, graded part by part."""
    yield Heading("The postmortem")
    rows = [(each.part, "good" if each.good else "to mend", each.remark) for each in grade(case)]
    yield Table("Part by part", ("Part", "Verdict", "Why"), rows, ("Part", "Verdict"))
