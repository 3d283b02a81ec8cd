"""Cap'n Proto written by hand, so that a test can send what no library would: frames of the RPC's level 1, one segment
each. https://capnproto.org/encoding.html, and rpc.capnp of Cap'n Proto for the numbers of its fields."""

import struct

CALL, RETURN, FINISH, BOOTSTRAP = 2, 3, 4, 8  # alternatives of rpc.capnp's Message
ENTRANCE, CLIENT_SERVICE = 0xf41b2cb61807b1d3, 0xd5529e34eb72aa93  # ids of medchain.capnp, as capnp compile names them
HELLO, GUEST, ENTER_PEER, STATUS = 0, 1, 3, 2  # methods of the two
CLIENT, PEER = 0, 1


class Struct:
    def __init__(self, data, *pointers):
        self.data = data + bytes(-len(data) % 8)
        self.pointers = pointers


def place(words, at, value):
    """Writes `value` at the end of `words`, and the pointer to it at `at`."""
    if value is None:
        return
    offset = (len(words) - at - 8) // 8
    if isinstance(value, bytes):
        struct.pack_into("<II", words, at, (offset << 2 | 1) & 0xffffffff, 2 | len(value) << 3)
        words += value + bytes(-len(value) % 8)
    elif isinstance(value, list):  # of structs of one shape
        size = len(value[0].data) // 8 + len(value[0].pointers)
        struct.pack_into("<II", words, at, (offset << 2 | 1) & 0xffffffff, 7 | len(value) * size << 3)
        words += struct.pack("<IHH", len(value) << 2, len(value[0].data) // 8, len(value[0].pointers))
        starts = [len(words) + i * size * 8 for i in range(len(value))]
        words += bytes(len(value) * size * 8)
        for start, item in zip(starts, value):
            fill(words, start, item)
    else:
        struct.pack_into("<IHH", words, at, offset << 2 & 0xffffffff, len(value.data) // 8, len(value.pointers))
        start = len(words)
        words += bytes(len(value.data) + 8 * len(value.pointers))
        fill(words, start, value)


def fill(words, start, value):
    words[start:start + len(value.data)] = value.data
    for i, pointer in enumerate(value.pointers):
        place(words, start + len(value.data) + 8 * i, pointer)


def frame(root):
    words = bytearray(8)
    place(words, 0, root)
    return struct.pack("<II", 0, len(words) // 8) + bytes(words)


def bootstrap(question):
    return frame(Struct(struct.pack("<H", BOOTSTRAP), Struct(struct.pack("<I", question), None)))


def call(question, on, interface, method, parameters, field=None):
    """Of what the answer to question `on` is, or holds in its pointer `field`."""
    steps = None if field is None else [Struct(struct.pack("<HH", 1, field))]
    target = Struct(struct.pack("<IH", 0, 1), Struct(struct.pack("<I", on), steps))
    head = struct.pack("<IHHQQ", question, method, 0, interface, 0)
    return frame(Struct(struct.pack("<H", CALL), Struct(head, target, Struct(b"", parameters, None), None)))


def finish(question):
    return frame(Struct(struct.pack("<H", FINISH), Struct(struct.pack("<I", question))))


def hello(question, purpose=CLIENT, chain=b"", address=b""):
    parameters = Struct(struct.pack("<HH", 1, purpose), chain, address, bytes(range(32)))
    return call(question, 0, ENTRANCE, HELLO, parameters)


def guest(question):
    return call(question, 0, ENTRANCE, GUEST, Struct(b""))


def status(question, guest_question):
    return call(question, guest_question, CLIENT_SERVICE, STATUS, Struct(b""), field=0)


def enter_peer(question, key, proof):
    return call(question, 0, ENTRANCE, ENTER_PEER, Struct(b"", key, proof, None))


def read_answers(stream, count):
    """The questions that the next `count` returns are for, and whether each is a result and no exception."""
    answers = []
    while len(answers) < count:
        segments, words = struct.unpack("<II", stream.read(8))
        assert segments == 0, "nodes answer in one segment"
        body = stream.read(8 * words)
        root = 8 + 8 * (struct.unpack_from("<i", body)[0] >> 2)
        kind, = struct.unpack_from("<H", body, root)
        if kind != RETURN:
            continue
        at = root + 8 + 8 + 8 * (struct.unpack_from("<i", body, root + 8)[0] >> 2)
        question, _, result = struct.unpack_from("<IHH", body, at)
        answers.append((question, result == 0))
    return answers
