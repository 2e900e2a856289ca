"""Writing visits: gates, their calibration, their readings."""

from yanshu.institution.visits.operations.gates import calibrate, change_gate, make_gate
from yanshu.institution.visits.operations.readings import correct_reading, record_reading, record_readings

__all__ = [
    "calibrate",
    "change_gate",
    "correct_reading",
    "make_gate",
    "record_reading",
    "record_readings",
]
