"""The usual form page: it saves what is sound and goes on, or shows every reason at its field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.navigation import Crumb


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a form page says beside its fields.

    Args:
        save: the verb with its object, on the button.
        back: where one leaves to, and where a saved form leads unless ``then`` says otherwise.
        done: what is said afterwards, as words or made of what was saved.
        lead: a sentence above the fields.
        note: a sentence beside the button, such as what saving does not change.
        then: makes the next address of what was saved.
        template: the page, where it is more than the form; it extends ``ui/form_page.html``.
    """

    title: Any
    save: Any
    back: str
    done: Any = ""
    lead: Any = ""
    note: Any = ""
    crumbs: Sequence[Crumb] = ()
    then: Callable[[Any], str] | None = None
    template: str = "ui/form_page.html"


def form_page(
    request: HttpRequest, page: FormPage, form: BaseForm, act: Callable[[Any], Any], **facts: Any
) -> HttpResponse:
    """Answer with a form; a sound one is done, said and left.

    Args:
        act: takes the sound form, calls the operation and returns what was saved.
        facts: what the page's own template shows besides.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved = act(form)
            except (Invalid, Conflict) as refused:
                add_reasons(form, refused.reasons)
                status = 409 if isinstance(refused, Conflict) else 422
            else:
                done = page.done(saved) if callable(page.done) else page.done
                messages.success(request, str(done or _("Saved.")))
                return redirect(page.then(saved) if page.then is not None else page.back)
    shown = {"page": page, "form": form, **({"crumbs": page.crumbs} if page.crumbs else {})}
    return render(request, page.template, {**shown, **facts}, status=status)
