"""Statements of responsibility taken apart: who, from which dynasty or country, and what he did.

Source: 中国机读目录格式 (WH/T 0503), 701 and 702: name ‡a, country and other additions ‡c, dynasty ‡f.
"""

import re
from typing import NamedTuple

_QUALIFIER = re.compile(r"\s*([（(\[［〔【]\s*([^（）()\[\]［］〔〕【】]{1,8}?)\s*[）)\]］〕】])\s*")
_DYNASTY = re.compile(
    r"(?:先秦|夏|商|殷|西周|东周|周|春秋|战国|秦|西汉|东汉|前汉|后汉|汉|新莽|三国|三国魏|三国蜀|三国吴|曹魏|蜀汉|孙吴|魏|蜀|吴"
    r"|西晋|东晋|晋|十六国|南北朝|南朝宋|刘宋|南齐|齐|南朝梁|梁|南朝陈|陈|北魏|东魏|西魏|北齐|北周|南朝|北朝|隋|唐|武周|五代|后梁"
    r"|后唐|后晋|后周|前蜀|后蜀|南唐|吴越|北宋|南宋|宋|辽|西夏|金|元|明|南明|清|民国)(?:代|朝)?"
)
_NAMES = re.compile(r"[,，、]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ROLE = re.compile(
    r"\s*((?:编|改|选|译|校|点|评|注|整)(?:著|写|绘|选|纂|译|注|校|点|评|订|理|编)|主编|主译|翻译|口述|摄影|撰文|绘图|插图|续写|集注|集解|编撰"
    r"|著|编|译|绘|撰|辑|注|校|续)$"
)
_AND_OTHERS = re.compile(r"\s*[\[［]?\s*等\s*[\]］]?$")
_SHORTEST = 2


class Name(NamedTuple):
    """A person or body as a heading has it.

    ``dynasty`` and ``addition`` (a country, mostly) keep their brackets; ``role`` is what was done.
    """

    plain: str
    dynasty: str = ""
    addition: str = ""
    role: str = ""


def names(statement: str) -> tuple[Name, ...]:
    """Return everybody a statement of responsibility names, with what it says they did.

    Example:
        ``names("（清）曹雪芹，高鹗著")`` are 曹雪芹 of the dynasty （清） and 高鹗, both 著.
    """
    people, role = _without_role(statement.strip())
    people = _shorter(_AND_OTHERS.sub("", people), people)
    parts = _NAMES.split(people) if _CHINESE.search(people) else [people]
    found = (_name(part.strip(), role) for part in parts)
    return tuple(name for name in found if name.plain)


def first_name(statement: str) -> str:
    """Return the first name of a statement, without what stands about it; empty where there is none."""
    found = names(re.split(r"[;；/]", statement, maxsplit=1)[0])
    return found[0].plain if found else ""


def _name(text: str, role: str) -> Name:
    dynasty = addition = ""
    while found := _QUALIFIER.match(text):
        if _DYNASTY.fullmatch(found[2]):
            dynasty = dynasty or found[1]
        else:
            addition = addition or found[1]
        text = text[found.end() :]
    return Name(text, dynasty, addition, role)


def _without_role(statement: str) -> tuple[str, str]:
    found = _ROLE.search(statement)
    if found is None or len(statement[: found.start()].strip()) < _SHORTEST:
        return statement, ""
    return statement[: found.start()].strip(), found[1]


def _shorter(cut: str, whole: str) -> str:
    """Return what is left, unless that is too short to be a name: then the sign belonged to it."""
    return cut.strip() if len(cut.strip()) >= _SHORTEST else whole
