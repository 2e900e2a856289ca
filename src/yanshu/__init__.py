"""Yanshu: a public library's platform that writes its annual report from the records of its work."""

__version__ = "0.1.0"
