"""What the figures were measured on."""

from __future__ import annotations

import os
import pathlib
import platform
import resource
import subprocess

import servers

DESCRIPTORS = 65536


def facts() -> dict[str, str]:
    return {
        "processors": f"{len(os.sched_getaffinity(0))} × {processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "kernel": f"Linux {platform.release().split('-')[0]}",
        "python": first_line([str(servers.BIN / "python"), "--version"]),
        "client": " ".join(first_line(["wrk", "-v"]).split()[:2]),
    }


def processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def first_line(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout.partition("\n")[0]


def raise_file_limit() -> None:
    """Ten thousand connections have two ends on this machine; the servers inherit the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
