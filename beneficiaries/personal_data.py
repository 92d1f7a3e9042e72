"""Class of every field that says something about a person: what the law calls it (个人信息保护法 art. 28).

sensitive: health, anything about a child; secret: encrypted besides; derived: a digest; record: about the record.
"""

from beneficiaries.models.family import ChildDiagnosis, Guardian, Household, HouseholdMember
from beneficiaries.models.person import Certificate, DisabilityPart, HardshipStatus, Person
from beneficiaries.models.records import Departure, FormerNumber, Merge, Residence, Transfer
from lianyungang_cdpf.purposes import DISABLED, DUTY, Ground, Purpose, Uses

DATES = {"valid_from": "personal", "valid_to": "personal"}
PERSONAL_DATA = {
    Person: {
        "basis": "sensitive", "name": "personal", "name_key": "personal", "pinyin": "personal", "initials": "personal",
        "id_number": "secret", "id_digest": "derived", "id_tail_digest": "derived",
        "sex": "personal", "birth_date": "personal", "area": "personal", "village": "personal", "address": "personal",
        "hukou_type": "personal", "phone": "secret", "phone_digest": "derived", "bank_name": "personal",
        "account_no": "secret", "account_digest": "derived", "account_holder": "personal",
        "died_on": "personal", "moved_out_on": "personal", "seal": "derived",
        "created_at": "record", "updated_at": "record", "id": "record",
    },
    Certificate: {
        "id": "record", "person": "record", "number": "secret", "number_digest": "derived",
        "category": "sensitive", "grade": "sensitive", "status": "sensitive", "seal": "derived", **DATES,
    },
    DisabilityPart: {"id": "record", "certificate": "record", "category": "sensitive", "grade": "sensitive"},
    HardshipStatus: {"id": "record", "person": "record", "status": "sensitive", **DATES},
    Household: {
        "id": "record", "area": "personal", "village": "personal", "address": "personal", "created_at": "record",
    },
    HouseholdMember: {"id": "record", "household": "personal", "person": "record", "relation": "personal", **DATES},
    Guardian: {
        "id": "record", "person": "record", "name": "personal", "relation": "sensitive", "id_number": "secret",
        "id_digest": "derived", "phone": "secret", "phone_digest": "derived", "on_file": "sensitive", "seal": "derived",
        **DATES,
    },
    ChildDiagnosis: {
        "id": "record", "person": "record", "suspected_category": "sensitive", "text": "sensitive",
        "diagnosed_on": "sensitive", "hospital": "sensitive",
    },
    Residence: {
        "id": "record", "person": "record", "area": "personal", "village": "personal", "address": "personal", **DATES,
    },
    Departure: {
        "id": "record", "person": "record", "kind": "personal", "day": "personal", "reason": "personal",
        "recorded_by": "record", "recorded_at": "record", "corrected_by": "record", "corrected_at": "record",
        "correction": "personal",
    },
    FormerNumber: {
        "id": "record", "person": "record", "id_number": "secret", "id_digest": "derived", "since": "record",
        "seal": "derived",
    },
    Merge: {
        "id": "record", "kept": "record", "gone_id": "record", "values": "secret", "taken": "record", "moved": "record",
        "reason": "personal", "merged_by": "record", "merged_at": "record", "seal": "derived",
    },
    Transfer: {
        "id": "record", "person": "record", "name": "personal", "id_number": "secret", "id_digest": "derived",
        "requested_from": "record", "giving_unit": "personal", "giving_area": "personal", "receiving_unit": "personal",
        "receiving_area": "personal", "reason": "personal", "state": "record", "requested_by": "record",
        "requested_at": "record", "decided_by": "record", "decided_at": "record", "answer": "personal",
        "seal": "derived",
    },
}  # fmt: skip

CERTIFICATES = Ground("《中华人民共和国残疾人证管理办法》第二条至第四条：残疾人证的核发和管理", is_seen=True)
ALLOWANCES = Ground("国发〔2015〕52号：困难残疾人生活补贴和重度残疾人护理补贴", is_seen=True)
PROVINCE = Ground("苏民规〔2022〕4号：江苏省残疾人两项补贴实施办法")
GUARDIANS = Ground("《民法典》第二十七条至第三十二条：监护人")
CHILD_CARE = Ground("苏政发〔2018〕129号：残疾儿童康复救助", is_seen=True)

IDENTIFY = Purpose("确认是谁，一人一档，不重复建档", (DUTY, DISABLED, CERTIFICATES))
PLACE = Purpose("确定由哪个县区、乡镇管理和服务（属地管理）", (DUTY, DISABLED, CERTIFICATES))
REACH = Purpose("联系本人，告知办理结果，上门服务")
PAY = Purpose("把补贴发到本人账户，核对银行退回", (DUTY, ALLOWANCES, PROVINCE))
ENTITLE = Purpose("判断能享受哪些补贴和服务，按什么标准", (DUTY, DISABLED, CERTIFICATES, ALLOWANCES, PROVINCE))
STOP = Purpose("死亡、迁出后停发补贴，不错发", (DUTY, ALLOWANCES, PROVINCE))
FAMILY = Purpose("认定一户多残、依老养残，核对代领人和家庭情况", (DUTY, ALLOWANCES, PROVINCE))
WARD = Purpose("由监护人代为办理，联系监护人", (DUTY, GUARDIANS))
CHILD = Purpose("未持证残疾儿童的康复救助", (DUTY, DISABLED, CHILD_CARE))
SAME_PERSON = Purpose("合并重复档案后仍能按旧号码找到本人，合并有误时可以核对")
MOVE = Purpose("办理跨县区迁移，由迁出地和迁入地双方同意", (DUTY, CERTIFICATES))

USES = {
    Person: Uses("people", {
        IDENTIFY: "name name_key pinyin initials id_number sex birth_date",
        PLACE: "area village address",
        REACH: "phone",
        PAY: "bank_name account_no account_holder",
        ENTITLE: "basis hukou_type",
        STOP: "died_on moved_out_on",
    }),
    Certificate: Uses("people", {IDENTIFY: "number", ENTITLE: "category grade status valid_from valid_to"}),
    DisabilityPart: Uses("people", {ENTITLE: "category grade"}),
    HardshipStatus: Uses("people", {ENTITLE: "status valid_from valid_to"}),
    Household: Uses("people", {FAMILY: "area village address"}),
    HouseholdMember: Uses("people", {FAMILY: "household relation valid_from valid_to"}),
    Guardian: Uses("people", {WARD: "name relation id_number phone on_file valid_from valid_to"}),
    ChildDiagnosis: Uses("people", {CHILD: "suspected_category text diagnosed_on hospital"}),
    Residence: Uses("people", {PLACE: "area village address valid_from valid_to"}),
    Departure: Uses("people", {STOP: "kind day reason correction"}),
    FormerNumber: Uses("people", {SAME_PERSON: "id_number"}),
    Merge: Uses("merged_records", {SAME_PERSON: "values reason"}),
    Transfer: Uses("transfers", {
        MOVE: "name id_number giving_unit giving_area receiving_unit receiving_area reason answer",
    }),
}  # fmt: skip
