"""The byte order mark, which some programs begin a text with, is skipped by whatever reads one."""

import pytest

from daemon import run_to_end

MARK = b"\xef\xbb\xbf"
MOVE = b'{"board":"100020000","seed":7}'


def test_before_a_body(shared):
    answer = shared.request("POST", "/move", MARK + MOVE)
    assert answer.status_code == 200
    assert answer.json() == shared.request("POST", "/move", MOVE).json()


def test_before_a_brains_file(shared):
    file = shared.get("/brains/default/export").content
    assert shared.request("PUT", "/brains/marked/import", MARK + file).status_code == 201
    assert shared.get("/brains/marked/export").content == file
    shared.delete("/brains/marked")


def test_before_a_file_of_options(tmp_path):
    file = tmp_path / "ttstd.conf"
    file.write_bytes(MARK + b"max-listeners = 7\n")
    assert "max-listeners = 7\n" in run_to_end("--config", file, "--print-config").stdout


def test_before_a_file_of_tokens(house, tmp_path):
    file = tmp_path / "token"
    file.write_bytes(MARK + b"0123456789abcdef\n")
    daemon = house("--token-file", file)
    headers = {"Authorization": "Bearer 0123456789abcdef"}
    assert daemon.get("/brains", headers=headers).status_code == 200


@pytest.mark.parametrize("body", [MARK, MARK * 2 + MOVE, MOVE + MARK, MARK[:2] + MOVE, MOVE.decode().encode("utf-16")])
def test_one_that_is_elsewhere_or_another_is_no_json(shared, body):
    answer = shared.request("POST", "/move", body)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("the body ")
