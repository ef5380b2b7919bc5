"""Escalating a page that nobody answers: who is woken next, when it is too late, and what is said."""

from simulator import SEAT, Scenario, Trace, load, simulate
from tests.drills import Told, log

SCENARIO = load("api-500s-after-deploy").only("clean-rollback")
"""Priya is the only one of operations, Tomas of communications; Ines is a specialist, Ruth the manager."""


def with_more(**roles: tuple[str, bool]) -> Scenario:
    """The same with more responders: their role, and whether they are on call."""
    priya = SCENARIO.responders["priya"]
    more = {
        key: priya.model_copy(update={"name": key.capitalize(), "role": role, "on_call": on_call})
        for key, (role, on_call) in roles.items()
    }
    return SCENARIO.model_copy(update={"responders": {**SCENARIO.responders, **more}})


def pages(trace: Trace) -> list[tuple[float, str, str, str | None]]:
    return [
        (e.at_ms / 1000, e.subject, e.detail["state"], e.detail.get("instead_of"))
        for e in trace.events
        if e.kind == "page" and e.subject != SEAT
    ]


def notices(trace: Trace) -> list[tuple[float, str, str]]:
    said = (e for e in trace.events if e.kind == "message" and e.detail["about"] == "notice")
    return [(e.at_ms / 1000, e.subject, e.detail["text"]) for e in said]


def test_the_manager_is_woken_where_nobody_shares_the_role():
    told: Told = [(66, "page", {"who": "priya"}), (80, "escalate", {"who": "priya"})]
    trace = simulate(SCENARIO, 7, log(*told))
    assert pages(trace) == [
        (68.961, "priya", "sent", None),
        (82.707, "ruth", "sent", "priya"),
        (115.21, "priya", "acknowledged", None),
        (141.038, "priya", "joined", None),
        (146.535, "ruth", "acknowledged", None),
        (336.527, "ruth", "joined", None),
    ]
    assert notices(trace) == [(82.707, SEAT, "Priya does not answer. I page Ruth.")]


def test_somebody_of_the_same_role_comes_first_and_among_them_who_is_on_call():
    scenario = with_more(olga=("operations", False), otto=("operations", True))
    told: Told = [(66, "page", {"who": "priya"})]
    for at, silent, woken in ((80, "priya", "otto"), (90, "otto", "olga"), (100, "olga", "ruth")):
        told.append((at, "escalate", {"who": silent}))
        sent = [page for page in pages(simulate(scenario, 7, log(*told))) if page[2] == "sent"]
        assert (sent[-1][1], sent[-1][3]) == (woken, silent)


def test_who_has_been_paged_already_is_passed_over():
    scenario = with_more(otto=("operations", True))
    told: Told = [
        (66, "page", {"who": "otto"}),
        (67, "page", {"who": "priya"}),
        (80, "escalate", {"who": "priya"}),
    ]
    sent = [page[1:] for page in pages(simulate(scenario, 7, log(*told))) if page[2] == "sent"]
    assert sent == [("otto", "sent", None), ("priya", "sent", None), ("ruth", "sent", "priya")]


def test_a_page_that_is_answered_while_it_is_escalated_wakes_nobody_else():
    told: Told = [(66, "page", {"who": "priya"}), (113, "escalate", {"who": "priya"})]
    trace = simulate(SCENARIO, 7, log(*told))
    assert [page[1] for page in pages(trace)] == ["priya"] * 3
    assert notices(trace) == [(115.707, SEAT, "Priya has answered.")]


def test_the_last_one_left_can_be_escalated_once():
    """Both escalations are asked for while Ruth is still asleep; the second finds nobody left."""
    told: Told = [
        (66, "page", {"who": "priya"}),
        (67, "page", {"who": "tomas"}),
        (80, "escalate", {"who": "priya"}),
        (80.001, "escalate", {"who": "tomas"}),
    ]
    trace = simulate(SCENARIO, 7, log(*told))
    assert [text for _, _, text in notices(trace)] == [
        "Priya does not answer. I page Ruth.",
        "There is nobody left to page.",
    ]
    assert [page[1] for page in pages(trace)].count("ruth") == 3
