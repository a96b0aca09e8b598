"""Reads `Tests/corpus/http1`; the format is in its README."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from plait_process import REPOSITORY

CORPUS = REPOSITORY / "Tests/corpus/http1"

_ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}


@dataclass
class Case:
    name: str
    data: bytes
    #: One dict for each request that is described, in order; values are bytes, as the escapes can say any.
    blocks: list = field(default_factory=list)

    def first(self, key, default=None):
        return self.blocks[0].get(key, default)

    def number(self, key, default):
        return int(self.first(key, default))


def cases(kind):
    """The cases of `valid` or `invalid`."""
    return [_case(path) for path in sorted((CORPUS / kind).glob("*.http"))]


def _case(path: Path):
    expectation = path.with_suffix(".expect").read_text(encoding="utf-8")
    blocks = [_block(text) for text in re.split(r"\n[ \t]*\n", expectation)]
    return Case(path.stem, path.read_bytes(), [block for block in blocks if block] or [{}])


def _block(text):
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pairs = (line.partition(":") for line in lines)
    return {key.strip(): _unescaped(value.strip()) for key, _, value in pairs}


def _unescaped(text):
    def replacement(match):
        return _ESCAPES.get(match[1]) or chr(int(match[1][1:], 16))

    # Bytes beyond ASCII are given by \xHH; what is not escaped is UTF-8.
    parts = re.split(r"(\\x[0-9A-Fa-f]{2}|\\[rnt\\])", text)
    return b"".join(
        re.sub(r"\\(x..|.)", replacement, part).encode("latin-1") if part.startswith("\\") else part.encode()
        for part in parts
    )
