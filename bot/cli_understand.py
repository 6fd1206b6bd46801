"""`lachan understand --jsonl`: measures understanding from outside, line by line."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any, TextIO

import aiohttp

from bot.product import http_nlu
from bot.understanding import Understander
from content.loader import load
from handlers.safety import SafetyRules
from store.settings import Settings
from store.text import clean

AT_ONCE = 16


async def understand(settings: Settings, lines: Iterable[str], out: TextIO) -> None:
    """For each `{"id","text"}` line one `{"id","intent","confidence","priority","rule"}`."""
    rules = SafetyRules(load().safety)
    patient = settings.model_copy(update={"nlu_timeout": 10.0})
    async with aiohttp.ClientSession() as session:
        understander = Understander(rules, http_nlu(patient, session))
        batch: list[str] = []
        for line in lines:
            if line.strip():
                batch.append(line)
            if len(batch) == AT_ONCE:
                await _write(understander, batch, out)
                batch = []
        await _write(understander, batch, out)


async def _write(understander: Understander, batch: list[str], out: TextIO) -> None:
    for answer in await asyncio.gather(*(_one(understander, line) for line in batch)):
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    out.flush()


async def _one(understander: Understander, line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
        name, text = item.get("id"), item["text"]
        if not isinstance(text, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"id": None, "error": 'a line must be {"id": …, "text": "…"}'}
    understood = await understander.read(clean(text))
    return {
        "id": name,
        "intent": understood.intent,
        "confidence": round(understood.confidence, 4),
        "priority": str(understood.priority),
        "rule": understood.rule,
        **({} if understood.by_model else {"model": False}),
    }
