"""What an option names may be a FIFO that nobody writes to: nobody waits for it."""

import os
import signal
import subprocess

import pytest

from daemon import DEADLINE_S, run_to_end
from test_access import ALL, bearer
from test_limits import metric
from test_tls import keys


@pytest.fixture
def fifo(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


@pytest.mark.parametrize("option", ["token-file", "play-token-file", "tls-cert", "tls-key", "config"])
def test_a_fifo_is_refused_at_once(fifo, keys, option):
    others = {"tls-cert": ["--tls-key", keys / "one.key"], "tls-key": ["--tls-cert", keys / "one.pem"]}
    ended = run_to_end("--listen", "127.0.0.1:0", "--database", fifo.parent / "x.db",
                       f"--{option}", fifo, *others.get(option, []))
    assert ended.returncode in (1, 2)
    assert f"{fifo}: it is not a regular file" in ended.stderr


@pytest.mark.parametrize("option", ["token-file", "tls-cert", "tls-key"])
def test_a_fifo_in_the_place_of_a_file_stops_nobody(house, fifo, keys, tmp_path, option):
    files = {"token-file": tmp_path / "tokens", "tls-cert": tmp_path / "pem", "tls-key": tmp_path / "key"}
    files["token-file"].write_text(ALL)
    files["tls-cert"].write_bytes((keys / "one.pem").read_bytes())
    files["tls-key"].write_bytes((keys / "one.key").read_bytes())
    flags = [word for name, file in files.items() for word in (f"--{name}", file)]
    daemon = house(*flags)
    daemon.url = daemon.url.replace("http:", "https:")
    daemon.session.verify = str(keys / "one.pem")
    daemon.session.headers.update(bearer(ALL))
    fifo.rename(files[option])
    daemon.process.send_signal(signal.SIGHUP)
    name = "tokens_not_read" if option == "token-file" else "certificate_not_read"
    assert str(files[option]) in daemon.wait_for_event(name).fields["error"]
    assert daemon.get("/brains").status_code == 200
    assert metric(daemon, "ttstd_reload_failing") == 1
    assert daemon.terminate().status == 0
