"""The house rules that import-linter cannot state: public rooms, who writes, who reads the clock."""

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

SRC = Path(__file__).parents[2] / "src" / "yanshu"
#: Every app as ``wing.app``; the kernel is no app.
APPS = {".".join(path.parent.relative_to(SRC).parts) for path in SRC.glob("*/*/apps.py")}
DOORS = {app for app in APPS if app.startswith("doors.")}

PUBLIC = {"operations", "queries", "models", "terms", "errors", "events"}
#: Who may enter more than the public rooms, and which.
MORE = {
    "doors": {"web", "api"},
    "config": {"web", "api"},
    "demo": {"engine", "rules"},  # it writes by itself what operations would have written
}
WRITES = {
    "create",
    "acreate",
    "get_or_create",
    "aget_or_create",
    "update_or_create",
    "aupdate_or_create",
    "bulk_create",
    "abulk_create",
    "bulk_update",
    "abulk_update",
    "update",
    "aupdate",
    "delete",
    "adelete",
    "save",
    "asave",
}
#: Words that show that a chain of calls is a query, whatever it is named.
QUERY_WORDS = {
    "objects",
    "filter",
    "exclude",
    "all",
    "_base_manager",
    "_default_manager",
    "select_for_update",
}
WRITE_STATEMENTS = ("insert ", "update ", "delete ", "replace ", "create ", "drop ", "alter ")
#: Rooms that may ask the clock; elsewhere ``now`` is an argument.
CLOCK_ROOMS = {"web", "api", "jobs"}
NO_SUBJECT = {"utils", "util", "helpers", "helper", "services", "common", "misc", "tools"}


@pytest.fixture(scope="session")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("yanshu", include_external_packages=False, exclude_type_checking_imports=True)


def app_of(module: str) -> str:
    """Return ``wing.app`` of a module inside an app, or ''."""
    name = ".".join(module.split(".")[1:3])
    return name if name in APPS else ""


def trespasses(graph: grimp.ImportGraph) -> Iterator[str]:
    for importer in sorted(graph.modules):
        more = MORE.get(".".join(importer.split(".")[1:2]), set())
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            app, rooms = app_of(imported), imported.split(".")[3:]
            # A door's own rooms are shared by the doors' common parts and put together by config.
            if not app or app == app_of(importer) or not rooms or app in DOORS:
                continue
            if rooms[0] not in PUBLIC | more:
                yield f"{importer} -> {imported}"


def files(*, of: set[str]) -> Iterator[tuple[Path, str]]:
    """Yield each source file of the named apps with the room it stands in."""
    for app in sorted(of):
        folder = SRC.joinpath(*app.split("."))
        for path in sorted(folder.rglob("*.py")):
            room = path.relative_to(folder).parts[0].removesuffix(".py")
            if room != "migrations":
                yield path, room


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def words_of(node: ast.expr) -> set[str]:
    """Return every name and attribute in a chain of calls."""
    return {getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(node)}


def writes(call: ast.Call) -> bool:
    """Say whether a call writes rows, as far as its text shows."""
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    if name in {"execute", "executemany"} and call.args:
        statement = call.args[0]
        text = statement.value if isinstance(statement, ast.Constant) else ""
        return isinstance(text, str) and text.lstrip().lower().startswith(WRITE_STATEMENTS)
    if name not in WRITES:
        return False
    if "bulk" in name or "_or_create" in name:
        return True
    if name in {"save", "asave"} or (name in {"delete", "adelete"} and not call.args):
        return not is_session(call.func.value)
    return bool(words_of(call.func.value) & QUERY_WORDS)


def is_session(node: ast.expr) -> bool:
    return ast.unparse(node).endswith("session")


def reads_clock(call: ast.Call) -> bool:
    return ast.unparse(call.func) in {"clock.now", "clock.real_now"}


def places(apps: set[str], rooms: set[str], found: object) -> list[str]:
    return [
        f"{path.relative_to(SRC)}:{call.lineno}: {ast.unparse(call.func)}"
        for path, room in files(of=apps)
        if room not in rooms
        for call in calls(path)
        if found(call)
    ]


def test_every_app_is_seen():
    assert len(APPS) >= 13
    assert {"institution.places", "lending.circulation", "doors.desk"} <= APPS


def test_apps_enter_each_other_by_public_rooms_only(graph):
    assert list(trespasses(graph)) == []


def test_only_operations_write():
    assert places(APPS, {"operations"}, writes) == []


def test_only_doors_and_jobs_read_the_clock():
    assert places(APPS - DOORS, CLOCK_ROOMS, reads_clock) == []


def test_the_demonstration_year_is_opened_by_the_command_line_alone(graph):
    openers = {
        importer
        for importer in graph.modules
        if importer.split(".")[1:2] != ["demo"]
        and any(name.startswith("yanshu.demo") for name in graph.find_modules_directly_imported_by(importer))
    }
    allowed = ("yanshu.config.cli", "yanshu.config.commands")
    assert [name for name in sorted(openers) if not name.startswith(allowed)] == []


def test_no_file_without_a_subject():
    assert sorted(str(path) for path in SRC.rglob("*.py") if path.stem in NO_SUBJECT) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Loan.objects.create(item=item)", True),
        ("Loan.objects.filter(pk=1).update(closed=True)", True),
        ("rows.filter(pk=1).delete()", True),
        ("loan.save()", True),
        ("loan.delete()", True),
        ("Loan.objects.select_for_update().filter(pk=1).aupdate(x=1)", True),
        ("manager.bulk_create(rows)", True),
        ("cursor.execute('INSERT INTO loan VALUES (1)')", True),
        ("cursor.execute('SELECT 1')", False),
        ("answer.update(found)", False),
        ("digest.update(block)", False),
        ("cache.delete('key')", False),
        ("request.session.save()", False),
        ("Loan.objects.filter(pk=1).exists()", False),
    ],
)
def test_a_write_is_known_by_its_text(line, found):
    assert writes(ast.parse(line, mode="eval").body) is found
