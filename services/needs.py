"""Who needs rehabilitation on a day, and of them who has a family doctor and who has been served: targets 8 and 9.

Both rates are of people whose needs stand in the same survey, so that a numerator is never more than its denominator.
A person has several needs in a year and counts once, where they live.
"""

from datetime import date

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from services.counting import ServiceQuerySet


class NeedQuerySet(ServiceQuerySet):
    """Surveyed needs."""

    def of_survey(self, year: int):
        """Standing needs of the year's survey."""
        return self.standing().filter(served_on__gte=date(year, 1, 1), served_on__lte=date(year, 12, 31))

    def in_need_on(self, day: date):
        """有康复需求的持证残疾人和 0—17 岁非持证残疾儿童: the denominator of both rates.

        Of the survey of the day's year what is known by the day, of people who are alive and in the city on it
        (whether the survey of the year before is meant, is open).
        """
        people = apps.get_model("beneficiaries.Person").objects.here_on(day).disabled_on(day).order_by().values("pk")
        return self.of_survey(day.year).filter(served_on__lte=day, person__in=people)

    def signed_on(self, day: date):
        """Of those the ones whose person has a family doctor on the day: the numerator of target 8."""
        contracts = apps.get_model("services.FamilyDoctorContract").objects.in_force_on(day)
        return self.in_need_on(day).filter(person__in=contracts.order_by().values("person"))

    def served_by(self, day: date):
        """Of those the ones whose person had a basic rehabilitation service in the year by the day: target 9."""
        return self.in_need_on(day).filter(person__in=basic_rehabilitation(day).order_by().values("person"))

    def unmet_on(self, day: date):
        """Needs of the day's year that no service of their own sort has met by the day."""
        given = basic_rehabilitation(day).filter(person=OuterRef("person")).order_by()
        meets = Q(kind__meets_need=OuterRef("need")) | Q(precisionservice__need=OuterRef("need"))
        return self.in_need_on(day).filter(~Exists(given.filter(meets)))


def people_in_need(day: date):
    """Those of `in_need_on`, each once: the denominator as people."""
    needs = apps.get_model("services.RehabilitationNeed").objects.in_need_on(day)
    return apps.get_model("beneficiaries.Person").objects.filter(pk__in=needs.order_by().values("person"))


def basic_rehabilitation(day: date):
    """Services that count as 基本康复服务, done in the day's year by the day.

    Entries of the handbook, and the kinds that say which need they meet: surgery, medication, training, devices.
    """
    services = apps.get_model("services.Service").objects.standing()
    basic = ~Q(kind__meets_need="") | Q(kind__record_form="precision_service")
    begun = Q(counted_on__gte=date(day.year, 1, 1)) | Q(ended_on__gte=date(day.year, 1, 1))
    return services.filter(basic & begun, counted_on__lte=day)
