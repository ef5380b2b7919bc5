"""`sevdrill serve` without a server: what is started, and what is said when it cannot be."""

import json
import os
import socket
import sys
from pathlib import Path

import pytest

from simulator.app import serve
from simulator.app.home import served
from simulator.app.homepage import Home
from simulator.app.lab import CONNECTION, SETTINGS
from simulator.errors import InputError, MissingExtraError
from simulator.room.room import Room


@pytest.fixture(autouse=True)
def _own_store(monkeypatch, tmp_path):
    monkeypatch.setenv("SEVDRILL_STORE", str(tmp_path / "drills.db"))


@pytest.fixture
def started(monkeypatch):
    """What the server would be started with."""
    monkeypatch.setattr(serve, "find_spec", lambda name: object())  # whether the extra is installed or not
    given: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(
        os, "execve", lambda program, command, environment: given.append((command, environment))
    )
    return given


def test_without_the_extra_it_says_what_to_install(started, monkeypatch):
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as fault:
        serve.serve(None, browser=False, port=8866)
    assert str(fault.value) == (
        "serve: Voilà is not installed; expected it installed: pip install 'sevdrill[serve]'"
    )
    assert started == []


def test_a_scenario_or_theme_that_does_not_exist_is_said_before_anything_starts(started):
    with pytest.raises(InputError, match="did you mean 'api-500s-after-deploy'"):
        serve.serve("api-500s", browser=False, port=8866)
    with pytest.raises(InputError, match="--theme: there is no 'blue'; expected light or dark"):
        serve.serve(None, browser=False, port=8866, theme="blue")
    assert started == []


def test_what_is_started(started, capsys):
    serve.serve("rail-booking-timeouts", browser=False, port=8866, theme="dark")
    [(command, environment)] = started
    port = next(part for part in command if part.startswith("--port="))
    assert capsys.readouterr().out == (
        f"sevdrill is served at http://localhost:{port.removeprefix('--port=')}/ (Ctrl-C ends it)\n"
    )
    assert command[:3] == [sys.executable, "-m", "voila"]
    assert {"--no-browser", "--theme=dark", "--template=sevdrill", "--strip_sources=True"} < set(command)
    assert f"--Voila.{CONNECTION}" in command
    assert environment["SEVDRILL_SERVE_SCENARIO"] == "rail-booking-timeouts"
    assert environment["JUPYTER_PATH"].split(os.pathsep)[0] == str(SETTINGS)


def test_the_browser_opens_unless_told_otherwise():
    assert "--no-browser" not in serve.serve_command(browser=True, port=1, theme="light")


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        first = taken.getsockname()[1]
        assert serve.free_port(first) > first


def test_a_scenario_file_is_named_in_full(monkeypatch, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("")
    monkeypatch.chdir(tmp_path)
    assert serve.serve_environment("mine.yaml")[serve.ONE_DRILL] == str(file)
    assert serve.ONE_DRILL not in serve.serve_environment(None)


def test_the_users_templates_come_after_ours(monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", "theirs")
    assert serve.serve_environment(None)["JUPYTER_PATH"].split(os.pathsep) == [str(SETTINGS), "theirs"]


def test_a_visitor_gets_the_home_page_or_the_one_drill(monkeypatch):
    assert isinstance(served(), Home)
    monkeypatch.setenv(serve.ONE_DRILL, "rail-booking-timeouts")
    room = served()
    assert isinstance(room, Room)
    assert room.session.scenario.id == "rail-booking-timeouts"
    assert room.phase == "ready"


def test_the_served_notebook_and_the_template_are_there():
    command = serve.serve_command(browser=False, port=1, theme="light")
    notebook = json.loads(Path(command[3]).read_text(encoding="utf-8"))
    assert "".join(notebook["cells"][0]["source"]).endswith("served()")
    template = SETTINGS / "voila" / "templates" / "sevdrill" / "index.html.j2"
    assert "https://" not in template.read_text(encoding="utf-8")
