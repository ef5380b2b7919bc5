"""The postmortem: pre-filled from the log, graded against the truth and the log, exported as Markdown."""

import pytest

from scoring.postmortem import as_markdown, grade, prefilled
from scoring.report import debrief
from tests.scoring_builders import Play
from tests.test_scoring_rules import rolled_back

FULL = {
    "timeline": ["14:03 the pager", "14:08 rolling back", "14:12 rolled back"],
    "trigger": "The release of till 2 at 13:59.",
    "factors": ["No test had a cart without a customer."],
    "actions": [
        {"what": "Test it", "owner_role": "till lead", "due_days": 7, "kind": "prevent"},
        {"what": "Alert on it", "owner_role": "till lead", "due_days": 7, "kind": "detect"},
        {"what": "Roll back by itself", "owner_role": "platform", "due_days": 30, "kind": "mitigate"},
    ],
}


def written(**changes):
    return rolled_back().at(20).schedules(24).writes(**{**FULL, **changes})


def bad(play):
    return [(each.part, each.remark) for each in grade(play.case()) if not each.good]


def test_a_full_and_true_one_has_nothing_to_mend():
    assert bad(written()) == []
    assert written().rule("R11").points == 6


@pytest.mark.parametrize(
    ("changes", "part", "remark"),
    [
        ({"timeline": ["14:03 the pager"]}, "Timeline", "1 lines; 3 or more are needed."),
        (
            {"timeline": ["14:03 a", "14:08 b", "14:40 we had coffee"]},
            "Timeline",
            "The log has nothing near: “14:40 we had coffee”.",
        ),
        (
            {"timeline": ["14:03 a", "14:08 b", "then it was over"]},
            "Timeline",
            "nothing near: “then it was over”",
        ),
        ({"cause": "shelf-9"}, "Root cause", "Deploy shelf 9. It was Deploy till 2."),
        ({"trigger": " "}, "Trigger", "What set it off is not said."),
        ({"factors": []}, "Contributing factors", "Nothing is named."),
        ({"went_well": None}, "What went well", "Nothing is named."),
        ({"went_badly": [" "]}, "What did not", "Nothing is named."),
        (
            {"actions": [*FULL["actions"], {"what": "Be careful", "kind": "prevent"}]},
            "Actions",
            "Without an owning role or a date: “Be careful”.",
        ),
        (
            {"actions": FULL["actions"][:1]},
            "Kinds of action",
            "None that shows it sooner nor one that shortens it.",
        ),
        ({"factors": ["Ana should have looked."]}, "Blameless", "It points at people"),
    ],
)
def test_each_part_is_graded(changes, part, remark):
    (found,) = bad(written(**changes))
    assert found[0] == part
    assert remark in found[1]


def test_no_actions_at_all():
    assert ("Actions", "None; without one it will happen again.") in bad(written(actions=[]))


def test_a_meeting_too_late():
    play = rolled_back().at(20).schedules(72).writes(**FULL)
    assert bad(play) == [("Meeting", "It needs a meeting within 48 h rather than 72 h 08 min.")]


def test_none_was_written():
    assert grade(rolled_back().case())[0].remark == "None was written."


def test_the_timeline_is_pre_filled_with_what_a_seat_could_see():
    lines = prefilled(rolled_back().case())
    assert lines[0] == "14:03 The pager wakes you."
    assert "14:08 Ana begins to roll back Deploy till 2." in lines
    assert not any("In truth" in line for line in lines)


def test_a_pre_filled_timeline_agrees_with_the_log():
    play = written(timeline=prefilled(rolled_back().case()))
    assert bad(play) == []


def test_as_markdown():
    text = as_markdown(written(summary="Carts failed | badly.").case())
    assert text.startswith("# Postmortem: A small shop\n\nCarts failed \\| badly.")
    for part in (
        "## Root cause\n\nDeploy till 2",
        "## Trigger",
        "## Contributing factors",
        "## Corrective actions",
    ):
        assert part in text
    assert "| Test it | till lead | 7 | prevent |" in text
    assert "| User-minutes lost | 20,000 user-minutes |" in text
    assert "In 24 hours." in text


def test_before_anything_is_written_the_log_gives_the_beginning():
    text = as_markdown(rolled_back().case())
    assert "To be written." in text
    assert "- 14:03 The pager wakes you." in text
    assert "To be found." in text
    assert "Not scheduled." in text


def test_the_debrief_grades_it():
    told = debrief(written(trigger="").scenario, written(trigger="").trace()).text
    assert "What set it off is not said." in told
    assert "The postmortem" not in debrief(Play().scenario, Play().trace()).text
