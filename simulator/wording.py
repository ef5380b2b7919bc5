"""What may not stand in an update or a postmortem: promises of a time to fix, and blame.

Plain patterns, so that anybody can see why a text was marked; the rules show the words they found.
"""

import re
from collections.abc import Iterable

_CLOCK = r"\d{1,2}[:.]\d{2}|\d{1,2}\s?(?:am|pm)"
_NUMBER = r"\d+|an?|one|two|three|five|ten|fifteen|twenty|thirty|half an|a few|a couple of"
_UNIT = r"s|sec|seconds?|m|min|mins|minutes?|h|hr|hrs|hours?|days?"
_TIME = rf"(?:{_CLOCK}|(?:about |roughly |around |~ ?)?(?:{_NUMBER})\s?(?:more )?(?:{_UNIT})\b)"
_VAGUE = (
    r"soon|shortly|momentarily|any minute|tonight|tomorrow|by (?:noon|midnight|end of day)|within the hour"
)
_WHEN = rf"(?:(?:in|within|by|before|under)\s+(?:the\s+(?:next\s+)?)?{_TIME}|{_VAGUE})"
_WELL = (
    r"(?:fixed|resolved|restored|repaired|solved|recovered|back (?:up|online|to normal|in service)"
    r"|(?:be|is|are) back|up (?:again|and running)|working again|fix (?:is )?(?:live|out|deployed|in place))"
)
_NO_TURN = r"update|post|news|word|write|report|investigat|\bnot\b|n't|\bno\b"
_GAP = rf"(?:(?!{_NO_TURN})[^.;!?\n]){{0,40}}?"
"""A short stretch of one sentence that does not turn to the next update, nor say no."""
_FIXING = r"fix|resolve|restore|repair|recover|resolution|recovery"
_ETA = r"(?<!no )(?:ETA|time to (?:fix|repair|recovery))\b(?!\s+(?:for|to|of|on)\s+(?:the\s+|our\s+)?next)"

PROMISES = (
    rf"(?<!was )(?<!were )(?<!been )\b{_WELL}\b{_GAP}\b{_WHEN}",
    rf"\b{_WHEN}{_GAP}\b(?:will be|should be|to be|we'll be|have it|have this)\b{_GAP}\b{_WELL}",
    rf"\b{_ETA}\s*(?:(?:for|to|of)\s+(?:the\s+|a\s+)?(?:{_FIXING}))?\s*(?:is|of|:|=|-)?\s*{_TIME}",
    rf"\b(?:expect|plan|hope|aim|estimate|promise|going)\b{_GAP}\b(?:{_FIXING})\b{_GAP}\b{_WHEN}",
    rf"\bfix(?:ing it)?\s+(?:will\s+)?(?:takes?|needs?)\s+{_TIME}",
    rf"\bfix\s+(?:expected\s+|coming\s+)?{_WHEN}",
)
"""Patterns of a promised time to fix. The next update may be promised, and should be."""

_PERSON = r"(?:he|she|they|(?:the|an?|our)\s+(?:engineer|developer|operator|author|reviewer|person|admin\w*))"
_OWNER = r"(?:his|her|their|whose|somebody's|someone's)"

BLAME = (
    r"\b(?:human|operator|user|engineer|developer|driver|pilot)(?:'s)? (?:error|mistake|fault)\b",
    rf"\b{_OWNER} (?:fault|mistake|error|negligence)\b",
    rf"\b{_PERSON} (?:is|was|are|were) (?:to blame|at fault|guilty|the culprit)\b",
    rf"\b(?:blame[sd]?|blaming) (?:on )?(?:him|her|them|{_PERSON})\b",
    r"\b(?:careless|negligen|incompeten|sloppy|stupid|lazy|reckless|irresponsib|foolish)\w*",
    rf"\b(?:{_PERSON}|somebody|someone|who(?:ever)?) should(?: not|n't)? have \w+",
    rf"\b(?:{_PERSON}|somebody|someone) (?:forgot|failed|neglected|didn't bother|did not bother)\b",
    rf"\b(?:fire|punish|discipline|reprimand|retrain)(?:d|ed)? (?:him|her|them|{_PERSON})\b",
)
"""Patterns of blame for a person. Systems may be faulted; people may not."""


def _search(patterns: Iterable[str], text: str) -> list[str]:
    found = (match for pattern in patterns for match in re.finditer(pattern, text, re.IGNORECASE))
    spans = sorted({match.span() for match in found})
    outer = [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]
    return [" ".join(text[start:end].split()) for start, end in outer]


def promises(text: str) -> list[str]:
    """The words of a text that promise when it will be fixed."""
    return _search(PROMISES, text)


def blame(text: str) -> list[str]:
    """The words of a text that blame a person."""
    return _search(BLAME, text)


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """The people named in a text."""
    return _search([rf"\b{re.escape(name)}\b" for name in names if name.strip()], text)


def quoted(words: Iterable[str]) -> str:
    """Found words as a sentence shows them, each once: "back by 15:00", "ETA 20 min"."""
    return ", ".join(f"“{word}”" for word in dict.fromkeys(words))
