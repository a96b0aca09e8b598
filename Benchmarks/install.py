"""The neighbours, installed one by one into .bench; what cannot be installed is named and left out."""

from __future__ import annotations

import hashlib
import pathlib
import subprocess
import sys

import servers

LIST = servers.HERE / "neighbours.txt"
STAMP = servers.ENVIRONMENT / ".installed"


def neighbours() -> dict[str, str]:
    """Server → version, for all that can be started."""
    wanted = hashlib.sha256(LIST.read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        install()
        STAMP.write_text(wanted)
    return versions()


def install() -> None:
    if not (servers.BIN / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(servers.ENVIRONMENT)], check=True)
    for line in LIST.read_text().splitlines():
        if requirement := line.partition("#")[0].strip():
            print(f"bench: installing {requirement} into .bench", file=sys.stderr)
            command = [str(servers.BIN / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            if subprocess.run([*command, requirement], stdout=subprocess.DEVNULL).returncode:
                print(f"bench: {requirement} cannot be installed here and is left out", file=sys.stderr)


def versions() -> dict[str, str]:
    script = "import importlib.metadata as m; print(*(f'{d.name.lower()}={d.version}' for d in m.distributions()))"
    listed = subprocess.run([servers.BIN / "python", "-c", script], check=True, capture_output=True, text=True).stdout
    installed = dict(pair.split("=", 1) for pair in listed.split())
    found = {server.name: installed[server.package] for server in servers.ALL if server.package in installed}
    return ({"plait": plait_version()} | found) if servers.PLAIT.exists() else found


def plait_version() -> str:
    """The commit that was built, as far as the working tree tells."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=pathlib.Path(servers.ROOT)
    )
    return described.stdout.strip() or "working tree"
