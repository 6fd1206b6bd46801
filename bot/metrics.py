"""Counters for operators; no label ever holds a person's words or identity."""

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("lachan_turns_total", "Turns answered", ["channel", "intent", "priority"])
POISON = Counter("lachan_set_aside_total", "Messages set aside after failing three times")
REFUSED = Counter("lachan_refused_total", "Requests refused at the door", ["reason"])
LIMITED = Counter("lachan_limited_total", "Messages that got no turn, and why", ["limit"])
CHALLENGED = Counter("lachan_challenged_total", "Web messages asked for a proof of work")
EMERGENCY = Counter("lachan_emergency_total", "Danger answered without the database")
TIDIED = Gauge("lachan_tidied_at_seconds", "When housekeeping last finished a round")
NLU_UP = Gauge("lachan_nlu_up", "1 while an NLU process answers", ["process"])
NLU_CACHE = Counter("lachan_nlu_cache_total", "Texts looked up among recent results", ["found"])
NLU_RETRIES = Counter("lachan_nlu_retries_total", "Texts asked again, and why", ["reason"])
DATABASE_UP = Gauge("lachan_database_up", "1 while the database answers")
WAIT = Histogram(
    "lachan_web_reply_seconds",
    "From a web message to its reply",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SENT = Counter("lachan_sent_total", "Requests to platforms", ["channel", "outcome"])
MOVED_SLOTS = Counter("lachan_moved_slots_total", "Sends that missed their slot and took another")
DIRECT = Counter("lachan_direct_total", "Numbers sent past the database", ["outcome"])
WAITING = Gauge("lachan_oldest_waiting_seconds", "Age of the oldest row that is due", ["queue"])
