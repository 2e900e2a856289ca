"""The addresses of lending's pages."""

from django.urls import URLPattern, path

from yanshu.lending.circulation.web import desk as counter
from yanshu.lending.circulation.web import desk_lists, desk_policies, desk_reminders, desk_slip
from yanshu.lending.circulation.web import opac as readers

desk: list[URLPattern] = [
    path("circulation/", counter.desk, name="circulation-desk"),
    path("circulation/scan", counter.scan, name="circulation-scan"),
    path("circulation/mode", counter.mode, name="circulation-mode"),
    path("circulation/reader", counter.reader, name="circulation-reader"),
    path("circulation/renew", counter.renew, name="circulation-renew"),
    path("circulation/undo", counter.undo, name="circulation-undo"),
    path("circulation/slip", desk_slip.slip, name="circulation-slip"),
    path("circulation/loans/", desk_lists.loans, name="circulation-loans"),
    path("circulation/loans/reminders", desk_reminders.reminders, name="circulation-reminders"),
    path("circulation/holds/", desk_lists.holds, name="circulation-holds"),
    path("circulation/holds/shelf/", desk_lists.hold_shelf, name="circulation-hold-shelf"),
    path("circulation/holds/keep/<int:item_id>", desk_lists.keep, name="circulation-keep"),
    path("circulation/holds/<int:hold_id>/cancel", desk_lists.cancel, name="circulation-hold-cancel"),
    path("circulation/issues/", desk_lists.issues, name="circulation-issues"),
    path("circulation/issues/<int:issue_id>/settle", desk_lists.settle, name="circulation-settle"),
    path("circulation/ledger/", desk_lists.ledger, name="circulation-ledger"),
    path("circulation/policies/", desk_policies.policies, name="circulation-policies"),
    path("circulation/policies/new/", desk_policies.policy_new, name="circulation-policy-new"),
    path("circulation/policies/explain/", desk_policies.explain, name="circulation-explain"),
    path("circulation/policies/<int:policy_id>/", desk_policies.policy, name="circulation-policy"),
]
opac: list[URLPattern] = [
    path("my/", readers.account, name="account"),
    path("my/renew", readers.renew, name="circulation-my-renew"),
    path("my/holds/<int:hold_id>/cancel", readers.cancel, name="circulation-my-hold-cancel"),
    path("my/history/", readers.history, name="circulation-my-history"),
    path("hold/<int:record_id>/", readers.hold, name="circulation-hold"),
]
