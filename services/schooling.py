"""Who is of school age on a day, and of them who goes to school: both sets of target 7 (义务教育入学率).

Both are sets of people, so that the second is part of the first, a child counts once and where they live, and the
children of either can be listed.
"""

from datetime import date

from django.db.models import Q, QuerySet

from beneficiaries.models import Person
from beneficiaries.people import birthday_before
from services.models import ENROLLED, SchoolEnrolment, Schooling, school_year_of

# Full years of age, both included (city rule, unverified: 6—14 or 6—15).
YOUNGEST, OLDEST = 6, 15


def school_age_children(day: date) -> QuerySet[Person]:
    """适龄残疾儿童少年 on the day, the denominator: 6 to 15 years old, with a certificate or as a child without one.

    Who had died or moved out by the day is not among them, nor whose school year has been deferred with approval.
    """
    born = Q(birth_date__lte=birthday_before(day, YOUNGEST), birth_date__gt=birthday_before(day, OLDEST + 1))
    disabled = Person.objects.filter(born).here_on(day).disabled_on(day)
    return disabled.exclude(pk__in=_in_roster(day, [Schooling.DEFERRED]))


def enrolled_children(day: date) -> QuerySet[Person]:
    """Of those the ones who stand in the roster of the day's school year as going to school, the numerator."""
    return school_age_children(day).filter(pk__in=_in_roster(day, ENROLLED))


def unenrolled_children(day: date) -> QuerySet[Person]:
    """The work list: of school age, and not in the roster or in it as 未入学."""
    return school_age_children(day).exclude(pk__in=_in_roster(day, ENROLLED))


def _in_roster(day: date, ways) -> QuerySet:
    """The people of the roster of the day's school year, as far as it was written by the day."""
    roster = SchoolEnrolment.objects.standing().filter(school_year=school_year_of(day), served_on__lte=day)
    return roster.filter(schooling__in=list(ways)).order_by().values("person")
