"""The kinds of file as the apps declare them: the engine is tested with the headings that are really in use."""

from beneficiaries.rolls import RegisterRoll
from subsidies.rolls import PaymentHistoryRoll, SubsidyRoll

__all__ = ["PaymentHistoryRoll", "RegisterRoll", "SubsidyRoll"]
