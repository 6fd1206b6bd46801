"""Which module serves which intent; a service's name is its module's name."""

from collections.abc import Mapping

from handlers import (
    awareness,
    danger,
    follow_up,
    hotline,
    human,
    job_offer,
    law,
    menu,
    out_of_scope,
    quiz,
    report,
    scam_check,
    small_talk,
    support,
)
from handlers.turn import Handler

SERVICES: Mapping[str, Handler] = {
    "awareness": awareness.handle,
    "danger": danger.handle,
    "follow_up": follow_up.handle,
    "hotline": hotline.handle,
    "human": human.handle,
    "job_offer": job_offer.handle,
    "law": law.handle,
    "menu": menu.handle,
    "out_of_scope": out_of_scope.handle,
    "quiz": quiz.handle,
    "report": report.handle,
    "scam_check": scam_check.handle,
    "small_talk": small_talk.handle,
    "support": support.handle,
}

SERVICE_OF_INTENT: Mapping[str, str] = {
    "danger_now": "danger",
    "report_trafficking": "report",
    "report_scam": "report",
    "check_scam": "scam_check",
    "job_offer": "job_offer",
    "victim_support": "support",
    "ask_law": "law",
    "ask_prevention": "awareness",
    "hotline": "hotline",
    "quiz": "quiz",
    "follow_up": "follow_up",
    "human": "human",
    "greet": "small_talk",
    "thanks": "small_talk",
    "goodbye": "small_talk",
    "affirm": "small_talk",
    "deny": "small_talk",
    "out_of_scope": "out_of_scope",
}

INTENT_OF_SERVICE: Mapping[str, str] = {
    "menu": "greet",
    **{service: intent for intent, service in reversed(list(SERVICE_OF_INTENT.items()))},
}
