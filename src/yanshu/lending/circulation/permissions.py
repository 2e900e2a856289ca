"""What may be allowed in lending."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.permission import declare

declare("circulation.desk", _("Use the circulation desk"))
declare("circulation.see", _("See loans and holds"))
declare("circulation.checkout", _("Lend"))
declare("circulation.return", _("Take back"))
declare("circulation.renew", _("Renew"))
declare("circulation.remind", _("Print reminders for overdue loans"))
declare("circulation.undo", _("Take back one's own acts of the day"))
declare("circulation.undo_any", _("Take back other people's acts of the day"))
declare("circulation.override", _("Lend against a refusal"))
declare("circulation.place_hold", _("Place holds"))
declare("circulation.cancel_hold", _("Cancel holds"))
declare("circulation.explain", _("See which lending policy applies"))
declare("circulation.set_policy", _("Change lending policies"))
declare("circulation.settle_issue", _("Settle what returns bring to light"))
declare("circulation.move_due_dates", _("Move due dates behind a closure"))
declare("circulation.restore_due_dates", _("Give due dates back when a closure is revoked"))
declare("circulation.expire_holds", _("Close holds nobody came for"))
declare("circulation.cut_links", _("Cut the link from past loans to readers"))
declare("circulation.export", _("Take lists of lending out as files"))
declare("circulation.import", _("Load lending policies and open loans from files"))
declare("circulation.set_up", _("Make the usual categories and lending policy"))
