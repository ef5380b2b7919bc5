"""Simulated people: how they answer a page, how long work takes them, when they ask for news.

Processes are generators over a `Stage`; the drill runs them.
"""

from collections.abc import Generator
from typing import Any

from simulator.moves.base import Args, Move, Stage
from simulator.rand import human_time_ms
from simulator.scenario.model import Scenario

Process = Generator[Any, Any, None]

OUT_OF_ROLE = 2.0
"""How many times as long work takes a responder whose role it is not; chosen for teaching."""
KNOWS_IT = 0.67
"""The same for work on a service that they know well; chosen for teaching."""
MANAGER_S = 75.0
"""Median time in which a duty manager answers a page, and again joins; chosen for teaching."""


def expected_s(move: Move, scenario: Scenario, args: Args, actor: str) -> float:
    """Median time in seconds that `actor` needs for this work."""
    median_s = move.median_s(scenario, args)
    who = scenario.responders.get(actor)
    if who is None:
        return median_s
    if move.role is not None and who.role != move.role and not _knows(who.knows, move, scenario, args):
        return median_s * OUT_OF_ROLE
    return median_s * (KNOWS_IT if _knows(who.knows, move, scenario, args) else 1.0)


def _knows(knows: tuple[str, ...], move: Move, scenario: Scenario, args: Args) -> bool:
    target = args.get(move.about) if move.about else None
    if target in scenario.changes:
        target = scenario.changes[target].service
    return target in knows


def answer_page(stage: Stage, who: str) -> Process:
    """From the page to being in the channel."""
    person = stage.scenario.responders.get(who)
    acknowledges_s = person.acknowledges_s if person else MANAGER_S
    joins_s = person.joins_s if person else MANAGER_S
    nth = sum(1 for message in stage.board.channel if message.author == who and message.about == "page")
    name = f"page:{who}:{nth}"
    yield stage.wait(human_time_ms(acknowledges_s, stage.seed, name, 0))
    stage.emit("page", who, state="acknowledged", by=who)
    yield stage.wait(human_time_ms(joins_s, stage.seed, name, 1))
    stage.emit("page", who, state="joined", by=who)
    stage.say(
        who,
        "Here. What do you need?" if person else "Here. I will keep the executives off your back.",
        "page",
    )


def grow_restless(stage: Stage, who: str) -> Process:
    """A stakeholder asks whenever nobody has told them anything for as long as they are patient.

    Their patience counts from the page, then from the last update or their own last question; when they
    have said all they have to say, they ask half as often. They keep their peace once mitigation has been
    declared and users are indeed well.
    """
    person = stage.scenario.stakeholders[who]
    patience_ms = round(1000 * person.patience_s)
    asked, heard_ms = 0, stage.now_ms
    while True:
        wait_ms = patience_ms if asked < len(person.asks) else 2 * patience_ms
        yield stage.wait(heard_ms + wait_ms - stage.now_ms)
        told_ms = stage.board.updates[-1].at_ms if stage.board.updates else 0
        if told_ms > heard_ms:
            heard_ms = told_ms
            continue
        heard_ms = stage.now_ms
        if _has_reason_to_ask(stage):
            text = person.asks[min(asked, len(person.asks) - 1)]
            stage.emit("question", who, text=text, nth=asked)
            stage.say(who, text, about="question")
            asked += 1


def _has_reason_to_ask(stage: Stage) -> bool:
    impact = stage.world.impact()
    users_suffer = impact.users_affected >= stage.scenario.severity.sev3 * impact.users
    return users_suffer or stage.board.mitigated_ms is None
