"""Forms of services: whom it is for is typed as name and ID number; the register and the kind's limits judge it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from beneficiaries.forms import right_id_number
from beneficiaries.models import Category, Person
from lianyungang_cdpf.accounts.secret_fields import SecretField, SecretsForm
from lianyungang_cdpf.intake.tables import name_key
from lianyungang_cdpf.intake.tables.text import name_shown
from lianyungang_cdpf.masking import mask_account_no, mask_id_number
from services.fitness import OF_PERSON, SENTENCES, place_in_household, served_facts, unfit
from services.models import DeviceType, RecordForm, Service, ServiceKind

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

    class Meta:
        model = ServiceKind
        fields = (
            "name", "code", "unit", "group", "record_form", "words", "min_age", "max_age", "proof", "categories",
            "severe_categories", "max_grade", "asks_hardship", "is_per_household", "counting_rule", "evidence",
            "lead_department",
        )  # fmt: skip

    def clean_record_form(self):
        """Records are read by the form in which they were made."""
        form = self.cleaned_data["record_form"]
        if self.instance.pk and form != self.initial.get("record_form") and self.instance.services.exists():
            raise ValidationError("这个种类已有服务记录，不能再改登记方式；请另建一个种类。")
        return form


class DeviceTypeForm(forms.ModelForm):
    """A line of the catalogue of devices."""

    words = WordsField(label="其他叫法", required=False, help_text="花名册中的其他写法，用逗号分开。")

    class Meta:
        model = DeviceType
        fields = ("name", "code", "unit", "words", "is_offered")


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
            if not code.startswith("W_") and code not in settled:
                self.add_error("served_on", SENTENCES[code])
        same = Service.objects.standing().filter(person=self.person, kind=kind, occasion=service.occasion)
        if same.exclude(pk=service.pk).exists():
            self.add_error(None, "此人的同一项服务已经登记，不能重复登记；原记录有误的，修改或撤销原记录。")


class EnrolmentForm(SecretsForm, ServiceForm):
    """A line of the roster; the 学籍号 is shown masked and entered anew."""

    student_no = SecretField(label="学籍号", mask=mask_account_no, max_length=40)
