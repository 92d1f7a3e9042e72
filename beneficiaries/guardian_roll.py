"""监护人名册: who answers for whom; a person may have several guardians, each on a row of their own."""

from beneficiaries.headings import ID_NUMBER
from beneficiaries.identity import id_digest, phone_digest
from beneficiaries.models import Guardian, Kinship
from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PeopleRoll
from beneficiaries.register import phone_in
from beneficiaries.register_apply import place
from lianyungang_cdpf.fields import encrypt, row_seal
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.tables import Choice, Column, Date, IdNumber, PersonName, Text, name_key
from lianyungang_cdpf.intake.tracing import Traced

COLUMNS = (
    "person_id", "name", "relation", "id_number", "id_digest", "phone", "phone_digest", "on_file_id", "valid_from",
    "seal",
)  # fmt: skip
WRITINGS = {
    "parent": ("父母", "父亲", "母亲", "父", "母", "父子", "父女", "母子", "母女"),
    "spouse": ("配偶", "丈夫", "妻子", "夫妻", "夫", "妻"),
    "child": ("成年子女", "子女", "儿子", "女儿", "子", "女"),
    "grandparent": ("祖父母", "祖父", "祖母", "外祖父", "外祖母", "爷爷", "奶奶", "外公", "外婆"),
    "sibling": ("兄姐", "哥哥", "姐姐", "兄", "姐", "兄弟姐妹"),
    "kin": ("其他亲属", "亲属", "叔叔", "姑姑", "舅舅", "伯伯", "姨"),
    "organisation": ("村委会", "居委会", "民政部门", "村（居）委会", "民政局"),
    "other": ("其他",),
}


class GuardianRoll(PeopleRoll):
    """监护人名册. As a group heading 被监护人 stands over the person's columns: so it is a core word."""

    name = Column(
        PersonName(), "姓名 残疾人姓名 儿童姓名 本人姓名 被监护人姓名 被监护人", never="监护人 银行", of_person=False,
        required=True, key=True,
    )  # fmt: skip
    id_number = Column(
        IdNumber(), ID_NUMBER, "被监护人身份证号 被监护人身份证号码 被监护人", never="监护人 住址 有效 类型",
        prefer=("身份 证件", ""), of_person=False, required=True, key=True,
    )  # fmt: skip
    guardian_name = Column(PersonName(), "监护人姓名", whole="监护人 法定监护人", of_person=False, required=True)
    relation = Column(
        Choice("CHOICE_FORMAT", **WRITINGS), "监护关系 与残疾人关系 与儿童关系 与被监护人关系 与本人关系",
        whole="关系 监护人关系", of_person=False, required=True,
    )  # fmt: skip
    guardian_id = Column(
        IdNumber(),
        whole="监护人身份证号 监护人身份证号码 监护人身份证 监护人证件号码 监护人公民身份号码",
        of_person=False,
    )
    guardian_phone = Column(
        Text(), whole="监护人电话 监护人联系电话 监护人手机号 监护人手机 联系电话 电话", of_person=False
    )
    valid_from = Column(Date(), "起始日期 监护起始日期 开始日期", of_person=False)


class GuardianJudge(PeopleJudge):
    """A guardian is known by ID number, without one by name."""

    numbers = ("id_number", "guardian_id")

    def prepare(self, lines):
        wards = [line.known.pk for line in lines if line.known]
        rows = Guardian.objects.filter(person__any_of=wards, valid_to=None).order_by("pk")
        self.held = {}
        for one in rows.values("pk", "person_id", "name", "relation", "id_digest", "phone_digest", "valid_from"):
            self.held.setdefault(one["person_id"], []).append(one)

    def key(self, line):
        guardian = line.values.get("guardian_id") or line.values.get("guardian_name")
        return super().key(line), guardian

    def findings(self, line):
        values = line.values
        number = values.get("guardian_id") or ""
        if number and number == values["id_number"]:
            yield "GUARDIAN_SELF", "guardian_id"
            return
        if values.get("guardian_name") and values.get("relation"):
            if values.get("valid_from") and not line.known.birth_date <= values["valid_from"] <= self.today:
                yield "DATE_ORDER", "valid_from"
            self._plan(line, number)
        phone = values.get("guardian_phone")
        if phone and not phone_in(phone):
            yield "W_PHONE_FORMAT", "guardian_phone"

    def _plan(self, line, number: str) -> None:
        values = line.values
        given = {
            "name": values["guardian_name"][:60], "relation": values["relation"], "id_digest": id_digest(number),
            "phone_digest": phone_digest(phone_in(values.get("guardian_phone") or "")),
            "valid_from": values.get("valid_from"),
        }  # fmt: skip
        standing = self._standing(line.known.pk, given)
        if standing is None:
            own = self.people.get(number)
            on_file = own.pk if own and own.pk != line.known.pk and self.in_scope(own.area_id) else None
            line.write = {"new": True, "number": number, "on_file": on_file}
        elif changes := {name: value for name, value in given.items() if value and value != standing[name]}:
            line.write = {"pk": standing["pk"], "number": number, "changes": changes}

    def _standing(self, ward: int, given: dict) -> dict | None:
        """The current record of the same guardian: the same number, or where one of them has none the same name."""
        for one in self.held.get(ward, ()):
            if given["id_digest"] and one["id_digest"]:
                if given["id_digest"] == one["id_digest"]:
                    return one
            elif name_key(one["name"]) == name_key(given["name"]):
                return one
        return None


class GuardianKind(PeopleKind):
    """监护人名册."""

    code, label = "guardians", "监护人名册"
    roll, judge_by = GuardianRoll, GuardianJudge
    words = ("监护人名册", "监护人信息", "监护人登记表")
    writes = (Traced(Guardian, "person"),)

    def write(self, batch, context, job):
        new = [one for one in batch if one.data.write.get("new")]
        insert_rows(Guardian, COLUMNS, [_row(one.data) for one in new])
        changed = [one for one in batch if "changes" in one.data.write]
        self._update([one.data.write["pk"] for one in changed], {one.data.write["pk"]: one.data for one in changed})

    @staticmethod
    def _update(keys: list[int], lines: dict) -> None:
        """Write the changed guardians whole: what a row leaves blank stays as it is."""
        names = ("name", "relation", "id_number", "id_digest", "phone", "phone_digest", "valid_from", "seal")
        rows = []
        for stored in Guardian.objects.filter(pk__any_of=keys).order_by("pk").select_for_update(of=("self",)):
            line = lines[stored.pk]
            changes = dict(line.write["changes"])
            number = line.write["number"] if "id_digest" in changes else stored.id_number
            phone = phone_in(line.values.get("guardian_phone") or "") if "phone_digest" in changes else stored.phone
            told = {
                "id_number": encrypt(number, place(Guardian, "id_number")),
                "phone": encrypt(phone, place(Guardian, "phone")),
                "seal": _seal(stored.person_id, changes.get("name", stored.name), number, phone),
            }
            rows.append((stored.pk, *(told.get(name, changes.get(name, getattr(stored, name))) for name in names)))
        update_rows(Guardian, "id", names, rows)


def _row(line) -> tuple:
    values, number = line.values, line.write["number"]
    phone = phone_in(values.get("guardian_phone") or "")
    return (
        line.known.pk, values["guardian_name"][:60], Kinship(values["relation"]).value,
        encrypt(number, place(Guardian, "id_number")), id_digest(number), encrypt(phone, place(Guardian, "phone")),
        phone_digest(phone), line.write["on_file"], values.get("valid_from"),
        _seal(line.known.pk, values["guardian_name"][:60], number, phone),
    )  # fmt: skip


def _seal(person: int, name: str, number: str, phone: str) -> str | None:
    return row_seal(Guardian._meta.db_table, (person, name), (number, phone))
