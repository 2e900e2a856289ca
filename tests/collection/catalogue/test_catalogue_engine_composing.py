"""Records made of a title page: headings of authors, ISBN as printed."""

from datetime import date

import pytest

from yanshu.collection.catalogue.engine.composing import TitlePage, compose
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.responsibility import first_name, names
from yanshu.collection.catalogue.engine.standard_numbers import hyphenated, printed


def fields_of(page: TitlePage, *tags: str, dialect: Dialect = Dialect.CNMARC) -> list[tuple[str, ...]]:
    record = compose(page, dialect, on=date(2020, 1, 2), agency="HY")
    return [
        (field.tag, *(f"{code}{value}" for code, value in field.subfields))
        for field in record.fields
        if field.tag in tags
    ]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("（清）曹雪芹著", [("曹雪芹", "（清）", "", "著")]),
        ("(美)海明威著", [("海明威", "", "(美)", "著")]),
        ("[唐] 李白", [("李白", "[唐]", "", "")]),
        ("（清）曹雪芹，高鹗著", [("曹雪芹", "（清）", "", "著"), ("高鹗", "", "", "著")]),
        ("（南宋）朱熹集注", [("朱熹", "（南宋）", "", "集注")]),
        ("王小明、李小红等编著", [("王小明", "", "", "编著"), ("李小红", "", "", "编著")]),
        ("欧内斯特·海明威", [("欧内斯特·海明威", "", "", "")]),
        ("Smith, John", [("Smith, John", "", "", "")]),
        ("李译", [("李译", "", "", "")]),
        ("", []),
    ],
)
def test_a_statement_of_responsibility_is_taken_apart(statement, found):
    assert names(statement) == tuple(found)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("（清）曹雪芹著；（清）高鹗续", "曹雪芹"),
        ("周望舒, 何雁著", "周望舒"),
        ("张三主编/李四副主编", "张三"),
        ("", ""),
    ],
)
def test_the_first_name_is_the_author_of_a_record_without_headings(statement, name):
    assert first_name(statement) == name


def test_headings_of_authors_have_dynasty_and_country_in_subfields_of_their_own():
    page = TitlePage(title="红楼梦", responsibility="（清）曹雪芹著；（清）高鹗续；（英）霍克思译")
    assert fields_of(page, "701", "702") == [
        ("701", "a曹雪芹", "f（清）", "9cao xue qin", "4著"),
        ("702", "a高鹗", "f（清）", "9gao e", "4续"),
        ("702", "a霍克思", "c（英）", "9huo ke si", "4译"),
    ]
    assert fields_of(page, "100", dialect=Dialect.MARC21) == [("100", "a曹雪芹")]


@pytest.mark.parametrize(
    ("typed", "cnmarc", "marc21"),
    [
        ("978-7-02-000220-7", "978-7-02-000220-7", "9787020002207"),
        ("9787020002207", "978-7-02-000220-7", "9787020002207"),
        ("7-02-000220-X", "7-02-000220-X", "702000220X"),
    ],
)
def test_an_isbn_is_kept_as_printed_with_its_hyphens(typed, cnmarc, marc21):
    page = TitlePage(title="红楼梦", isbn=printed(typed))
    assert fields_of(page, "010") == [("010", f"a{cnmarc}")]
    assert fields_of(page, "020", dialect=Dialect.MARC21) == [("020", f"a{marc21}")]


def test_what_is_no_isbn_is_none():
    assert (printed("7-02-000220-8"), printed("平装"), hyphenated("")) == ("", "", "")
