"""The command `ttst`, piped: what it says, and how it ends."""

import csv
import io
import socket
import subprocess

import pytest

from daemon import DEADLINE_S, ENDLESS
from fake_server import FakeServer, answer
from terminal import COMMAND, Terminal, environment
from test_client_errors import BRAIN

pytestmark = pytest.mark.usefixtures("nothing_left_training")


@pytest.fixture
def terminal(shared):
    return Terminal(shared.url)


@pytest.fixture
def trained(shared):
    """The name of a brain that has learned from 1,000 matches."""
    if shared.get("/brains/trained").status_code == 404:
        shared.create_brain("trained")
        shared.learn(1000, brain="trained", seed=1)
    return "trained"


def fields_of(text):
    """What a list for programs says: dictionaries by its first line."""
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


# Brains.


def test_brains_are_listed_between_tabs(terminal, trained):
    (brain,) = [b for b in fields_of(terminal.says("brains", "list")) if b["name"] == trained]
    assert (brain["rule"], brain["matches"], brain["training"]) == ("beads", "1000", "")
    assert brain["game"] == "tictactoe"


def test_brains_are_listed_in_json(terminal, shared):
    told = {brain["name"]: brain for brain in shared.get("/brains").json()["brains"]}
    for brain in terminal.json("brains", "list"):
        assert brain.items() <= {**told[brain["name"]], "digest": None}.items()


def test_a_brain_is_created_with_options(terminal, shared):
    said = terminal.says(
        "brains", "create", "careful", "--option", "scoring=standard", "--option", "draw_reward=1"
    )
    assert said == "careful: rule beads, 0 matches\n"
    assert shared.brain("careful")["options"]["draw_reward"] == 1


def test_a_brain_of_another_rule_is_created(terminal, shared):
    terminal.says("brains", "create", "boxes", "--rule", "menace", "--option", "symmetry=true")
    assert (shared.brain("boxes")["rule"], shared.brain("boxes")["rows"]) == ("menace", 627)


def test_a_warning_is_said(terminal):
    said = terminal.says("brains", "create", "warned", "--option", "scoring=standard")
    assert "\nwarning: " in said


def test_a_brain_is_shown_with_its_digest(terminal, shared, trained):
    said = terminal.says("brains", "show", trained)
    assert f"digest    {shared.digest(trained)}\n" in said
    assert "matches   1,000: " in said and "size      4,520 boards, " in said


def test_a_brain_is_copied_reset_and_deleted(terminal, shared, trained):
    terminal.says("brains", "copy", trained, "twin")
    assert shared.digest("twin") == shared.digest(trained)
    terminal.says("brains", "reset", "twin")
    assert shared.brain("twin")["matches"] == 0
    assert terminal.says("brains", "delete", "twin") == "twin is gone\n"
    assert shared.get("/brains/twin").status_code == 404


def test_a_brain_goes_through_a_pipe(terminal, shared, trained):
    file = terminal.says("brains", "export", trained)
    assert terminal.says("brains", "import", "piped", input=file) == (
        "piped: rule beads, 1,000 matches\n"
    )
    assert shared.digest("piped") == shared.digest(trained)


def test_a_brain_goes_through_a_file(terminal, shared, trained, tmp_path):
    file = tmp_path / "brain.json"
    assert terminal.says("brains", "export", trained, file) == ""
    assert file.read_bytes() == shared.get(f"/brains/{trained}/export").content
    terminal.says("brains", "import", "filed", file)
    assert shared.digest("filed") == shared.digest(trained)


def test_checkpoints_are_kept_listed_restored_and_deleted(terminal, shared, trained):
    terminal.says("brains", "copy", trained, "minded")
    assert terminal.says("checkpoints", "keep", "minded", "a") == "minded@a: 1,000 matches\n"
    shared.learn(10, brain="minded")
    terminal.says("checkpoints", "restore", "minded", "a")
    assert shared.digest("minded") == shared.digest(trained)
    (kept,) = fields_of(terminal.says("checkpoints", "list", "minded"))
    assert (kept["checkpoint"], kept["matches"]) == ("a", "1000")
    terminal.says("checkpoints", "delete", "minded", "a")
    assert terminal.json("checkpoints", "list", "minded") == []


# Training.


def test_training_is_summed_up_in_a_line(terminal, shared):
    shared.create_brain("pupil")
    said = terminal.says("train", "1e3", "pupil", "--seed", "5", "--workers", "2")
    job = shared.jobs("?brain=pupil")[0]
    assert said.startswith(f"job {job['id']} on pupil: done after 1,000 matches (")
    assert (job["seed"], job["workers"], said.count("\n")) == ("5", 2, 1)


def test_training_in_json_is_the_job(terminal, shared):
    shared.create_brain("json")
    seed = 2**64 - 1
    job = terminal.json("train", "1000", "json", "--seed", seed, "--learn", "2")
    assert (job["state"], job["seed"], job["learn"]) == ("done", str(seed), [2])
    assert job.items() <= shared.job(job["id"]).items()


def test_training_ends_at_a_goal(terminal, shared):
    terminal.says("brains", "create", "strong", "--rule", "guard")
    job = terminal.json("train", "1e6", "strong", "--seed", "1", "--until-never-loses")
    assert (job["ended_by"], job["until"]) == ("until", {"never_loses": True})


def test_training_against_others_is_passed_on(terminal, shared, trained):
    shared.create_brain("rival")
    for opponent, told in (("random", "random"), (trained, {"brain": trained})):
        words = ("train", "10", "rival", "--opponent", opponent, "--learn", "1")
        assert terminal.json(*words)["opponent"] == told


def test_a_job_goes_on_by_itself_where_it_is_detached(terminal, shared):
    shared.create_brain("alone")
    job = terminal.json("train", ENDLESS, "alone", "--detach")
    assert shared.job(job["id"])["state"] in ("queued", "running")
    listed = fields_of(terminal.says("jobs", "--brain", "alone"))
    assert [(row["id"], row["matches"]) for row in listed] == [(str(job["id"]), str(ENDLESS))]
    assert f"job {job['id']} on alone: stopped after" in terminal.says("stop", job["id"])
    assert f"job {job['id']} on alone: stopped after" in terminal.says("watch", job["id"])


def test_all_jobs_are_stopped(terminal, shared):
    job = shared.train(ENDLESS)
    assert f"job {job['id']} on default: stopped" in terminal.says("stop")
    assert terminal.says("stop") == "nothing is training\n"


# Worth.


def test_an_evaluation_in_json_is_the_daemons(terminal, shared, trained):
    told = shared.get(f"/brains/{trained}/evaluation?policy=greedy").json()
    assert terminal.json("evaluate", trained, "--policy", "greedy") == told


def test_an_evaluation_is_a_table(terminal, shared, trained):
    told = shared.get(f"/brains/{trained}/evaluation?policy=power:4").json()
    said = terminal.says("evaluate", trained, "--policy", "power:4")
    assert said.startswith("trained: 1,000 matches, policy power:4\n")
    win = told["random"]["as_player1"]["win"]
    assert f"{win:.4f}" in said and f"exploitability {told['exploitability']:.6g} " in said


def test_two_brains_fare_against_each_other(terminal, shared, trained):
    told = shared.get(f"/brains/{trained}/evaluation?policy=sample&against=trained@10").json()
    assert terminal.json("against", trained, "trained@10")["against"] == told["against"]
    said = terminal.says("against", trained, "trained@10")
    assert "trained against trained@10" in said
    assert f"{told['against']['as_player2']['loss']:.4f}" in said


def test_a_curve_is_a_table_between_tabs(terminal, shared, trained):
    points = shared.get(f"/brains/{trained}/curve").json()["points"]
    rows = fields_of(terminal.says("curve", trained, "--figure", "random.as_player1.win"))
    assert [int(row["matches"]) for row in rows] == [point["matches"] for point in points]
    assert [float(row["random.as_player1.win"]) for row in rows] == [
        point["sample"]["random"]["as_player1"]["win"] for point in points
    ]


def test_a_curve_in_json_is_lists(terminal, trained):
    curve = terminal.json("curve", trained, "--figure", "nash_conv", "--policy", "greedy")
    assert len(curve["matches"]) == len(curve["nash_conv"]) > 20


@pytest.mark.parametrize("form, begins", [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_curve_is_a_picture(terminal, trained, tmp_path, form, begins):
    file = tmp_path / f"curve.{form}"
    assert terminal.says("curve", trained, "--out", file, MPLCONFIGDIR=str(tmp_path)) == ""
    assert file.read_bytes().startswith(begins)


def test_a_picture_of_an_unknown_kind_is_refused(terminal, trained, tmp_path):
    said = terminal.complains(1, "curve", trained, "--out", "c.doc", MPLCONFIGDIR=str(tmp_path))
    assert "c.doc: " in said


def test_a_picture_without_matplotlib_says_what_to_install(terminal, trained, tmp_path):
    (tmp_path / "matplotlib.py").write_text("raise ImportError")
    path = environment("")["PYTHONPATH"] + ":" + str(tmp_path)
    said = terminal.complains(1, "curve", trained, "--out", "c.png", PYTHONPATH=path)
    assert "apt-get install python3-matplotlib" in said


def test_a_figure_that_is_none_is_refused(terminal, trained):
    for figure in ("luck", "random", "policy"):
        assert figure in terminal.complains(1, "curve", trained, "--figure", figure)


def test_a_brain_without_a_curve_says_so(terminal, shared):
    shared.create_brain("young")
    assert "young has no curve yet" in terminal.complains(1, "curve", "young")


# Boards and matches.


def test_a_board_in_json_is_the_daemons(terminal, shared, trained):
    told = shared.get(f"/brains/{trained}/boards/000010000?policy=greedy").json()
    assert terminal.json("board", "000010000", trained, "--policy", "greedy") == told


def test_a_board_is_drawn_as_a_number_pad(terminal, shared):
    shared.create_brain("blank")
    said = terminal.says("board", "100020000", "blank")
    assert said.startswith("  7 | 8 | 9\n ---+---+---\n  4 | O | 6\n ---+---+---\n  X | 2 | 3\n")
    assert "14%" in said and "draws" in said


def test_a_match_is_reported(terminal, shared):
    shared.create_brain("told")
    match = terminal.json("match", "told", 0, 3, 1, 4, 2, "--learn", 1)
    assert (match["result"], len(match["changes"])) == ("player1", 3)
    assert shared.brain("told")["matches"] == 1
    assert "000000000: 0: 9 -> 12\n" in terminal.says("match", "told", 0, 3, 1, 4, 2)


# How it ends.


def test_a_refusal_is_a_line_and_status_1(terminal):
    said = terminal.complains(1, "brains", "show", "nobody")
    assert said.startswith("ttst: GET /brains/nobody: 404 Not Found: there is no brain")


def test_a_file_that_is_not_there_is_a_line_and_status_1(terminal, tmp_path):
    assert "No such file" in terminal.complains(1, "brains", "import", "x", tmp_path / "none")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("dance",),
        ("brains",),
        ("train", "many"),
        ("train", "1.5"),
        ("train", "inf"),
        ("evaluate", "--policy", "power:x"),
        ("brains", "create", "x", "--option", "reward"),
        ("play", "--json"),
        ("play", "--as", "3"),
        ("curve", "--pol", "greedy"),
    ],
    ids=" ".join,
)
def test_what_is_wrongly_asked_is_status_2(terminal, words):
    done = terminal.run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: ttst")


def test_what_is_no_url_is_status_2(terminal):
    assert "url must be like" in terminal.complains(2, "--url", "localhost", "brains", "list")


def test_no_daemon_is_status_3():
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert url in Terminal(url).complains(3, "brains", "list")


def test_silence_is_status_3():
    with FakeServer(None) as server:
        assert "within 0.1 s" in Terminal(server.url).complains(3, "brains", "list", "--timeout", 0.1)


def test_a_reader_that_has_seen_enough_is_no_trouble(shared):
    done = subprocess.run(
        ["sh", "-c", f"{' '.join(COMMAND)} brains export default | head -c 10"],
        env=environment(shared.url), capture_output=True, text=True, timeout=DEADLINE_S,
    )
    assert (done.stdout, done.stderr) == ('{"format":', "")


def test_the_options_of_the_connection_stand_before_or_after(terminal, shared):
    for words in (("--url", shared.url, "brains", "list"), ("brains", "list", "--url", shared.url)):
        assert Terminal("http://127.0.0.1:1").says(*words).startswith("name\t")


@pytest.mark.parametrize("by_option", [True, False])
def test_the_token_is_that_of_the_file(tmp_path, by_option):
    (tmp_path / "token").write_text("# who may do all\n\ns3cret\nother\n")
    with FakeServer(answer(200, {"brains": []})) as server:
        words, env = ["brains", "list"], {}
        if by_option:
            words += ["--token-file", tmp_path / "token"]
        else:
            env["TTST_TOKEN_FILE"] = str(tmp_path / "token")
        Terminal(server.url).says(*words, **env)
    assert server.requests[0][1]["Authorization"] == "Bearer s3cret"


def test_a_token_file_that_is_not_there_is_status_1(terminal):
    assert "/no/token" in terminal.complains(1, "brains", "list", "--token-file", "/no/token")


def test_the_help_names_every_command(terminal):
    said = terminal.says("--help")
    for command in ("play", "games", "train", "evaluate", "against", "curve", "brains", "checkpoints",
                    "import-ttst", "export-ttst"):
        assert f"\n    {command} " in said


def test_a_file_without_a_token_is_status_2(terminal, tmp_path):
    (tmp_path / "token").write_text("# none\n")
    words = ("brains", "list", "--token-file", tmp_path / "token")
    assert "token must be" in terminal.complains(2, *words)


# Play, piped.


def test_a_match_may_be_played_from_a_pipe(terminal):
    said = terminal.says("play", "--seed", "1", input="5\nq\n")
    assert said.startswith("You are player 1, X; default is the other.\n")
    assert "default plays " in said and "Your move" not in said


def test_the_end_of_a_pipe_ends_the_match(terminal):
    terminal.says("play")


def test_a_checkpoint_does_not_learn(terminal, trained):
    assert "does not learn" in terminal.complains(1, "play", f"{trained}@10", "--learn")


def test_another_game_has_no_board_here():
    with FakeServer(answer(200, {**BRAIN, "game": "connect-four"})) as server:
        assert "connect-four" in Terminal(server.url).complains(1, "play")
