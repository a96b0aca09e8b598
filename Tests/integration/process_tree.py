"""What /proc knows about the processes of one plait."""

import os


def children(pid):
    """The direct children's ids, oldest first."""
    found = []
    for thread in _list(f"/proc/{pid}/task"):
        found += [int(child) for child in _read(f"/proc/{pid}/task/{thread}/children").split()]
    return sorted(found)


def descendants(pid):
    direct = children(pid)
    return direct + [grandchild for child in direct for grandchild in descendants(child)]


def command_line(pid):
    return _read(f"/proc/{pid}/cmdline").rstrip("\0").split("\0")


def environment(pid):
    """The variables it was started with."""
    return dict(entry.split("=", 1) for entry in _read(f"/proc/{pid}/environ").split("\0") if "=" in entry)


def is_alive(pid):
    """Whether it runs; a zombie does not."""
    status = _read(f"/proc/{pid}/stat")
    return bool(status) and status.rpartition(")")[2].split()[0] not in "ZX"


def bytes_read(pid):
    """How many bytes it has read by read() and its like, from files and sockets alike (`rchar` in proc(5))."""
    return int(dict(line.split(": ") for line in _read(f"/proc/{pid}/io").splitlines())["rchar"])


def resident_bytes(pid):
    line = next(line for line in _read(f"/proc/{pid}/status").splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def open_descriptors(pid):
    return len(_list(f"/proc/{pid}/fd"))


def listening_inode(port):
    """Of the IPv4 socket that listens on `port`; as `socket:[N]` it shows in whoever has it open."""
    rows = [line.split() for line in _read("/proc/net/tcp").splitlines()[1:]]
    (inode,) = [row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"]
    return inode


def open_files(pid):
    """What its descriptors lead to, as far as it has a name."""
    links = []
    for number in _list(f"/proc/{pid}/fd"):
        try:
            links.append(os.readlink(f"/proc/{pid}/fd/{number}"))
        except FileNotFoundError:
            pass
    return links


def wake_ups(pids):
    """How often threads of these have gone to sleep so far, which is as often as they were woken."""
    files = [f"/proc/{pid}/task/{thread}/status" for pid in pids for thread in _list(f"/proc/{pid}/task")]
    lines = [line for file in files for line in _read(file).splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def _read(path):
    """The file's text; empty when the process has gone."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _list(path):
    try:
        return os.listdir(path)
    except (FileNotFoundError, ProcessLookupError):
        return []
