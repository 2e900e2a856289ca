import pytest

from yanshu.reporting.reports.engine.outline import (
    Clause,
    Gap,
    Months,
    OutlineError,
    Paragraph,
    Parts,
    Prose,
    Reference,
    parse,
)

TEXT = """
# 1 Title
words {{ figure("a.b", "subject") | whole }} and {{figure("c.d")}} more
? at zero {{ figure("e.f", "zero") }}

next
## 1.1 Under
! months a.b "caption"
! parts a.b branch "by branch"
- what nobody tells
> what one writes
"""


def test_an_outline_is_read():
    first, second = parse(TEXT)
    assert (first.number, first.title, first.level) == ("1", "Title", 1)
    assert first.blocks == [
        Paragraph(
            (
                Clause(
                    (
                        "words ",
                        Reference("a.b", "subject", "whole"),
                        " and ",
                        Reference("c.d", "c.d", "wan"),
                        " more",
                    )
                ),
                Clause(("at zero ", Reference("e.f", "zero", "wan")), unless_zero=True),
            )
        ),
        Paragraph((Clause(("next",)),)),
    ]
    assert (second.number, second.level) == ("1.1", 2)
    assert second.blocks == [
        Months("a.b", "caption"),
        Parts("a.b", "branch", "by branch"),
        Gap("what nobody tells"),
        Prose("what one writes"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "words before a heading",
        "# 1 x\n! draw a.b",
        "# 1 x\n{{ figure(a.b) }}",
        '# 1 x\n{{ figure("a.b") | roman }}',
    ],
)
def test_a_line_that_says_nothing_is_named(text):
    with pytest.raises(OutlineError, match=r"line \d"):
        parse(text)
