"""The words of the audit log."""

import re

import pytest
from django.apps import apps
from django.utils import translation

from yanshu.institution.staff.web.words import thing

INNER = {  # rows no act is about by itself
    *("core.Sequence", "core.Certificate", "core.Cursor", "core.Event", "core.ImportRemark", "core.JobRun"),
    *("core.JournalLine", "core.JournalPrivate", "core.JournalSeal", "core.Stamp", "core.Instance"),
    *("places.WeeklyPeriod", "places.ClosedDay", "places.CalendarVersion"),
    *("patrons.OneTimeCode", "patrons.PinTry", "patrons.MembershipEvent"),
    *("catalogue.RecordIsbn", "catalogue.RecordVersion", "catalogue.ItemEvent", "catalogue.RecordChange"),
    *("catalogue.ClcClass", "circulation.LoanEvent", "figures.DailyRollUp"),
}
THINGS = [
    model._meta.label_lower
    for model in apps.get_models()
    if model.__module__.startswith("yanshu.") and model._meta.label not in INNER
]


@pytest.mark.parametrize("kind", THINGS)
def test_the_audit_log_names_what_an_act_was_about_in_chinese(kind):
    with translation.override("zh-hans"):
        assert re.fullmatch(r"[\u4e00-\u9fff]+", thing(kind)), thing(kind)
