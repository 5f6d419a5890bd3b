"""What a client may meet in place of a daemon: a server that says what a test tells it to."""

import http.client
import json
import socketserver
import threading


def answer(status, body, kind="application/json", **headers):
    """A whole answer, as it goes over the wire; what is no text goes as JSON."""
    if not isinstance(body, str):
        body = json.dumps(body)
    lines = [
        f"HTTP/1.1 {status} {http.client.responses[status]}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body.encode())}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class FakeServer:
    """Gives each request the next of the answers, and the last to all that follow.

    None in place of an answer: never says anything. close: hangs up after each answer. late_s: how
    long each answer takes.
    """

    def __init__(self, *answers, close=False, late_s=0):
        self.answers = list(answers)
        self.close = close
        self.late_s = late_s
        self.requests = []  # (request line, headers, body)
        self.connections = 0
        self.hung_up = 0  # of these
        self.ended = threading.Event()

    def __enter__(self):
        fake = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                fake.connections += 1
                while fake.take(self.rfile, self.wfile) and not fake.close:
                    pass
                fake.hung_up += 1

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        # Nobody waits for them: an error that a test looks at may keep its connection open.
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def take(self, rfile, wfile):
        """Reads a request and answers it; false when there is none."""
        line = rfile.readline().decode().strip()
        if not line:
            return False
        headers = http.client.parse_headers(rfile)
        body = rfile.read(int(headers.get("Content-Length", 0)))
        self.requests.append((line, headers, body))
        reply = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if self.ended.wait(None if reply is None else self.late_s):
            return False
        try:
            wfile.write(reply)
        except ConnectionError:  # the client has heard enough
            return False
        return True
