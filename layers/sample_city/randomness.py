"""Independent streams of chance, one for each matter, all from the one seed: adding a draw to one matter moves no other."""

import zlib

import numpy as np


def stream(seed: int, matter: str) -> np.random.Generator:
    """A generator that depends on the seed and the name of the matter alone."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(matter.encode())])))
