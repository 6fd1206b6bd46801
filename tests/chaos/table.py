"""What a run found, as a table for people."""

from collections import Counter

from tests.chaos.run import Outcome

STATES = {0: "due", 1: "sending", 2: "sent", 3: "failed", 4: "unknown"}


def table(outcome: Outcome) -> str:
    verdict, books, storm = outcome.verdict, outcome.books, outcome.storm
    seconds = sorted(outcome.street.seconds) or [0.0]
    rows = [
        ("seed", outcome.plan.seed),
        ("messages", outcome.plan.messages),
        ("seconds, messages a second", _both(outcome.seconds, outcome.plan.messages)),
        ("killed and restarted", _counts(storm.did)),
        ("seconds without a database", ", ".join(f"{s:.1f}" for s in storm.away)),
        ("faults of the platforms", f"{storm.faults.total()} ({_counts(storm.faults)})"),
        (
            "Zalo deliveries: slowest, not answered 200",
            f"{seconds[-1]:.2f} s, {outcome.street.unheard}",
        ),
        ("messages by state (1: done, 2: poison)", books.inbox),
        ("turns tried again", books.retried_turns),
        ("finished out of order", books.disorder),
        ("reports kept", books.reports),
        ("replies by state", {STATES[s]: n for s, n in sorted(books.outbox.items())}),
        ("replies that people were to get", verdict.replies),
        ("… never got", len(verdict.lost)),
        ("… got that nobody was to get", len(verdict.strange)),
        ("… got in another order (people)", len(verdict.disordered)),
        ("extra copies: the platform's answer was lost", verdict.extra["answer_lost"]),
        ("extra copies: sender killed before its note", verdict.extra["killed"]),
        ("… of these on their way when it died", verdict.extra["on_the_way"]),
        ("danger answered at once as well (Zalo)", verdict.extra["direct"]),
        ("extra copies without a cause", len(verdict.doubled)),
        ("stuck rows", outcome.stuck),
        ("rows with a text or address left", books.left),
        ("verdict", "nothing lost, nothing doubled" if outcome.good else "FAULTS"),
    ]
    lines = [f"| {name} | {value} |" for name, value in rows]
    faults = [*verdict.lost, *verdict.strange, *verdict.disordered, *verdict.doubled]
    return "\n".join(["| what | found |", "| --- | --- |", *lines, *faults[:20]])


def _both(seconds: float, messages: int) -> str:
    return f"{seconds:.0f}, {messages / seconds:.0f}"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))
