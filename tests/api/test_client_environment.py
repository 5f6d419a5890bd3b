"""The Python client: what the environment may say, and that an argument stands above it."""

import base64
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import ttst
from daemon import DEADLINE_S
from fake_server import FakeServer, answer
from test_client_errors import BRAIN

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """An environment that says nothing."""
    for name in (*VARIABLES, *PROXIES, "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    """Certificates for addresses of this machine, each vouching for itself."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("right", "wrong"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:0.0.0.0",
             "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"],
            check=True, capture_output=True, timeout=DEADLINE_S,
        )
    return folder


@pytest.fixture(scope="module")
def secure_url(authorities):
    """Of a server that shows the right certificate, on an address that is not loopback's by name."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.wfile.write(answer(200, BRAIN))

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authorities / "right.pem", authorities / "right.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://0.0.0.0:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(url, **settings):
    with ttst.Client(url, timeout=DEADLINE_S, retries=0, **settings) as client:
        return client.brain()


# Who vouches.


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_ca_file_stands_above_the_environments(monkeypatch, authorities, secure_url, variable):
    monkeypatch.setenv(variable, str(authorities / "right.pem"))
    with pytest.raises(ttst.Unreachable, match="certificate verify failed"):
        ask(secure_url, ca_file=str(authorities / "wrong.pem"))
    monkeypatch.setenv(variable, str(authorities / "wrong.pem"))
    assert ask(secure_url, ca_file=str(authorities / "right.pem")).name == "default"


@pytest.mark.parametrize("variable", VARIABLES)
def test_the_environment_says_who_vouches_where_nobody_else_does(
    monkeypatch, authorities, secure_url, variable
):
    with pytest.raises(ttst.Unreachable, match="certificate verify failed"):
        ask(secure_url)
    monkeypatch.setenv(variable, str(authorities / "right.pem"))
    assert ask(secure_url).name == "default"


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_file_that_the_environment_names_and_is_not_there_is_named(monkeypatch, variable):
    monkeypatch.setenv(variable, "/no/such.pem")
    with pytest.raises(ttst.InvalidArgument, match=f"{variable}: '/no/such.pem': No such file"):
        ttst.Client("https://127.0.0.1:1")


def test_plain_http_needs_nobody_to_vouch(monkeypatch):
    monkeypatch.setenv(VARIABLES[0], "/no/such.pem")
    ttst.Client("http://127.0.0.1:1").close()


# Tokens and passwords.


def sent_for(url_of, **settings):
    """The Authorization header of a request, or None."""
    with FakeServer(answer(200, BRAIN)) as server:
        ask(url_of(server), **settings)
    return server.requests[0][1]["Authorization"]


@pytest.mark.parametrize("host", ["127.0.0.1", "ttst.test"])
@pytest.mark.parametrize("token", [None, "s3cret"])
def test_a_netrc_neither_adds_nor_replaces_a_password(monkeypatch, tmp_path, host, token):
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login mallory password pw\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with FakeServer(answer(200, BRAIN)) as server:
        # Any host but loopback is reached through the server as a proxy.
        monkeypatch.setenv("http_proxy", server.url)
        url = server.url if host == "127.0.0.1" else f"http://{host}"
        ask(url, token=token)
    assert server.requests[0][1]["Authorization"] == (token and f"Bearer {token}")


def test_a_token_stands_above_a_password_in_the_url():
    def with_password(server):
        return server.url.replace("//", "//ann:pw@")

    basic = "Basic " + base64.b64encode(b"ann:pw").decode()
    assert sent_for(with_password) == basic
    assert sent_for(with_password, token="s3cret") == "Bearer s3cret"


def test_cookies_are_not_kept():
    with FakeServer(answer(200, BRAIN, Set_Cookie="a=b")) as server:
        with ttst.Client(server.url, timeout=DEADLINE_S) as client:
            client.brain()
            client.brain()
    assert [headers["Cookie"] for _, headers, _ in server.requests] == [None, None]


# Proxies.


@pytest.mark.parametrize("variable", PROXIES)
def test_a_daemon_elsewhere_is_reached_by_the_environments_proxy(monkeypatch, variable):
    with FakeServer(answer(200, BRAIN)) as server:
        monkeypatch.setenv(variable, server.url)
        assert ask("http://ttst.test").name == "default"
    assert server.requests[0][0] == "GET http://ttst.test/brains/default HTTP/1.1"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.8.8"])
def test_a_daemon_on_loopback_is_reached_by_no_proxy(monkeypatch, host):
    with FakeServer(answer(200, BRAIN)) as proxy, FakeServer(answer(200, BRAIN)) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        try:
            ask(server.url.replace("127.0.0.1", host))
        except ttst.Unreachable:  # it listens on one address alone
            pass
    assert proxy.requests == []


def test_a_proxy_that_is_none_is_said(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://:::")
    with pytest.raises(ttst.InvalidArgument):
        ask("http://ttst.test")


def test_what_the_environment_exempts_is_reached_by_no_proxy(monkeypatch):
    with FakeServer(answer(200, BRAIN)) as server:
        monkeypatch.setenv("http_proxy", server.url)
        monkeypatch.setenv("no_proxy", "ttst.test")
        with pytest.raises(ttst.Unreachable):
            ask("http://ttst.test")
    assert server.requests == []
