"""Streams for the inflate of hoplens, made and judged by Python's zlib: `inflate_vectors.py SEED`.

One line each: the wrapping (gzip, zlib, raw), the stream, how zlib takes it (complete, truncated, error), what came
out, both in hexadecimal ("-" for nothing).
"""

import random
import sys
import zlib

WBITS = {"gzip": 31, "zlib": 15, "raw": -15}
STRATEGIES = [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED]


def content(rng: random.Random, longest: int) -> bytes:
    size = rng.choice([0, 1, 2, 3, 257, 258, 259, rng.randrange(longest), rng.randrange(longest)])
    kind = rng.randrange(5)
    if kind == 0:
        return rng.randbytes(size)
    if kind == 1:
        return bytes(size)
    if kind == 2:
        words = [b"<p>", b"</p>", b"rest_forbidden", b" ", b"nginx", b'{"code":', b"\n", b"403 Forbidden"]
        return b"".join(rng.choice(words) for _ in range(size // 4))[:size]
    if kind == 3:
        return bytes(rng.choice(b"abcd") for _ in range(size))
    piece = rng.randbytes(rng.randrange(1, 40))
    return (piece * (size // len(piece) + 1))[:size]


def pack(rng: random.Random, kind: str, data: bytes) -> bytes:
    bits = WBITS[kind]
    if kind == "zlib":
        bits = rng.randrange(9, 16)
    packer = zlib.compressobj(
        rng.randrange(0, 10), zlib.DEFLATED, bits, rng.randrange(1, 10), rng.choice(STRATEGIES))
    out = b""
    cut = rng.randrange(len(data) + 1)
    for part in (data[:cut], data[cut:]):
        out += packer.compress(part)
        if rng.random() < 0.3:
            out += packer.flush(rng.choice([zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH]))
    return out + packer.flush()


def judge(kind: str, stream: bytes) -> tuple[str, bytes]:
    unpacker = zlib.decompressobj(WBITS[kind])
    try:
        out = unpacker.decompress(stream)
    except zlib.error:
        return "error", b""
    return ("complete" if unpacker.eof else "truncated"), out


def harm(rng: random.Random, stream: bytes) -> bytes:
    harmed = bytearray(stream)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(harmed))
        what = rng.randrange(4)
        if what == 0:
            harmed[at] ^= 1 << rng.randrange(8)
        elif what == 1:
            harmed[at] = rng.randrange(256)
        elif what == 2:
            harmed.insert(at, rng.randrange(256))
        elif len(harmed) > 1:
            del harmed[at]
    return bytes(harmed)


def main() -> None:
    rng = random.Random(int(sys.argv[1]))
    for _ in range(300):
        for kind in WBITS:
            show(kind, pack(rng, kind, content(rng, 3000)))
    for _ in range(500):
        for kind in WBITS:
            stream = pack(rng, kind, content(rng, 400))
            show(kind, stream[: rng.randrange(len(stream))])
            show(kind, harm(rng, stream))
    for _ in range(1000):
        # Bare noise, with the bits of a dynamic block in front of half of it.
        noise = bytearray(rng.randbytes(rng.randrange(1, 120)))
        if rng.random() < 0.5:
            noise[0] = noise[0] & 0xF8 | 5
        show("raw", bytes(noise))


def show(kind: str, stream: bytes) -> None:
    how, out = judge(kind, stream)
    print(kind, stream.hex() or "-", how, out.hex() or "-")


main()
