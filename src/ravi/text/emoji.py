"""Which runs of characters are one emoji (Unicode Technical Standard 51), for counting and for leaving them alone."""

import regex

# Flags are pairs of regional letters; only these 258 are flags, other pairs are two letters.
REGIONS = (
    "AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CP CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU FI FJ "
    "FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM "
    "MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT "
    "PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK TL "
    "TM TN TO TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)


def regional(code: str) -> str:
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code)


def tagged(code: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in code) + "\U000e007f"


PICTURE = r"[\p{Extended_Pictographic}--[\u00a9\u00ae]]"
# People, hands and sports take a skin tone; the tone is its own emoji after anything else.
TONED = (
    r"[\u261d\u26f9\u270a-\u270d\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc\U0001f442-\U0001f443"
    r"\U0001f446-\U0001f450\U0001f466-\U0001f478\U0001f47c\U0001f481-\U0001f483\U0001f485-\U0001f487\U0001f48f\U0001f491"
    r"\U0001f4aa\U0001f574-\U0001f575\U0001f57a\U0001f590\U0001f595-\U0001f596\U0001f645-\U0001f647\U0001f64b-\U0001f64f"
    r"\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0\U0001f6cc\U0001f90c\U0001f90f\U0001f918-\U0001f91f\U0001f926"
    r"\U0001f930-\U0001f939\U0001f93c-\U0001f93e\U0001f977\U0001f9b5-\U0001f9b6\U0001f9b8-\U0001f9b9\U0001f9bb"
    r"\U0001f9cd-\U0001f9cf\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5\U0001faf0-\U0001faf8]"
)
# The selector U+FE0F makes a picture of what is text by default; after a picture it is a character of its own.
ELEMENT = rf"(?:{TONED}[\U0001f3fb-\U0001f3ff]|\p{{Emoji_Presentation}}|{PICTURE}\ufe0f?)"
FLAG = "(?:" + "|".join(map(regional, REGIONS.split())) + ")"
SUBDIVISION = "\U0001f3f4(?:" + "|".join(map(tagged, ("gbeng", "gbsct", "gbwls"))) + ")"
KEYCAP = r"[0-9#*]\ufe0f?\u20e3"
SEQUENCE = (
    rf"(?:{SUBDIVISION}|{FLAG}|{KEYCAP}|[\u00a9\u00ae]\ufe0f|[\U0001f3fb-\U0001f3ff]"
    rf"|{ELEMENT}(?:\u200d{ELEMENT})*+)(?!\ufe0e)"
)

EMOJI = regex.compile(SEQUENCE, regex.VERSION1)
