"""Keccak-256 as Ethereum uses it: Keccak-f[1600] of FIPS 202 section 3, padded from 0x01 on."""

LANES = 25
RATE_BYTES = 136
MASK = 2**64 - 1


def _rotated(lane: int, by: int) -> int:
    by %= 64
    return (lane << by | lane >> (64 - by)) & MASK


def _rotations() -> list[int]:
    """FIPS 202, algorithm 2 (rho), by x + 5y."""
    found = [0] * LANES
    x, y = 1, 0
    for t in range(24):
        found[x + 5 * y] = (t + 1) * (t + 2) // 2
        x, y = y, (2 * x + 3 * y) % 5
    return found


def _round_constants() -> list[int]:
    """FIPS 202, algorithms 5 (rc) and 6 (iota)."""
    bits, register = [], 1
    for _ in range(255):
        bits.append(register & 1)
        register <<= 1
        if register & 0x100:
            register ^= 0x171
    return [
        sum(bits[(j + 7 * number) % 255] << (2**j - 1) for j in range(7)) for number in range(24)
    ]


ROTATIONS = _rotations()
CONSTANTS = _round_constants()


def _permuted(a: list[int]) -> list[int]:
    for constant in CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[(x - 1) % 5] ^ _rotated(c[(x + 1) % 5], 1) for x in range(5)]
        a = [lane ^ d[place % 5] for place, lane in enumerate(a)]
        b = [0] * LANES
        for x in range(5):
            for y in range(5):
                b[y + 5 * ((2 * x + 3 * y) % 5)] = _rotated(a[x + 5 * y], ROTATIONS[x + 5 * y])
        a = [
            b[place] ^ (~b[place // 5 * 5 + (place + 1) % 5] & b[place // 5 * 5 + (place + 2) % 5])
            for place in range(LANES)
        ]
        a[0] ^= constant
    return a


def keccak(message: bytes) -> bytes:
    """Return the digest of a message, 32 bytes."""
    missing = RATE_BYTES - len(message) % RATE_BYTES
    padding = bytearray(missing)
    padding[0] |= 0x01
    padding[-1] |= 0x80
    padded = message + bytes(padding)
    state = [0] * LANES
    for start in range(0, len(padded), RATE_BYTES):
        for lane in range(RATE_BYTES // 8):
            at = start + 8 * lane
            state[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        state = _permuted(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])
