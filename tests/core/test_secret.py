import json

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from yanshu.core import secret
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.secret import PARTY, PERSONAL, EncryptedTextField, KeysMissing, keyed_hash

ID_NUMBER = "430402199001011234"


@pytest.fixture
def keys(settings, tmp_path):
    settings.KEYS_FOLDER = tmp_path / "keys"
    return settings.KEYS_FOLDER


@pytest.fixture
def ring(keys):
    secret.make_keys(PERSONAL)
    secret.make_keys(PARTY)
    return keys


def text_of(path):
    return path.read_text("ascii")


def test_a_value_comes_back_and_never_looks_the_same(ring):
    one, other = secret.encrypt(ID_NUMBER), secret.encrypt(ID_NUMBER)
    assert one != other
    assert ID_NUMBER not in one
    assert secret.decrypt(one) == secret.decrypt(other) == ID_NUMBER
    assert secret.encrypt("") == ""
    assert secret.decrypt("") == ""


def test_what_was_read_does_not_show_itself(ring):
    value = secret.decrypt(secret.encrypt(ID_NUMBER))
    assert repr(value) == "<secret>"
    assert repr([value]) == "[<secret>]"
    assert str(value) == f"{value}" == ID_NUMBER


def test_rings_do_not_read_each_other(ring):
    token = secret.encrypt("党委会记录", ring=PARTY)
    assert secret.decrypt(token, ring=PARTY) == "党委会记录"
    with pytest.raises(KeysMissing):
        secret.decrypt(token)


def test_keys_are_for_their_owner_only(ring):
    assert sorted(path.name for path in ring.iterdir()) == ["field-keys", "party-keys"]
    assert {path.stat().st_mode & 0o777 for path in ring.iterdir()} == {0o600}
    assert ring.stat().st_mode & 0o777 == 0o700


def test_making_keys_twice_keeps_the_first(ring):
    before = text_of(ring / "field-keys")
    secret.make_keys(PERSONAL)
    assert text_of(ring / "field-keys") == before


def test_a_rotated_ring_reads_old_and_new(ring):
    old = secret.encrypt("old")
    secret.rotate_keys(PERSONAL)
    new = secret.encrypt("new")
    keys = text_of(ring / "field-keys").split()
    assert len(keys) == 2
    assert (secret.decrypt(old), secret.decrypt(new)) == ("old", "new")
    (ring / "field-keys").write_text(keys[1], "ascii")
    with pytest.raises(KeysMissing):
        secret.decrypt(new)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("430402199001011234", True),
        (" 4304 0219 9001 011234", True),
        ("４３０４０２１９９００１０１１２３４", True),
        ("430402199001011235", False),
    ],
)
def test_a_hash_is_found_again_however_it_is_typed(keys, typed, same):
    assert (keyed_hash(typed, "id") == keyed_hash(ID_NUMBER, "id")) is same


@pytest.mark.django_db
def test_hashes_are_keyed_and_bound_to_their_purpose(keys):
    found = keyed_hash("43040219900101123x", "id")
    assert len(found) == 64
    assert found == keyed_hash("43040219900101123X", "id")
    assert found != keyed_hash("43040219900101123X", "telephone")
    assert keyed_hash(" ", "id") == ""
    (keys / "lookup-key").unlink()
    assert keyed_hash("43040219900101123X", "id") != found


def test_keys_move_to_another_machine(ring, settings, tmp_path):
    (ring / "lookup-key").write_text("ab" * 32, "ascii")
    token, found = secret.encrypt(ID_NUMBER), keyed_hash(ID_NUMBER, "id")
    exported = tmp_path / "keys.json"
    secret.keys_export(exported)
    assert exported.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict):
        secret.keys_export(exported)

    settings.KEYS_FOLDER = tmp_path / "elsewhere"
    secret.keys_import(exported)
    assert secret.decrypt(token) == ID_NUMBER
    assert keyed_hash(ID_NUMBER, "id") == found
    secret.keys_import(exported)
    assert text_of(settings.KEYS_FOLDER / "field-keys") == text_of(ring / "field-keys")


def test_imported_keys_join_those_in_use(ring, settings, tmp_path):
    token = secret.encrypt("of the other machine")
    exported = tmp_path / "keys.json"
    secret.keys_export(exported)
    settings.KEYS_FOLDER = tmp_path / "elsewhere"
    secret.make_keys(PERSONAL)
    own = secret.encrypt("of this one")
    secret.keys_import(exported)
    assert secret.decrypt(token) == "of the other machine"
    assert secret.decrypt(own) == "of this one"


def test_another_lookup_key_is_not_overwritten(ring, settings, tmp_path):
    (ring / "lookup-key").write_text("ab" * 32, "ascii")
    exported = tmp_path / "keys.json"
    secret.keys_export(exported)
    (ring / "lookup-key").write_text("cd" * 32, "ascii")
    with pytest.raises(Conflict) as refused:
        secret.keys_import(exported)
    assert refused.value.codes == ("other-keys",)
    assert text_of(ring / "lookup-key") == "cd" * 32


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": "yanshu-keys-1", "files": []}', '{"format": "other", "files": {}}',
     json.dumps({"format": "yanshu-keys-1", "files": {"../secret-key": "x"}}),
     json.dumps({"format": "yanshu-keys-1", "files": {"passwd": "x"}})],
)  # fmt: skip
def test_a_file_that_holds_no_keys_is_refused(keys, tmp_path, content):
    path = tmp_path / "keys.json"
    path.write_text(content, "ascii")
    with pytest.raises(Invalid) as refused:
        secret.keys_import(path)
    assert refused.value.codes == ("no-keys",)
    assert not keys.exists()


# --- the column -----------------------------------------------------------------------------------------


@pytest.fixture
def confidant(transactional_db, keys):
    """A table with encrypted columns, known to the app registry for one test."""
    with isolate_apps("yanshu.core"):

        class Confidant(models.Model):
            number = EncryptedTextField(blank=True, default="")
            minutes = EncryptedTextField(null=True, ring=PARTY)

            class Meta:
                app_label = "core"

            def __str__(self):
                return str(self.pk)

    with connection.schema_editor() as editor:
        editor.create_model(Confidant)
    apps.all_models["core"]["confidant"] = Confidant
    apps.clear_cache()
    yield Confidant
    del apps.all_models["core"]["confidant"]
    apps.clear_cache()
    with connection.schema_editor() as editor:
        editor.delete_model(Confidant)


def tokens(model, column="number"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY id")
        return [token for (token,) in cursor.fetchall()]


def test_the_database_holds_tokens_only(confidant):
    confidant.objects.create(number=ID_NUMBER, minutes="记录")
    confidant.objects.bulk_create([confidant(number="2"), confidant()])
    confidant.objects.filter(pk=3).update(number="3")
    row = confidant.objects.get(pk=2)
    row.number = "two"
    confidant.objects.bulk_update([row], ["number"])
    assert list(confidant.objects.order_by("pk").values_list("number", flat=True)) == [ID_NUMBER, "two", "3"]
    assert all(token.startswith("gAAAA") for token in tokens(confidant))
    assert tokens(confidant, "minutes")[1:] == [None, None]
    assert confidant.objects.get(pk=1).minutes == "记录"
    assert confidant.objects.get(pk=2).minutes is None


def test_an_encrypted_column_cannot_be_searched(confidant):
    for condition in (
        {"number": "x"},
        {"number__icontains": "x"},
        {"number__in": ["x"]},
        {"number__lower": "x"},
    ):
        with pytest.raises(FieldError, match="encrypted"):
            confidant.objects.filter(**condition).exists()
    confidant.objects.create(number="1")
    assert confidant.objects.filter(minutes__isnull=True).count() == 1


def test_a_migration_names_the_ring_where_it_is_another(confidant):
    number, minutes = (confidant._meta.get_field(name) for name in ("number", "minutes"))
    assert number.deconstruct()[3] == {"blank": True, "default": ""}
    assert minutes.deconstruct()[3] == {"null": True, "ring": PARTY}


def test_tokens_are_renewed_and_old_keys_retired(confidant, keys):
    for value in ("1", "", "3"):
        confidant.objects.create(number=value, minutes="记录")
    before, party = tokens(confidant), tokens(confidant, "minutes")
    secret.rotate_keys(PERSONAL)
    assert secret.renew_tokens(PERSONAL) == 2
    after = tokens(confidant)
    assert (after[0] != before[0], after[1], after[2] != before[2]) == (True, "", True)
    assert tokens(confidant, "minutes") == party
    assert secret.retire_keys(PERSONAL) == 1
    assert len(text_of(keys / "field-keys").split()) == 1
    assert list(confidant.objects.order_by("pk").values_list("number", flat=True)) == ["1", "", "3"]


def test_lost_keys_are_named_and_no_new_ones_made(confidant, keys):
    confidant.objects.create(number=ID_NUMBER)
    for path in list(keys.iterdir()):
        path.unlink()
    for attempt in (
        confidant.objects.get,
        lambda: keyed_hash(ID_NUMBER, "id"),
        lambda: confidant.objects.create(number="2"),
    ):
        with pytest.raises(KeysMissing):
            attempt()
    assert list(keys.iterdir()) == []


def test_without_encrypted_data_keys_are_made_on_first_use(confidant, keys):
    confidant.objects.create()
    assert not keys.exists()
    confidant.objects.create(number="1")
    assert [path.name for path in keys.iterdir()] == ["field-keys"]
