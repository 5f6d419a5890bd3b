"""Reads what the original TTST program pickled, and nothing else.

A pickle is a program. Python's own reader runs it, and even one that admits no functions can be
made to allocate without end (an index of the memo) or to compute without end (the hash of nested
tuples). So this is a machine of its own, with the few instructions that a dictionary of numpy
arrays takes under protocols 2 to 5. It calls nothing, imports nothing, builds one dictionary with
texts as its keys, and needs no numpy. The size of a file bounds little of what it makes, because
what is remembered can be used again for two bytes; so steps and calls are counted too.

The instructions are described in Python's pickletools.
"""

import struct
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

# The most of what all protocols and kinds of numbers take for 19,683 arrays is 3,562,044 bytes,
# 984,206 steps and 59,050 calls; the original's files take 2,244,327, 472,506 and 19,684.
SIZE_MAX = 4 << 20  # bytes
STEPS_MAX = 1 << 20  # each makes one small thing
CALLS_MAX = 1 << 16  # each makes an array or its dtype
ARRAY_SIZE_MAX = 72  # bytes: nine of the widest numbers
MARKS_MAX = 4  # at once; a dictionary's items and an array's state make two

ARRAY_MODULES = ("numpy.core.multiarray", "numpy._core.multiarray")  # before and since numpy 2
BUFFER_MODULES = ("numpy.core.numeric", "numpy._core.numeric")


class Unreadable(ValueError):
    """It is no pickle of the original's; the message says why."""


class Name(NamedTuple):
    """What a pickle refers to by name. Never looked up."""

    module: str
    name: str


class Kind:
    """A numpy dtype: whole numbers of so many bytes, signed ("i") or not ("u")."""

    def __init__(self, code: str) -> None:
        if code not in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
            raise Unreadable(f"an array of {code[:20]!r}, which are no whole numbers")
        self.is_signed = code[0] == "i"
        self.size = int(code[1])
        self.order = "<"

    def numbers(self, data: bytes) -> Tuple[int, ...]:
        code = {1: "b", 2: "h", 4: "i", 8: "q"}[self.size]
        code = code if self.is_signed else code.upper()
        return struct.unpack(f"{self.order}{len(data) // self.size}{code}", data)


class Array:
    """A numpy array of one dimension; its numbers are there once its state is."""

    numbers: Tuple[int, ...] = ()

    def fill(self, shape: object, kind: object, data: object) -> None:
        if not isinstance(kind, Kind) or not isinstance(data, bytes):
            raise Unreadable("an array without whole numbers")
        if len(data) > ARRAY_SIZE_MAX:
            raise Unreadable(f"an array of {len(data):,} bytes")
        if not isinstance(shape, tuple) or len(data) % kind.size:
            raise Unreadable("an array whose shape is not its data's")
        if shape != (len(data) // kind.size,):
            raise Unreadable(f"an array of the shape {_shown(shape)}, which is no row")
        self.numbers = kind.numbers(data)


def _shown(shape: Tuple[object, ...]) -> str:
    return "x".join(str(size) if isinstance(size, int) else "?" for size in shape[:4])


class Machine:
    """Runs one pickle."""

    def __init__(self, data: bytes) -> None:
        if len(data) > SIZE_MAX:
            raise Unreadable(f"more than {SIZE_MAX:,} bytes")
        self.data = data
        self.at = 0
        self.stack: List[Any] = []
        self.marks: List[List[Any]] = []
        self.memo: Dict[int, Any] = {}
        self.calls = 0
        self.has_dictionary = False

    def run(self) -> Dict[str, Array]:
        for _ in range(STEPS_MAX):
            begin = self.at
            code = self.take(1)
            if code == b".":
                return self.result()
            instruction = INSTRUCTIONS.get(code)
            if instruction is None:
                raise Unreadable(f"byte {begin}: the instruction {code!r}, which it cannot need")
            try:
                instruction(self)
            except Unreadable as error:
                raise Unreadable(f"byte {begin}: {error}") from None
            except IndexError:
                raise Unreadable(f"byte {begin}: takes what is not there") from None
        raise Unreadable(f"more than {STEPS_MAX:,} steps")

    def result(self) -> Dict[str, Array]:
        result = self.pop()
        if not isinstance(result, dict):
            raise Unreadable("no dictionary")
        return result

    # Bytes and the stack.

    def take(self, size: int) -> bytes:
        self.at += size
        if self.at > len(self.data):
            raise Unreadable("it was cut short")
        return self.data[self.at - size : self.at]

    def take_number(self, size: int, signed: bool = False) -> int:
        return int.from_bytes(self.take(size), "little", signed=signed)

    def take_text(self, size_of_size: int) -> str:
        try:
            return self.take(self.take_number(size_of_size)).decode()
        except UnicodeDecodeError:
            raise Unreadable("a text that is not UTF-8") from None

    def take_line(self) -> str:
        end = self.data.find(b"\n", self.at)
        if end < 0:
            raise Unreadable("it was cut short")
        line = self.take(end - self.at + 1)
        return line[:-1].decode("ascii", errors="replace")

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        if not self.stack:
            raise Unreadable("takes what is not there")
        return self.stack.pop()

    def mark(self) -> None:
        if len(self.marks) == MARKS_MAX:
            raise Unreadable("nested too deep")
        self.marks.append(self.stack)
        self.stack = []

    def pop_mark(self) -> List[Any]:
        items = self.stack
        self.stack = self.marks.pop()
        return items

    def push_tuple(self, size: int) -> None:
        items = [self.pop() for _ in range(size)]
        self.push(tuple(reversed(items)))

    def remember(self, index: int) -> None:
        self.memo[index] = self.stack[-1]

    def recall(self, index: int) -> None:
        if index not in self.memo:
            raise Unreadable("recalls what it never remembered")
        self.push(self.memo[index])

    # Things.

    def name(self, module: object, name: object) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise Unreadable("a name that is no text")
        if Name(module, name) not in MADE_BY:
            raise Unreadable(f"wants {module[:40]}.{name[:40]}, which no brain map needs")
        self.push(Name(module, name))

    def call(self) -> None:
        arguments, called = self.pop(), self.pop()
        if not isinstance(called, Name) or not isinstance(arguments, tuple):
            raise Unreadable("calls what cannot be called")
        if self.calls == CALLS_MAX:
            raise Unreadable(f"more than {CALLS_MAX:,} calls")
        self.calls += 1
        self.push(MADE_BY[called](arguments))

    def build(self) -> None:
        state, thing = self.pop(), self.stack[-1]
        if not isinstance(state, tuple):
            raise Unreadable("a state that is no tuple")
        if isinstance(thing, Array) and len(state) == 5:  # version, shape, dtype, order, data
            thing.fill(state[1], state[2], state[4])
        elif isinstance(thing, Kind) and len(state) > 2 and state[1] in ("<", ">", "|"):
            thing.order = "<" if state[1] == "|" else state[1]
        else:
            raise Unreadable("a state that fits nothing")

    def push_dictionary(self) -> None:
        if self.has_dictionary:
            raise Unreadable("a second dictionary")
        self.has_dictionary = True
        self.push({})

    def set_items(self, items: List[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise Unreadable("items without a dictionary")
        for key, value in zip(items[::2], items[1::2]):
            if not isinstance(key, str) or not isinstance(value, Array):
                raise Unreadable("an entry that is no array by a text")
            if key in target:
                raise Unreadable(f"the key {key[:20]!r} twice")
            target[key] = value


def _reconstructed(arguments: Tuple[Any, ...]) -> Array:
    return Array()  # its state follows


def _from_buffer(arguments: Tuple[Any, ...]) -> Array:
    if len(arguments) != 4:  # data, dtype, shape, order
        raise Unreadable("an array of something else")
    array = Array()
    array.fill(arguments[2], arguments[1], arguments[0])
    return array


def _dtype(arguments: Tuple[Any, ...]) -> Kind:
    if not arguments or not isinstance(arguments[0], str):
        raise Unreadable("an array of something else")
    return Kind(arguments[0])


def _uncallable(arguments: Tuple[Any, ...]) -> object:
    raise Unreadable("calls what cannot be called")


def _encoded(arguments: Tuple[Any, ...]) -> bytes:
    """Protocol 2 has no bytes, and writes them as the text that latin-1 makes of them."""
    if len(arguments) != 2 or not isinstance(arguments[0], str) or arguments[1] != "latin1":
        raise Unreadable("bytes in an unknown code")
    if len(arguments[0]) > ARRAY_SIZE_MAX:
        raise Unreadable(f"an array of {len(arguments[0]):,} bytes")
    try:
        return arguments[0].encode("latin-1")
    except UnicodeEncodeError:
        raise Unreadable("bytes that are none") from None


MADE_BY: Dict[Name, Callable[[Tuple[Any, ...]], object]] = {
    **{Name(module, "_reconstruct"): _reconstructed for module in ARRAY_MODULES},
    **{Name(module, "_frombuffer"): _from_buffer for module in BUFFER_MODULES},
    Name("numpy", "dtype"): _dtype,
    Name("numpy", "ndarray"): _uncallable,  # an argument of _reconstruct
    Name("_codecs", "encode"): _encoded,
}

Instruction = Callable[[Machine], object]
INSTRUCTIONS: Dict[bytes, Instruction] = {
    b"\x80": lambda m: m.take(1),  # protocol
    b"\x95": lambda m: m.take(8),  # the size of a frame
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"K": lambda m: m.push(m.take_number(1)),
    b"M": lambda m: m.push(m.take_number(2)),
    b"J": lambda m: m.push(m.take_number(4, signed=True)),
    b"X": lambda m: m.push(m.take_text(4)),
    b"\x8c": lambda m: m.push(m.take_text(1)),
    b"C": lambda m: m.push(m.take(m.take_number(1))),
    b"B": lambda m: m.push(m.take(m.take_number(4))),
    b"\x96": lambda m: m.push(m.take(m.take_number(8))),  # a bytearray
    b"(": Machine.mark,
    b"0": Machine.pop,
    b"t": lambda m: m.push(tuple(m.pop_mark())),
    b")": lambda m: m.push(()),
    b"\x85": lambda m: m.push_tuple(1),
    b"\x86": lambda m: m.push_tuple(2),
    b"\x87": lambda m: m.push_tuple(3),
    b"\x94": lambda m: m.remember(len(m.memo)),
    b"q": lambda m: m.remember(m.take_number(1)),
    b"r": lambda m: m.remember(m.take_number(4)),
    b"h": lambda m: m.recall(m.take_number(1)),
    b"j": lambda m: m.recall(m.take_number(4)),
    b"c": lambda m: m.name(m.take_line(), m.take_line()),
    b"\x93": lambda m: m.name(*reversed((m.pop(), m.pop()))),
    b"R": Machine.call,
    b"b": Machine.build,
    b"}": Machine.push_dictionary,
    b"s": lambda m: m.set_items([*reversed((m.pop(), m.pop()))]),
    b"u": lambda m: m.set_items(m.pop_mark()),
}


def unpickle(data: bytes) -> Dict[str, Tuple[int, ...]]:
    """The arrays of whole numbers in a pickled dictionary, by their keys. Raises Unreadable."""
    return {key: array.numbers for key, array in Machine(data).run().items()}
