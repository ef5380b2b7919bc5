"""The playbook is data: the default one, replacing it, and what a bad one is told."""

from importlib import resources

import pytest

from scoring import PlaybookError, default_playbook, load_playbook, score
from scoring.playbook import parse
from tests.scoring_builders import Play

TEXT = (resources.files("scoring") / "playbook.yaml").read_text(encoding="utf-8")


def edited(old, new):
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def test_the_default_weighs_a_hundred_and_has_the_published_deadlines():
    playbook = default_playbook()
    assert sum(rule.weight for _, rule in playbook.rules) == 100
    assert [playbook.severities[level].first_update_min for level in (1, 2, 3, 4)] == [5, 10, 20, None]
    assert [playbook.severities[level].cadence_min for level in (1, 2, 3, 4)] == [15, 20, 30, None]
    pages = [playbook.severities[level].page for level in (1, 2, 3, 4)]
    assert pages == ["everybody", "on_call_and_manager", "on_call", "nobody"]
    assert (playbook.timing.postmortem_h, playbook.timing.hold_s) == (48, 150)


def test_ratings_by_total():
    playbook = default_playbook()
    ratings = [playbook.rating(total) for total in (100, 85, 84.9, 65, 64.9, 40, 39.9, 0)]
    good, some, major, unable = (rating.name for rating in playbook.ratings)
    assert ratings == [good, good, some, some, major, major, unable, unable]


def test_another_playbook_scores_the_same_trace_anew(tmp_path):
    stricter = edited("sev2: {first_update_min: 10", "sev2: {first_update_min: 5")
    path = tmp_path / "ours.yaml"
    path.write_text(stricter.replace("id: sevdrill", "id: ours", 1))
    play = Play().hurting(2, 30).at(3).paged().acknowledges().at(10).posts()
    card = score(play.scenario, play.trace(), load_playbook(path))
    assert (card.playbook, play.score().playbook) == ("ours", "sevdrill")
    assert card.rule("R4").points == pytest.approx(10 * (1 - 2 / 10))
    assert play.score().rule("R4").points == 10


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        (edited("hold_s: 150", "hols_s: 150"), "hols_s", "unknown key 'timing.hols_s'"),
        (edited("hold_s: 150", "hols_s: 150"), "hols_s", "did you mean 'hold_s'?"),
        (edited("page: everybody", "page: everyone"), "page: everyone", "did you mean 'everybody'?"),
        (edited("weight: 14", "weight: 15"), "rules:\n  R1", "weights add up to 101; expected 100"),
        (edited("weight: 14", "weight: heavy"), "weight: heavy", "'rules.R6.weight' is 'heavy'"),
        (edited("format: 1", "format: 2"), "format: 2", "format 2 is newer than this sevdrill knows"),
        (edited("at_least: 65", "at_least: 95"), "{name: performed with some", "not below the one before it"),
        (
            edited("unable to perform, at_least: 0", "unable, at_least: 5"),
            "{name: unable",
            "the last rating begins at 5",
        ),
        (
            edited("mitigate_lost_s: 1200", "mitigate_lost_s: 60"),
            "mitigate_lost_s",
            "more than mitigate_within_s, 180",
        ),
        (
            edited("declare_within_s: 600", "declare_within_s: 60"),
            "declare_within_s",
            "no less than verify_s, 120",
        ),
        (edited("    title: Fix calmly\n", ""), "R9:", "'rules.R9.title' is missing"),
    ],
)
def test_a_bad_playbook_is_told_the_line_and_the_remedy(text, at, message):
    with pytest.raises(PlaybookError) as told:
        parse(text, "ours.yaml")
    assert str(told.value).startswith(f"ours.yaml, line {line_of(text, at)}: ")
    assert message in str(told.value)


def test_a_missing_rule_is_named():
    start, end = TEXT.index("  R12:"), TEXT.index("# What each severity")
    with pytest.raises(PlaybookError, match=r"'rules\.R12' is missing"):
        parse(TEXT[:start] + TEXT[end:], "ours.yaml")


def test_a_missing_file_is_one_clear_error(tmp_path):
    with pytest.raises(PlaybookError, match="there is no such file"):
        load_playbook(tmp_path / "none.yaml")
