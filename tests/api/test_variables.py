"""Environment variables that look like options and are none."""

import pytest

from daemon import run_to_end

# As Kubernetes sets them for the services ttstd and ttstd-web, and Docker for a link.
SERVICES = {
    "TTSTD_SERVICE_HOST": "10.0.0.1",
    "TTSTD_SERVICE_PORT": "80",
    "TTSTD_SERVICE_PORT_HTTP": "80",
    "TTSTD_PORT": "tcp://10.0.0.1:80",
    "TTSTD_PORT_8080_TCP": "tcp://10.0.0.1:8080",
    "TTSTD_PORT_8080_TCP_PROTO": "tcp",
    "TTSTD_PORT_8080_TCP_PORT": "8080",
    "TTSTD_PORT_8080_TCP_ADDR": "10.0.0.1",
    "TTSTD_WEB_SERVICE_HOST": "10.0.0.2",
    "TTSTD_WEB_PORT_80_TCP": "tcp://10.0.0.2:80",
}


@pytest.mark.parametrize(
    "name, meant",
    [
        ("TTSTD_DATABSE", "TTSTD_DATABASE"),
        ("TTSTD_TOKENFILE", "TTSTD_TOKEN_FILE"),
        ("TTSTD_Log_Level", "TTSTD_LOG_LEVEL"),
        ("TTSTD_PORTS", None),
        ("TTSTD_HELP", None),
        ("TTSTD_" + "X" * 300, None),
        ("TTSTD_", None),
    ],
)
def test_a_variable_that_is_no_options_is_told_of(house, name, meant):
    daemon = house(env={name: "secret-value", **SERVICES})
    (event,) = daemon.events("unknown_variable")
    assert event.level == "warn" and name.startswith(event.fields["name"].rstrip("."))
    assert event.fields["meant"] == (meant or "no option")
    assert "secret-value" not in daemon.log
    checked = run_to_end("--print-config", env={name: "secret-value", **SERVICES})
    assert checked.returncode == 0
    (line,) = checked.stderr.splitlines()
    assert line.startswith(f"ttstd: {event.fields['name']} is no option's variable")
    assert (f"did you mean {meant}?" in line) == (meant is not None)


def test_what_orchestrators_set_for_a_service_of_our_name_is_nothing_to_tell(house):
    daemon = house(env=SERVICES)
    assert {event.level for event in daemon.events()} == {"info"}


def test_what_is_not_set_is_printed_as_a_comment(tmp_path):
    printed = run_to_end("--print-config").stdout
    assert "\n# token-file = FILE\n" in printed and "\n# tls-cert = FILE\n" in printed
    (tmp_path / "conf").write_text(printed)
    assert run_to_end("--config", tmp_path / "conf", "--print-config").stdout == printed


def test_the_least_length_of_a_token_is_told():
    assert "16 characters or more" in run_to_end("--help").stdout
