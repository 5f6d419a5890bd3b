"""A unix socket's path may be another daemon's by the time that its first one goes."""

from test_listen import status_line, through


def test_a_daemon_that_goes_leaves_the_socket_of_its_successor(house, tmp_path):
    sock = tmp_path / "socket"
    first = house("--listen", f"unix:{sock}")
    sock.unlink()
    second = house("--listen", f"unix:{sock}")
    assert first.terminate().status == 0
    with through(sock) as connection:
        assert status_line(connection) == b"HTTP/1.1 200 OK\r\n"
    assert second.terminate().status == 0
    assert not sock.exists()


def test_a_daemon_that_goes_leaves_a_file_that_is_no_socket(house, tmp_path):
    sock = tmp_path / "socket"
    daemon = house("--listen", f"unix:{sock}")
    sock.unlink()
    sock.write_text("mine")
    assert daemon.terminate().status == 0
    assert sock.read_text() == "mine"


def test_a_link_to_a_deserted_socket_is_left_alone(house, tmp_path):
    sock, link = tmp_path / "socket", tmp_path / "link"
    house("--listen", f"unix:{sock}").kill9()
    link.symlink_to(sock)
    daemon = house("--listen", f"unix:{link}", start=False).spawn()
    assert daemon.process.wait(timeout=30) == 1
    daemon.process = None
    assert link.is_symlink() and sock.exists()
