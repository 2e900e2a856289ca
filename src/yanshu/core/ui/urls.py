"""Addresses of the interface itself: chosen look, covers, the pattern page."""

from django.urls import path

from yanshu.core.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/look", views.look, name="look"),
    path("ui/cover.svg", views.cover, name="cover"),
    path("patterns/go", views.sample_palette, name="sample-palette"),
    path("patterns", views.patterns, name="patterns"),
]
