"""The table: medians over the rounds, and ratios to the C reference as medians of the ratios within each round."""

from collections import defaultdict
from statistics import median

COLUMNS = ["", "requests/s", "x C", "(spread)", "CPU us", "x C", "(spread)", "p50 us", "p99 us", "p99.9 us",
           "MiB", "syncs/request"]


class Results:
    """Runs that count, by condition, server and round."""

    def __init__(self):
        self.runs: dict[str, dict[str, dict[int, dict]]] = defaultdict(lambda: defaultdict(dict))

    def add(self, condition: str, server: str, round_number: int, run: dict) -> None:
        self.runs[condition][server][round_number] = run

    def median(self, condition: str, server: str, field: str) -> float | None:
        values = [run[field] for run in self.runs[condition][server].values() if run.get(field) is not None]
        return median(values) if values else None

    def ratios(self, condition: str, server: str, base: str, field: str) -> list[float]:
        mine, theirs = self.runs[condition][server], self.runs[condition][base]
        both = [number for number in mine if number in theirs and theirs[number].get(field)]
        return [mine[number][field] / theirs[number][field] for number in both if mine[number].get(field) is not None]


def figure(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def ratio(values: list[float]) -> list[str]:
    if not values:
        return ["-", ""]
    return [f"{median(values):.2f}", f"{min(values):.2f}-{max(values):.2f}"]


def rows_of_load(results: Results, condition: str, servers: list) -> list[list[str]]:
    def row(server):
        def middle(field, digits=0):
            return figure(results.median(condition, server.key, field), digits)
        return [server.title, middle("rate"), *ratio(results.ratios(condition, server.key, "reference", "rate")),
                middle("cpu_us", 2), *ratio(results.ratios(condition, server.key, "reference", "cpu_us")),
                middle("p50_us"), middle("p99_us"), middle("p999_us"),
                figure((results.median(condition, server.key, "resident_kib") or 0) / 1024, 1),
                middle("syncs_each", 4)]
    return [row(server) for server in servers if results.runs[condition][server.key]]


def text(rows: list[list[str]], headings: list[str]) -> str:
    """Groups are rows of one cell. The first column is text, the others are numbers."""
    full = [row for row in [headings, *rows] if len(row) > 1]
    widths = [max(len(row[column]) for row in full) for column in range(len(headings))]
    def line(row):
        if len(row) == 1:
            return f"\n{row[0]}"
        return "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                         for column, (cell, width) in enumerate(zip(row, widths))).rstrip()
    return "\n".join(line(row) for row in [headings, *rows])
