"""Codes of the MARC engine in words: what is wrong with a line, a field, a file, a number."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanshu.collection.catalogue.engine.check import Finding, FindingCode
from yanshu.collection.catalogue.engine.damage import Damage, DamageCode
from yanshu.collection.catalogue.engine.difference import ChangeKind
from yanshu.collection.catalogue.engine.isbd import AreaCode
from yanshu.collection.catalogue.engine.standard_numbers import NumberFault
from yanshu.collection.catalogue.engine.worksheet import LineFault

AREAS: Mapping[AreaCode, Any] = {
    AreaCode.TITLE: gettext_lazy("Title and responsibility"),
    AreaCode.EDITION: gettext_lazy("Edition"),
    AreaCode.MATERIAL: gettext_lazy("Material"),
    AreaCode.PUBLICATION: gettext_lazy("Publication"),
    AreaCode.PHYSICAL: gettext_lazy("Physical description"),
    AreaCode.SERIES: gettext_lazy("Series"),
    AreaCode.NOTES: gettext_lazy("Notes"),
    AreaCode.IDENTIFIERS: gettext_lazy("Standard numbers"),
}
LINE_FAULTS: Mapping[LineFault, Any] = {
    LineFault.TAG: gettext_lazy("A line begins with a tag of three letters or digits."),
    LineFault.LEADER: gettext_lazy("The leader has 24 characters."),
    LineFault.INDICATORS: gettext_lazy("Two indicators stand behind the tag; # is a blank one."),
    LineFault.NO_SUBFIELDS: gettext_lazy("The field has no subfields; each begins with ‡ and its code."),
    LineFault.SUBFIELD_CODE: gettext_lazy("A code of one letter or digit stands behind ‡."),
    LineFault.EMPTY: gettext_lazy("The field is empty."),
}
FINDINGS: Mapping[FindingCode, Any] = {
    FindingCode.LEADER: gettext_lazy("The leader is not as it must be."),
    FindingCode.MISSING: gettext_lazy("A mandatory field or subfield is missing."),
    FindingCode.USUAL_MISSING: gettext_lazy("Most records have this field or subfield."),
    FindingCode.EMPTY: gettext_lazy("The subfield is empty."),
    FindingCode.REPEATED: gettext_lazy("The field may stand once only."),
    FindingCode.INDICATOR: gettext_lazy("This indicator is not allowed here."),
    FindingCode.CODED_LENGTH: gettext_lazy("The coded data have not the length they must have."),
    FindingCode.ISBN_CHECKSUM: gettext_lazy("The check digit of the ISBN is wrong."),
    FindingCode.ISBN_SHAPE: gettext_lazy("An ISBN has 10 digits, or 13 beginning with 978 or 979."),
    FindingCode.ISSN: gettext_lazy("The ISSN is not valid."),
    FindingCode.PRICE: gettext_lazy("No price can be read; write it as CNY35.00."),
    FindingCode.CLASS_NUMBER: gettext_lazy("This is no number of the Chinese Library Classification."),
}
DAMAGES: Mapping[DamageCode, Any] = {
    DamageCode.JUNK: gettext_lazy("bytes between records that belong to none"),
    DamageCode.TRUNCATED: gettext_lazy("the record breaks off"),
    DamageCode.RECORD_TERMINATOR: gettext_lazy("the end mark of the record is missing"),
    DamageCode.LENGTH: gettext_lazy("the length in the leader is wrong"),
    DamageCode.LEADER: gettext_lazy("the leader is damaged"),
    DamageCode.DIRECTORY: gettext_lazy("the directory does not fit the fields"),
    DamageCode.FIELD_TERMINATOR: gettext_lazy("the end mark of a field is missing"),
    DamageCode.FIELD_LOST: gettext_lazy("a field could not be read and was left out"),
    DamageCode.TAG: gettext_lazy("a tag is damaged"),
    DamageCode.INDICATORS: gettext_lazy("indicators are damaged"),
    DamageCode.SUBFIELD_CODE: gettext_lazy("a subfield code is damaged"),
    DamageCode.NO_SUBFIELDS: gettext_lazy("a field has no subfields"),
    DamageCode.CONTROL_FIELD: gettext_lazy("a control field has subfields"),
    DamageCode.CHARACTERS: gettext_lazy("characters could not be read"),
    DamageCode.CHARSET: gettext_lazy("the character set is another than the record says"),
    DamageCode.XML: gettext_lazy("the XML is damaged"),
    DamageCode.UNREADABLE: gettext_lazy("nothing could be read"),
}
NUMBER_FAULTS: Mapping[NumberFault, Any] = {
    NumberFault.CHECKSUM: gettext_lazy("The check digit is wrong; compare it with the book."),
    NumberFault.LENGTH: gettext_lazy("An ISBN has 10 or 13 digits."),
    NumberFault.FORMAT: gettext_lazy("An ISBN of 13 digits begins with 978 or 979."),
    NumberFault.CANCELLED: gettext_lazy("The number is marked as cancelled."),
}
CHANGES: Mapping[ChangeKind, Any] = {
    ChangeKind.ADDED: gettext_lazy("added"),
    ChangeKind.REMOVED: gettext_lazy("removed"),
    ChangeKind.CHANGED: gettext_lazy("changed"),
}


def damage_words(damage: Damage) -> str:
    """Say what was wrong with a record of a file, in which field, and where in the file."""
    words = {"what": DAMAGES[damage.code], "tag": damage.tag, "offset": damage.offset}
    if damage.tag:
        return _("field %(tag)s: %(what)s (at byte %(offset)s)") % words
    return _("%(what)s (at byte %(offset)s)") % words


def finding_words(finding: Finding) -> str:
    """Say what was found in a record, with the value as it stands."""
    words = str(FINDINGS[finding.code])
    return (
        _("%(words)s It is “%(value)s”.") % {"words": words, "value": finding.value}
        if finding.value
        else words
    )
