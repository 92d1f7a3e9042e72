"""The commands of bin/: they parse, refuse what they do not know, and keep standard output for the command."""

import shutil
import socket
import sys

import pytest

from tests.house.project import ROOT, run

SCRIPTS = sorted(path for path in [*(ROOT / "bin").iterdir(), ROOT / ".ci" / "run"] if path.is_file())
ENVIRONMENT = {"PORTAL_ENV_DIR": sys.prefix}


@pytest.fixture
def installed():
    """A start of bin/ would otherwise set about installing."""
    stamp = f"{sys.prefix}/.stamp"
    try:
        with open(stamp) as stream:
            return stream.read()
    except OSError:
        pytest.skip("this environment was not made by bin/test")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_is_bash_that_parses(script):
    assert run("bash", "-n", script).returncode == 0


@pytest.mark.parametrize("script", [path for path in SCRIPTS if not path.name.startswith("_")], ids=lambda p: p.name)
def test_script_may_be_run(script):
    assert script.stat().st_mode & 0o111 == 0o111
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="no shellcheck on this machine")
def test_shellcheck_finds_nothing():
    result = run("shellcheck", "-x", "-S", "warning", "-P", "SCRIPTDIR", *SCRIPTS)
    assert result.returncode == 0, result.stdout


def test_ci_runs_the_tests_and_nothing_else():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line.startswith("exec ") and line.endswith('/bin/test"') for line in lines[1:]] == [True]


def test_serve_explains_itself():
    result = run("bin/serve", "--help", **ENVIRONMENT)
    assert result.returncode == 0
    assert "--empty" in result.stdout


def test_serve_refuses_an_argument_it_does_not_know():
    result = run("bin/serve", "--emtpy", **ENVIRONMENT)
    assert result.returncode == 1
    assert "--empty" in result.stderr


def test_serve_says_that_the_port_is_taken(installed, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run("bin/serve", PORT=port, PORTAL_DATA_DIR=str(tmp_path), **ENVIRONMENT)
    assert result.returncode == 1
    assert f"端口 {port} 已被占用" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("port", ["abc", "0", "65536", "80 80", "-1"])
def test_serve_refuses_what_is_no_port(installed, tmp_path, port):
    result = run("bin/serve", PORT=port, PORTAL_DATA_DIR=str(tmp_path), **ENVIRONMENT)
    assert result.returncode == 1
    assert "不是端口号" in result.stderr


def test_manage_leaves_standard_output_to_the_command(installed, tmp_path):
    result = run("bin/manage", "version", PORTAL_DATA_DIR=str(tmp_path), **ENVIRONMENT)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("5.2.")


def test_manage_makes_a_data_folder_that_is_its_owners_alone(installed, tmp_path):
    run("bin/manage", "check", PORTAL_DATA_DIR=str(tmp_path / "data"), **ENVIRONMENT)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
