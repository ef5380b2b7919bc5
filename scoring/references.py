"""What a drill came to beside references on the same seed: nobody, par, and the best that is known."""

from dataclasses import dataclass
from functools import partial

from scoring.acts import doing
from simulator.policies import PLAYERS, play
from simulator.policies.blind import OneAct
from simulator.scenario.model import Scenario
from simulator.trace import Trace

PAR = "by-the-book"
NOBODY = "do-nothing"


@dataclass(frozen=True, slots=True)
class References:
    """User-minutes lost on one seed: by this drill and by references."""

    mine: float
    nothing: float
    """If nobody had done anything."""
    par: float
    """By the book, from what a seat can see."""
    best: float
    """The least that is known: of every reference player, this drill, and every right move made at once."""
    best_by: str
    """Who or what did that."""

    @property
    def avoided(self) -> float | None:
        """Share of the avoidable user-minutes that was avoided; below 0 if it was made worse than by nobody.

        None where nothing could be avoided.
        """
        return share_avoided(self.mine, self.nothing, self.best)

    @property
    def par_avoided(self) -> float | None:
        """The same share for par."""
        return share_avoided(self.par, self.nothing, self.best)


def share_avoided(lost: float, nothing: float, best: float) -> float | None:
    """Share of what could be avoided, from doing nothing to the best, that was; None if nothing could."""
    return (nothing - lost) / (nothing - best) if nothing > best else None


def references(scenario: Scenario, trace: Trace) -> References:
    """A drill beside what others lose with its variant and seed. Plays them: about a second."""
    alone, seed = scenario.only(trace.header.variant), trace.header.seed
    lost = {name: lost_in(play(alone, seed, make).trace) for name, make in PLAYERS.items()}
    at_once = {
        f"{doing(scenario, move.verb, move.target)} at once": lost_in(
            play(alone, seed, partial(OneAct, way=move)).trace
        )
        for move in alone.variants[trace.header.variant].right_moves
    }
    known = {"this drill": lost_in(trace), **lost, **at_once}
    best_by = min(known, key=lambda name: known[name])
    return References(known["this drill"], lost[NOBODY], lost[PAR], known[best_by], best_by)


def lost_in(trace: Trace) -> float:
    """User-minutes lost in a whole drill."""
    return trace.impact["user_minutes"][-1]
