"""The addresses of lending's pages."""

from django.urls import URLPattern, path

from yanshu.lending.circulation.web import desk as counter

desk: list[URLPattern] = [
    path("circulation/", counter.desk, name="circulation-desk"),
    path("circulation/scan", counter.scan, name="circulation-scan"),
    path("circulation/mode", counter.mode, name="circulation-mode"),
    path("circulation/reader", counter.reader, name="circulation-reader"),
    path("circulation/renew", counter.renew, name="circulation-renew"),
    path("circulation/undo", counter.undo, name="circulation-undo"),
]
opac: list[URLPattern] = []
