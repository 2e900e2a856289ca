"""Names of branches by key, for pages and traces that show many rows."""

from yanshu.core.remembered import remembered
from yanshu.institution.places.models import Branch, in_page_language


def branch_name(branch_id: int | None) -> str:
    """Return the name of a branch in the language of the page; nothing where no branch is named."""
    if branch_id is None:
        return ""
    return in_page_language(*branch_names().get(branch_id, ("", "")))


@remembered(seconds=10)
def branch_names() -> dict[int, tuple[str, str]]:
    """Return the Chinese and English names of all branches."""
    return {
        key: (name, english) for key, name, english in Branch.objects.values_list("id", "name", "name_en")
    }
