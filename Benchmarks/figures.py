"""Medians, quartiles and paired ratios."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import rows

Rounds = list[dict[str, dict[str, float]]]
"""One entry per round: server → metric → value. A server that failed in a round is missing there."""


@dataclass(frozen=True)
class Spread:
    lower: float
    median: float
    upper: float

    @staticmethod
    def of(values: list[float]) -> "Spread":
        if len(values) < 2:
            return Spread(values[0], values[0], values[0])
        lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
        return Spread(lower, median, upper)


def values(rounds: Rounds, server: str, metric: str) -> list[float]:
    return [entry[server][metric] for entry in rounds if server in entry]


def spread(rounds: Rounds, server: str, metric: str) -> Spread | None:
    found = values(rounds, server, metric)
    return Spread.of(found) if found else None


def names(rounds: Rounds) -> list[str]:
    return list(dict.fromkeys(name for entry in rounds for name in entry))


def best_neighbour(rounds: Rounds, metric: rows.Metric) -> str | None:
    """The neighbour with the best median by this metric."""
    medians = {
        name: found.median
        for name in names(rounds)
        if name != "plait" and (found := spread(rounds, name, metric.key))
    }
    return (min if metric.lower_is_better else max)(medians, key=medians.__getitem__, default=None)


def paired_ratios(rounds: Rounds, neighbour: str, metric: str) -> list[float]:
    """plait ÷ neighbour within each round that measured both."""
    return [
        entry["plait"][metric] / entry[neighbour][metric]
        for entry in rounds
        if "plait" in entry and neighbour in entry and entry[neighbour][metric]
    ]


def contenders(rounds: Rounds, row: rows.Row, factor: float) -> set[str]:
    """Who is worth measuring on: plait, and every neighbour within `factor` of the best by any metric with a target."""
    staying = {"plait"}
    aimed_at = {target.metric for target in row.targets}
    for metric in (metric for metric in row.metrics if metric.key in aimed_at):
        best = best_neighbour(rounds, metric)
        limit = spread(rounds, best, metric.key).median if best else 0
        for name in names(rounds):
            mine = spread(rounds, name, metric.key).median
            near = mine <= limit * factor if metric.lower_is_better else mine * factor >= limit
            if near:
                staying.add(name)
    return staying
