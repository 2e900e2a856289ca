"""What the operations of readers do, each once welcome and once refused."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from world import NOON, World, make_world
from yanshu.core.actor import Actor, Door, PermissionMissing
from yanshu.core.journal import JournalLine, JournalPrivate
from yanshu.core.operation import registry
from yanshu.core.permission import registry as words
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.secret import decrypt
from yanshu.readers.patrons import operations, queries
from yanshu.readers.patrons.models import Card, MembershipEvent, OneTimeCode, Patron, PatronCategory, PinTry
from yanshu.readers.patrons.terms import CardKind, CategoryKind, MembershipEventKind, PatronState, PinVerdict

pytestmark = pytest.mark.django_db
ID_NUMBER = "43040219800505001X"
OTHER_ID = "430402200105050014"
PASSWORD = "wild goose letter"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def child(world) -> PatronCategory:
    return PatronCategory.objects.create(code="child", name="少儿", kind=CategoryKind.CHILD, oldest=14)


def values(world, **more):
    return {
        "name": "何秋月",
        "category_id": world.adult.pk,
        "home_branch_id": world.central.pk,
        "id_number": valid_id(),
        "telephone": "138 0000 0000",
        **more,
    }


def valid_id(stem: str = "43040219800505001") -> str:
    from stdnum.cn import ric

    return stem + ric.calc_check_digit(stem + "0")


def register(world, *, now=NOON, actor=None, card_number="", **more):
    return operations.register(
        values=values(world, **more), card_number=card_number, actor=actor or world.actor(), now=now
    )


def code_of(refusal) -> set[str]:
    return set(refusal.value.codes)


# --- registering ----------------------------------------------------------------------------------------


def test_registering_makes_record_card_line_and_code(world):
    made = register(world)
    patron = Patron.objects.get()
    assert (patron.name, patron.name_initials, patron.telephone) == ("何秋月", "hqy", "13800000000")
    assert patron.birth_date == date(1980, 5, 5)
    assert (patron.registered_on, patron.expires_on) == (date(2019, 11, 16), date(2022, 11, 16))
    assert made.card.number == "000000001"
    line = MembershipEvent.objects.get()
    assert (line.kind, line.age_band, line.branch_id, line.quantity) == (
        MembershipEventKind.REGISTERED,
        "36-59",
        world.central.pk,
        1,
    )
    assert len(made.first_login_code) == 10
    assert made.first_login_code not in OneTimeCode.objects.get().code_hash
    assert JournalLine.objects.get().subject_id == patron.pk


def test_the_identity_number_lies_encrypted_and_is_found_by_its_hash(world):
    register(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, telephone FROM patrons_patron")
        kept = cursor.fetchone()
    assert valid_id() not in str(kept)
    assert "13800000000" not in str(kept)
    assert queries.find(f" {valid_id().lower()} ").count() == 1
    assert queries.find("13800000000").count() == 1
    assert queries.find(valid_id()[:-4]).count() == 0


def test_a_number_is_found_anywhere_and_a_name_in_the_own_branches_only(world):
    there = register(world).patron
    here = register(
        world,
        name="何秋水",
        id_number="",
        telephone="",
        birth_date=date(1980, 5, 5),
        home_branch_id=world.branch.pk,
    ).patron
    clerk = world.actor(branch=world.branch, scope=frozenset({world.branch.pk}))

    def found(words, actor):
        return set(queries.find(words, actor=actor))

    for name in ("何秋", "hq"):
        assert found(name, clerk) == {here}
        assert found(name, world.actor()) == {here, there}
        assert found(name, world.actor("catalogue.see")) == set()
        assert found(name, None) == set()
    for actor in (clerk, None):
        assert found("13800000000", actor) == {there}
        assert found("000000001", actor) == {there}


@pytest.mark.parametrize(
    ("entered", "codes"),
    [
        ({"name": "  "}, {"name-missing"}),
        ({"id_number": "430402198005050011"}, {"id-number-wrong"}),
        ({"birth_date": date(1981, 5, 5)}, {"birth-date-differs"}),
        ({"id_number": "", "birth_date": date(2019, 11, 17)}, {"born-later"}),
        ({"id_number": "", "birth_date": date(1889, 1, 1)}, {"born-too-early"}),
        ({"category_id": 999}, {"category-not-offered"}),
        ({"home_branch_id": 999}, {"branch-unknown"}),
        ({"telephone": "1380000"}, {"telephone-mobile"}),
        ({"name": "", "telephone": "abc"}, {"name-missing", "telephone-digits"}),
    ],
)
def test_every_reason_is_named_at_once(world, entered, codes):
    with pytest.raises(Invalid) as refusal:
        register(world, **entered)
    assert code_of(refusal) == codes
    assert not Patron.objects.exists()


def test_a_person_has_one_membership(world):
    register(world)
    with pytest.raises(Invalid) as refusal:
        register(world, name="何秋玥")
    assert code_of(refusal) == {"person-registered"}
    Patron.objects.update(state=PatronState.CANCELLED)
    register(world)
    assert Patron.objects.count() == 2


def test_a_child_fits_no_adult_category(world, child):
    with pytest.raises(Invalid) as refusal:
        register(world, category_id=child.pk)
    assert code_of(refusal) == {"age-outside-category"}


def test_a_category_no_longer_offered_is_refused(world):
    PatronCategory.objects.update(active=False)
    with pytest.raises(Invalid) as refusal:
        register(world)
    assert code_of(refusal) == {"category-not-offered"}


def test_registering_for_another_branch_only_is_refused(world):
    with pytest.raises(PermissionMissing):
        register(world, actor=world.actor(branch=world.branch, scope=frozenset({world.branch.pk})))


def test_card_numbers_in_use_are_passed_over(world):
    register(world, card_number="000000001")
    assert register(world, id_number="", card_number="").card.number == "000000002"


@pytest.mark.parametrize(
    ("number", "code"),
    [("R000001", "card-taken"), (valid_id(), "identity-number-as-card"), ("A 1", "card-number-shape")],
)
def test_numbers_that_are_no_card_numbers(world, number, code):
    world.patron()
    with pytest.raises(Invalid) as refusal:
        register(world, card_number=number)
    assert code_of(refusal) == {code}
    assert [reason.field for reason in refusal.value.reasons] == ["card_number"]
    assert Patron.objects.count() == 1


# --- changing -------------------------------------------------------------------------------------------


def test_changing_keeps_the_former_values_apart_and_numbers_encrypted(world):
    patron = register(world).patron
    operations.change(
        patron_id=patron.pk,
        version=1,
        values={"name": "何秋玥", "telephone": "13900000000"},
        actor=world.actor(),
        now=NOON,
    )
    patron.refresh_from_db()
    assert (patron.name, patron.telephone, patron.version) == ("何秋玥", "13900000000", 2)
    before = JournalPrivate.objects.get().arguments["before"]
    assert before["name"] == "何秋月"
    assert before["telephone"] != "13800000000"
    assert decrypt(before["telephone"]) == "13800000000"
    assert MembershipEvent.objects.count() == 1
    assert [happening.fields for happening in queries.history(patron.pk)] == [("name", "telephone"), ()]


def test_a_change_on_an_older_version_is_refused(world):
    patron = register(world).patron
    change = {"patron_id": patron.pk, "version": 1, "actor": world.actor(), "now": NOON}
    operations.change(values={"name": "何一"}, **change)
    with pytest.raises(Conflict) as refusal:
        operations.change(values={"name": "何二"}, **change)
    assert code_of(refusal) == {"changed-meanwhile"}


def test_another_category_leaves_a_line(world):
    patron = register(world).patron
    senior = PatronCategory.objects.create(code="senior", name="老年", kind=CategoryKind.SENIOR)
    operations.change(
        patron_id=patron.pk, version=1, values={"category_id": senior.pk}, actor=world.actor(), now=NOON
    )
    line = MembershipEvent.objects.get(kind=MembershipEventKind.CATEGORY_CHANGED)
    assert (line.category_code, line.category_kind) == ("senior", CategoryKind.SENIOR)


def test_a_child_that_has_outgrown_its_category_can_be_corrected_but_not_renewed(world, child):
    patron = world.patron(category=child, birth_date=date(2004, 1, 1))
    operations.change(
        patron_id=patron.pk, version=1, values={"telephone": "13900000000"}, actor=world.actor(), now=NOON
    )
    with pytest.raises(Conflict) as refusal:
        operations.renew_membership(patron_id=patron.pk, actor=world.actor(), now=NOON)
    assert code_of(refusal) == {"age-outside-category"}


def test_another_branch_changes_nothing(world):
    patron = world.patron()
    elsewhere = world.actor(branch=world.branch, scope=frozenset({world.branch.pk}))
    with pytest.raises(PermissionMissing):
        operations.change(patron_id=patron.pk, version=1, values={"name": "x"}, actor=elsewhere, now=NOON)


@pytest.mark.parametrize(
    ("expires", "renewed"),
    [(date(2019, 1, 1), date(2022, 11, 16)), (date(2020, 1, 1), date(2023, 1, 1))],
)
def test_renewing_runs_from_today_or_from_the_end_ahead(world, expires, renewed):
    patron = world.patron(expires_on=expires)
    operations.renew_membership(patron_id=patron.pk, actor=world.actor(), now=NOON)
    patron.refresh_from_db()
    assert patron.expires_on == renewed
    assert MembershipEvent.objects.get().kind == MembershipEventKind.RENEWED


def test_a_cancelled_membership_is_neither_renewed_nor_given_a_card_or_code(world):
    patron = world.patron(state=PatronState.CANCELLED)
    frame = {"patron_id": patron.pk, "actor": world.actor(), "now": NOON}
    for act in (
        lambda: operations.renew_membership(**frame),
        lambda: operations.issue_card(kind=CardKind.LIBRARY_CARD, **frame),
        lambda: operations.issue_one_time_code(**frame),
    ):
        with pytest.raises(Conflict) as refusal:
            act()
        assert code_of(refusal) == {"membership-cancelled"}


def test_a_longer_suspension_stands_and_lifting_needs_one(world):
    patron = world.patron()
    frame = {"patron_id": patron.pk, "actor": world.actor(), "now": NOON}
    operations.suspend(until=date(2019, 12, 1), reason="逾期", **frame)
    operations.suspend(until=date(2019, 11, 20), reason="短", **frame)
    patron.refresh_from_db()
    assert (patron.suspended_until, patron.suspension_reason) == (date(2019, 12, 1), "逾期")
    operations.lift_suspension(reason="书已找到", **frame)
    operations.lift_suspension(reason="再来一次", **frame)
    patron.refresh_from_db()
    assert patron.suspended_until is None
    assert JournalPrivate.objects.get().arguments == {"reason": "书已找到", "was_until": "2019-12-01"}


def test_a_reader_switches_his_own_history_only(world):
    mine, other = world.patron(), world.patron()
    reader = Actor(label="", door=Door.OPAC, permissions=frozenset({"patrons.change_own"}), patron_id=mine.pk)
    operations.keep_history(patron_id=mine.pk, keep=True, actor=reader, now=NOON)
    assert Patron.objects.get(pk=mine.pk).keep_history
    with pytest.raises(PermissionMissing):
        operations.keep_history(patron_id=other.pk, keep=True, actor=reader, now=NOON)


# --- cards ----------------------------------------------------------------------------------------------


def test_an_identity_card_is_kept_as_a_hash_and_found_by_its_number(world):
    patron = world.patron()
    frame = {"patron_id": patron.pk, "actor": world.actor(), "now": NOON}
    card = operations.issue_card(kind=CardKind.ID_CARD, number=valid_id(), **frame)
    assert valid_id() not in card.number
    found = queries.card_by_number(valid_id())
    assert found is not None
    assert found.patron_id == patron.pk
    assert queries.valid_card_number(patron.pk) == "R000001"
    with pytest.raises(Invalid) as refusal:
        operations.issue_card(kind=CardKind.SOCIAL_SECURITY_CARD, **frame)
    assert code_of(refusal) == {"card-number-missing"}


def test_a_valid_card_is_found_before_a_replaced_one_of_the_same_number(world):
    from yanshu.institution.places.models import Library

    other = Library.objects.create(code="CN-2", name="另一馆")
    first, second = world.patron(), world.patron()
    Card.objects.filter(patron=first).update(number="7", state="replaced")
    Card.objects.filter(patron=second).update(number="7", library=other)
    assert queries.card_by_number("7").patron_id == second.pk
    assert queries.card_by_number("7", library_id=world.library.pk).patron_id == second.pk


# --- codes and passwords --------------------------------------------------------------------------------


def activate(card, code, password=PASSWORD, now=NOON):
    actor = Actor.system(Door.OPAC, permissions={"patrons.activate"})
    return operations.set_password_by_code(
        card_number=card, code=code, password=password, actor=actor, now=now
    )


def test_a_printed_code_opens_once(world):
    made = register(world)
    code = made.first_login_code
    account = activate(made.card.number, f" {code[:5].lower()}-{code[5:]} ")
    assert account is not None
    assert account.check_password(PASSWORD)
    assert Patron.objects.get().account == account
    assert activate(made.card.number, code) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda _card, code: activate("9999", code),
        lambda card, _code: activate(card, "AAAAAAAAAA"),
        lambda card, code: activate(card, code, now=NOON + timedelta(days=30)),
    ],
)
def test_what_is_wrong_is_not_told(world, wrong):
    made = register(world)
    assert wrong(made.card.number, made.first_login_code) is None
    assert Patron.objects.get().account is None


def test_a_code_is_closed_after_five_wrong_tries(world):
    made = register(world)
    for _try in range(5):
        assert activate(made.card.number, "AAAAAAAAAA") is None
    assert activate(made.card.number, made.first_login_code) is None
    fresh = operations.issue_one_time_code(patron_id=made.patron.pk, actor=world.actor(), now=NOON)
    assert activate(made.card.number, fresh) is not None


def test_a_new_code_ends_the_older_one(world):
    made = register(world)
    operations.issue_one_time_code(patron_id=made.patron.pk, actor=world.actor(), now=NOON)
    assert activate(made.card.number, made.first_login_code) is None


def test_a_weak_password_is_refused_before_the_code_is_looked_at(world):
    made = register(world)
    with pytest.raises(Invalid) as refusal:
        activate(made.card.number, made.first_login_code, password="12345678")
    assert code_of(refusal) == {"password-weak"}
    assert activate(made.card.number, made.first_login_code) is not None


@pytest.fixture
def holder(world):
    made = register(world)
    activate(made.card.number, made.first_login_code)
    return made.card.number


def ask(world, card, pin, now=NOON):
    return operations.check_pin(card_number=card, pin=pin, now=now)


def test_a_right_password_is_one_read(world, holder):
    with CaptureQueriesContext(connection) as asked:
        assert ask(world, holder, PASSWORD) is PinVerdict.RIGHT
    assert len(asked) == 1


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(world, holder):
    for _try in range(4):
        assert ask(world, holder, "wrong") is PinVerdict.WRONG
    assert ask(world, holder, "wrong") is PinVerdict.LOCKED
    assert ask(world, holder, PASSWORD) is PinVerdict.LOCKED
    assert ask(world, holder, PASSWORD, now=NOON + timedelta(minutes=15)) is PinVerdict.RIGHT
    assert not PinTry.objects.exists()


def test_a_card_without_password_is_never_right(world):
    world.patron()
    assert ask(world, "R000001", "") is PinVerdict.WRONG
    assert ask(world, "R999999", "") is PinVerdict.UNKNOWN


# --- categories, upkeep, frames -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entered", "code"),
    [
        ({"code": "adult"}, "code-taken"),
        ({"youngest": 10, "oldest": 9}, "ages-crossed"),
        ({"valid_months": 0}, "months-missing"),
    ],
)
def test_categories_that_cannot_stand(world, entered, code):
    given = {"code": "x", "name": "x", "kind": CategoryKind.ADULT, **entered}
    with pytest.raises(Invalid) as refusal:
        operations.set_category(values=given, actor=world.actor(), now=NOON)
    assert code_of(refusal) == {code}


def test_tidying_removes_what_is_over_and_nothing_else(world):
    made = register(world)
    ask(world, made.card.number, "wrong")
    tidy = {"actor": Actor.system(Door.JOB, permissions={"patrons.tidy"})}
    assert operations.tidy(now=NOON + timedelta(minutes=14), **tidy) == 0
    assert operations.tidy(now=NOON + timedelta(minutes=16), **tidy) == 1
    assert operations.tidy(now=NOON + timedelta(days=61), **tidy) == 1


def test_what_the_journal_keeps_apart_can_be_erased(world):
    patron = register(world).patron
    operations.change(patron_id=patron.pk, version=1, values={"name": "何二"}, actor=world.actor(), now=NOON)
    assert operations.erase_traces(patron_id=patron.pk, actor=world.actor(), now=NOON) == 1
    assert not JournalPrivate.objects.exists()
    assert JournalLine.objects.count() == 3


CODES = sorted(code for code in registry if code.startswith("patrons."))


@pytest.mark.parametrize("code", CODES)
def test_every_permission_asked_for_is_declared(code):
    from yanshu.core.discovery import discover

    discover()
    assert registry[code].permission in words


def test_a_reader_is_carried_over_only_into_a_branch_of_ones_charge(world):
    patron = world.patron(id_number="")
    said = {"patron_id": patron.pk, "values": {"home_branch_id": world.branch.pk}, "now": NOON}
    clerk = world.actor(scope=frozenset({world.central.pk}))
    with pytest.raises(PermissionMissing) as refused:
        operations.change(version=1, actor=clerk, **said)
    assert code_of(refused) == {"other-branch"}
    patron.refresh_from_db()
    assert patron.home_branch == world.central
    both = world.actor(scope=frozenset({world.central.pk, world.branch.pk}))
    assert operations.change(version=1, actor=both, **said).home_branch == world.branch


ACTS = {
    "renew": lambda frame: operations.renew_membership(**frame),
    "code": lambda frame: operations.issue_one_time_code(**frame),
    "card": lambda frame: operations.issue_card(kind=CardKind.LIBRARY_CARD, **frame),
    "suspend": lambda frame: operations.suspend(until=date(2019, 12, 1), reason="逾期", **frame),
    "lift": lambda frame: operations.lift_suspension(reason="书已找到", **frame),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_another_branchs_reader_is_acted_for_only_while_he_is_served(world, act):
    patron = world.patron(home_branch=world.branch, suspended_until=date(2019, 11, 20))
    clerk = world.actor(scope=frozenset({world.central.pk}))
    frame = {"patron_id": patron.pk, "actor": clerk, "now": NOON}
    before = Patron.objects.values().get(pk=patron.pk), Card.objects.count(), OneTimeCode.objects.count()
    with pytest.raises(PermissionMissing) as refused:
        act(frame)
    assert code_of(refused) == {"other-branch"}
    assert before == (
        Patron.objects.values().get(pk=patron.pk),
        Card.objects.count(),
        OneTimeCode.objects.count(),
    )
    act({**frame, "served": True})
    assert JournalLine.objects.count() == 1
