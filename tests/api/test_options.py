"""Options: flags, environment, files."""

import pytest

from daemon import run_to_end


def test_help_names_every_option(tmp_path):
    ended = run_to_end("--help", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    for name in ("listen", "database", "training-threads", "save-interval", "log-level", "config"):
        assert f"--{name} " in ended.stdout
        assert "TTSTD_" + name.upper().replace("-", "_") in ended.stdout
    assert max(map(len, ended.stdout.splitlines())) <= 100
    assert not list(tmp_path.iterdir())


def test_the_version_is_printed(tmp_path):
    ended = run_to_end("--version", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    name, number, commit = ended.stdout.split()
    assert name == "ttstd" and number[0].isdigit() and commit[0] == "("
    assert not list(tmp_path.iterdir())


# One line a case: name, flags, environment, what the message names.

UNUSABLE = [
    ("an unknown option", ["--frobnicate"], {}, "--frobnicate"),
    ("a misspelt option", ["--databse", "x"], {}, "--database"),
    ("an unknown command", ["train"], {}, "train"),
    ("a command that does not come first", ["--log-level", "info", "serve"], {}, "serve"),
    ("a missing value", ["--database"], {}, "--database"),
    ("an empty value", ["--database", ""], {}, "--database"),
    ("an option given twice", ["--database", "a", "--database", "b"], {}, "--database"),
    ("an address without a port", ["--listen", "127.0.0.1"], {}, "--listen"),
    ("an address with a name", ["--listen", "localhost:80"], {}, "--listen"),
    ("a port out of range", ["--listen", "127.0.0.1:65536"], {}, "--listen"),
    ("a port below 0", ["--listen", "127.0.0.1:-1"], {}, "--listen"),
    ("no threads", ["--training-threads", "0"], {}, "--training-threads"),
    ("65 threads", ["--training-threads", "65"], {}, "--training-threads"),
    ("half a thread", ["--training-threads", "1.5"], {}, "--training-threads"),
    ("an interval without a unit", ["--save-interval", "5"], {}, "--save-interval"),
    ("an interval too short", ["--save-interval", "9ms"], {}, "--save-interval"),
    ("an interval too long", ["--save-interval", "61m"], {}, "--save-interval"),
    ("an unknown level", ["--log-level", "loud"], {}, "--log-level"),
    ("a config file that is not there", ["--config", "/nonexistent/ttstd.conf"], {}, "ttstd.conf"),
    ("a bad value in the environment", [], {"TTSTD_SAVE_INTERVAL": "soon"}, "TTSTD_SAVE_INTERVAL"),
    ("a bad value that a flag overrides", ["--log-level", "info"], {"TTSTD_LOG_LEVEL": "loud"},
     "TTSTD_LOG_LEVEL"),
    ("a newline in a value", ["--log-level", "a\nb"], {}, "--log-level"),
]


@pytest.mark.parametrize("flags, env, named", [pytest.param(*c[1:], id=c[0]) for c in UNUSABLE])
def test_unusable_options_end_with_status_2_and_one_line(tmp_path, flags, env, named):
    ended = run_to_end(*flags, env=env, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("ttstd: ") and named in ended.stderr
    assert ended.stderr.count("\n") == 1 and ended.stderr.endswith("\n")
    assert not list(tmp_path.iterdir())


def test_a_flag_is_stronger_than_the_environment_that_than_the_file(house, tmp_path):
    file = tmp_path / "ttstd.conf"
    file.write_text("# for a test\ntraining-threads = 3\nlog-level = debug\n")

    def threads(*flags, env=None):
        daemon = house("--config", file, *flags, env=env)
        daemon.get("/healthz")
        daemon.wait_for_event("request", path="/healthz")  # by level debug alone
        return daemon.events("starting")[0].fields["training_threads"]

    assert threads() == "3"
    assert threads(env={"TTSTD_TRAINING_THREADS": "4"}) == "4"
    assert threads("--training-threads", "5", env={"TTSTD_TRAINING_THREADS": "4"}) == "5"


def test_all_options_may_come_from_the_environment(house):
    """As in a container."""
    daemon = house(start=False)
    database = daemon.folder / "by-environment.db"
    daemon.options = []
    daemon.env = {
        "TTSTD_LISTEN": "127.0.0.1:0",
        "TTSTD_DATABASE": str(database),
        "TTSTD_TRAINING_THREADS": "1",
        "TTSTD_SAVE_INTERVAL": "2s",
        "TTSTD_LOG_LEVEL": "info",
        "TTSTD_PORT": "tcp://10.0.0.1:80",  # Kubernetes sets this for a service of our name
    }
    daemon.start()
    assert daemon.events("starting")[0].fields["database"] == str(database)
    assert database.exists()
