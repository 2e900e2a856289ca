"""What may be allowed in the catalogue."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.permission import declare

declare("catalogue.see", _("See records and copies"))
declare("catalogue.edit_record", _("Write records"))
declare("catalogue.proofread", _("Proofread records"))
declare("catalogue.send_back", _("Send records back to be worked on"))
declare("catalogue.release", _("Release records to readers"))
declare("catalogue.restore_version", _("Put records back to a former version"))
declare("catalogue.add_items", _("Add copies"))
declare("catalogue.change_item", _("Change copies"))
declare("catalogue.shelve_item", _("Put processed copies on the shelf"))
declare("catalogue.place_item", _("Say what is the matter with a copy"))
declare("catalogue.move_item", _("Say at which branch a copy is"))
declare("catalogue.set_category", _("Change item categories"))
declare("catalogue.import", _("Load records and copies from files"))
declare("catalogue.export", _("Take records and copies out"))
