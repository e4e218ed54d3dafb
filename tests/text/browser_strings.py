"""Strings of all scripts for the comparison with a browser: (locale, right to left, text)."""

from __future__ import annotations

LATIN = """
Quiet leather, made to last.|Hear the night
Aura X1 wireless. 60-hour battery, total silence.|AVAVA To Te Ty Wa We
Save $129.99 today|from US$ 5 or CNY 199|50% off everything|Up to −30% on shoes & bags|Open 24/7 — since 1998
“Quoted” ‘single’ «guillemets» „low“|fi fl ffi ffl Th ct st|Ångström Žižek Dvořák İstanbul
e.g. a/b/c and/or http://example.com/a
1,299.00 + 2.50 = 1,301.50|(parenthesised) [bracketed] {braced}|WAVE Ta. Yo, Fo: L’Avion
A–Z, 10–20, ready-to-wear
Buy 2, get 1 free|Only £49.99 (was £89.99)|New season, new shoes!|Free shipping over €50
Members save 15% more|Last chance: ends tonight
Rated 4.8/5 by 1,234 people|Size 9½ in stock|100% cotton T-shirts
Made in Italy. Worn everywhere.|Don’t miss out—shop now|Black Friday: up to 70% off
Résumé naïve façade œuvre|mm² 5×3 ½ ¼ ° © ® ™|Free returns within 30 days|no\u00a0break here|word…next
""".strip()
GERMAN = "Jetzt 20 % sparen|nur 1.299,00 € statt 1.499,00 €|Größe Straße Übermaß|Schuhe für Regen – und Sonne"
FRENCH = "À partir de 1 299,00 €|L’été : -30 % !|« Prêt-à-porter » d’été|Où ? Là-bas, aujourd’hui"
SPANISH = "¡Rebajas! ¿Cuánto cuesta?|Niños, señoras y años|Envío gratis en 24 horas"
TURKISH = "İstanbul’da %50 indirim|ışık ılık Iğdır"
POLISH = "Zażółć gęślą jaźń|Taniej o 30 zł, łódź"
VIETNAMESE = "Giảm giá 50% hôm nay|Đồng hồ chính hãng"
CYRILLIC = """
Новая коллекция|Только сегодня!|Бесплатная доставка от 2 000 ₽|Наушники: 60 часов работы
Распродажа: скидки до 50 %|от 1 299 ₽ за 5 шт|Ёлка, съезд, щука|Київ їжак ґанок|Ђорђе Његош
""".strip()
GREEK = """
Νέα συλλογή παπουτσιών|Μόνο σήμερα: 29,90 €|Αγοράστε 2, πάρτε 1|Εκπτώσεις έως 50%
Ελλάδα, καφές, ΐ ϋ ώ|Δωρεάν αποστολή
""".strip()
CHINESE = """
爆款跑鞋|双11狂欢季·开门红|缓震回弹·前4小时下单再赠运动袜|到手价¥299|全场5折起，先到先得！|满300减50|立即抢购
活动时间11.10 20:00–11.11 24:00，库存有限售完即止|《限量》（新款）【热卖】
他说：“好鞋。”|秋冬新品，一件也包邮；七天无理由退货
新人专享立减20元|会员价¥89.9|低至3.9折|官方旗舰店 正品保障|7×24小时客服|春夏连衣裙，显瘦又显高|包邮（偏远地区除外）
今晚8点，直播间见！|前100名下单送好礼|“双11”最后一天|蓝牙耳机：降噪40小时|充电宝20000mAh|尺码35–44|每满200减30，上不封顶
iPhone手机壳|买一送一！？|第2件半价|新品上市……敬请期待|￥1,299起／双
""".strip()
JAPANESE = """
今日限定50%オフ|スニーカーをチェック|「新作」が登場。|送料無料、翌日お届け！|ポイント10倍キャンペーン|ファッション・コスメ
税込2,980円（送料別）|最大70%OFFのセール開催中！|数量限定・お早めに|秋の新作バッグ、揃いました。|「いい靴」で歩こう|3,000円以上で送料無料
会員様だけの特別価格|バッテリー60時間|毎日使えるリュック|レビュー☆4.8|あす楽対応：本日13時まで|ぎゅっと、もっと、ずっと。|コーヒー豆とウィスキー|第2弾スタート
""".strip()
KOREAN = """
신상품 입고|최대 70% 세일 마지막 날|첫 구매 5,000원 쿠폰|가을 재킷, 니트, 부츠|‘한정판’ 스니커즈|리뷰 4.8점(1,234개)
오늘만 50% 할인|운동화를 만나보세요|무료 배송, 당일 출발!|1+1 행사 (한정 수량)|가격 12,900원부터
""".strip()
ARABIC = """
تسوّق الآن ووفّر حتى ٧٠٪|أحذية رياضية بأسعار مذهلة|العرض ينتهي اليوم!|خصم إضافي 15% للأعضاء
سماعات لاسلكية: 60 ساعة
خصم ٥٠٪ على الأحذية|خصم 50% على Nike Air|اشترِ الآن!|السعر ٢٤٩ ر.س فقط
توصيل مجاني خلال 24 ساعة|(عرض محدود) لليوم
تخفيضات تصل إلى 70%|من 10 إلى 20 يوليو|لا إله|«جديد» في المتجر|هاتف iPhone 15 Pro بسعر 3,999 ر.س|كوّن إطلالتك
""".strip()
HEBREW = """
הנחה של עד 70%|קולקציית סתיו–חורף|רק היום: 1+1|אוזניות אלחוטיות, 60 שעות|החזרה חינם תוך 30 יום
מבצע 50% היום|נעליים חדשות (במלאי)|₪199 במקום ₪299|קנו 2 וקבלו 1|משלוח חינם עד 24 שעות|Nike אייר במחיר ₪499
"מבצע" ענק!|10–20 ביולי|שָׁלוֹם עולם|חדש: iPhone 15 Pro
""".strip()
THAI = """
สินค้าใหม่มาแล้ว|ลดสูงสุด 70%|หูฟังไร้สาย ใช้ได้ 60 ชั่วโมง|คืนฟรีภายใน 30 วัน
ลดราคาห้าสิบเปอร์เซ็นต์วันนี้|ซื้อ 1 แถม 1|ส่งฟรีทั่วประเทศ|รองเท้าผ้าใบ ราคา ฿1,299
น้ำหอม กุหลาบ ผู้หญิง|โปรโมชั่น 11.11
""".strip()
DEVANAGARI = """
नया कलेक्शन|सिर्फ़ आज: ₹999|हेडफ़ोन, 60 घंटे की बैटरी|30 दिन में वापसी
आज ही ख़रीदें – 50% छूट|मुफ़्त डिलीवरी|नए जूते ₹1,299 से|क्षत्रिय ज्ञान श्री त्रिकोण
कृपया प्रतीक्षा करें|दो ख़रीदो, एक पाओ!
""".strip()
EMOJI = """
Gifts 🎁 for all|🔥 Hot deals 🔥|👟👜⌚|⭐⭐⭐⭐⭐ 4.8|👉 Shop now|🎉🎊 50% 🎊🎉|Summer ☀️ sale
Family 👨‍👩‍👧 time|Flags 🇫🇷🇯🇵🇨🇳|OK 👍🏽 go|❤️ love|限时🎁特惠|₪99 🎉 מבצע
""".strip()
MIXED = [
    ("en", False, "The word שלום means peace"),
    ("en", False, "Say مرحبا (hello) now"),
    ("en", False, "כן = yes, לא = no"),
    ("he", True, "הדגם iPhone 15 (128GB) ב-₪3,499"),
    ("ar", True, "الطراز Galaxy S24 (256GB) بخصم 15%"),
    ("ar", True, "اطلب على www.example.com الآن"),
    ("he", True, "abc 123 דהו 456"),
    ("en", False, "abc 123 דהו 456"),
    ("ar", True, "١٢٣ + ٤٥٦ = ٥٧٩"),
    ("he", True, "12:30–14:00, 5/6/2025"),
    ("zh-CN", False, "Nike 气垫跑鞋 Air Max 90 限时 ¥899"),
    ("ja", False, "iPhone15が50,000円引き"),
    ("ko", False, "Nike 에어맥스 90 특가 99,000원"),
    ("th", False, "iPhone 15 ลดเหลือ ฿25,900"),
    ("hi", False, "iPhone 15 पर ₹5,000 की छूट"),
    ("el", False, "Νέο iPhone 15, μόνο 799 €"),
    ("ru", False, "Новый iPhone 15 за 79 990 ₽"),
]

GROUPS = [
    ("en", False, LATIN),
    ("de", False, GERMAN),
    ("fr", False, FRENCH),
    ("es", False, SPANISH),
    ("tr", False, TURKISH),
    ("pl", False, POLISH),
    ("vi", False, VIETNAMESE),
    ("ru", False, CYRILLIC),
    ("el", False, GREEK),
    ("zh-CN", False, CHINESE),
    ("ja", False, JAPANESE),
    ("ko", False, KOREAN),
    ("ar", True, ARABIC),
    ("he", True, HEBREW),
    ("th", False, THAI),
    ("hi", False, DEVANAGARI),
    ("en", False, EMOJI),
]


def strings() -> list[tuple[str, bool, str]]:
    return [
        (locale, rtl, text) for locale, rtl, group in GROUPS for text in group.replace("\n", "|").split("|")
    ] + MIXED
