"""培训班: the courses that are held, each once, with whoever attended them (services/models/employment.py)."""

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.accounts.scoping import ScopedQuerySet

# What tells courses of one office apart: what is taught, by whom, and the first day.
CourseKey = tuple[str, str, date]
# By the name of the queryset's method that finds them.
STAGES = {"to_come": "未开班", "going_on": "培训中", "over": "已结束"}


class CourseQuerySet(ScopedQuerySet):
    """Courses belong to the office that holds them; the offices below send people, so they see and choose them too."""

    def held_by(self, staff):
        """Courses of the staff member's own place, which they may correct: as with imports, of a zone its own."""
        if getattr(staff, "zone_id", None) and staff.is_active:
            return self.filter(zone=staff.zone_id)
        return super().visible_to(staff)

    def visible_to(self, staff):
        """Courses of one's own place and of the offices above it: a town's people go to the county's courses.

        Above a town of a zone is the zone too.
        """
        if not getattr(staff, "is_active", False):
            return self.none()
        above = ["/".join(staff.area.path.split("/")[:depth]) + "/" for depth in (1, 2)] if staff.area_id else []
        of_city = Q(area__level=Level.CITY) if staff.zone_id else Q(area__path__in=above)
        own = self.model._default_manager.held_by(staff).order_by().values("pk")
        of_zone = Q(zone=staff.area.zone_id) if staff.area_id and staff.area.zone_id else Q(pk__in=[])
        return self.filter(Q(pk__in=own) | Q(of_city, zone=None) | of_zone)

    def held_at(self, area, zone):
        """Courses of one office."""
        return self.filter(zone=zone) if zone else self.filter(area=area, zone=None)

    def with_people(self, staff):
        """Adds `people`, who are on the course, and `finished`, who finished it; both as the staff member sees."""
        attendances = apps.get_model("services.CourseAttendance").objects.visible_to(staff).standing()
        return self.annotate(
            people=_number(attendances), finished=_number(attendances.filter(completed_on__isnull=False))
        )

    def to_come(self, day: date):
        """未开班 on the day."""
        return self.filter(starts_on__gt=day)

    def going_on(self, day: date):
        """培训中 on the day; of what no last day is known goes on."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def over(self, day: date):
        """已结束 on the day."""
        return self.filter(ends_on__lt=day)


def _number(attendances):
    """How many of these a course has."""
    rows = attendances.filter(course=OuterRef("pk")).order_by().values("course")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


class TrainingCourse(models.Model):
    """培训班: held by one office, from a first day on. What it says, all who are on it have in their records.

    area, zone  the office that holds it; for a zone its towns' common ancestor with the zone beside it
    hours       课时 of the whole course
    places      名额
    job         the roll of whose rows it was made; taken away with it unless somebody else is on it
    """

    name = models.CharField("培训项目", max_length=100)
    institution = models.CharField("培训机构", max_length=100)
    venue = models.CharField("培训地点", max_length=100, blank=True)
    level = models.CharField("培训等级", max_length=40, blank=True)
    starts_on = models.DateField("开班日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)
    hours = models.PositiveSmallIntegerField("课时", null=True, blank=True)
    places = models.PositiveSmallIntegerField("名额", null=True, blank=True)
    document_no = models.CharField("开班通知文号", max_length=60, blank=True)
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="举办地区")
    zone = models.ForeignKey(
        "accounts.Zone", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="功能板块"
    )
    job = models.ForeignKey(
        "intake.ImportJob", models.PROTECT, null=True, blank=True, related_name="courses", verbose_name="导入批次"
    )
    recorded_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间")

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训班"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name", "institution", "starts_on"],
                condition=Q(zone__isnull=True),
                name="one_training_course_per_area_and_day",
                violation_error_message="同一机构同一天开班的同一培训项目已经登记。",
            ),
            models.UniqueConstraint(
                fields=["zone", "name", "institution", "starts_on"],
                condition=Q(zone__isnull=False),
                name="one_training_course_per_zone_and_day",
                violation_error_message="同一机构同一天开班的同一培训项目已经登记。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(institution=""),
                name="training_course_says_what_and_by_whom",
                violation_error_message="请填写培训项目和培训机构。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="training_course_dates_in_order",
                violation_error_message="结束日期不能早于开班日期。",
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gte=1),
                name="training_course_has_hours",
                violation_error_message="课时至少为 1。",
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(places__gte=1),
                name="training_course_has_places",
                violation_error_message="名额至少为 1。",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.institution} {self.starts_on:%Y-%m-%d}"

    @property
    def key(self) -> CourseKey:
        """What tells it from the other courses of its office."""
        return self.name, self.institution, self.starts_on

    @property
    def office(self):
        """The office that holds it, as a place."""
        return self.zone or self.area

    def stage(self) -> str:
        """How far it is today, in words: as the queryset's methods find it."""
        today = localdate()
        if self.starts_on > today:
            return STAGES["to_come"]
        return STAGES["over" if self.ends_on and self.ends_on < today else "going_on"]
