"""The incident channel: everybody's lines, newest at the bottom and in view."""

import ipywidgets as W  # noqa: N812

from simulator.room import words
from simulator.room.boxes import column
from simulator.room.choices import PRESENCE
from simulator.room.markup import Markup, el, icon
from simulator.room.view import Line, Member, RoomView

_TAGS = {
    "page": ("bell", "page"),
    "question": ("question", "asks"),
    "update": ("horn", "update"),
    "found": ("search", "found"),
}


class ChannelPanel:
    """The lines, and above them who is here.

    The list lies bottom-up in its box (see room.css), so that the browser itself keeps the newest in view
    and leaves a reader alone who has scrolled up.
    """

    def __init__(self) -> None:
        self._team = W.HTML()
        self._lines = W.HTML()
        self._lines.add_class("sevdrill-channel")
        self.widget = column("sevdrill-card sevdrill-talk", self._team, self._lines)
        self._shown: tuple[Line, ...] | None = None
        self._newest = -1

    def show(self, view: RoomView) -> None:
        """Draw the lines, if there are new ones."""
        self._team.value = el(
            "div",
            "sevdrill-head",
            el("h3", "sevdrill-heading", "Incident channel"),
            el("ul", "sevdrill-team", *(_member(member) for member in view.team)),
        )
        if view.channel == self._shown:
            return
        lines = [_line(line, fresh=line.seq > self._newest) for line in view.channel]
        self._lines.value = _all(lines)
        self._shown = view.channel
        self._newest = max((line.seq for line in view.channel), default=-1)


def _all(lines: list[Markup]) -> Markup:
    if not lines:
        return el("p", "sevdrill-empty", "Nobody has said anything yet.")
    return el("ol", "sevdrill-lines", *lines, data_n=len(lines), aria_label="Incident channel", tabindex=0)


def _member(member: Member) -> Markup:
    presence = PRESENCE.get(member.presence, member.presence)
    unasked = member.presence == "away"
    doing = f": {member.doing}" if member.doing else ""
    roles = "".join(f", {role}" for role in member.roles)
    return el(
        "li",
        f"sevdrill-member sevdrill-is-{member.presence}",
        el("span", "sevdrill-dot"),
        member.name,
        el("span", "sevdrill-hidden" if unasked else "sevdrill-presence", presence),
        title=f"{member.name}, {member.title}{roles}: {presence}{doing}",
        data_who=member.id,
        data_presence=member.presence,
    )


def _line(line: Line, *, fresh: bool) -> Markup:
    flags = {"mine": line.mine, "fresh": fresh, "waiting": line.waiting}
    kinds = [line.kind, *(flag for flag, is_set in flags.items() if is_set)]
    return el(
        "li",
        " ".join(["sevdrill-line", *(f"sevdrill-{kind}" for kind in kinds)]),
        _badge(line),
        el(
            "div",
            "",
            el(
                "div",
                "sevdrill-by",
                el("b", "", line.author),
                el("span", "sevdrill-title", line.title),
                _tag(line),
                el("time", "", line.time),
            ),
            el("div", "sevdrill-text", line.text),
        ),
        data_seq=line.seq,
    )


def _badge(line: Line) -> Markup:
    inside = icon("bell") if line.kind == "page" else words.initials(line.author)
    hue = sum(ord(letter) * (n + 3) for n, letter in enumerate(line.author)) * 47 % 360
    return el("span", "sevdrill-badge", inside, aria_hidden="true", style=f"--hue:{hue}")


def _tag(line: Line) -> Markup:
    if line.kind not in _TAGS:
        return Markup()
    sign, word = _TAGS[line.kind]
    return el("span", "sevdrill-tag", icon(sign), f"{word}, not answered" if line.waiting else word)
