"""The parts of the interface as template tags and filters; a builtin library, to be used without ``load``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from yanshu.core.refusal import Reason
from yanshu.core.ui import chart as charts
from yanshu.core.ui import dates, filters, forms, masking, numbers, pages, paging, parts
from yanshu.core.ui import highlight as marks
from yanshu.core.ui import qr as codes

register = template.Library()

for function in (
    numbers.thousands,
    numbers.wan,
    numbers.money,
    numbers.yuan,
    numbers.percent,
    dates.full_date,
    dates.long_date,
    dates.short_date,
    dates.table_date,
    dates.weekday,
    dates.weekday_letter,
    dates.clock_time,
    dates.moment,
    dates.near_date,
    dates.due_words,
    dates.due_tone,
    masking.mask_name,
    masking.mask_surname,
    masking.mask_number,
    marks.highlight,
):
    register.filter(function.__name__, function)
for tag in (parts.icon, parts.state, parts.meter, parts.cover, parts.cover_url, parts.figure):
    register.simple_tag(tag)
register.simple_tag(codes.qr_svg, name="qr")
register.simple_tag(charts.sparkline)
register.simple_tag(dates.span_words)
register.simple_tag(forms.widget_attributes, name="widget_attrs")
register.simple_tag(forms.fields_in_error)


@register.filter
def at(values: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return what ``values`` holds under ``key``, or nothing."""
    return values.get(key, "") if values else ""


def _flat(context: template.Context) -> dict[str, Any]:
    return {str(name): value for name, value in context.flatten().items()}


def _part(context: template.Context, part: str, **facts: Any) -> SafeString:
    return render_to_string(f"ui/{part}.html", {**_flat(context), **facts})


@register.simple_block_tag(takes_context=True)
def note(
    context: template.Context,
    content: str,
    tone: str = "xiang",
    icon: str = "",
    role: str = "",
    action: Any = "",
) -> SafeString:
    """Show a note: first words bold, the fact; then what to do."""
    return _part(
        context,
        "note",
        content=content,
        tone=tone,
        icon=icon or pages.NOTE_ICONS[tone],
        role=role,
        action=action,
    )


@register.simple_block_tag(takes_context=True)
def empty(context: template.Context, content: str, title: Any, level: int = 2) -> SafeString:
    """Show the empty face of a list: what will be here, and between the tags the first act."""
    return _part(context, "empty", content=content, title=title, level=level)


@register.simple_block_tag(takes_context=True)
def dialog(context: template.Context, content: str, name: str, title: Any) -> SafeString:
    """Put a question into a native dialog, opened by ``data-ys-open="name"``; a page must work without it."""
    return _part(context, "dialog", content=content, name=name, title=title)


@register.simple_block_tag(takes_context=True)
def page_title(
    context: template.Context,
    content: str,
    title: Any,
    fact: Any = "",
    state: Any = "",
    code: str = "",
) -> SafeString:
    """Show the head of a page: h1, state, one fact, and the actions between the tags, primary last."""
    shown = parts.state(state) if state else ""
    return _part(
        context,
        "page_title",
        content=mark_safe(content.strip()),
        title=title,
        fact=fact,
        badge=shown,
        code=code,
    )


@register.simple_block_tag(takes_context=True)
def bulk_bar(context: template.Context, content: str, total: int = 0, unit: Any = "") -> SafeString:
    """Show the bar of a list's batch work; it stands inside the form that holds the tick boxes."""
    return _part(context, "bulk_bar", content=content, total=total, unit=unit)


@register.simple_tag(takes_context=True)
def verdict(
    context: template.Context,
    sign: Any,
    reasons: Iterable[Reason] = (),
    *,
    tone: str = "no",
    what: Any = "",
    code: str = "",
    aside: Any = "",
    lift_name: str = "waive",
) -> SafeString:
    """Show yes, no or taken in as a sign, with what it is about and every reason beside it.

    A reason whose ``lifted_by`` the actor of the request holds gets a button; it sends the reason's code as
    ``lift_name`` with the form around it. An empty ``lift_name`` says that no rule has refused anything, as
    with a code nobody knows: then there is nothing to lift, and nothing is said of who might.
    """
    actor = pages.actor_of(context.get("request"))
    return _part(
        context,
        "verdict",
        sign=sign,
        tone=tone,
        what=what,
        code=code,
        aside=aside,
        icon=pages.SIGN_ICONS[tone],
        lines=[pages.reason_line(reason, actor) for reason in reasons],
        lift_name=lift_name,
    )


@register.simple_tag(takes_context=True)
def table(context: template.Context, rows: Any) -> SafeString:
    """Show a django-tables2 table in the look of the house."""
    return _part(context, "table", table=rows)


@register.simple_tag(takes_context=True)
def filter_bar(
    context: template.Context,
    filterset: Any,
    label: Any,
    shown: str = "",
    unit_total: Any = "",
    save_url: str = "",
) -> SafeString:
    """Show a filter form with its active filters as chips.

    Args:
        shown: names of the fields always in sight, blank between; the first ones by default, the others
            stand under "more filters".
    """
    names = shown.split() or list(filterset.form.fields)[:3]
    query = context["request"].GET
    return _part(
        context,
        "filter_bar",
        form=filterset.form,
        label=label,
        in_sight=[filterset.form[name] for name in names],
        more=[field for field in filterset.form.visible_fields() if field.name not in names],
        chips=filters.chips(filterset, query, skip=names[:1]),
        kept=[(key, query[key]) for key in ("sort", paging.PER_PAGE_PARAMETER) if key in query],
        unit_total=unit_total,
        save_url=save_url,
    )


@register.simple_tag(takes_context=True)
def pager(context: template.Context, page: Page[Any], unit: Any = "", parameter: str = "page") -> SafeString:
    """Show range and total in words, the page size, and the numbers of the pages."""
    query = context["request"].GET
    return _part(
        context,
        "pager",
        page=page,
        unit=unit,
        links=list(paging.page_links(page, query, parameter)),
        next_url=paging.page_url(query, page.next_page_number(), parameter) if page.has_next() else "",
        previous_url=paging.page_url(query, page.previous_page_number(), parameter)
        if page.has_previous()
        else "",
        sizes=paging.PAGE_SIZES,
        kept=[
            (key, value) for key, value in query.items() if key not in {parameter, paging.PER_PAGE_PARAMETER}
        ],
    )


@register.simple_tag(takes_context=True)
def steps(context: template.Context, stages: Sequence[Any], label: Any) -> SafeString:
    """Show three to five named stages of one object's life."""
    return _part(context, "steps", stages=stages, label=label)


@register.simple_tag(takes_context=True)
def timeline(context: template.Context, entries: Sequence[Any]) -> SafeString:
    """Show who did what, newest first, or the agenda of a day."""
    return _part(context, "timeline", entries=entries)


@register.simple_tag(takes_context=True)
def tiles(context: template.Context, figures: Sequence[Any]) -> SafeString:
    """Show at most six figures with comparison and small line; each opens its card."""
    return _part(context, "tiles", tiles=[pages.tile_line(tile) for tile in figures])


@register.simple_tag(takes_context=True)
def month(context: template.Context, shown: Any, label: Any = "") -> SafeString:
    """Show a month: closed days hatched, today ringed, events tinted, all in words too."""
    return _part(context, "month", month=shown, label=label)


@register.simple_tag(takes_context=True)
def chart(context: template.Context, drawn: charts.Chart, level: int = 2) -> SafeString:
    """Show a drawn chart with its legend and, folded, its table."""
    return _part(context, "chart", chart=drawn, level=level)


@register.simple_tag(takes_context=True)
def reader_card(
    context: template.Context, data: str, number: str, title: Any, words: Any = "", foot: Any = ""
) -> SafeString:
    """Show a reader's card with its QR code, the number masked, and what the code does in words."""
    return _part(context, "reader_card", data=data, number=number, title=title, words=words, foot=foot)


@register.simple_tag(takes_context=True)
def long_work(
    context: template.Context,
    title: Any,
    done: int,
    total: int,
    unit: Any = "",
    remaining: Any = "",
    counts: Iterable[tuple[Any, Any]] = (),
) -> SafeString:
    """Show how far a long work has come: n of total, about how long, counts by outcome, and the flock."""
    flying = round(done / total * len(pages.FLOCK)) if total else 0
    return _part(
        context,
        "long_work",
        title=title,
        done=done,
        total=total,
        unit=unit,
        remaining=remaining,
        counts=counts,
        share=round(done / total * 100) if total else 0,
        geese=[(path, place < flying) for place, path in enumerate(pages.FLOCK)],
    )


@register.simple_tag(takes_context=True)
def facts(context: template.Context, pairs: Iterable[tuple[Any, Any]]) -> SafeString:
    """Show names and values beside each other; empty values stay away."""
    shown = [(name, value) for name, value in pairs if value not in (None, "")]
    return _part(context, "facts", pairs=shown)


@register.simple_tag(takes_context=True)
def keys_bar(context: template.Context, keys: Sequence[Any]) -> SafeString:
    """Show the keys of a page at its foot."""
    return _part(context, "keys_bar", keys=keys)


@register.simple_tag(takes_context=True)
def upload(context: template.Context, field: Any, words: Any) -> SafeString:
    """Show a file field as a place to drop files, with formats, size and count said before."""
    return _part(context, "upload", field=field, words=words)


@register.simple_tag(takes_context=True)
def form_errors(context: template.Context, form: BaseForm) -> SafeString:
    """Show on top of a form how much is to be corrected, with a link to each field."""
    return _part(context, "form_errors", form=form, wrong=forms.fields_in_error(form))


@register.simple_tag
def flock(count: int = 10) -> SafeString:
    """Return the paths of the first ``count`` geese of the skein."""
    return SafeString("".join(f'<path d="{path}"/>' for path in pages.FLOCK[:count]))
