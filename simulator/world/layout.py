"""What stands in which column of the kernel's tables.

The kernel works on plain tables of numbers (a row per service, per dependency, per journey, and per call
on a journey's path), so that the same source runs on lists in CPython and on 2-D arrays under a compiler.
Times are in seconds, rates per second, shares between 0 and 1. A letter is the symbol in `docs/world.md`.
Rows of services are in order "callees first"; rows of dependencies are grouped by caller, in the order in
which it makes the calls.
"""

from typing import NamedTuple

Table = list[list[float]]
"""Rows of numbers."""

# A service -----------------------------------------------------------------------------------------
WORKERS = 0  # c     requests it can work on at once (input)
WORK = 1  # s        its own work on one request, slowdowns included (input)
BOUND = 2  # K       most requests waiting (input)
ERR = 3  # err       share of its answers that are errors of its own (input)
REFUSE = 4  #        share of arrivals refused at the door, before any work (input)
QUOTA = 5  #         most arrivals let in per second (input)
WORKERS_RATE = 6  #  change of c per second (input; not 0 while a fault ramps)
WORK_RATE = 7  #     change of s per second (input)
ERR_RATE = 8  #      change of err per second (input)
REFUSE_RATE = 9  #   change of REFUSE per second (input)
L = 10  # L          requests in the system, waiting and being worked on (state)
TILT = 11  # x       how full the system is, from -1 (empty) over 0 to 1 (full), see (3) (state)
U = 12  # u          share of workers busy, the u(L) of (3)
ALL_BUSY = 13  # Pw  chance that all workers are busy
EVEN = 14  #         how even a full queue makes the wait, see (4)
ARRIVALS = 15  # A   requests arriving per second
LET_IN = 16  #         of these, what is neither refused nor over the quota
OUT = 17  # D        requests leaving per second after work
BLOCKED = 18  # full share of those let in at the door who find the queue full
REJECTED = 19  # rej share of arrivals turned away: refused, over the quota, or at a full queue
SAT = 20  # sat      share of arrivals whose caller's pool is exhausted
HOLD = 21  # h       how long one request holds a worker
HOLD_VAR = 22  # Vh  variance of it
RATE = 23  # mu      requests per second with all workers busy
GOOD = 24  # g       share of answers in time that are right
MUST_WAIT = 25  # Cw probability of having to wait, of those let in
WAIT = 26  # Wq      mean wait
WAIT_VAR = 27  #     variance of the wait
FULL = 28  # K/mu    wait behind a full queue
SURE = 29  #         by this time all but one in a million have their answer
FEEDBACK = 30  #     how strongly arrivals fall as the response time grows, see (13)
POPULATION = 31  #   most requests that its callers can have in it at once
DONE = 32  #         requests worked on since the start
HALF_WAY = 33  #     requests per second half-way through: the mean of those that begin and those that end
TAKEN = 34  #        ARRIVALS of the last step
SERVICE_COLUMNS = 35
"""A path is summed up in a row with the same columns, as if it were one service."""

# A dependency: one service calling another -----------------------------------------------------------
CALLS = 0  # v       calls per request of the caller; 0 while a flag gates them off (input)
TIMEOUT = 1  # T     how long the caller waits for one attempt (input)
BACKOFF = 2  # b     pause before a further attempt (input)
BUDGET = 3  # beta   most retries per first attempt (input)
KIND = 4  #          HARD: its failure fails the caller's request; SOFT: it costs time; JOB: it does not wait
CUT = 5  #           share of attempts that never arrive and are never answered (input)
OPEN = 6  #          share of calls that a circuit breaker fails at once (input)
HIT_MAX = 7  #       share of calls that a warm cache answers (input)
FILL = 8  # 1/N      share of the cache that one successful call fills (input)
DECAY = 9  # 1/TTL   share of the cache that expires per second (input)
HIT = 10  # hit      share of calls that the cache answers (state)
FAILS = 11  # f      share of attempts that fail
LOST = 12  # F       share of calls really made that fail in the end
ASKED = 13  #        calls per request of the caller, those answered by the cache included
MADE = 14  #         attempts per request of the caller that arrive
FELT = 15  #         change of the caller's h per change of the callee's response time
FLOW = 16  # A       attempts per second that arrive
REDONE = 17  #       share of jobs that go to the end of the queue again after failing
STAY = 18  #         times as long as its caller waits that a request stays at the callee, see (14)
EDGE_COLUMNS = 19

ANYBODY = 1e18
"""The population of a service that clients call, or that jobs are left at: no limit."""

HARD = 1.0
SOFT = 0.0
JOB = -1.0

# One call on a journey's path --------------------------------------------------------------------------
LEG_FLOW = 0  #      attempts per second that reach this call
LEG_PASS = 1  #      share of them that go on: admitted, right and still in time
LEG_COLUMNS = 2

# A journey's clients -----------------------------------------------------------------------------------
OFFERED_RATE = 0  # lam  requests per second that users begin (input)
OFFERED_SLOPE = 1  #     change of it per second (input)
SHED = 2  #              share of them turned away at the door (input)
PATIENCE = 3  # T        how long a client waits for the whole path (input)
PAUSE = 4  # b           pause before a client tries again (input)
SLOW_AFTER = 5  #        an answer later than this is slow (input)
RETURNS = 6  # psi       share of those who gave up who come back afresh (input)
COMEBACK = 7  # 1/tau_u  share of those away who come back per second (input)
JOB_SLOW_AFTER = 8  #    a job done later than this is slow (input)
ORBIT = 9  # o           requests between a failed attempt and the next one (state)
GONE = 10  # P           users who gave up and will come back (state)
ATTEMPTS = 11  # A       attempts per second, first and further ones
ATTEMPT_FAILS = 12  # f  share of attempts that fail
AGAIN = 13  # phi        share of failed attempts that are tried again
AWAY = 14  # tau         mean time from a failed attempt's start to the next attempt
SERVED = 15  #           share of requests let in that succeed in the end
FAILED = 16  #           share of requests let in that fail in the end
SLOW = 17  #             share of requests let in that succeed, but late
IN_TIME = 18  #          share of attempts that no call's slowness has ended
LATE = 19  #             share of attempts that run out of patience
SUM_OFFERED = 20  #      requests since the start: begun ...
SUM_SERVED = 21  #       ... served ...
SUM_LOST = 22  #         ... given up, or turned away at the door
SUM_AFFECTED = 23  #     integral of offered rate times share failed or slow
CLIENT_COLUMNS = 24

# The step controller -------------------------------------------------------------------------------------
STEP = 0  # dt       length of the next step to try
STEADY = 1  #        1: nothing moves, time may pass for free
IS_CALM = 2  #       1: little moves, queues may stay behind the clock
BEHIND = 3  #        seconds by which they do
RAMPING = 4  #       1: some service's inputs are moving
STEPS = 5  #         steps taken since the start
UNCOUNTED = 6  #     seconds since the last step, for DONE
COASTING = 7  #      seconds that clients have yet to live through, nothing else moving meanwhile
CONTROL_COLUMNS = 8


class Wires(NamedTuple):
    """Which row belongs to which: plain integers, fixed for the life of a plant."""

    callee: list[int]
    """Per dependency: the row of the service called."""
    edge_retries: list[int]
    """Per dependency: R."""
    calls: list[int]
    """Dependencies `calls[i]` up to `calls[i + 1]` are those of service i."""
    target: list[int]
    """Per leg: the row of the service called."""
    legs: list[int]
    """Legs `legs[j]` up to `legs[j + 1]` are the path of journey j."""
    client_retries: list[int]
    """Per journey: R."""
    job: list[int]
    """Per journey: the row of the dependency that leaves its job, or -1."""


class Tables(NamedTuple):
    """The whole state and all inputs of a plant."""

    service: Table
    edge: Table
    leg: Table
    client: Table
    path: Table
    """Per journey: its path summed up as if it were one service; `respond` works it out anew each time."""
    control: list[float]
