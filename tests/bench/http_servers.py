"""What /move is compared with: a bare libmicrohttpd handler, and nginx with an answer in its configuration."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

PROGRAMS = pathlib.Path(os.environ["TTST_BUILD"]) / "tests" / "bench"

# As long as the answer to a move.
ANSWER = (
    '{"brain":"default","board":"000000000","player":1,"move":4,"next":"000010000","result":null,'
    '"policy":"sample","seed":"12345678901234567890","weights":[6,6,6,6,6,6,6,6,6],"probabilities":['
    + ",".join(["0.111111111111"] * 9) + "]}")

NGINX = """
worker_processes 1;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
    access_log off;
    default_type application/json;
    keepalive_requests 1000000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server { listen 127.0.0.1:%d; location / { return 200 '%s'; } }
}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, deadline_s=10):
    deadline = time.monotonic() + deadline_s
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.01)


class Server:
    """A process that listens on `port`; `pid` is of the one that answers."""

    def __init__(self, words, port, folder):
        self.port = port
        self.folder = folder
        self.process = subprocess.Popen([str(word) for word in words], cwd=folder.name)
        wait_for(port)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.folder.cleanup()


def bare_server():
    port = free_port()
    return Server([PROGRAMS / "bare_server", port], port, tempfile.TemporaryDirectory())


def nginx():
    port = free_port()
    folder = tempfile.TemporaryDirectory()
    pathlib.Path(folder.name, "nginx.conf").write_text(NGINX % (port, ANSWER), encoding="ascii")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    server = Server([program, "-p", folder.name, "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"],
                    port, folder)
    children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii")
    server.pid = int(children.split()[0])  # the worker
    return server
