"""Broken HTTP requests, made from right ones at random: each a list of pieces to send one by one."""

import json

MOVE = json.dumps({"board": "000000000"}).encode()
BRAIN = json.dumps({"game": "tictactoe", "rule": "menace"}).encode()
NETWORK = json.dumps({"game": "3x3r3g", "options": {"explore": 0.1}}).encode()
JSON = [(b"Content-Type", b"application/json")]
METHODS = (b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"TRACE", b"CONNECT", b"PATCH",
           b"get", b"G\0T", b"\xff\xfe", b"A" * 5000, b"")
VERSIONS = (b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.10", b"HTP/1.1", b"http/1.1",
            b"HTTP/", b"HTTP/99999999999999999999.1", b"")
ENDS = (b"\r\n", b"\n", b"\r", b"\n\r", b"\r\n\r\n", b"\0", b"")
LENGTHS = (b"-1", b"0", b"1", b"+5", b"0x10", b"5,5", b" 5 ", b"5 5", b"18446744073709551616",
           b"9223372036854775807", b"99999999999999999999999", b"", b"five", b"1e3", b"5\0")
CODINGS = (b"chunked", b"gzip", b"gzip, chunked", b"chunked, chunked", b"identity", b"CHUNKED", b"",
           b"chunked\0", b" chunked", b"x")
SIZES = (b"0", b"1", b"5", b"FFFFFFFF", b"FFFFFFFFFFFFFFFF", b"10000000000000000", b"-1", b"", b"g",
         b"0x5", b"5;a=b", b"5;" + b"x" * 3000, b" 5", b"00000000000000000000005")
TARGETS = (b"/", b"*", b"//", b"/.", b"/../move", b"/%", b"/%0", b"/%00", b"/%2F", b"/%2f..%2f", b"/%ff",
           b"http://localhost/move", b"http://", b"HTTP://u@localhost/move", b"https://[::1]?&&", b"localhost:80",
           b"/train?&limit=1&", b"/train?" + b"&a" * 3000, b"/train?limit=1\0&limit=2", b"/brains/%00", b"/brains/" + b"n" * 200,
           b"/brains/a%2Fb/boards/000000000", b"/brains/default/boards/%30" + b"0" * 8, b"/train/-1",
           b"/train/18446744073709551616", b"/train?limit=%", b"/train?limit=1&limit=2", b"/train?=",
           b"/train?&&&", b"/train?state=\xc3\x28", b"/" + b"a" * 70000, b"/\xff\xff", b"/ /", b"/\t", b"")
HEADERS = ((b"Host", b"\xff"), (b"Host", b"evil.example"), (b"Host", b"[::1"), (b"Host", b""),
           (b"Origin", b"null"), (b"Origin", b"http://"), (b"Authorization", b"Bearer"),
           (b"Authorization", b"Bearer " + b"t" * 8000), (b"Expect", b"100-continue"),
           (b"Expect", b"200-maybe"), (b"Connection", b"close"), (b"Connection", b"upgrade"),
           (b"Upgrade", b"h2c"), (b"Content-Type", b"text/plain"), (b"Content-Type", b"\0"),
           (b"X-Request-Id", b"\xff" * 70), (b"X-Forwarded-For", b",,,::,\0"),
           (b"Idempotency-Key", b"k" * 300), (b"Idempotency-Key", b"\x01"), (b"If-None-Match", b"*"),
           (b"Accept", b"text/csv"), (b"Last-Event-ID", b"-1"), (b"Cookie", b"a=b;" * 2000),
           (b"Content-Encoding", b"gzip"), (b"Content-Length ", b"5"), (b"Content-Length", b"\r\n 5"),
           (b"Transfer-Encoding", b"\r\n\tchunked"), (b"Content-Length", b"\x005"), (b"X", b"a\nContent-Length: 5"),
           (b"Accept", b'text/csv;q=0, a/b;c=",'), (b"Accept-Encoding", b"gzip;q=1.0000,*;q"),
           (b"If-None-Match", b',W/,"'), (b"Host", b"localhost"), (b"Range", b"bytes=0-0"), (b"", b"no name"), (b"A B", b"c"), (b"A", b"b\rc"), (b" A", b"folded"))
RIGHT = (
    (b"POST", b"/move", JSON, MOVE),
    (b"POST", b"/move", JSON, json.dumps({"boards": ["000000000"] * 100, "detail": True}).encode()),
    (b"POST", b"/match", JSON, json.dumps({"moves": [0, 3, 1, 4, 2], "brain": "fuzzed"}).encode()),
    (b"POST", b"/train", JSON, json.dumps({"matches": 9, "brain": "fuzzed"}).encode()),
    (b"PUT", b"/brains/fuzzed", JSON, BRAIN),
    (b"DELETE", b"/brains/fuzzed", [], b""),
    (b"PUT", b"/brains/fuzzed/checkpoints/c", [], b""),
    (b"PUT", b"/brains/network", JSON, NETWORK),
    (b"POST", b"/move", JSON, json.dumps({"moves": "1213", "brain": "network"}).encode()),
    (b"POST", b"/match", JSON, json.dumps({"moves": [0, 1, 0, 1, 0], "brain": "network"}).encode()),
    (b"POST", b"/train", JSON, json.dumps({"matches": 99, "brain": "network", "workers": 2}).encode()),
    (b"GET", b"/brains/network/export", [], b""),
    (b"GET", b"/brains/network/boards/120000000", [], b""),
    (b"DELETE", b"/brains/network", [], b""),
    (b"GET", b"/games", [], b""),
    (b"PUT", b"/brains/fuzzed/import", JSON, b'{"format":"ttst-brain/1","rows":{}}'),
    (b"GET", b"/brains/default/export", [], b""),
    (b"GET", b"/brains/default/boards/100020000?policy=power:4", [], b""),
    (b"GET", b"/brains/default/evaluation?policy=greedy", [], b""),
    (b"GET", b"/brains/default/curve", [], b""),
    (b"GET", b"/train?state=done&limit=5", [], b""),
    (b"GET", b"/train/1?wait=0", [], b""),
    (b"DELETE", b"/train/1", [], b""),
    (b"GET", b"/metrics", [], b""),
    (b"GET", b"/openapi.yaml", [], b""),
)


def write(method, target, headers, body, version=b"HTTP/1.1", end=b"\r\n"):
    lines = [method + b" " + target + b" " + version]
    lines += [name + b": " + value for name, value in headers]
    return end.join(lines) + end + end + body


def right(rng):
    """A right request's parts, as the makers below take them."""
    method, target, headers, body = rng.choice(RIGHT)
    headers = [(b"Host", b"localhost"), *headers]
    if body:
        headers.append((b"Content-Length", b"%d" % len(body)))
    return method, target, headers, body


def noise(rng, most):
    return rng.randbytes(rng.randint(1, most))


def break_line(rng):
    method, target, headers, body = right(rng)
    return [write(rng.choice((method, rng.choice(METHODS))), rng.choice((target, rng.choice(TARGETS))),
                  headers, body, rng.choice(VERSIONS), rng.choice(ENDS))]


def break_headers(rng):
    method, target, headers, body = right(rng)
    for _ in range(rng.randint(1, 4)):
        headers.insert(rng.randint(0, len(headers)), rng.choice(HEADERS))
    if rng.random() < 0.3:
        headers.remove(rng.choice(headers))
    return [write(method, target, headers, body, end=rng.choice((b"\r\n", b"\r\n", b"\n")))]


def break_length(rng):
    method, target, headers, body = right(rng)
    headers = [header for header in headers if header[0] != b"Content-Length"]
    for _ in range(rng.randint(1, 2)):
        headers.append(rng.choice(((b"Content-Length", rng.choice(LENGTHS)),
                                   (b"Transfer-Encoding", rng.choice(CODINGS)))))
    return [write(method, target, headers, body or noise(rng, 50))]


def break_chunks(rng):
    method, target, headers, body = right(rng)
    headers = [header for header in headers if header[0] != b"Content-Length"]
    headers.append((b"Transfer-Encoding", b"chunked"))
    pieces = [write(method, target, headers, b"")]
    for _ in range(rng.randint(1, 5)):
        size = rng.choice((rng.choice(SIZES), b"%x" % len(body)))
        pieces.append(size + rng.choice(ENDS[:3]) + body + rng.choice(ENDS))
    pieces.append(rng.choice((b"0\r\n\r\n", b"0\r\nA: b\r\n\r\n", b"0\r\n" + noise(rng, 99), b"0", b"")))
    return pieces


def break_bytes(rng):
    text = bytearray(write(*right(rng)))
    for _ in range(rng.randint(1, 6)):
        text[rng.randrange(len(text))] = rng.randrange(256)
    return [bytes(text)]


def break_body(rng):
    method, target, headers, body = right(rng)
    body = bytearray(body or MOVE)
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(body))
        body[at:at + rng.randint(0, 2)] = rng.choice((b"", b"{", b"[", b'"', b"\\", b"0", noise(rng, 3)))
        body = body or bytearray(b"{")
    headers = [header for header in headers if header[0] != b"Content-Length"]
    return [write(method, target, [*headers, (b"Content-Length", b"%d" % len(body))], bytes(body))]


def cut_short(rng):
    text = write(*right(rng))
    return [text[:rng.randrange(len(text))]]


def pipeline(rng):
    makers = (break_body, break_bytes, break_headers, cut_short)
    requests = [write(*right(rng)) for _ in range(rng.randint(1, 8))]
    requests.insert(rng.randint(0, len(requests)), b"".join(rng.choice(makers)(rng)))
    return [b"".join(requests)]


def dribble(rng):
    text = b"".join(rng.choice((break_line, break_body, break_chunks))(rng))[:400]
    cuts = sorted(rng.sample(range(len(text)), min(len(text), rng.randint(2, 12))))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)])]


def swell(rng):
    method, target, headers, body = right(rng)
    size = rng.choice((1_000, 7_900, 8_200, 14_000, 30_000, 70_000, 300_000))
    swollen = rng.choice((
        [(b"X-%d" % i, b"y" * 20) for i in range(size // 30)],
        [(b"X", b"y" * size)],
        [(b"y" * size, b"X")],
        [(b"a", b"")] * (size // 5),
        [(b"Cookie", b"a=b; " * (size // 5))],
    ))
    return [write(method, target, [*headers, *swollen], body)]


def babble(rng):
    return [rng.choice((noise(rng, 2000), b"\r\n" * rng.randint(1, 50), b"\0" * 100,
                        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + noise(rng, 300)))]


MAKERS = (break_line, break_headers, break_length, break_chunks, break_bytes, break_body, cut_short,
          pipeline, dribble, swell, babble)


def broken_request(rng):
    return rng.choice(MAKERS)(rng)
