"""Sends broken requests to a daemon, over raw sockets, and ends them in every way a connection can end.

    broken_http.py [--requests N] [--seed N] [--threads N]

Meanwhile somebody asks for moves, and must be answered right. At the end the daemon must be up, have
let go of all connections, and stop cleanly: under AddressSanitizer, so that it must not leak either.
One in ten goes to a daemon that speaks TLS. A request follows from the seed and its number alone.
"""

import argparse
import contextlib
import http.client
import json
import pathlib
import random
import re
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "api"))

from daemon import DEADLINE_S, Daemon, eventually, sanitizer_reports  # where that path finds it
from requests_broken import broken_request

ANSWER_MAX = 1 << 20
PAUSE_S = 0.005  # between two good requests: the broken ones are to have the machine
QUESTION = json.dumps({"board": "100020000", "seed": 7, "brain": "default"})
# libmicrohttpd notices that a client has closed its half only when the connection has been idle for too
# long, if that came together with the request: so that must be soon.
LIMITS = ("--request-deadline", "300ms", "--idle-timeout", "1s")


class Broken(AssertionError):
    pass


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_to_end(connection):
    """All that is answered; the daemon must end the connection in time."""
    connection.settimeout(DEADLINE_S)
    answer = b""
    while len(answer) < ANSWER_MAX:
        try:
            piece = connection.recv(65536)
        except TimeoutError as error:
            raise Broken(f"no end of the connection after {answer[:200]!r}") from error
        except OSError:
            break
        if not piece:
            break
        answer += piece
    return answer


def check(answer):
    if answer and not answer.startswith(b"HTTP/1."):
        raise Broken(f"this is no answer: {answer[:200]!r}")
    if re.search(rb"^HTTP/1\.1 500 ", answer, re.MULTILINE):
        raise Broken(f"500: {answer[:1000]!r}")


def converse(rng, connection, pieces):
    """Sends the pieces, and ends the connection."""
    with contextlib.suppress(OSError):  # the daemon may have closed it by now
        for number, piece in enumerate(pieces):
            if number > 0:
                time.sleep(rng.choice((0, 0, 0.001)))  # so that they arrive one by one
            connection.sendall(piece)
        ending = rng.choice(("half", "half", "close", "reset", "read some"))
        if ending == "half":
            connection.shutdown(socket.SHUT_WR)
            check(read_to_end(connection))
        elif ending == "read some":
            connection.settimeout(0.02)
            connection.recv(rng.randint(1, 500))
            reset(connection)
        elif ending == "reset":
            reset(connection)


def send_in_the_clear(rng, daemon):
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=DEADLINE_S) as connection:
        converse(rng, connection, broken_request(rng))


def send_in_tls(rng, daemon):
    """Broken requests within TLS, or what is no TLS, or the beginning of it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=DEADLINE_S) as connection:
        if rng.random() < 0.5:
            hello = ssl.MemoryBIO()
            handshake = context.wrap_bio(ssl.MemoryBIO(), hello)
            with contextlib.suppress(ssl.SSLWantReadError):
                handshake.do_handshake()
            greeting = bytearray(hello.read())
            for _ in range(rng.randint(0, 5)):
                greeting[rng.randrange(len(greeting))] = rng.randrange(256)
            connection.sendall(greeting[:rng.randint(1, len(greeting))])
            connection.sendall(rng.randbytes(rng.randint(0, 300)))
            if rng.random() < 0.5:
                reset(connection)
            return
        with contextlib.suppress(OSError), context.wrap_socket(connection) as secure:
            for piece in broken_request(rng):
                secure.sendall(piece)
            secure.settimeout(0.02)
            check(secure.recv(1000))


def send(seed, number, plain, secure):
    rng = random.Random(f"{seed}/{number}")
    try:
        if number % 10 == 9:
            with contextlib.suppress(OSError):
                send_in_tls(rng, secure)
        else:
            send_in_the_clear(rng, plain)
    except Broken as broken:
        raise Broken(f"seed {seed}, request {number}: {broken}") from broken


class Asker(threading.Thread):
    """Asks for the same move again and again; the answer must stay the same."""

    def __init__(self, daemon):
        super().__init__()
        self.daemon_asked = daemon
        self.stop = threading.Event()
        self.asked = 0
        self.first = None
        self.wrong = None

    def run(self):
        try:
            while not self.stop.is_set() and self.wrong is None:
                with contextlib.suppress(ConnectionError):  # it may have been idle for too long
                    self.converse()
        except Exception as error:  # shown by whoever started the thread
            self.wrong = repr(error)

    def converse(self):
        """A connection's life."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.daemon_asked.port, timeout=DEADLINE_S
        )
        for _ in range(100):
            connection.request("POST", "/move", QUESTION, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = (answer.status, answer.read())
            self.first = self.first or said
            if said != self.first or said[0] != 200:
                self.wrong = said
            self.asked += 1
            self.stop.wait(PAUSE_S)
        connection.close()


def make_keys(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-keyout", folder / "key", "-out", folder / "cert"],
        check=True, capture_output=True, timeout=DEADLINE_S,
    )
    return "--tls-cert", folder / "cert", "--tls-key", folder / "key"


def start(folder, name, *flags):
    place = folder / name
    place.mkdir()
    return Daemon(place, *LIMITS, *flags)


def send_all(options, plain, secure):
    """Each thread takes every so-manieth request."""
    failures = []

    def work(first):
        try:
            for number in range(first, options.requests, options.threads):
                send(options.seed, number, plain, secure)
                if failures:
                    return
        except Exception as error:  # shown by whoever started the thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(options.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def connections(daemon):
    return int(re.search(r"^ttstd_http_connections (\d+)$", daemon.get("/metrics").text, re.M)[1])


def end(daemon):
    ended = daemon.terminate()
    complaints = sanitizer_reports(daemon.log)
    if ended.status != 0 or complaints:
        raise Broken(f"exit status {ended.status}\n{daemon.log[-6000:]}")


def run(options, folder):
    plain = start(folder, "plain").start()
    secure = start(folder, "secure", *make_keys(folder)).start()
    try:
        plain.learn(10, seed=1)
        asker = Asker(plain)
        asker.start()
        try:
            send_all(options, plain, secure)
        finally:
            asker.stop.set()
            asker.join()
        if asker.wrong:
            raise Broken(f"a good request was answered with {asker.wrong}")
        eventually("the end of all connections but one", lambda: connections(plain) <= 1)
        end(plain)
        end(secure)
    finally:
        for daemon in (plain, secure):
            if daemon.process is not None:
                print(f"exit status {daemon.process.poll()}", daemon.log[-6000:], file=sys.stderr)
                daemon.kill9()
    return asker.asked


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--threads", type=int, default=32)
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            asked = run(options, pathlib.Path(folder))
        except AssertionError as error:
            sys.exit(f"seed {options.seed}: {error}")
    seconds = time.monotonic() - begun
    print(f"{options.requests} broken requests (seed {options.seed}) in {seconds:.0f} s;"
          f" {asked} good ones beside them were answered right")


if __name__ == "__main__":
    main()
