"""Where somebody in danger is, as far as the numbers to give depend on it."""

from handlers.patterns import Phrases

_AT = "(ở|bên|qua|sang|đi|tại|từ|trong|đang ở|o|wa)"
_PLACES = Phrases(
    {
        "myanmar": [
            "(myanmar|mianma|myama|miến điện|myawaddy|kk park|kkpark|shwe kokko|laukkaing)",
            f"{_AT} miến",
        ],
        "cambodia": [
            "(campuchia|cambodia|campu|cămpuchia|campuchea|bavet|bà vẹt|svay rieng|svayrieng|"
            "sihanouk|sihanoukville|phnom penh|phnompenh|pnompenh|nam vang|poipet|koh kong|"
            "chrey thom|krong bavet|takeo|kandal)",
            f"{_AT} (cam|k|miên)",
        ],
        "laos": ["(tam giác vàng|bokeo|bò kẹo|vientiane|viêng chăn|savannakhet)", f"{_AT} lào"],
        "thailand": ["(thái lan|thailand|bangkok|mae sot|băng cốc)", f"{_AT} thái"],
        "philippines": ["(philippines|philippin|philipin|phi lip pin|manila|pasay)", f"{_AT} phi"],
        "china": [
            "(trung quốc|china|quảng đông|quảng tây|vân nam|hồ nam|bằng tường|thâm quyến|"
            "quảng châu|phúc kiến)",
            f"{_AT} (tq|trung|tàu)",
        ],
        "other": [
            "(malaysia|mã lai|đài loan|taiwan|hàn quốc|nhật bản|ả rập|saudi|dubai|indonesia|"
            "singapore|nước ngoài|xứ người|bên nước bạn|ma cao|macau|hồng kông)",
            f"{_AT} (nhật|hàn|nga|anh|đức|ba lan|đài|mã|mỹ|pháp|úc|sin)",
            "{khong} về (nước|việt nam|vn) {duoc}",
        ],
    }
)


def country_in(text: str) -> str | None:
    """The first place abroad that `text` names (`myanmar`, `cambodia`, … `other`), or None."""
    found = _PLACES.find(text)
    return min(found, key=lambda name: min(place.first for place in found[name]), default=None)


_SEA = Phrases(
    {
        "sea": [
            "(tàu cá|ghe cá|chủ tàu|chủ ghe|tài công|thuyền trưởng|vô bờ|vào bờ|lên bờ|cập bờ)",
            "(trên|dưới|xuống|ngoài) (tàu|ghe|thuyền|biển|khơi)",
        ]
    }
)


def at_sea(text: str) -> bool:
    """Whether `text` speaks of a fishing boat or the sea."""
    return bool(_SEA.find(text))
