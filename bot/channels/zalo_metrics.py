"""Counters of the Zalo channel; labels come from fixed lists, never from an event."""

from prometheus_client import Counter, Gauge

EVENTS = Counter("lachan_zalo_events_total", "Verified events of Zalo", ["kind"])
FORGED = Counter("lachan_zalo_forged_total", "Events whose signature does not fit")
LATE = Counter("lachan_zalo_late_total", "Events answered before they were stored")
LATE_WAITING = Gauge("lachan_zalo_late_waiting", "Events that wait in memory to be stored")
LOST = Counter("lachan_zalo_lost_total", "Events given up: Zalo does not bring them again")
ANSWERS = Counter("lachan_zalo_answers_total", "What became of requests to Zalo", ["reason"])
LOGIN_NEEDED = Gauge("lachan_zalo_login_needed", "1: no token pair that works")
TOKEN_AGE = Gauge("lachan_zalo_token_age_seconds", "Since the token pair was last renewed")
TOKEN_ALERT = Gauge("lachan_zalo_token_alert", "1 after 60 days without a renewal (dead at 90)")
