"""Forms of services: whom it is for is typed as name and ID number; the register and the kind's limits judge it."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from beneficiaries.forms import right_id_number
from beneficiaries.models import Category, Person
from lianyungang_cdpf.accounts.form_fields import day_field
from lianyungang_cdpf.accounts.secret_fields import SecretField, SecretsForm
from lianyungang_cdpf.intake.offices import place_of
from lianyungang_cdpf.intake.tables import name_key
from lianyungang_cdpf.intake.tables.text import name_shown
from lianyungang_cdpf.masking import mask_account_no, mask_id_number
from services.courses import amendment_refused, followed, on_course
from services.fitness import OF_PERSON, SENTENCES, is_error, place_in_household, served_facts, unfit
from services.models import DeviceType, RecordForm, RehabilitationNeed, Service, ServiceKind, TrainingCourse

NOT_HERE = "您的辖区内没有这个身份证号的档案：请核对号码，确属新增人员的先建档。"


class WordsField(forms.CharField):
    """A list of words, typed with any comma or blank between them."""

    def prepare_value(self, value):
        return "，".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        for separator in "，、,;；":
            value = (value or "").replace(separator, " ")
        return value.split()

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class CategoriesField(forms.TypedMultipleChoiceField):
    """Categories of disability, kept as their numbers."""

    def __init__(self, label: str, help_text: str):
        super().__init__(
            label=label, required=False, coerce=int, choices=Category.choices, empty_value=[],
            widget=forms.CheckboxSelectMultiple, help_text=help_text,
        )  # fmt: skip


class ServiceKindForm(forms.ModelForm):
    """A kind of service; with records the way of recording stays."""

    words = WordsField(label="简称", required=False, help_text="花名册标题和文件名中的叫法，用逗号分开。")
    categories = CategoriesField("限残疾类别", "不勾选表示各类残疾都可以。")
    severe_categories = CategoriesField("须为重度的残疾类别", "勾选的类别只限一级、二级，如辅助性就业的肢体残疾。")
    older_categories = CategoriesField("较大年龄限残疾类别", "与“较大年龄起点”一起填写，如儿童康复训练满 7 周岁起。")

    class Meta:
        model = ServiceKind
        fields = (
            "name", "code", "unit", "group", "record_form", "words", "min_age", "max_age", "proof", "categories",
            "severe_categories", "older_from", "older_categories", "max_grade", "asks_hardship", "meets_need",
            "is_per_household", "counting_rule", "evidence", "lead_department",
        )  # fmt: skip

    def clean_record_form(self):
        """Records are read by the form in which they were made."""
        form = self.cleaned_data["record_form"]
        if self._has_records_unlike("record_form", form):
            raise ValidationError("这个种类已有服务记录，不能再改登记方式；请另建一个种类。")
        return form

    def clean_is_per_household(self):
        """Records took their household when they were made: a change would leave earlier ones without, or with one."""
        is_per_household = self.cleaned_data["is_per_household"]
        if self._has_records_unlike("is_per_household", is_per_household):
            raise ValidationError("这个种类已有服务记录，不能再改“记录到户”：已有记录没有照此登记；请另建一个种类。")
        return is_per_household

    def _has_records_unlike(self, name: str, value) -> bool:
        return bool(self.instance.pk) and value != self.initial.get(name) and self.instance.services.exists()

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("older_from") is None) != (not cleaned.get("older_categories")):
            self.add_error("older_from", "较大年龄的起点和残疾类别要一起填写，或者都不填。")
        return cleaned


class DeviceTypeForm(forms.ModelForm):
    """A line of the catalogue of devices."""

    words = WordsField(label="其他叫法", required=False, help_text="花名册中的其他写法，用逗号分开。")

    class Meta:
        model = DeviceType
        fields = ("name", "code", "unit", "words", "is_offered")

    def clean_name(self):
        """Issues are told apart by the device's name (what_it_is), so that it stays once there are some."""
        name = self.cleaned_data["name"]
        if self.instance.pk and name != self.initial.get("name") and self.instance.issues.exists():
            raise ValidationError("这种辅具已有发放记录，不能再改名称：其他写法请填在“其他叫法”中，或另建一种。")
        return name


class ForSomebodyForm(forms.ModelForm):
    """A record about one person, named once; the admin sets `staff`, whose scope decides who is found."""

    staff = None

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    id_number = forms.CharField(
        label="身份证号", max_length=40, error_messages={"required": "请填写身份证号。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Sentences that do not keep the record from being saved; the admin says them once it is.
        self.warnings: list[str] = []
        self.person = self.instance.person if self.instance.pk else None
        if self.person:
            self.fields["name"].disabled = self.fields["id_number"].disabled = True
            self.initial |= {"name": self.person.name, "id_number": mask_id_number(self.person.id_number)}

    def clean_id_number(self):
        """A right, whole number of somebody in one's own scope; of others nothing is told."""
        if self.person:
            return self.cleaned_data["id_number"]
        number = right_id_number(self.cleaned_data["id_number"])
        if "*" in number:
            raise ValidationError("请填写完整的身份证号，不能带星号。")
        self.person = Person.objects.visible_to(self.staff).numbered(number).first()
        if self.person is None:
            raise ValidationError(NOT_HERE)
        return number

    def clean(self):
        cleaned = super().clean()
        name = cleaned.get("name")
        if not self.instance.pk and self.person and name and name_key(name_shown(name))[:60] != self.person.name_key:
            self.add_error("name", "姓名与残疾人档案不一致：请核对姓名和身份证号是否为同一人。")
        return cleaned


class ServiceForm(ForSomebodyForm):
    """One service. The admin sets `record_form` besides."""

    record_form: str = RecordForm.GENERAL

    class Meta:
        model = Service
        fields: tuple[str, ...] = ()
        error_messages = {"kind": {"required": "请选择服务种类。"}, "served_on": {"required": "请填写服务日期。"}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].queryset = kinds = ServiceKind.objects.filter(record_form=self.record_form)
            if len(kinds) == 1:
                self.fields["kind"].initial = kinds[0].pk
        for name, word in self._meta.model.WORDS.items():
            if name in self.fields:
                self.fields[name].label = word

    def _post_clean(self):
        super()._post_clean()
        if self.errors or self.person is None:
            return
        service, kind = self.instance, self.instance.kind
        if not service.pk:
            service.person, service.area_id = self.person, self.person.area_id
        facts = served_facts([self.person])[self.person.pk]
        place_in_household(kind, facts, service)
        service.settle()
        # Who was rightly served stays so: a certificate that ended since does not keep its record from being closed.
        settled = OF_PERSON if service.pk and "served_on" not in self.changed_data else ()
        for code in unfit(kind, facts, service, localdate()):
            if not is_error(code):
                self.warnings.append(SENTENCES[code])
            elif code not in settled:
                self.add_error("served_on", SENTENCES[code])
        same = Service.objects.standing().filter(person=self.person, kind=kind, occasion=service.occasion)
        if same.exclude(pk=service.pk).exists():
            self.add_error(None, "此人的同一项服务已经登记，不能重复登记；原记录有误的，修改或撤销原记录。")


class EnrolmentForm(SecretsForm, ServiceForm):
    """A line of the roster; the 学籍号 is shown masked and entered anew."""

    student_no = SecretField(label="学籍号", mask=mask_account_no, max_length=40)


class CourseForm(forms.ModelForm):
    """A course. The admin sets `staff`, whose office holds a new one."""

    staff = None

    class Meta:
        model = TrainingCourse
        fields: tuple[str, ...] = ()
        error_messages = {
            "name": {"required": "请填写培训项目。"}, "institution": {"required": "请填写培训机构。"},
            "starts_on": {"required": "请填写开班日期。"},
        }  # fmt: skip

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        course = self.instance
        area, zone = (course.area, course.zone) if course.area_id else place_of(self.staff)
        same = TrainingCourse.objects.held_at(area, zone).exclude(pk=course.pk)
        if same.filter(name=course.name, institution=course.institution, starts_on=course.starts_on).exists():
            self.add_error(None, "同一机构同一天开班的同一培训项目已经登记：请在原培训班上修改。")
        elif course.pk and self.changed_data:
            before = TrainingCourse.objects.get(pk=course.pk)
            for sentence in amendment_refused(before, course, followed(course, on_course(course))):
                self.add_error(None, sentence)


class AttendanceForm(ServiceForm):
    """Somebody on a course: what the course says need not be typed, and may not be typed otherwise."""

    OF_COURSE = {
        "content": "name", "institution": "institution", "served_on": "starts_on", "ended_on": "ends_on",
        "hours": "hours",
    }  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "served_on" in self.fields:
            self.fields["served_on"].required = False

    def clean(self):
        cleaned = super().clean()
        course = cleaned.get("course")
        if course is None:
            if not cleaned.get("served_on") and "served_on" not in self.errors:
                self.add_error("served_on", "请选择培训班，或填写开班日期。")
            return cleaned
        for name, told in self.OF_COURSE.items():
            held = getattr(course, told)
            if held is None or name not in self.fields:
                continue
            if name in self.changed_data and cleaned.get(name) not in (None, "", held):
                self.add_error(name, "与所选的培训班不一致：留空即以培训班为准。")
            else:
                cleaned[name] = held
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        if not self.errors and self.instance.finished_early:
            self.add_error("completed_on", SENTENCES["FINISHED_EARLY"])


class FinishForm(forms.Form):
    """The day on which those chosen finished their courses."""

    completed_on = day_field("结业日期", help_text="不早于培训的结束日期。")


class PrecisionForm(ServiceForm):
    """An entry of the handbook, tied to the surveyed need that it meets; who has an open one must be asked."""

    NONE = "none"

    meets = forms.ChoiceField(
        label="满足的康复需求", required=False, choices=[("", "填写身份证号和服务日期，保存时列出此人未满足的需求")],
        error_messages={"invalid_choice": "此人没有这项未满足的康复需求，请重新选择。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._open: dict[str, RehabilitationNeed] = {}
        if self.instance.pk and "meets" in self.fields:
            self._offer(self.instance.served_on)
            self.initial["meets"] = str(self.instance.meets_id or self.NONE)

    def _offer(self, day) -> None:
        """The open needs of the person in the day's survey, with the one that this entry meets already."""
        until = min(localdate(), date(day.year, 12, 31))
        seen = RehabilitationNeed.objects.visible_to(self.staff).filter(person=self.person)
        needs = [*seen.unmet_on(until), *seen.filter(pk=self.instance.meets_id)]
        self._open = {str(one.pk): one for one in needs}
        labels = [
            (key, f"{one.get_need_display()}（{one.served_on:%Y-%m-%d} 调查）") for key, one in self._open.items()
        ]
        self.fields["meets"].choices = [("", "请选择"), *labels, (self.NONE, "不对应已登记的需求")]

    def clean_served_on(self):
        """The day says of which survey the needs are; the person is known before it."""
        day = self.cleaned_data["served_on"]
        if self.person and "meets" in self.fields:
            self._offer(day)
        return day

    def clean_meets(self):
        """The need itself, None for none of them."""
        chosen = self.cleaned_data["meets"]
        if self._open and not chosen:
            raise ValidationError(
                "此人有未满足的康复需求：请选择本次服务满足哪一项，都不对应的选“不对应已登记的需求”。"
            )
        return self._open.get(chosen)

    def clean(self):
        cleaned = super().clean()
        need, sort = cleaned.get("meets"), cleaned.get("need")
        if need and sort and need.need != sort:
            self.add_error("need", f"所选的康复需求是“{need.get_need_display()}”：服务类别应与它相同。")
        return cleaned
