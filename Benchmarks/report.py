"""docs/performance.md, between its two markers: the table of targets, then one table per row with all who ran."""

from __future__ import annotations

import json

import figures
import rows
import servers

PAGE = servers.ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
MISSING = "–"


def number(value: float, metric: rows.Metric) -> str:
    return f"{value:,.{metric.digits}f}" + (f" {metric.unit}" if metric.unit else "")


def metric_of(row: rows.Row, key: str) -> rows.Metric:
    return next(metric for metric in row.metrics if metric.key == key)


def met(value: float, bound: float, metric: rows.Metric) -> bool:
    return value <= bound if metric.lower_is_better else value >= bound


def wanted(target: rows.Target, metric: rows.Metric) -> str:
    sign = "≤" if metric.lower_is_better else "≥"
    unit = f" {metric.unit}".rstrip() if target.absolute else " ×"
    stretch = f" (stretch {target.stretch:g})" if target.stretch is not None else ""
    return f"{metric.label} {sign} {target.bound:g}{unit}{stretch}"


def verdict(value: float, target: rows.Target, metric: rows.Metric) -> str:
    if not met(value, target.bound, metric):
        return "missed"
    reached = target.stretch is not None and met(value, target.stretch, metric)
    return "met, stretch too" if reached else "met"


def target_line(row: rows.Row, target: rows.Target, rounds: figures.Rounds) -> str:
    metric = metric_of(row, target.metric)
    best = figures.best_neighbour(rounds, metric)
    neighbour = figures.spread(rounds, best, metric.key) if best else None
    mine = figures.spread(rounds, "plait", metric.key)
    ratios = figures.paired_ratios(rounds, best, metric.key) if best else []
    ratio = figures.Spread.of(ratios) if ratios else None
    judged = mine if target.absolute else ratio
    cells = [
        row.title,
        wanted(target, metric),
        number(mine.median, metric) if mine else MISSING,
        f"{best} {number(neighbour.median, metric)}" if neighbour else MISSING,
        f"{ratio.median:.2f} ({ratio.lower:.2f}–{ratio.upper:.2f})" if ratio else MISSING,
        verdict(judged.median, target, metric) if judged else "not measured",
    ]
    return "| " + " | ".join(cells) + " |"


def target_table(results: dict[str, dict]) -> str:
    lines = ["| work | target | plait | best neighbour | plait ÷ neighbour (quartiles) | |", "|---|---|---|---|---|---|"]
    for row in rows.ALL:
        rounds = results.get(row.key, {}).get("rounds", [])
        lines += [target_line(row, target, rounds) for target in row.targets]
    return "\n".join(lines)


def section(row: rows.Row, result: dict) -> str:
    """One row with every server that ran: medians, quartiles in brackets."""
    rounds = result["rounds"]
    lines = [
        f"### {row.title[0].upper()}{row.title[1:]}",
        "",
        "| server | rounds | " + " | ".join(metric.label for metric in row.metrics) + " |",
        "|---|---|" + "---|" * len(row.metrics),
    ]
    for name in ordered(row, rounds):
        count = len(figures.values(rounds, name, row.metrics[0].key))
        cells = [cell(figures.spread(rounds, name, metric.key), metric) for metric in row.metrics]
        lines.append(f"| {name} | {count} | " + " | ".join(cells) + " |")
    lines += [""] + [f"{name} was not measured: {why}." for name, why in result["failures"].items()]
    lines += [f"{text}" for text in remarks(row.key)]
    return "\n".join(lines).rstrip() + "\n"


def ordered(row: rows.Row, rounds: figures.Rounds) -> list[str]:
    """Best first by the metric of the row's first target."""
    metric = metric_of(row, row.targets[0].metric)
    known = {name: figures.spread(rounds, name, metric.key).median for name in figures.names(rounds)}
    return sorted(known, key=known.__getitem__, reverse=not metric.lower_is_better)


def cell(spread: figures.Spread, metric: rows.Metric) -> str:
    unit = f" {metric.unit}" if metric.unit else ""
    low, middle, high = (f"{value:,.{metric.digits}f}" for value in (spread.lower, spread.median, spread.upper))
    return f"{middle}{unit} ({low}–{high})"


def remarks(key: str) -> list[str]:
    lines = (servers.HERE / "remarks.txt").read_text().splitlines()
    return [text.strip() for line in lines if line.startswith(f"{key} ") for text in [line.partition(":")[2]]]


def provenance(results: dict[str, dict]) -> str:
    latest = max(results.values(), key=lambda result: result["date"])
    machine = ", ".join(latest["machine"].values())
    versions = ", ".join(f"{name} {version}" for name, version in latest["versions"].items())
    return f"Measured {latest['date']} on {machine}.\n\nVersions: {versions}."


def write() -> None:
    results = {}
    for path in sorted((servers.HERE / "results").glob("*.json")):
        result = json.loads(path.read_text())
        results[result["row"]] = result
    if not results:
        return
    tables = [section(row, results[row.key]) for row in rows.ALL if row.key in results]
    text = "\n\n".join([BEGIN, provenance(results), target_table(results), *tables, END])
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + text + rest.partition(END)[2])
