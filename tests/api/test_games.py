"""Games: which there are, their boards, positions told by moves, boards that cannot be."""

import random

import pytest

from boardgames import NAMED, Game
from contract import assert_problem

PATTERNS = {"explore": 13107 / 65536, "step_size": 39322 / 65536, "trace_decay": 45875 / 65536}
GAMES_MAX = 256
BATCH_MAX = 4096
DETAIL_MAX = 65536

# Of different shapes: those that have names, one row, one column, 64 cells, and in between.
SHAPES = [
    "tictactoe", "three-4x4", "four-5x5", "gomoku-8x8", "connectfour-4x4", "connectfour",
    "3x1r3", "9x1r3", "9x1r4g", "1x7r3", "1x9r3g", "64x1r3", "5x3r3", "5x3r4g", "3x7r4g", "16x4r4",
    "8x8r5g",
]

each_shape = pytest.mark.parametrize("name", SHAPES)


def create(daemon, brain, game, **body):
    answer = daemon.put(f"/brains/{brain}", {"game": game, **body})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


@pytest.fixture(scope="module")
def brains(shared):
    """The names of brains that have learned a little, by their games."""
    made = set()

    def brain_of(game):
        name = "of-" + game
        if name not in made:
            create(shared, name, game, rule="patterns")
            shared.learn(150, brain=name, seed=3)
            made.add(name)
        return name

    return brain_of


def drawing():
    seed = random.randrange(2**32)
    print("drawn with seed", seed)
    return random.Random(seed)


# Which there are.


def test_the_games_that_have_a_name_are_listed(shared):
    listed = shared.get("/games").json()["games"]
    assert [one["name"] for one in listed] == list(NAMED)
    for one in listed:
        game = Game.of(one["name"])
        assert (one["width"], one["height"], one["run"]) == (game.width, game.height, game.run)
        assert one["gravity"] == game.gravity
        assert (one["cells"], one["moves"]) == (game.cells, game.moves)
        assert one["value"] in ("draw", "player1", "player2")
        is_exact = one["name"] == "tictactoe"
        assert one["exact"] == is_exact
        assert one["rules"] == ["beads", "menace", "guard"] * is_exact + ["patterns"]
    values = {one["name"]: one["value"] for one in listed}
    assert (values["tictactoe"], values["connectfour"]) == ("draw", "player1")
    assert values["connectfour-6x6"] == "player2"


def test_a_rule_need_not_be_told(shared):
    table = create(shared, "table", "tictactoe")
    assert (table["rule"], table["rows"]) == ("beads", 4520)
    network = create(shared, "network", "connectfour")
    assert (network["rule"], network["rows"]) == ("patterns", None)
    assert network["options"] == pytest.approx(PATTERNS, rel=1e-14)
    assert network["bytes"] > 2 * 4 * 100_000


@pytest.mark.parametrize("name", NAMED)
def test_a_game_that_is_described_goes_by_its_name(shared, name):
    brain = create(shared, f"described-{name}", NAMED[name], rule="patterns")
    assert brain["game"] == name
    assert create(shared, f"described-{name}", name, rule="patterns") == brain


@pytest.mark.parametrize("described", ["6x4r4g", "3x3r3g", "8x5r4", "64x1r3", "1x64r64g"])
def test_a_game_without_a_name_goes_by_its_description(shared, described):
    assert create(shared, f"d-{described}", described)["game"] == described


@pytest.mark.parametrize(
    "name",
    ["", "7x6", "7x6r", "7x6rg", "07x6r4", "7x06r4", "7x6r04", "7x6r4G", "7x6r4gg", "7X6r4", " 7x6r4", "7x6r4 ",
     "7x6r-4", "7x6r2", "7x6r8", "0x9r3", "1x2r3", "65x1r3", "9x8r4", "100x1r3", "Connectfour", "connectfour ",
     "connect", "7x6r4g" * 6],
)
def test_what_is_no_game_is_refused(shared, name):
    assert_problem(shared.put("/brains/refused", {"game": name}), 422, "game")


def test_no_more_than_256_games_are_played_in_a_life(daemon):
    names = [f"1x{length}r{run}" for length in range(3, 64) for run in range(3, length + 1)]
    for name in names[: GAMES_MAX - 1]:  # beside the default brain's
        create(daemon, "passing", name)
        assert daemon.delete("/brains/passing").status_code == 204
    order = {"game": names[GAMES_MAX - 1]}
    assert_problem(daemon.put("/brains/passing", order), 503)
    create(daemon, "known", names[0])
    daemon.restart()
    create(daemon, "passing", **order)
    assert daemon.brain("known")["game"] == names[0]


# Moves.


def assert_is_a_choice(game, one):
    """That an answer to a board is what can be there: its move, cell, next board, result, and a
    number for each move."""
    board, legal = one["board"], game.legal(one["board"])
    assert one["move"] in legal
    assert one["cell"] == game.cell(board, one["move"])
    assert one["next"] == game.play(board, one["move"])
    assert one["result"] == game.result(one["next"])
    for key in ("weights", "probabilities", "expected"):
        assert len(one[key]) == game.moves
    assert [move for move, weight in enumerate(one["weights"]) if weight > 0] == legal
    assert [move for move, number in enumerate(one["expected"]) if number is not None] == legal
    assert sum(one["probabilities"]) == pytest.approx(1, abs=1e-9)
    total = sum(one["weights"])
    for weight, probability in zip(one["weights"], one["probabilities"]):
        assert probability == pytest.approx(weight / total, abs=1e-11)


def plain_weights(expected):
    """A weight halves with each 1/32 that less is expected; in between it is linear."""
    best = max(number for number in expected if number is not None)
    weights = []
    for number in expected:
        halvings = None if number is None else 32 * (best - number)
        whole = int(halvings or 0)
        weights.append(0 if number is None else 65536 * 2.0**-whole * (1 - (halvings - whole) / 2))
    return weights


@each_shape
def test_whole_matches_follow_the_rules(shared, brains, name):
    game, brain, draw = Game.of(name), brains(name), drawing()
    boards, ended = [game.empty] * 12, 0
    while boards:
        batch = shared.move(brain=brain, boards=boards, detail=True, seed=draw.randrange(2**53))
        after = []
        for i, board in enumerate(boards):
            lists = ("moves", "cells", "results")
            one = {key.removesuffix("s"): batch[key][i] for key in lists}
            one |= {key: batch[key][i] for key in ("next", "weights", "probabilities", "expected")}
            assert_is_a_choice(game, {"board": board, **one})
            ended += one["result"] is not None
            if one["result"] is None:
                after.append(one["next"])
        boards = after
    assert ended == 12


@each_shape
def test_one_board_is_answered_like_a_batch_of_it(shared, brains, name):
    game, brain = Game.of(name), brains(name)
    moves, boards = game.random_match(drawing())
    for board in (boards[0], boards[len(boards) // 2], boards[-1]):
        one = shared.move(brain=brain, board=board, seed=9)
        assert (one["board"], one["player"]) == (board, game.player(board))
        assert_is_a_choice(game, one)
        batch = shared.move(brain=brain, boards=[board], seed=9, detail=True)
        for key in ("move", "cell", "result"):
            assert batch[key + "s"] == [one[key]]
        for key in ("next", "weights", "probabilities", "expected"):
            assert batch[key] == [one[key]]
        view = shared.get(f"/brains/{brain}/boards/{board}").json()
        for key in ("board", "player", "weights", "probabilities", "expected"):
            assert view[key] == one[key]
        assert view["proofs"] is None
        assert (view["value"] is None, view["values"] is None) == (name != "tictactoe",) * 2


@pytest.mark.parametrize("name", ["connectfour", "four-5x5", "tictactoe", "9x1r4g"])
def test_weights_follow_from_what_is_expected(shared, brains, name):
    game, brain = Game.of(name), brains(name)
    _, boards = game.random_match(drawing())
    for board in boards:
        one = shared.move(brain=brain, board=board, policy="greedy")
        weights, plain = one["weights"], plain_weights(one["expected"])
        assert max(weights) == 65536
        assert one["move"] == weights.index(65536)
        for move in game.legal(board):
            assert weights[move] == pytest.approx(max(plain[move], 1), rel=1e-4, abs=1)


@each_shape
def test_a_move_that_ends_the_match_is_worth_what_it_comes_to(shared, brains, name):
    game, brain, draw = Game.of(name), brains(name), drawing()
    for _ in range(5):
        moves, boards = game.random_match(draw)
        result = game.result(game.follow(moves))
        expected = shared.move(brain=brain, board=boards[-1])["expected"]
        assert expected[moves[-1]] == (0 if result == "draw" else 1)
        for move in game.legal(boards[-1]):
            ends = game.result(game.play(boards[-1], move)) is not None
            assert ends or -1 < expected[move] < 1


@each_shape
def test_boards_that_are_mirrored_are_seen_alike(shared, brains, name):
    game, brain = Game.of(name), brains(name)
    _, boards = game.random_match(drawing())
    for board in boards[:: max(1, len(boards) // 5)]:
        one = shared.move(brain=brain, board=board)["expected"]
        other = shared.move(brain=brain, board=game.mirrored(board))["expected"]
        assert one == [other[game.mirrored_move(move)] for move in range(game.moves)]


def test_a_table_expects_nothing(shared):
    board = "100020000"
    assert shared.move(board=board)["expected"] is None
    assert shared.move(boards=[board] * 2, detail=True)["expected"] == [None, None]
    assert shared.get(f"/brains/default/boards/{board}").json()["expected"] is None


# Positions told by moves.


@each_shape
def test_a_position_may_be_told_by_its_moves(shared, brains, name):
    game, brain, draw = Game.of(name), brains(name), drawing()
    for _ in range(3):
        moves, boards = game.random_match(draw)
        plies = draw.randrange(len(moves))
        plain = shared.move(brain=brain, board=boards[plies], seed=4)
        assert shared.move(brain=brain, moves=moves[:plies], seed=4) == plain
        if game.gravity and game.width <= 9:
            columns = "".join(str(move + 1) for move in moves[:plies])
            assert shared.move(brain=brain, moves=columns, seed=4) == plain


def test_columns_beyond_the_ninth_are_no_text(shared):
    create(shared, "broad", "12x5r4g")
    assert shared.move(brain="broad", moves=[11])["board"][11] == "1"
    assert shared.move(brain="broad", moves="99")["board"][8] == "1"
    assert_problem(shared.post("/move", {"brain": "broad", "moves": ":"}), 422, "moves")
    assert_problem(shared.post("/move", {"brain": "broad", "moves": "0"}), 422, "moves")


@each_shape
def test_a_move_that_cannot_be_made_is_named(shared, brains, name):
    game, brain, draw = Game.of(name), brains(name), drawing()
    moves, boards = game.random_match(draw)
    taken = [
        (ply, move) for ply, board in enumerate(boards) for move in range(game.moves)
        if game.cell(board, move) is None
    ]
    wrong = [(len(moves), moves[0]), (0, game.moves), (len(moves) - 1, 63 if game.moves < 64 else 64)]
    for ply, move in wrong + draw.sample(taken, min(len(taken), 5)):
        body = {"brain": brain, "moves": [*moves[:ply], move, *moves[ply:]]}
        for path in ("/move", "/match"):
            assert_problem(shared.post(path, body), 422, f"moves[{ply}]")


def test_a_match_of_every_shape_is_learned(shared):
    draw = drawing()
    for number, name in enumerate(SHAPES):
        game, brain = Game.of(name), f"taught-{number}"
        create(shared, brain, name, rule="patterns")
        moves, boards = game.random_match(draw)
        answer = shared.post("/match", {"brain": brain, "moves": moves}).json()
        assert answer["result"] == game.result(game.follow(moves))
        assert [change["board"] for change in answer["changes"]] == boards
        assert [change["move"] for change in answer["changes"]] == moves
        cells = [game.cell(board, move) for board, move in zip(boards, moves)]
        assert [change["cell"] for change in answer["changes"]] == cells


# Boards that cannot be.


def mutations(game, draw):
    """Boards of a random match, as they are and with stones changed, moved or in other hands."""
    moves, boards = game.random_match(draw)
    board = draw.choice([*boards, game.follow(moves)])
    for _ in range(draw.randrange(4)):
        one, other = (draw.randrange(game.cells) for _ in range(2))
        cells = list(board)
        if draw.random() < 0.5:
            cells[one], cells[other] = cells[other], cells[one]
        else:
            cells[one] = draw.choice("012")
        board = "".join(cells)
    return board


@each_shape
def test_a_board_is_refused_for_what_is_wrong_with_it(shared, brains, name):
    game, brain, draw = Game.of(name), brains(name), drawing()
    for _ in range(60):
        board = mutations(game, draw)
        answer = shared.post("/move", {"brain": brain, "board": board})
        flaw = game.flaw(board)
        if flaw is None:
            assert answer.status_code == 200, board
        else:
            assert_problem(answer, 422, "board")
            assert answer.json()["detail"].startswith(flaw), (board, answer.text, flaw)


WRONG = {
    "counts": ("1" * 2 + "0" * 40, "player 1 has 2 stones and player 2 has 0"),
    "hanging": ("1" + "0" * 7 + "2" + "0" * 33, "cell 8: is row 0 the top row here?"),
    "a hanging stone among many": ("0" * 41 + "1", "cell 41: is row 0 the top row here?"),
    "of who is to move": ("1111222" + "2" + "0" * 34, "player 1 has a line and is to move"),
    "both": ("1111000" + "2222000" + "0" * 28, "both players have a line"),
    "apart": ("1202021" + "1200021" * 2 + "1000001" + "0" * 14, "lines without a common cell"),
    "over": ("1111000" + "2220000" + "0" * 28, "is over: player1"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_in_words(shared, brains, what):
    board, said = WRONG[what]
    brain = brains("connectfour")
    assert Game.of("connectfour").flaw(board)
    one = shared.post("/move", {"brain": brain, "board": board})
    assert said in assert_problem(one, 422, "board")["detail"]
    other = shared.get(f"/brains/{brain}/boards/{board}")
    assert said in assert_problem(other, 422, "board")["detail"]
    many = shared.post("/move", {"brain": brain, "boards": ["0" * 42, board]})
    assert said in assert_problem(many, 422, "boards[1]")["detail"]


def test_lines_that_one_stone_made_are_no_flaw(shared, brains):
    """Two lines through the last stone: the match is over, but a match gets there."""
    board = "1111111" + "2220222" + "0" * 28
    answer = shared.post("/move", {"brain": brains("connectfour"), "board": board})
    assert "is over: player1" in assert_problem(answer, 422, "board")["detail"]


@pytest.mark.parametrize("size", [41, 43, 9, 0, 64])
def test_a_board_of_another_size_is_refused(shared, brains, size):
    brain = brains("connectfour")
    answer = shared.post("/move", {"brain": brain, "board": "0" * size})
    assert "42 digits" in assert_problem(answer, 400, "board")["detail"]


# Limits.


def test_the_largest_batch_of_the_largest_board_is_answered(shared, brains):
    game = Game.of("gomoku-8x8")
    batch = shared.move(brain=brains(game.name), boards=[game.empty] * BATCH_MAX, seed=1)
    assert len(batch["moves"]) == BATCH_MAX
    assert all(game.empty[:cell] + "1" + game.empty[cell + 1 :] == after
               for cell, after in zip(batch["cells"], batch["next"]))


@pytest.mark.parametrize("name", ["gomoku-8x8", "three-4x4", "connectfour"])
def test_so_much_detail_is_told_at_once(shared, brains, name):
    game, brain = Game.of(name), brains(name)
    most = min(DETAIL_MAX // game.moves, BATCH_MAX)
    batch = shared.move(brain=brain, boards=[game.empty] * most, detail=True)
    assert len(batch["expected"]) == most
    if most < BATCH_MAX:
        body = {"brain": brain, "boards": [game.empty] * (most + 1), "detail": True}
        problem = assert_problem(shared.post("/move", body), 422, "detail")
        assert f"{most} boards of {name}" in problem["detail"]
        assert shared.post("/move", body | {"detail": False}).status_code == 200


def test_games_are_kept_over_a_restart(house):
    daemon = house()
    games = ["connectfour", "gomoku-8x8", "6x4r4g", "64x1r3"]
    for number, name in enumerate(games):
        create(daemon, f"kept-{number}", name)
        daemon.learn(100, brain=f"kept-{number}", seed=number)
    before = [daemon.brain(f"kept-{number}") for number in range(len(games))]
    daemon.restart()
    for brain in before:
        again = daemon.brain(brain["name"])
        assert (again["game"], again["digest"]) == (brain["game"], brain["digest"])
        game = Game.of(brain["game"])
        assert daemon.move(brain=brain["name"], board=game.empty)["next"].count("1") == 1
