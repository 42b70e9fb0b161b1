"""A desk that files are received at, and orders for what comes."""

from tests.intake.intake_given import at_desk, place

__all__ = ["at_desk", "place"]
