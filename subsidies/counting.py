"""In which years a roll's payments count for the targets: what posting, undoing and paying must say has changed."""

from subsidies.models import Payment, PeriodType, Roll


def years_counted(roll: Roll) -> set[int]:
    """The years whose figures depend on the roll's live payments; see subsidies/models for the rules."""
    period = roll.programme.period
    if period == PeriodType.SCHOOL_YEAR:
        return {roll.paid_on.year} if roll.paid_on else set()
    payments = Payment.objects.live().filter(roll=roll).order_by()
    if period == PeriodType.POLICY:
        terms = payments.values_list("policy__starts_on", "policy__ends_on").distinct()
        return {year for first, last in terms for year in range(first.year, last.year + 1)}
    return {month.year for month in payments.values_list("month", flat=True).distinct()}
