"""Benchmarks: what Yanshu reaches, against a limit measured in the same run (docs/guide/benchmarks.md)."""
