#!/usr/bin/env python3
"""Measures plait beside its neighbours in paired rounds. `make bench BENCH='--only hello64 --rounds 3'`.

In every round every server is started anew, warmed up, loaded and ended, in an order that rotates from round to round,
so that the noise of the machine falls on all alike; what counts is the ratio within a round. After three rounds the
neighbours that are far behind in all that a row aims at are left out, so that the time goes to those who matter.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys

import figures
import install
import load
import machine
import processes
import report
import rows
import servers

QUALIFYING_ROUNDS = 3
QUALIFYING_FACTOR = 1.4


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="ROW,…", help=f"of {', '.join(row.key for row in rows.ALL)}")
    parser.add_argument("--servers", metavar="NAME,…", help=f"of {', '.join(server.name for server in servers.ALL)}")
    parser.add_argument("--rounds", type=int, help="instead of each row's own number (15 for most)")
    parser.add_argument("--seconds", type=float, default=2, help="of load per measurement (2)")
    parser.add_argument("--all", action="store_true", help="measure the neighbours that are far behind to the end, too")
    parser.add_argument("--dry", action="store_true", help="print the table; write nothing")
    parser.add_argument("--report", action="store_true", help="write docs/performance.md from the results there are")
    return parser.parse_args()


def chosen(all_of_them: list, wanted: str | None, key: str) -> list:
    if wanted is None:
        return all_of_them
    known = {getattr(each, key): each for each in all_of_them}
    if unknown := [name for name in wanted.split(",") if name not in known]:
        sys.exit(f"bench: no {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in wanted.split(",")]


def rotated(names: list[str], by: int) -> list[str]:
    by %= max(len(names), 1)
    return names[by:] + names[:by]


def measure_row(row: rows.Row, pool: list[servers.Server], options: argparse.Namespace) -> dict:
    """All rounds of one row; says on stderr what it is doing."""
    by_name = {server.name: server for server in pool}
    racing, rounds, failures = list(by_name), [], {}
    row.prepare()
    for number in range(options.rounds or row.rounds):
        entry = {}
        for name in rotated(racing, number):
            try:
                with processes.running(by_name[name], row.job, row.environment) as tree:
                    entry[name] = row.measure(tree, options.seconds)
            except (processes.WouldNotStart, load.Refused, OSError) as failure:
                failures[name] = str(failure)
        rounds.append(entry)
        progress(row, number, entry, failures)
        if number + 1 == QUALIFYING_ROUNDS and not options.all:
            staying = figures.contenders(rounds, row, QUALIFYING_FACTOR)
            racing = [name for name in racing if name in staying]
        racing = [name for name in racing if name in entry or name not in failures or name == "plait"]
    return {"row": row.key, "seconds": options.seconds, "rounds": rounds, "failures": failures}


def progress(row: rows.Row, number: int, entry: dict, failures: dict) -> None:
    first = row.targets[0].metric
    found = " ".join(f"{name} {values[first]:.4g}" for name, values in sorted(entry.items()))
    failed = "".join(f" [{text}]" for text in failures.values()) if number == 0 else ""
    print(f"{row.key} {number + 1}: {first}: {found}{failed}", file=sys.stderr, flush=True)


def save(result: dict) -> None:
    folder = servers.HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{result['row']}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def main() -> int:
    options = arguments()
    chosen_rows = chosen(rows.ALL, options.only, "key")
    pool = chosen(servers.ALL, options.servers, "name")
    if not options.report:
        versions = install.neighbours()
        if not servers.PLAIT.exists():
            print("bench: plait is not built; the neighbours are measured alone", file=sys.stderr)
        pool = [server for server in pool if server.name in versions]
        machine.raise_file_limit()
        for row in chosen_rows:
            result = measure_row(row, pool, options)
            result |= {"date": datetime.date.today().isoformat(), "machine": machine.facts(), "versions": versions}
            print(report.section(row, result), flush=True)
            if not options.dry:
                save(result)
    if not options.dry:
        report.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
