"""What may be allowed with readers."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.permission import declare

declare("patrons.see", _("See readers"))
declare("patrons.register", _("Register readers"))
declare("patrons.change", _("Change readers' records"))
declare("patrons.renew", _("Renew memberships"))
declare("patrons.issue_code", _("Print a code for a reader's password"))
declare("patrons.issue_card", _("Give a reader another card"))
declare("patrons.activate", _("Choose a password with a printed code"))
declare("patrons.suspend", _("Suspend borrowing"))
declare("patrons.lift_suspension", _("End a suspension"))
declare("patrons.set_category", _("Change patron categories"))
declare("patrons.change_own", _("Change one's own settings"))
declare("patrons.check_pin", _("Check a reader's password at a machine"))
declare("patrons.import", _("Load readers from files"))
declare("patrons.export", _("Export readers, numbers masked"))
declare("patrons.export_full", _("Export readers with whole numbers"))
declare("patrons.erase_private", _("Erase what the journal keeps apart about a reader"))
declare("patrons.tidy", _("Remove used and expired codes"))
