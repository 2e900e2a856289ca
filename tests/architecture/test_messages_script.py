"""The script that keeps the Chinese catalogues complete, on a small package of its own."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "messages.py"
PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
LONG = _("One sentence "
         "in two lines")
MANY = ngettext("%(n)d book", "%(n)d books", 2)
ACT = pgettext_lazy("verb", "Lend")
"""
TEMPLATE = """{% load i18n %}
   <p>it's (not a message {# nor this #}</p>
\t{% translate "Find a book" %} {{ name|default:_("nobody") }}
{% blocktranslate trimmed count rows=n %}
  one row of {{ total }}
{% plural %}
  {{ rows }} rows of {{ total }}
{% endblocktranslate %}
"""


@pytest.fixture(scope="module")
def messages():
    spec = importlib.util.spec_from_file_location("messages_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path):
    app = tmp_path / "lending" / "circulation"
    (app / "templates" / "circulation").mkdir(parents=True)
    (app / "apps.py").write_text("")
    (app / "terms.py").write_text(PYTHON)
    (app / "templates" / "circulation" / "desk.html").write_text(TEMPLATE)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "cli.py").write_text('HELP = _("Start everything")')
    return tmp_path


def put(messages, package, text):
    path = package / "lending" / "circulation" / messages.CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def told(messages, package, entry):
    """Return what is found when the catalogue is complete but for ``entry``, each without its place."""
    put(messages, package, entry)
    messages.merge(package)
    return [line.split(": ", 1)[1] for line in messages.findings(package) if ": empty: " not in line]


def test_messages_are_found_in_python_and_templates(messages, package):
    found = {key: [line for _path, line in use.places] for key, use in messages.uses(package).items()}
    assert found == {
        ("One sentence in two lines", None): [3],
        ("%(n)d book", None): [5],
        ("Lend", "verb"): [6],
        ("Find a book", None): [3],
        ("nobody", None): [3],
        ("one row of %(total)s", None): [4],
        ("Start everything", None): [1],
    }


def test_missing_messages_are_named_with_their_place(messages, package):
    lines = messages.findings(package)
    assert len(lines) == 7
    assert lines[0].endswith("config/cli.py:1: missing in zh_Hans: 'Start everything'")


def test_merge_puts_a_message_into_the_catalogue_of_its_app(messages, package):
    written = messages.merge(package)
    assert [path.relative_to(package).as_posix() for path in written] == [
        "core/locale/zh_Hans/LC_MESSAGES/django.po",
        "lending/circulation/locale/zh_Hans/LC_MESSAGES/django.po",
    ]
    assert messages.merge(package) == []
    assert {line.split(": ")[1] for line in messages.findings(package)} == {"empty"}


@pytest.mark.parametrize(
    ("entry", "finding"),
    [
        ('msgid "Find a book"\nmsgstr "找书"\n', []),
        ('msgid "Gone"\nmsgstr "没了"\n', ["unused: 'Gone'"]),
        ('#. override: allauth\nmsgid "Sign In"\nmsgstr "登录"\n', []),
        ('#, fuzzy\nmsgid "Find a book"\nmsgstr "找书"\n', ["fuzzy: 'Find a book'"]),
        (
            'msgid "%(n)d book"\nmsgid_plural "%(n)d books"\nmsgstr[0] "%(m)d 册"\n',
            ["unknown placeholder %(m)d: '%(n)d book'"],
        ),
        (
            'msgid "nobody"\nmsgstr "无人 %s"\n',
            ["placeholders differ: none asked for: 'nobody'"],
        ),
    ],
)
def test_faults_of_an_entry_are_told(messages, package, entry, finding):
    assert told(messages, package, entry) == finding


def test_one_message_is_told_in_one_way(messages, package):
    other = package / "core" / messages.CATALOGUE
    other.parent.mkdir(parents=True)
    other.write_text('msgid "nobody"\nmsgstr "没有人"\n', encoding="utf-8")
    lines = told(messages, package, 'msgid "nobody"\nmsgstr "无人"\n')
    assert len(lines) == 1
    assert lines[0].startswith("told otherwise in ")


def test_only_newer_catalogues_are_compiled(messages, package):
    path = put(messages, package, 'msgid "Find a book"\nmsgstr "找书"\n')
    assert messages.compile_stale(package) == [path.with_suffix(".mo")]
    assert messages.compile_stale(package) == []
