"""Words that stand for each other in phrases; written with marks, as `handlers/patterns.py` asks.

A macro is one slot: `(a|b c|{other})`. People words lean to recall (`nó` may be the one who hurts
or the one who is hurt); what must not match is said in a rule's `unless`.
"""

from collections.abc import Mapping

_UNDER_18 = tuple(range(1, 18))
_AGES = "|".join(f"{n} tuổi|{n} t|{n} tủi|{n}t|{n}tuổi|{n}tủi|{n} tuoi|{n}ts" for n in _UNDER_18)
_WORD_AGES = "|".join(
    f"{word} tuổi"
    for word in (
        "tám|chín|mười|mười một|mười hai|mười ba|mười bốn|mười lăm|mười sáu|mười bảy|mười bẩy"
    ).split("|")
)
_GRADES = "|".join(f"lớp {n}|lop {n}" for n in range(1, 12))
_BIRTH_YEARS = "|".join(f"2k{n}" for n in range(9, 20))

MACROS: Mapping[str, str] = {
    # small words
    "khong": "(không|ko|k|kh|khong|hok|hong|hông|hổng|hem|khum|khỏi|chưa|chẳng|kg|hk|ko|0|hok|"
    "!chả|!đâu|!ứ|!nỏ|!chớ)",
    "bi": "(bị|bj|bi|pị)",
    "duoc": "(được|đc|dc|đx|dk|đươc|đượt|dược|đặng)",
    "voi": "(với|vs|vơi|vớii|dới|vói|zới|v)",
    "nguoi": "(người|ng|ngừi|nguoi)",
    "dang": "(đang|đag|dg|đg)",
    "moi": "(mới|ms)",
    "dien_thoai": "(điện thoại|đt|dt|đthoai|dthoai|đ thoại|sim|máy)",
    "giay_to": "(giấy tờ|cccd|cmnd|căn cước|căn cước công dân|chứng minh|chứng minh nhân dân|"
    "hộ chiếu|passport|pasport|hc|giấy tờ tùy thân|bằng lái|visa)",
    # people
    "em": "(em|e|con|cháu|tôi|tui|mình|mk|chị|anh|tao|t|bạn|bé|nó|họ|chúng em|tụi em|bọn em)",
    "toi": "(em|e|con|cháu|tôi|tui|toi|mình|mk|chị|anh|tao|tau|t|choa|mẹ|má|bố|ba|bầm|u|ông|bà|"
    "cô|chú|bé|nó|chúng em|chúng tôi|chúng con|chúng cháu|chúng mình|tụi em|tụi tui|tụi tôi|"
    "tụi con|tụi mình|bọn em|bọn tôi|bọn mình|bọn cháu|tụi e|bọn e|mấy đứa|mấy chị em|con tôi|"
    "người nhà|vợ|chồng|vk|ck|bạn em|bạn tôi|bạn mình)",
    "nguoi_than": "(con|con trai|con gái|con tôi|con em|con mình|con tui|con chị|con bé|con tao|"
    "cháu|cháu gái|cháu trai|cháu tôi|em trai|em gái|em tôi|em tui|em mình|em họ|e trai|e gái|"
    "anh trai|anh tôi|chị gái|chị tôi|chị em|chồng|chồng em|chồng tôi|chồng con|ck|ck e|vợ|"
    "vợ tôi|vợ em|vk|mẹ|má|mẹ em|ba em|bố em|bạn gái em|bạn trai em|bạn thân em|bạn thân|bạn em|"
    "bạn tôi|ny em|người yêu em|người yêu tôi|ny e|bạn e|con e|chị e|a e|anh em tôi|bé|bé nhà|"
    "thằng bé|thằng con|đứa con|đứa em|đứa cháu|thằng em|con em gái|con nhỏ|học sinh của tôi|"
    "học trò|anh ấy|chị ấy|ảnh|con dâu|dì em|cậu em|ba tôi|bố tôi|bạn tui|học trò tôi)",
    "ho": "(họ|nó|chúng|chúng nó|chúng nớ|tụi nó|bọn nó|bọn họ|tụi|bọn|bọn chúng|hắn|hấn|ổng|bả|"
    "lão|mụ|thằng|chủ|ông chủ|bà chủ|chủ quán|chủ tàu|chủ ghe|chủ nhà|chủ nợ|chủ lò|tài công|"
    "sếp|quản lý|quản lí|tổ trưởng|bảo vệ|cai|công ty|cty|ct|bọn cò|môi giới|cò|má mì|tú bà|"
    "người ta|ngta|nta|ng ta|người trung quốc|tàu khựa|bên đó|bên này|tụi trung quốc|bọn tàu|"
    "bọn trung|dượng|cha dượng|ba dượng|bố dượng|chồng|ck|nhà chồng|ba chồng|mẹ chồng)",
    "hai": "(đánh|đập|đánh đập|đánh đấm|tra tấn|hành hạ|bóp cổ|đạp đầu|bạo hành|đấm đá|tẩn|uýnh|"
    "oánh|oýnh|đục|quánh)",
    "tre": "(bé|em bé|cháu bé|đứa bé|đứa trẻ|đứa nhỏ|thằng bé|thằng nhỏ|con nhỏ|bé gái|bé trai|"
    "trẻ em|trẻ con|con nít|mấy đứa nhỏ|mấy đứa trẻ|mấy cháu|mấy bé|mấy em nhỏ|các cháu|trẻ|"
    "học sinh|trẻ vị thành niên|em nhỏ|cháu nhỏ|trẻ nhỏ|tụi nhỏ)",
    "tuoi_nho": f"({_AGES}|{_WORD_AGES}|{_GRADES}|{_BIRTH_YEARS}|chưa đủ 18|chưa đủ 16|"
    "chưa tới 18|chưa 18|dưới 18|dưới 16|vị thành niên|chưa đủ tuổi)",
    # places
    "campuchia": "(campuchia|cam|cambodia|campot|bavet|bà vẹt|svay rieng|sihanouk|sihanoukville|k|"
    "pnompenh|phnom penh)",
    "khu": "(campuchia|cambodia|campu|cămpuchia|campuchea|bavet|bà vẹt|ba vẹt|svay rieng|"
    "svayrieng|sihanouk|sihanoukville|sihanuc|xihanuc|phnom penh|phnompenh|pnompenh|nam vang|"
    "poipet|koh kong|kampot|chrey thom|miến điện|myanmar|mianma|myama|miến|myawaddy|kk park|"
    "kkpark|"
    "lào|bokeo|bò kẹo|tam giác vàng|đặc khu|casino|casio|sòng bạc|sòng bài|mộc bài|"
    "philippines|philippin|phi lip pin|dubai|khu lừa đảo|khu tự trị|bên cam|ở cam|qua cam|"
    "sang cam|bên k|ở k|qua k|sang k|bên mien|bên miên)",
    "nuoc_ngoai": "({khu}|trung quốc|tq|bên trung|bên tàu|thái|thái lan|malaysia|mã lai|đài loan|"
    "nước ngoài|nga|hàn quốc|nhật|ả rập|dubai|indonesia|nước bạn|bên kia biên giới)",
    "bien_gioi": "(biên giới|cửa khẩu|bên kia biên giới|qua bên kia|đường mòn|tiểu ngạch|"
    "đường rừng|đường biên|mộc bài|móng cái|{khu}|trung quốc|tq|bên trung|qua trung|sang trung|"
    "thái|thái lan|bên kia|bên nớ|!bển)",
    # money
    "chuyenkhoan": "(chuyển khoản|ck|chuyển tiền|bắn tiền|gửi tiền|nạp tiền|đóng tiền|nộp tiền)",
    "tien": "(triệu|tr|củ|chai|nghìn đô|ngàn đô|nghìn|ngàn|đô|usd|tệ|ndt|trieu|đồng|vnđ|vnd|lít|"
    "tỷ|tỉ|k usd)",
    "ngan_hang": "(ngân hàng|vietcombank|vcb|vcbdigibank|bidv|agribank|techcombank|tcb|mbbank|"
    "mb bank|sacombank|vietinbank|vpbank|tpbank|acb|vib|shb|hdbank|momo|zalopay)",
    # what takes the danger out of the words
    "chuyen_ke": "(xem phim|coi phim|trong phim|bộ phim|tập phim|tên phim|cảnh phim|review phim|"
    "phim hàn|phim kinh dị|phim ma|phim hành động|phim trung|phim mỹ|phim việt|phim này|phim đó|"
    "phim có|cái phim|hết phim|phim hoạt hình|truyện tranh|trong truyện|đọc truyện|viết truyện|"
    "bộ truyện|cuốn truyện|truyện ngắn|truyện kiều|truyện này|tiểu thuyết|nhân vật|kịch bản|"
    "trong game|game kinh dị|game này|con boss|con trùm|liên quân|free fire|ff|pubg|minecraft|"
    "roblox|genshin|lmht|lời bài hát|bài hát|bài văn|đề văn|anime|manga|vở kịch|diễn kịch|"
    "nằm mơ|giấc mơ|mơ thấy|chiêm bao|tấm cám|cổ tích|cuốn sách|bản nhạc|chị dậu|chí phèo|"
    "netflix|phim gì|nữ chính|nam chính|ngôn tình|tổng tài|npc|quest|boss cuối|thủ môn|vòng cấm|"
    "friendzone|trong tim|chiếu rạp|kkk|kkkk|haha|hahaha|cười bò|cười vỡ bụng|cười xỉu|cười ẻ|"
    "taken|vai diễn|đóng vai|sân khấu|cosplay|escape room|!đội tui|!đội mình|!nhà ma)",
    "tin_tuc": "(đọc báo|trên báo|báo đăng|thời sự|trên tivi|trên tv|bản tin|nghe đài|phóng sự|"
    "vụ án|bài báo|đọc được tin|báo mạng|vtv|báo tuổi trẻ|báo thanh niên|xem tin tức|"
    "đọc tin tức|trên tin tức|vụ việc ở|vụ trên báo|coi tin tức|đọc tin thấy|!báo nói)",
    "hoi_luat": "(phạt bao nhiêu|xử phạt|bị phạt gì|phạt mấy năm|mấy năm tù|bao nhiêu năm tù|"
    "điều luật|luật quy định|bộ luật|luật hình sự|theo luật|điều mấy|điều bao nhiêu|"
    "khung hình phạt|mức phạt|hình phạt|đi tù bao lâu|cấu thành|tội giam|tội bắt cóc|"
    "tội mua bán|tội giữ người|tội cưỡng|tội hiếp|tội nhốt|là tội gì|thì tội gì|bị tội gì|"
    "phạm tội gì không|có phạm luật|có vi phạm|xử lý hình sự|luật phạt|pháp luật|đi tù không|"
    "đi tù ko|xử lý thế nào|xử lý ra sao|luật mới|luật có|luật việt|luật xử|trong luật|thì luật|"
    "luật sao|luật nào|luật gì|luật nói|hỏi luật|điều khoản|đồng phạm|định tội|tội danh|"
    "bị coi là|có phải là mua bán|ra tòa|ra toà|tòa có|nghi phạm|đúng luật|trái luật|điều 150|"
    "điều 151|có tội không|có tội ko|có tội hông|quy định thế nào|quy định sao|quy định ra sao|"
    "quy định nào|quy định gì|quy định ghi|trách nhiệm hình sự|luật hình sự|nạn nhân hay|"
    "là nạn nhân không|coi là nạn nhân|được coi là|có !tội k|nó có !tội)",
    "hoc": "(thuyết trình|làm bài tập|bài tập về|soạn bài|tuyên truyền|tiểu luận|luận văn|"
    "khảo sát|trắc nghiệm|dấu hiệu|làm sao biết|làm sao để biết|làm thế nào để biết|phòng tránh|"
    "cách nhận biết|nhận biết|ví dụ|đề tài|nghiên cứu|phòng ngừa|phòng chống|hội thảo|bài giảng|"
    "trò chơi|dạy các em|cách tránh|cảnh báo sao|chia sẻ kinh nghiệm|kinh nghiệm tránh|!chủ đề|"
    "!giả sử|!dặn con|!nhắc con|!dạy con|!dạy học sinh)",
    "hoi": "(sao|làm sao|làm gì|gọi ai|gọi số|gọi đâu|báo ai|báo cho ai|phải|nên|xử lý|cần|"
    "liên hệ|kêu ai|nhờ ai|có số|có được|gọi|báo)",
    "neu": "(nếu|nếu như|nhỡ|giả sử|giả dụ|trường hợp|chẳng may|không may|lỡ mà|lỡ như|"
    "ai mà|người nào|những ai|khi nào)",
    "da_ve": "(được giải cứu|được cứu về|cứu về rồi|cứu ra rồi|cứu được rồi|giờ về rồi|"
    "nay về rồi|h về rồi|h về r|về nước rồi|về vn rồi|về việt nam rồi|về tới nhà|về được rồi|"
    "về đc rồi|về dc rồi|thoát rồi|thoát được rồi|thoát ra rồi|mới trốn về|đã trốn về|"
    "vừa trốn về|trốn được rồi|trốn thoát rồi|trốn ra rồi|đã về nước|đã về vn|mới về nước|"
    "vừa về nước|mới được về|được về rồi|được thả rồi|thả ra rồi|thả về rồi|an toàn rồi|"
    "tìm thấy rồi|tìm được rồi|ổn rồi|thoát r|về nước r|kiếm được rồi|giờ em về rồi|"
    "nay em về rồi|giờ con về rồi|giờ tôi về rồi|giờ tui về rồi|h em về rồi|giờ về nhà rồi|"
    "về đến nhà rồi|về tới nhà rồi|em về quê rồi|giờ em về nhà rồi|giờ con về nhà rồi|"
    "giờ em đã về nhà|em về nhà an toàn rồi|con về nhà an toàn rồi)",
    "vat_nuoi": "(!gà|!vịt|mèo|heo|!lợn|chim|!thỏ|hamster|!cún|!chuột|!rùa|!sóc|con gà|đàn gà|"
    "gà nhà|con vịt|con lợn|con heo|con thỏ|con chim|con mèo|chó mèo|bồ câu|con chó|chó con|"
    "chó nhà|con bò|bò nhà|con trâu|con khỉ|cá cảnh|cá koi|cá betta|thú cưng|boss mèo|"
    "hoàng thượng|"
    "chó hàng xóm|con cún|con mèo|corgi|poodle|husky)",
}
