"""Promises of a time to fix, and blame: what is marked, and what must not be."""

import pytest

from simulator.wording import blame, names_in, promises, quoted

PROMISED = [
    "It will be fixed in 20 minutes.",
    "Back up by 15:00",
    "We expect to restore service within the hour",
    "ETA 20 min",
    "We have an ETA of 20 min",
    "ETA to fix is 30 minutes",
    "In about 10 minutes it should be resolved",
    "should be back to normal shortly",
    "Fix in 20 min",
    "the fix takes 15 minutes",
    "We hope to have it resolved soon.",
    "Service will be restored before 14:40",
    "We'll be back in an hour",
    "Resolved by tomorrow",
]
NOT_PROMISED = [
    "Rolling back the deploy. Next update in 15 min.",
    "Rolling back now, next update in 15 min",
    "Users were restored at 14:20",
    "No ETA yet.",
    "ETA for next update 15 min",
    "ETA to next update: 20 min",
    "Checkout fails for some. We will write again by 14:30",
    "It was fixed in 12 minutes",
    "We do not know yet when it will be fixed; news in 15 minutes",
    "Rolled back at 14:05",
    "Service is back. Next update in 30 min",
    "Fixed. We will post again in 20 minutes",
    "We are not able to say when it will be fixed",
    "Service is back, the postmortem is within 24 hours",
    "Fully recovered after 12 min",
    "",
]
BLAMING = [
    "The root cause was human error",
    "It was their mistake",
    "He should have known",
    "The engineer was at fault",
    "The developer should not have shipped it",
    "she forgot the test",
    "A careless deploy",
]
BLAMELESS = [
    "The guilty change was rolled back",
    "Tests should have covered guest carts",
    "A blameless postmortem",
    "The health check was at fault",
    "Nothing told the on-call engineer that the flag existed",
    "The retry budget was missing",
]


@pytest.mark.parametrize("text", PROMISED)
def test_a_promised_time_to_fix_is_found(text):
    found = promises(text)
    assert found
    assert all(words in text for words in found)


@pytest.mark.parametrize("text", NOT_PROMISED)
def test_the_next_update_and_the_past_may_be_named(text):
    assert promises(text) == []


@pytest.mark.parametrize("text", BLAMING)
def test_blame_is_found(text):
    assert blame(text)


@pytest.mark.parametrize("text", BLAMELESS)
def test_systems_may_be_faulted(text):
    assert blame(text) == []


def test_names_are_found_as_whole_words():
    assert names_in("Ana rolled back, then ana slept; banana", ["Ana"]) == ["Ana", "ana"]


def test_found_words_are_quoted_once_each():
    assert quoted(["ETA 5 min", "ETA 5 min", "soon"]) == "“ETA 5 min”, “soon”"


def test_a_long_text_is_no_trap():
    assert promises("fixed " * 700) == []
