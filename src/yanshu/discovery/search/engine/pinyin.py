"""Pinyin for search: readings of Chinese text, and typed letters divided into syllables.

Tones are not compared, and ü is compared as u (lü, lv and lu find 旅 alike), because keyboards and
romanised records disagree on it.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain

import rjieba
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from yanshu.discovery.search.engine.text import all_han, fold, is_han, runs, segments

_SYLLABLES_BY_INITIAL = """
a ai an ang ao
ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu
ca cai can cang cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan
chuang chui chun chuo ci cong cou cu cuan cui cun cuo
da dai dan dang dao de dei deng di dia dian diao die ding diu dong dou du duan dui dun duo
e ei en eng er fa fan fang fei fen feng fo fou fu
ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo
ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo
ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun
ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo
la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu long lou lu luan lue lun luo
ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu
na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nue nuo
o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu
qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun
ran rang rao re ren reng ri rong rou ru ruan rui run ruo
sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan
shuang shui shun shuo si song sou su suan sui sun suo
ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo
wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun
ya yan yang yao ye yi yin ying yong you yu yuan yue yun
za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua
zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""
SYLLABLES = frozenset(_SYLLABLES_BY_INITIAL.split())
"""Every syllable of standard Chinese without tone, ü written u."""

_TYPED_UMLAUT = {"lv": "lu", "nv": "nu", "lve": "lue", "nve": "nue"}
_LONGEST_SYLLABLE = 6
_LONGEST_PHRASE = 8
_LETTERS = re.compile(r"[a-z]+")
_APOSTROPHE = re.compile("['\u2019\u2018\u02bc\u02bb`]")
_INITIALS = re.compile(r"[abcdefghjklmnopqrstwxyz]{2,12}")
_VOWELS = re.compile(r"[aeiou]")

# Readings that hold only at the head of a person's name.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "盖": "ge", "朴": "piao",
    "翟": "zhai", "乐": "yue", "缪": "miao", "员": "yun", "晁": "chao", "覃": "qin", "秘": "bi", "折": "she",
    "种": "chong", "冼": "xian", "任": "ren", "宁": "ning", "华": "hua", "燕": "yan",
    "那": "na", "洗": "xian", "繁": "po", "祭": "zhai", "召": "shao", "逄": "pang", "隗": "wei",
    "仉": "zhang", "黑": "he",
}  # fmt: skip
_LONGEST_NAME = 4
_NAME_TAG = "nr"


def syllable(typed: str) -> str:
    """Return the compared form of one syllable: v and ü after l and n become u."""
    return _TYPED_UMLAUT.get(typed, typed)


@cache
def _character_reading(character: str) -> str:
    readings = PINYIN_DICT.get(ord(character), "")
    return fold(readings.split(",", 1)[0])


def _raw_reading(word: str) -> tuple[str, ...]:
    """Read a word by the longest phrases the dictionary has, other characters by their usual reading."""
    result: list[str] = []
    start = 0
    while start < len(word):
        for size in range(min(_LONGEST_PHRASE, len(word) - start), 1, -1):
            phrase = PHRASES_DICT.get(word[start : start + size])
            if phrase is not None and len(phrase) == size:
                result.extend(fold(one[0]) for one in phrase)
                start += size
                break
        else:
            result.append(_character_reading(word[start]))
            start += 1
    return tuple(one for one in result if one)


@lru_cache(maxsize=200_000)
def reading(word: str) -> tuple[str, ...]:
    """Return the syllables of one word; a person's name is read with its surname's reading.

    Example: ``reading("重庆") == ("chong", "qing")``, ``reading("曾国藩")[0] == "zeng"``.
    """
    head = _SURNAMES.get(word[0])
    if head is not None and len(word) > 1 and rjieba.tag(word)[0][1].startswith(_NAME_TAG):
        return (head, *_raw_reading(word)[1:])
    return _raw_reading(word)


@lru_cache(maxsize=200_000)
def name_reading(name: str) -> tuple[str, ...]:
    """Return the syllables of a person's name in Han characters, the surname read as one."""
    head = _SURNAMES.get(name[0])
    if head is not None and 1 < len(name) <= _LONGEST_NAME:
        return (head, *_raw_reading(name)[1:])
    return _raw_reading(name)


def divisions(letters: str, *, limit: int = 6) -> tuple[tuple[str, ...], ...]:
    """Divide a run of Latin letters into syllables in every way, longest syllables first.

    Args:
        letters: lower case without diacritics.
        limit: the most divisions returned; long runs of short syllables have many.

    Example: ``divisions("xian") == (("xian",), ("xi", "an"))``; ``divisions("history") == ()``.
    """
    found: list[tuple[str, ...]] = []
    dead: set[int] = set()

    def divide(start: int, before: tuple[str, ...]) -> bool:
        if start == len(letters):
            found.append(before)
            return True
        if start in dead:
            return False
        any_end = False
        for size in range(min(_LONGEST_SYLLABLE, len(letters) - start), 0, -1):
            one = syllable(letters[start : start + size])
            if one in SYLLABLES and len(found) < limit:
                any_end = divide(start + size, (*before, one)) or any_end
        if not any_end and len(found) < limit:
            dead.add(start)
        return any_end

    divide(0, ())
    return tuple(found)


@lru_cache(maxsize=50_000)
def division(letters: str) -> tuple[str, ...]:
    """Return the likeliest division of a romanised word, or nothing if it is no pinyin."""
    found = divisions(letters, limit=1)
    return found[0] if found else ()


def romanised_syllables(value: str) -> tuple[str, ...]:
    """Return the syllables of a wholly romanised Chinese title, or nothing if a word of it is no pinyin.

    An apostrophe parts syllables, as in Xi'an. Numbers are passed over.

    Example: ``romanised_syllables("Zhongguo li shi") == ("zhong", "guo", "li", "shi")``.
    """
    words = _LETTERS.findall(fold(_APOSTROPHE.sub(" ", value)))
    result: list[str] = []
    for word in words:
        divided = division(word)
        if not divided:
            return ()
        result.extend(divided)
    return tuple(result)


@lru_cache(maxsize=200_000)
def read_segment(segment: str) -> tuple[str, ...]:
    """Return the reading of a segment: syllables of Han, a Latin word as it is, nothing for signs."""
    if all_han(segment):
        return reading(segment)
    return tuple(one for run in runs(segment) for one in (reading(run) if is_han(run) else (run,)))


def read_segments(cut: Iterable[str]) -> list[str]:
    """Return the syllables and words of ``cut`` segments in order."""
    return list(chain.from_iterable(map(read_segment, cut)))


def sort_key(value: str) -> str:
    """Return the text a title list is sorted by: syllables and words with single spaces between.

    Example: ``sort_key("重庆 史") == "chong qing shi"``.
    """
    return " ".join(read_segments(segments(value)))


def is_initials(letters: str) -> bool:
    """Say whether every letter can begin a syllable (i, u and v cannot) and there are 2 to 12 of them."""
    return _INITIALS.fullmatch(letters) is not None


def has_vowel(letters: str) -> bool:
    """Say whether the letters could also be a word that is spoken; initials alone rarely have a vowel."""
    return _VOWELS.search(letters) is not None
