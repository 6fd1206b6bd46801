"""What is known of a danger between messages: where, what, and whether a relative writes."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from content.loader import Content
from content.schema import Category
from handlers.abroad import BORDER, HOME, at_sea, place_in
from handlers.patterns import Rules
from handlers.safety import SafetyVerdict
from handlers.turn import State

_KEPT = (Category.suicide, Category.minor)
_FAMILY = Rules(
    {
        "family": [
            "(con tôi|con tui|con trai|con gái|con em|con e|con mình|con chị|con dâu|con rể|"
            "con em trai|con em gái|em trai|em gái|em tôi|em tui|em họ|em mình|em ruột|anh trai|"
            "anh tôi|chị gái|chị tôi|cháu tôi|cháu gái|cháu trai|cháu nội|cháu ngoại|bạn em|"
            "bạn tôi|bạn tui|bạn mình|bạn thân|bạn gái em|bạn trai em|người thân|người nhà|"
            "chồng tôi|chồng em|chồng tui|vợ tôi|vợ em|chồng|vợ|mẹ tôi|ba tôi|bố tôi) ...4 "
            "(bị|ở|bên|kẹt|qua|sang|nhắn|mất liên lạc|mất tích|đi)",
            "(thả|cứu|tha|chuộc|tìm) (con|chồng|vợ|cháu|bạn) (tôi|em|tui|mình|e)",
            "(gửi|quay) ...3 (clip|video) ...2 (con|chồng|vợ|cháu)",
        ]
    },
    {
        "family": [
            "@^(em|e|tôi|tui|cháu|mình|tụi em|bọn em|chúng em|tụi tui) (đang|bị|cũng|vẫn|cùng|với|"
            "và|ở|kẹt|bên|không|ko|k)",
            "(của|với|cùng|bị|và) (con trai|con gái|em trai|em gái|chồng|vợ|bạn em|bạn trai)",
            "(chồng|vợ|em trai|anh trai|con trai|bạn trai) (tôi|em|tui|e|nó)? ...3 "
            "(đánh|nhốt|giam|đập|bán) (em|tôi|tui|e|con|mẹ)",
        ]
    },
)

# Only what cannot be said of a child or by a payer: "bắt em" also means "forces me to", and "cháu"
# or "con" may be whoever is held.
_OWN = Rules(
    {
        "own": [
            "(giữ|cầm|lấy|thu|tịch thu) ...2 (hộ chiếu|passport|giấy tờ|căn cước|cccd|cmnd|"
            "điện thoại|đt|visa) của? (em|e|tôi|tui|mình|tụi em|bọn em|chúng em|tụi tui)",
            "(nhốt|giam|trói) (em|e|tôi|tui|mình|tụi em|bọn em|chúng em|tụi tui)",
            "(thả|tha) (tôi|tui|mình|tụi em|bọn em|chúng em|tụi tui)",
            "^(em|e|tôi|tui|mình|tụi em|bọn em|tụi tui) (đang|bị|đang bị) (nó|họ|chúng|tụi nó)? "
            "(giữ|nhốt|giam|kẹt)",
        ]
    },
    {
        "own": [
            "(em|e) (bé|út|nhỏ|lớn|tôi|tui|mình|trai|gái|họ|ruột|dâu|rể|em|mày|ấy|nó|ta|hàng xóm|"
            "nhà|của|rồi)",
            "(nhốt|giam|trói|thả|tha) (tôi|tui|mình) (với|và|cùng)? (con|vợ|chồng)",
        ]
    },
)


@dataclass(frozen=True)
class Known:
    """`country` as in `handlers.abroad` (None: at home or not said); `category` of the rules;
    `own`: by this very message the writer is the one who is held."""

    country: str | None = None
    category: str | None = None
    sea: bool = False
    family: bool = False
    border: bool = False
    own: bool = False

    def moved(self, country: str | None) -> "Known":
        return replace(self, country=country, sea=self.sea and country is None, border=False)

    def of_family(self) -> "Known":
        return replace(self, family=True)


def recall(state: State) -> Known:
    """What earlier messages have told."""
    kept = state.memory.get("danger")
    if not isinstance(kept, dict):
        return Known()
    return Known(
        kept.get("country"),
        kept.get("category"),
        bool(kept.get("sea")),
        bool(kept.get("family")),
        bool(kept.get("border")),
    )


def remember(state: State, known: Known, now: datetime) -> None:
    """Keep it in `state.memory["danger"]` with the moment (`at`, ISO 8601); `own` is never kept,
    being of its message alone."""
    kept = asdict(known)
    del kept["own"]
    state.memory["danger"] = {**kept, "at": now.isoformat()}


def learn(
    content: Content,
    text: str,
    verdict: SafetyVerdict | None,
    before: Known,
    seen: str | None = None,
) -> Known:
    """`before` with what `text` says; `seen` is a country that the model has seen in it."""
    place = place_in(content, text) or seen
    known = before
    if place == HOME:
        known = known.moved(None)
    elif place == BORDER:
        known = known if known.country else replace(known, border=True)
    elif place is not None:
        known = known.moved(place)
    boat = verdict is not None and verdict.rule.startswith(("boat", "missing_sea"))
    if (boat or at_sea(text)) and known.country is None:
        known = replace(known, sea=True)
    if _FAMILY.names(text):
        known = known.of_family()
    own = not known.family and bool(_OWN.names(text))
    return replace(known, own=own, category=_category(verdict, before))


def _category(verdict: SafetyVerdict | None, before: Known) -> str | None:
    """A child, and the wish to die, stay when the next message speaks of something else."""
    if verdict is None or (before.category in _KEPT and verdict.category not in _KEPT):
        return before.category or Category.plea.value
    return verdict.category.value
