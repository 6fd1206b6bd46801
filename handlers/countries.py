"""Names of countries and towns abroad as people type them; and names of ours that look like them.

`LONG` names stand for themselves, `SHORT` ones are also words, people or halves of our own
places: `handlers/abroad.py` says when they count.
"""

from collections.abc import Mapping, Sequence

# ISO 3166 codes of the countries that have numbers of their own in the replies.
PLACE_OF_CODE: Mapping[str, str] = {
    "MM": "myanmar",
    "KH": "cambodia",
    "LA": "laos",
    "TH": "thailand",
    "PH": "philippines",
    "CN": "china",
}

LONG: Mapping[str, Sequence[str]] = {
    "myanmar": [
        "(myanmar|myanma|mianma|mianmar|miama|mian ma|myama|miến điện|myawaddy|miawady|kk park|"
        "kkpark|shwe kokko|laukkaing|laukkai|kokang|lashio|tachileik|yangon)"
    ],
    "cambodia": [
        "(campuchia|cambodia|campu|cam pu chia|cam pu|cămpuchia|căm pu chia|campuchea|kampuchia|"
        "kampuchea|capuchia|cam bốt|bavet|ba vét|bà vẹt|svay rieng|svayrieng|sihanouk|sihanuk|"
        "sihanuc|xihanuc|sihanoukville|phnom penh|phnompenh|pnompenh|nam vang|poipet|koh kong|"
        "kampot|chrey thom|krong bavet|takeo|kandal|siem reap)"
    ],
    "laos": [
        "(tam giác vàng|bokeo|bò kẹo|boten|vientiane|viêng chăn|savannakhet|sa vẳn na khẹt|pakse|"
        "champasak|attapeu|nước lào|laos)"
    ],
    "thailand": ["(thái lan|thailand|thai land|bangkok|mae sot|maesot|băng cốc|pattaya|phuket)"],
    "philippines": [
        "(philippines|philippine|philippin|philipin|philipine|philipines|filipin|philipphin|"
        "phi lip pin|phi líp pin|phi luật tân|manila|pasay|pogo|cebu)"
    ],
    "china": [
        "(trung quốc|trung cuốc|trung quoc|trung hoa đại lục|china|quảng đông|quảng tây|vân nam|"
        "hồ nam|bằng tường|thâm quyến|quảng châu|phúc kiến|thượng hải|côn minh|"
        "chiết giang|tứ xuyên|tq)"
    ],
    "other": [
        "(malaysia|malai|malay|mã lai|đài loan|taiwan|đài bắc|cao hùng|hàn quốc|nam hàn|korea|"
        "seoul|busan|nhật bản|japan|tokyo|osaka|ả rập|arab|saudi|dubai|qatar|kuwait|indonesia|"
        "indo|jakarta|batam|singapore|sing ga po|nước ngoài|xứ người|bên nước bạn|ma cao|macau|"
        "hồng kông|hong kong|hongkong|liên bang nga|nước nga|mát xcơ va|matxcova|rumani|romania|"
        "hungary|berlin|nước đức|anh quốc|nước anh|london|hoa kỳ|nước mỹ|usa|california|"
        "australia|nước úc|sydney|canada|châu âu|châu phi|trung đông|thổ nhĩ kỳ|ấn độ|brunei|"
        "israel|bên kia biên giới)"
    ],
}

SHORT: Mapping[str, Sequence[str]] = {
    "myanmar": ["(miến|mien dien)"],
    "cambodia": ["(cam|k|miên)"],
    "laos": ["lào"],
    "thailand": ["thái"],
    "philippines": ["phi"],
    "china": ["(trung|tàu)"],
    "other": ["(nhật|hàn|nga|anh|đức|ba lan|đài|mã|mỹ|pháp|úc|sin|sing)"],
}

_ORDINARY = (
    "bị|bj|họ|nó|tụi|bọn|chúng|không|ko|kg|hok|kh|làm|lam|rồi|r|về|mấy|đang|đag|giờ|cứu|giúp|cầu|"
    "được|đc|dc|mà|nhưng|và|với|vs|thì|là|nhắn|gọi|đánh|nhốt|giam|giữ|bắt|ép|bán|lừa|đòi|mất|từ|"
    "tới|cũng|chưa|hơn|nè|nek|này|nay|ạ|nha|nhé|hả|sợ|muốn|cho|để|xong|qua|theo|bằng|hoài|suốt|"
    "nói|xin|kêu|gửi|sống|chết|đau|khổ|lấy|bỏ|trốn|chạy|thoát|đi|ở|em|e|tôi|tui|con|cháu|chủ|"
    "công|cty|ct|lúc|khi|hôm|trong|ngoài|gần|có|còn|vẫn|sao|nên|vì|do|bây|gọi|nhờ|đã|vừa|mới|vn|"
    "người|ng|thu|khóa|hai|ba|bốn|nhiều|một|chích|rất|lâu|liên|biệt|chồng|vợ|hẹn|"
    "mổ|gặp|du|chơi|học|lao|buôn"
).split("|")
_AFTER_NAMES = (
    "khóa|trồng|giữ|lừa|bị|bj|họ|nó|tụi|bọn|không|ko|làm|lam|rồi|r|đang|giờ|cứu|mà|nhưng|thì|nhắn|giam|nhốt|mất"
).split("|")
_AFTER_K = (
    "bị|bj|họ|nó|tụi|bọn|chúng|làm|rồi|r|đang|giờ|cứu|mà|nhưng|nhốt|giam|đánh|không|ko|kêu|nè"
).split("|")

# What may follow a short name; "" for all that are not named (by the folded syllable).
AFTER_SHORT: Mapping[str, Sequence[str]] = {
    "": _ORDINARY,
    "anh": _AFTER_NAMES,
    "trung": [*_AFTER_NAMES, "lấy", "bán", "về", "cho", "em", "được", "chưa", "đòi"],
    "duc": [*_AFTER_NAMES, "về", "em"],
    "nga": [*_AFTER_NAMES, "về", "em", "lao"],
    "phi": [*_AFTER_NAMES, "về", "em", "bán", "đánh", "đòi"],
    "dai": [*_AFTER_NAMES, "về", "em", "lấy", "bán", "đánh"],
    "phap": [*_AFTER_NAMES, "về", "em"],
    "ma": ["bị", "họ", "nó", "làm", "không", "ko", "rồi", "cứu"],
    "sin": _AFTER_NAMES,
    "k": _AFTER_K,
    "tau": [*_AFTER_NAMES, "đánh", "bán", "về", "lấy", "giữ", "bắt"],
}

# Towns and districts of ours that begin with such a name; with those of content/data/provinces.yml
# they win where they stand. Most others are kept apart by what may follow a short name.
HOME_TOWNS: Sequence[str] = (
    "(lào cai|lao bảo|thái nguyên|thái bình|thái hòa|thái thụy|thái hà|thái thịnh|thái học)",
    "(mỹ tho|mỹ đình|mỹ xuân|mỹ phước|mỹ hào|mỹ lộc|mỹ đức|mỹ an|mỹ khê|mỹ lâm|mỹ thủy|mỹ hòa|"
    "mỹ thạnh|mỹ xuyên|mỹ tú|mỹ sơn|phú mỹ|phù mỹ|thuận mỹ|cần giuộc)",
    "(cam ranh|cam lâm|cam lộ|cam đức|cam đường|cam thanh|cam hải|cam nghĩa|cam phúc)",
    "(đức trọng|đức hòa|đức huệ|đức linh|đức thọ|đức phổ|đức cơ|đức giang|đức thắng|đức tài|"
    "hoài đức|mộ đức|thủ đức|châu đức)",
    "(anh sơn|kỳ anh|đông anh|nga sơn|nga bảy|nga năm|ngã bảy|ngã năm|trung văn|trung hòa|"
    "trung kính|trung sơn|trung lương|trung mỹ tây|trung tâm|trung chánh|trung tự|trung liệt)",
    "(đài tư|hàn thuyên|hàn mặc tử|nhật tân|nhật tảo|pháp vân|phi nôm|miến thượng|mã lò|mã mây|"
    "sin suối hồ|sìn hồ|sin hồ|vân canh|tân châu|gò đen)",
    "(an giang|hà khẩu|lao chải|đồng nai|bến cát|trảng bàng|tràng bom|bàu bàng|hòa thành)",
    "(quận #|q#|bình tân|bình chánh|tân bình|tân phú|bình thạnh|nhà bè|cần giờ|cầu giấy|hà đông|"
    "long biên|gia lâm|thanh xuân|hoàng mai|nam từ liêm|đống đa|hai bà trưng)",
)
