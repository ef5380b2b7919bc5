"""`sevdrill lab`: where the notebooks go, and what serves them."""

import json
import os
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp

from simulator.app import lab
from simulator.app.connection import PromptConnection
from simulator.errors import InputError


def test_notebooks_are_copied_once_and_the_users_own_version_stays(tmp_path):
    folder = lab.copy_notebooks(tmp_path / "mine")
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in lab.shipped_notebooks().glob("*.ipynb"))
    assert lab.FIRST_DRILL in names
    (folder / lab.FIRST_DRILL).write_text("played")
    (folder / "02-read-a-score.ipynb").unlink()
    lab.copy_notebooks(folder)
    assert (folder / lab.FIRST_DRILL).read_text() == "played"
    assert json.loads((folder / "02-read-a-score.ipynb").read_text())["nbformat"] == 4


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match=r"SEVDRILL_NOTEBOOKS: cannot write to .*; expected a folder"):
        lab.copy_notebooks(tmp_path / "file" / "below")


def test_the_server_opens_on_the_first_drill_with_or_without_a_browser(tmp_path):
    with_browser = lab.lab_command(tmp_path, browser=True, port=8899)
    without = lab.lab_command(tmp_path, browser=False, port=8899)
    assert "--no-browser" not in with_browser
    assert "--no-browser" in without
    assert f"--LabApp.default_url=/doc/tree/{lab.FIRST_DRILL}" in with_browser
    assert f"--ServerApp.root_dir={tmp_path}" in with_browser


def test_the_server_holds_no_message_back(tmp_path):
    option = f"--ServerApp.{lab.CONNECTION}"
    assert option in lab.lab_command(tmp_path, browser=True, port=8899)
    server = ServerApp()
    server.parse_command_line([option])
    assert server.kernel_websocket_connection_class is PromptConnection


def test_our_settings_come_before_the_users(monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    ours, theirs = lab.lab_environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert theirs == "theirs"
    settings = json.loads((Path(ours) / "labconfig" / "default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
