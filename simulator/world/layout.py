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
WORKERS_RATE = 4  #  change of c per second (input; not 0 while a fault ramps)
WORK_RATE = 5  #     change of s per second (input)
ERR_RATE = 6  #      change of err per second (input)
L = 7  # L           requests in the system, waiting and being worked on (state)
U = 8  # u           share of workers busy, the u(L) of (3) (state)
ARRIVALS = 9  # A    requests arriving per second
OUT = 10  # D        requests leaving per second after work
REJECTED = 11  # rej share of arrivals turned away because the queue is full
SAT = 12  # sat      share of arrivals whose caller's pool is exhausted
HOLD = 13  # h       how long one request holds a worker
HOLD_VAR = 14  # Vh  variance of it
RATE = 15  # mu      requests per second with all workers busy
GOOD = 16  # g       share of answers in time that are right
MUST_WAIT = 17  # Cw probability of finding all workers busy
WAIT = 18  # Wq      mean wait
WAIT_VAR = 19  #     variance of the wait
FULL = 20  # K/mu    wait behind a full queue
SURE = 21  #         by this time all but one in a million have their answer
FEEDBACK = 22  #     how strongly arrivals fall as the response time grows, see (13)
SERVICE_COLUMNS = 23
"""A path is summed up in a row with the same columns, as if it were one service."""

# A dependency: one service calling another -----------------------------------------------------------
CALLS = 0  # v       calls per request of the caller; 0 while a flag gates them off (input)
TIMEOUT = 1  # T     how long the caller waits for one attempt (input)
BACKOFF = 2  # b     pause before a further attempt (input)
BUDGET = 3  # beta   most retries per first attempt (input)
HARD = 4  #          1: its failure fails the caller's request; 0: it only costs time (input)
FAILS = 5  # f       share of attempts that fail
MADE = 6  # v S      attempts per request of the caller
FELT = 7  #          change of the caller's h per change of the callee's response time
FLOW = 8  # A        attempts per second
EDGE_COLUMNS = 9

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
ORBIT = 6  # o           requests between a failed attempt and the next one (state)
ATTEMPTS = 7  # A        attempts per second, first and further ones
ATTEMPT_FAILS = 8  # f   share of attempts that fail
AGAIN = 9  # phi         share of failed attempts that are tried again
AWAY = 10  # tau         mean time from a failed attempt's start to the next attempt
SERVED = 11  #           share of requests let in that succeed in the end
FAILED = 12  #           share of requests let in that fail in the end
SLOW = 13  #             share of requests let in that succeed, but late
IN_TIME = 14  #          share of attempts that no call's slowness has ended
LATE = 15  #             share of attempts that run out of patience
SUM_OFFERED = 16  #      requests since the start: begun ...
SUM_SERVED = 17  #       ... served ...
SUM_LOST = 18  #         ... given up, or turned away at the door
SUM_AFFECTED = 19  #     integral of offered rate times share failed or slow
CLIENT_COLUMNS = 20

# The step controller -------------------------------------------------------------------------------------
STEP = 0  # dt       length of the next step to try
STEADY = 1  #        1: nothing moves, time may pass for free
IS_CALM = 2  #       1: little moves, queues may stay behind the clock
BEHIND = 3  #        seconds by which they do
RAMPING = 4  #       1: some service's inputs are moving
STEPS = 5  #         steps taken since the start
CONTROL_COLUMNS = 6


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


class Tables(NamedTuple):
    """The whole state and all inputs of a plant."""

    service: Table
    edge: Table
    leg: Table
    client: Table
    path: Table
    """Per journey: its path summed up as if it were one service; `respond` works it out anew each time."""
    control: list[float]
