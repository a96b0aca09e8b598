"""Code blocks of the pages in docs, so that tests run what people copy."""

import re
from dataclasses import dataclass

from plait_process import REPOSITORY

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    language: str
    text: str

    @property
    def file_name(self):
        """Of a block that begins with its file's name as a comment, as `# shop.py`."""
        match = re.match(r"#\s+(\S+\.\w+)\n", self.text)
        return match and match[1]


def blocks(page):
    """Of a page such as `docs/guide/testing.md`, in order."""
    return [Block(*found) for found in _BLOCK.findall((REPOSITORY / page).read_text())]


def write_files(page, directory):
    """Every file that the page shows under its name."""
    for block in blocks(page):
        if block.file_name:
            (directory / block.file_name).write_text(block.text)
