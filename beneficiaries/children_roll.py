"""非持证残疾儿童名册: children of 0-17 whom a hospital has diagnosed and who hold no certificate yet."""

from django.utils import timezone

from beneficiaries.households import ADULT
from beneficiaries.models import Basis, Certificate, ChildDiagnosis, Person
from beneficiaries.people import age_on
from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PlacedRoll
from beneficiaries.putting_on_file import NewPerson, put_on_file
from beneficiaries.register import phone_in
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.tables import Category, Column, Date, PersonName, Text, birth_date_of
from lianyungang_cdpf.intake.tracing import Traced

DIAGNOSIS = ("suspected_category", "text", "diagnosed_on", "hospital")
LENGTHS = {"text": 200, "hospital": 100}


class ChildrenRoll(PlacedRoll):
    """非持证残疾儿童名册."""

    name = Column(PersonName(), "姓名 儿童姓名 残疾儿童姓名", whole="儿童", required=True, key=True)
    suspected_category = Column(Category(), "疑似残疾类别 残疾类别 残疾类型 疑似类别", whole="类别", required=True)
    text = Column(
        Text(), "诊断内容 诊断结果 诊断 诊断结论 病情诊断", of_person=False, required=True, example="孤独症谱系障碍"
    )
    diagnosed_on = Column(Date(), "诊断日期 诊断时间 确诊日期", of_person=False)
    hospital = Column(Text(), "诊断机构 诊断医院 就诊医院 医疗机构", whole="医院", of_person=False)
    phone = Column(Text(), "联系电话 手机号码 手机号", whole="电话 手机", of_person=False)


class ChildrenJudge(PeopleJudge):
    """Who is on file as a family member becomes a child of this roll; who holds a certificate is none."""

    creates = True

    def prepare(self, lines):
        keys = [line.known.pk for line in lines if line.known]
        held = Certificate.objects.filter(person__any_of=keys).order_by()
        self.certified = set(held.values_list("person_id", flat=True))
        rows = ChildDiagnosis.objects.filter(person__any_of=keys).order_by()
        self.diagnoses = {one["person_id"]: one for one in rows.values("pk", "person_id", *DIAGNOSIS)}

    def findings(self, line):
        values, known = line.values, line.known
        born = birth_date_of(values["id_number"])
        if age_on(born, self.today) >= ADULT:
            yield "CHILD_AGE", "id_number"
        if known and known.pk in self.certified:
            yield "CHILD_CERTIFIED", "id_number"
        day = values.get("diagnosed_on")
        if day and not born <= day <= self.today:
            yield "DATE_ORDER", "diagnosed_on"
        area = self.area_in(values)
        if known is None and area is None:
            yield "AREA_UNKNOWN", "town"
        if values.get("phone") and not phone_in(values["phone"]):
            yield "W_PHONE_FORMAT", "phone"
        self._plan(line, area)

    def _plan(self, line, area: int | None) -> None:
        given = {name: line.values.get(name) for name in DIAGNOSIS if line.values.get(name)}
        given |= {name: given[name][:length] for name, length in LENGTHS.items() if name in given}
        stored = self.diagnoses.get(line.known.pk) if line.known else None
        if line.known is None:
            line.write = {"area": area, "diagnosis": given}
            return
        changes = {name: value for name, value in given.items() if stored is None or stored[name] != value}
        if changes:
            line.write |= {"diagnosis": changes, "stored": stored}
        if line.known.basis != Basis.UNCERTIFIED_CHILD:
            line.write["basis"] = line.known.basis


class ChildrenKind(PeopleKind):
    """非持证残疾儿童名册."""

    code, label = "uncertified_children", "非持证残疾儿童名册"
    roll, judge_by = ChildrenRoll, ChildrenJudge
    words = ("非持证残疾儿童", "未持证残疾儿童", "疑似残疾儿童")
    writes = (Traced(Person, "pk"), Traced(ChildDiagnosis, "person"))

    def write(self, batch, context, job):
        new = [one for one in batch if one.data.known is None]
        keys = put_on_file(_new(one.data) for one in new)
        owner = {id(one): one.data.known.pk if one.data.known else keys[one.data.values["id_number"]] for one in batch}
        now = timezone.now()
        turned = [one.data.known.pk for one in batch if "basis" in one.data.write]
        rows = [(pk, Basis.UNCERTIFIED_CHILD.value, now) for pk in turned]
        update_rows(Person, "id", ("basis", "updated_at"), rows)
        told = [one for one in batch if one.data.write.get("diagnosis")]
        first = [one for one in told if not one.data.write.get("stored")]
        rows = [(owner[id(one)], *_diagnosis(one.data.write["diagnosis"])) for one in first]
        insert_rows(ChildDiagnosis, ("person_id", *DIAGNOSIS), rows, matched=False)
        again = [one.data.write for one in told if one.data.write.get("stored")]
        rows = [
            (write["stored"]["pk"], *_diagnosis({**write["stored"], **write["diagnosis"]})) for write in again
        ]  # fmt: skip
        update_rows(ChildDiagnosis, "id", DIAGNOSIS, rows)


def _new(line) -> NewPerson:
    values = line.values
    return NewPerson(
        values["name"], values["id_number"], line.write["area"], Basis.UNCERTIFIED_CHILD.value,
        values.get("village") or "", values.get("address") or "", phone_in(values.get("phone") or ""),
    )  # fmt: skip


def _diagnosis(values: dict) -> tuple:
    return (
        values["suspected_category"], values["text"], values.get("diagnosed_on"), values.get("hospital") or ""
    )  # fmt: skip
