"""The table of what leaves a line in the log (T1): kinds of events in the order in which they come about.

A story is a generator of steps; each step is run before the story goes on. A step names the deed that the log must
say, what causes it, who does it (None: the system, or nobody known) and with what result. `s` gives the fixtures.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU_TOWN, PASSWORD, make_id

DAY = date(2021, 3, 4)


@dataclass(frozen=True)
class Step:
    """One kind of event. `on` is False where it is about no one record, `by` None where nobody is known."""

    deed: str
    cause: Callable[[], object]
    by: object
    result: str = "done"
    on: bool = True


def _town(code):
    from lianyungang_cdpf.accounts.models import Area

    return Area.objects.get(code=code)


def doors(s) -> Iterator[Step]:
    """Signing in and out, being refused, looking and searching: by the pages."""
    clerk, client = s("haizhou_clerk"), s("client")
    foreign, own = s("make_person")("乙", area=DONGHAI_TOWN), s("make_person")("甲")
    login, wrong = reverse("admin:login"), {"username": clerk.username, "password": "wrong-Password-9"}
    yield Step("登录失败", lambda: client.post(login, wrong), clerk, "failed", on=False)
    yield Step("登录失败", lambda: client.post(login, {**wrong, "username": "nobody"}), None, "failed", on=False)
    s("settings").SIGN_IN_FAILURES = {"account_and_address": 2, "account": 20, "address": 50, "token": 20}
    yield Step("登录锁定", lambda: client.post(login, wrong), None, "refused")
    s("settings").SIGN_IN_FAILURES = {"account_and_address": 50, "account": 90, "address": 90, "token": 20}
    right = {**wrong, "password": PASSWORD}
    yield Step("登录", lambda: client.post(login, right), clerk, on=False)
    no_right, unknown = reverse("admin:audit_auditline_changelist"), reverse("one_person", args=[foreign.pk])
    yield Step("拒绝访问：没有权限", lambda: client.get(no_right), clerk, "refused", on=False)
    yield Step("拒绝访问：不存在或不在辖区", lambda: client.get(unknown), clerk, "refused", on=False)
    s("settings").PAGE_RATES = {**s("settings").PAGE_RATES, "searches": [1, 9]}
    people = reverse("admin:beneficiaries_person_changelist")
    yield Step("搜索残疾人档案", lambda: client.get(people, {"q": "欧阳"}), clerk, on=False)
    yield Step("拒绝访问：请求太频繁", lambda: client.get(people, {"q": "欧阳"}), clerk, "refused", on=False)
    yield Step("查看残疾人档案", lambda: client.get(reverse("one_person", args=[own.pk])), clerk)
    address = reverse("reveal", args=["id-number", own.pk])
    yield Step("查看完整号码", lambda: client.post(address, {"reason": "与身份证原件核对"}), clerk)
    form = {"format": 1, "resource": "", "export_items": []}
    yield Step("导出残疾人档案", lambda: client.post(people + "export/", form), clerk, on=False)
    yield Step("退出登录", lambda: client.post(reverse("admin:logout")), clerk, on=False)
    roll = s("make_roll")(own)
    roll = s("walk")(roll, to="submitted")
    client.force_login(clerk)
    again = reverse("roll:submit", args=[roll.pk])
    late = {"at": ""}
    yield Step("拒绝操作：不合规则或当前状态", lambda: client.post(again, late), clerk, "refused", on=False)


def accounts(s) -> Iterator[Step]:
    """An account is made, its owner changes the password, nobody uses it."""
    from lianyungang_cdpf.accounts.actions import create_staff
    from lianyungang_cdpf.accounts.models import Staff
    from lianyungang_cdpf.accounts.signin.actions import change_own_password
    from lianyungang_cdpf.accounts.signin.idle import disable_idle_accounts

    clerk = s("haizhou_clerk")
    new = {"username": "new_clerk", "password": "Neu-海州-2026", "role": clerk.role, "area": clerk.area}
    yield Step("新增账号", lambda: create_staff(by=None, **new), None)
    yield Step("修改本人密码", lambda: change_own_password(by=clerk, password="Another-海州-10"), clerk)
    s("settings").IDLE_ACCOUNT_DAYS = 90
    long_ago = timezone.now() - timedelta(days=400)
    Staff.objects.filter(username="new_clerk").update(date_joined=long_ago, last_login=long_ago)
    yield Step("停用闲置账号", disable_idle_accounts, None)


def last_in_office(s) -> Iterator[Step]:
    """Nobody uses the account of the last administrator who gives roles: it stays, and the log says so."""
    from lianyungang_cdpf.accounts.signin.idle import disable_idle_accounts

    s("settings").IDLE_ACCOUNT_DAYS = 90
    s("make_staff")("safe", "320700", "security_admin", date_joined=timezone.now() - timedelta(days=400))
    yield Step("停用闲置账号", disable_idle_accounts, None, "refused")


def tokens(s) -> Iterator[Step]:
    """A token of a program."""
    from lianyungang_cdpf.accounts.tokens import issue_token, revoke_token

    clerk, admin, kept = s("haizhou_clerk"), s("make_staff")("system", "320700", "system_admin"), {}
    told = {"by": admin, "staff": clerk, "name": "统计"}
    yield Step("签发接口令牌", lambda: kept.update(token=issue_token(**told)[0]), admin)
    yield Step("停用接口令牌", lambda: revoke_token(by=admin, token=kept["token"]), admin)


def roles(s) -> Iterator[Step]:
    """A role, proposed by one and decided by another."""
    from lianyungang_cdpf.accounts.duties import actions
    from lianyungang_cdpf.accounts.models import Role

    clerk, kept = s("haizhou_clerk"), {}
    decider = s("make_staff")("system", "320700", "system_admin")
    proposer = s("make_staff")("safe", "320700", "security_admin")
    wanted = {
        "by": proposer, "staff": clerk, "role": Role.objects.get(code="finance"), "area": clerk.area, "zone": None,
        "reason": "轮岗到财务岗位",
    }  # fmt: skip
    no = {"by": decider, "answer": "人手不足，暂不调整"}
    yield Step("提出角色变更", lambda: kept.update(change=actions.propose_change(**wanted)), proposer)
    yield Step("撤回角色变更", lambda: actions.withdraw_change(by=proposer, change=kept["change"]), proposer)
    kept["change"] = actions.propose_change(**wanted)
    yield Step("驳回角色变更", lambda: actions.refuse_change(change=kept["change"], **no), decider)
    kept["change"] = actions.propose_change(**wanted)
    yield Step("批准角色变更", lambda: actions.approve_change(by=decider, change=kept["change"]), decider)


def second_factor(s) -> Iterator[Step]:
    """The app and the recovery codes."""
    from lianyungang_cdpf.accounts.factor import actions
    from lianyungang_cdpf.accounts.models import TotpDevice
    from tests.accounts.factor.phone import shown

    clerk, admin = s("haizhou_clerk"), s("make_staff")("system", "320700", "system_admin")
    kept = {}
    actions.begin_set_up(by=clerk)

    def confirm():
        key = TotpDevice.objects.get(staff=clerk).key
        kept["codes"] = actions.confirm_set_up(by=clerk, code=shown(key))

    yield Step("设置第二步验证", confirm, clerk)
    yield Step("第二步验证码错误", lambda: actions.check_code(by=clerk, code="000000"), clerk, "failed")
    yield Step("使用恢复码", lambda: actions.use_recovery_code(by=clerk, code=kept["codes"][0]), clerk)
    yield Step("更换恢复码", lambda: actions.renew_recovery_codes(by=clerk), clerk)
    yield Step("清除第二步验证", lambda: actions.clear_second_factor(by=admin, staff=clerk), admin)


def people(s) -> Iterator[Step]:
    """The register: on file, changed, dead, moved, merged, households."""
    from beneficiaries import moving
    from beneficiaries.actions import save_person
    from beneficiaries.departures import correct_departure, record_death, record_moving_out
    from beneficiaries.disability_parts import set_parts
    from beneficiaries.living import Living, save_household
    from beneficiaries.merging import merge_people
    from beneficiaries.models import Household, Person

    clerk, other, make = s("haizhou_clerk"), s("donghai_clerk"), s("make_person")
    number = make_id(77)
    new = Person(name="丙", id_number=number, area=_town(HAIZHOU_TOWN), sex="F", birth_date=date(1980, 1, 1))
    yield Step("新增残疾人档案", lambda: save_person(by=clerk, person=new), clerk)
    new.village = "新东村"
    yield Step("修改残疾人档案", lambda: save_person(by=clerk, person=new), clerk)
    person = make("甲", category=7, grade=1)
    certificate = person.certificates.get()
    parts = {1: 1, 4: 2}
    yield Step("登记多重残疾明细", lambda: set_parts(by=clerk, certificate=certificate, parts=parts), clerk)
    death = {"by": clerk, "person": person}
    yield Step("登记死亡", lambda: record_death(**death, died_on=DAY, source="村里上报"), clerk)
    yield Step("更正死亡记录", lambda: correct_departure(**death, kind="death", reason="同名同姓，误报"), clerk)
    yield Step("登记迁出", lambda: record_moving_out(**death, moved_out_on=DAY, reason="迁往外市"), clerk)
    yield Step("更正迁出记录", lambda: correct_departure(**death, kind="moving_out", reason="同名同姓，误报"), clerk)
    home = Household(area=_town(HAIZHOU_TOWN), address="3组")
    living = [Living("head", name="甲", id_number=person.id_number)]
    yield Step("新增家庭户", lambda: save_household(by=clerk, household=home, living=living), clerk)
    yield Step("修改家庭户", lambda: save_household(by=clerk, household=home, living=[]), clerk)
    twins = {"kept": make("戊"), "gone": make("戊")}
    yield Step("合并档案", lambda: merge_people(by=clerk, **twins, reason="同一人两份档案"), clerk)
    kept, mover = {}, make("己")
    offer = {"by": clerk, "person": mover, "receiving_unit": DONGHAI, "reason": "随子女居住"}
    yield Step("提出迁出申请", lambda: kept.update(one=moving.offer_person(**offer)), clerk)
    yield Step("撤回迁移申请", lambda: moving.withdraw_transfer(by=clerk, transfer=kept["one"]), clerk)
    kept["one"] = moving.offer_person(**offer)
    refused = {"by": other, "answer": "查无此人，请核对"}
    yield Step("退回迁移申请", lambda: moving.refuse_transfer(transfer=kept["one"], **refused), other)
    asked = {"id_number": mover.id_number, "name": "己", "town": _town(DONGHAI_TOWN), "reason": "购房落户"}
    yield Step("提出迁入申请", lambda: kept.update(one=moving.ask_for_person(by=other, **asked)), other)
    yield Step("同意迁移", lambda: moving.agree_to_transfer(by=clerk, transfer=kept["one"]), clerk)


def rolls(s) -> Iterator[Step]:
    """A roll from handing in to the archive, its notice and its bank file."""
    from subsidies.approval import actions
    from subsidies.bank.actions import make_bank_file, withdraw_bank_file
    from subsidies.bank.models import BankLayout
    from subsidies.notices.actions import publish_notice, take_down_notice
    from subsidies.paying import mark_roll_paid

    take, make_person = s("taker"), s("make_person")
    clerk, review, confirm, pay = (take(code) for code in ("prepare", "review", "confirm", "pay"))
    person = make_person("甲", account_no="6222600000000001234")
    roll = s("make_roll")(person)
    yield Step("提交花名册", lambda: actions.submit_roll(roll=now(roll), by=clerk), clerk)
    days = {"starts_on": timezone.localdate(), "ends_on": timezone.localdate() + timedelta(days=6)}
    notice, kept = {"title": "公示", "issuer": "海州区残联", "phone": "0518-00000000", **days}, {}
    yield Step("发布公示", lambda: kept.update(notice=publish_notice(roll=now(roll), by=clerk, **notice)), clerk)
    yield Step(
        "撤下公示", lambda: take_down_notice(notice=kept["notice"], by=clerk, reason="名单有误，需要更正"), clerk
    )
    yield Step(
        "花名册审核退回", lambda: actions.return_roll(roll=now(roll), by=review, reason="金额与名册不一致"), review
    )
    actions.submit_roll(roll=now(roll), by=clerk)
    yield Step("花名册审核通过", lambda: actions.approve_roll(roll=now(roll), by=review), review)
    caller = take("prepare", "320700")
    yield Step(
        "撤回审批中的花名册", lambda: actions.call_back_roll(roll=now(roll), by=caller, reason="需要补充两个人"), caller
    )
    roll = s("walk")(now(roll), to="approved")
    layout = BankLayout.objects.get(code="one_card_text")
    s("settings").UPLOAD_ROOT = s("tmp_path") / "uploads"
    file = {"by": pay, "layout": layout}
    yield Step("生成报盘文件", lambda: kept.update(file=make_bank_file(roll=now(roll), **file)), pay)
    yield Step("作废报盘文件", lambda: withdraw_bank_file(file=kept["file"], by=pay, reason="改用另一种格式"), pay)
    yield Step("标记花名册已发放", lambda: mark_roll_paid(roll=now(roll), by=pay, paid_on=date(2019, 3, 28)), pay)
    archivist = s("make_staff")("archivist")
    yield Step("花名册归档", lambda: actions.archive_roll(roll=now(roll), by=archivist), archivist)
    spare = s("make_roll")(make_person("乙"), reference="R-2")
    yield Step("撤销花名册", lambda: undo(spare, spare.posted_by), spare.posted_by)


def refused(sending) -> None:
    """Send what the gate refuses."""
    from lianyungang_cdpf.intake.reading.refused import Refused

    with suppress(Refused):
        sending()


def now(roll):
    """The roll as it stands."""
    return type(roll).objects.get(pk=roll.pk)


def undo(roll, by):
    """Take a roll back that nobody has handed in."""
    from subsidies.actions import undo_roll

    return undo_roll(roll=roll, by=by)


def recovery_of_money(s) -> Iterator[Step]:
    """What is got back of payments to the dead."""
    from subsidies.models import Payment, Programme
    from subsidies.recovery import actions as recovery

    clerk, review = s("taker")("prepare"), s("taker")("review")
    person, kept = s("make_person")("甲", account_no="6222600000000001234"), {}
    roll = s("walk")(s("make_roll")(person))
    payments = list(Payment.objects.filter(roll=roll))
    claim = {"person": person, "programme": Programme.objects.get(code="hardship_subsidy"), "payments": payments}
    told = {"reason": "death", "note": "死亡后仍在发放", "by": clerk}
    yield Step("立案追缴", lambda: kept.update(case=recovery.open_recovery(**claim, **told)), clerk)
    part = {"case": kept["case"], "amount": Decimal(100)}
    refund = {**part, "day": timezone.localdate(), "receipt_no": "A-1", "by": clerk}
    yield Step("登记退缴", lambda: kept.update(entry=recovery.enter_refund(**refund)), clerk)
    entry = {"by": clerk, "reason": "金额记错，需要冲销"}
    yield Step("冲销退缴", lambda: recovery.reverse_entry(entry=kept["entry"], **entry), clerk)
    write_off = {**part, "by": clerk, "reason": "去世且没有遗产可供追缴"}
    yield Step("提出核销", lambda: kept.update(asked=recovery.propose_write_off(**write_off)), clerk)
    no = {"by": review, "answer": "材料不足，请补充"}
    yield Step("不批准核销", lambda: recovery.refuse_write_off(proposal=kept["asked"], **no), review)
    kept["asked"] = recovery.propose_write_off(**write_off)
    yield Step("批准核销", lambda: recovery.approve_write_off(proposal=kept["asked"], by=review), review)


def imports(s) -> Iterator[Step]:
    """A file from the upload to taking it back."""
    from lianyungang_cdpf.intake import actions
    from lianyungang_cdpf.intake.undoing import undo_import

    s("standards")
    clerk, send, run = s("haizhou_clerk"), s("send"), s("run_import")
    person = s("make_person")("张三", category=4, grade=1, hardship="低保")
    rows = [["姓名", "身份证号", "金额"], [person.name, person.id_number, "370"]]
    kept = {}
    given = (clerk, "hardship_subsidy", rows)
    yield Step("上传文件", lambda: kept.update(job=send(*given)), clerk)
    run(kept["job"])
    yield Step("放弃导入", lambda: actions.discard_import(job=kept["job"], by=clerk), clerk)
    kept["job"] = run(send(*given, name="再来.csv"))
    ask = {"job": kept["job"], "by": clerk, "queue": False}
    yield Step("申请入账", lambda: actions.post_import(**ask), clerk)
    yield Step("花名册入账", lambda: run(kept["job"]), clerk)
    why = {"job": kept["job"], "by": clerk, "reason": "月份选错，重新导入"}
    yield Step("撤销导入", lambda: undo_import(**why), clerk)
    bad = (clerk, "hardship_subsidy", b"PK\x03\x04 not a workbook")
    yield Step("退回文件", lambda: refused(lambda: send(*bad, name="坏.xlsx")), clerk)


def places_and_services(s) -> Iterator[Step]:
    """Facilities with their stages and papers; services, courses."""
    from facilities.actions import advance_stage, save_facility, take_back_stage
    from facilities.documents import add_document
    from facilities.models import Facility, FacilityDocument, FacilityKind
    from lianyungang_cdpf.intake.attaching import remove_file
    from services.actions import amend_service, cancel_service, record_service
    from services.courses import amend_course, record_course
    from services.models import Service, ServiceKind, TrainingCourse

    clerk = s("haizhou_clerk")
    s("settings").UPLOAD_ROOT = s("tmp_path") / "uploads"
    kind = FacilityKind.objects.get(code="disabled_persons_home")
    home = Facility(kind=kind, name="示例之家", area=_town(HAIZHOU_TOWN))
    yield Step("登记设施", lambda: save_facility(by=clerk, facility=home, applied_on=DAY), clerk)
    home.name = "新浦之家"
    yield Step("修改设施", lambda: save_facility(by=clerk, facility=home), clerk)
    step = {"to": "approved", "on": date(2021, 4, 1), "document_no": "海残〔2021〕1号"}
    yield Step("办理设施阶段", lambda: advance_stage(by=clerk, facility=home, **step), clerk)
    yield Step("撤回设施阶段", lambda: take_back_stage(by=clerk, facility=home, why="批文有误，重新办理"), clerk)
    kept, told = {}, FacilityDocument(kind="approval", title="批复", dated=DAY)
    upload = ContentFile((b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"), name="a.pdf")

    def add():
        kept["paper"] = add_document(by=clerk, facility=home, document=told, upload=s("looked_through")(upload))

    yield Step(f"登记{FacilityDocument.NOUN}", add, clerk)
    paper = {"attached": kept["paper"], "why": "传错了文件"}
    yield Step(f"删除{FacilityDocument.NOUN}", lambda: remove_file(by=clerk, **paper), clerk)
    person = s("make_person")("甲")
    given = {"kind": ServiceKind.objects.get(code="culture_sport"), "person": person, "served_on": date(2019, 3, 4)}
    service, noun = Service(**given), Service._meta.verbose_name
    yield Step(f"登记{noun}", lambda: record_service(by=clerk, service=service), clerk)
    service.institution = "文化馆"
    yield Step(f"修改{noun}", lambda: amend_service(by=clerk, service=service), clerk)
    yield Step("撤销服务记录", lambda: cancel_service(by=clerk, service=service, reason="登记错人"), clerk)
    days = {"starts_on": date(2019, 3, 4), "ends_on": date(2019, 3, 5)}
    course = TrainingCourse(name="盲人按摩", institution="职校", area=clerk.area, **days)
    yield Step("登记培训班", lambda: record_course(by=clerk, course=course), clerk)
    course.institution = "技校"
    yield Step("修改培训班", lambda: amend_course(by=clerk, course=course), clerk)


def exports(s) -> Iterator[Step]:
    """Lists with whole numbers: two people and a worker."""
    from lianyungang_cdpf.pages.exports import actions

    clerk, reviewer = s("haizhou_clerk"), s("make_staff")("reviewer", role="district_reviewer")
    keys = [s("make_person")("甲").pk]
    said = {"code": "people", "keys": keys, "narrowed": "", "purpose": "入户走访发放辅具", "recipient": "本科室"}
    kept = {}
    yield Step("申请导出完整号码", lambda: kept.update(one=actions.request_export(by=clerk, **said)), clerk)
    no = {"by": reviewer, "answer": "用途不明，请写清楚"}
    yield Step("不批准导出完整号码", lambda: actions.refuse_export(export=kept["one"], **no), reviewer)
    kept["one"] = actions.request_export(by=clerk, **said)
    yield Step("批准导出完整号码", lambda: actions.approve_export(export=kept["one"], by=reviewer), reviewer)
    later = timezone.now() + timedelta(days=30)
    yield Step("完整号码导出失效", lambda: actions.end_expired(moment=later), None)


def supervision(s) -> Iterator[Step]:
    """An order of supervision, from issuing to closing; and the city's plan."""
    from lianyungang_cdpf.targets import scopes
    from lianyungang_cdpf.targets.actions import copy_plan
    from lianyungang_cdpf.targets.models import Allocation, Demonstration, Plan, Target
    from lianyungang_cdpf.targets.supervision import actions

    city, clerk, kept = s("city_clerk"), s("haizhou_clerk"), {}
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    target = Target.objects.select_related("plan").get(key="hardship_subsidy")
    for unit in scopes.units():
        place = {"zone": unit.zone} if unit.zone else {"area": unit.area}
        Allocation.objects.create(target=target, goal=8, **place)
    due = timezone.localdate() + timedelta(days=14)
    asked = {"target": target, "text": "请说明滞后原因，提出追赶措施。", "due_on": due, "by": city}

    def issue(code):
        return actions.issue_order(scope=scopes.on_the_board(code), **asked)

    yield Step("签发督办单", lambda: kept.update(one=issue("320706")), city)
    said = {"order": kept["one"], "text": "已补发到位。"}
    yield Step("回复督办单", lambda: actions.answer_order(**said, by=clerk), clerk)
    back = {**said, "due_on": due, "by": city}
    yield Step("退回督办回复", lambda: actions.return_order(**back), city)
    yield Step("跟进督办单", lambda: actions.follow_up(**said, by=city), city)
    actions.answer_order(**said, by=clerk)
    yield Step("办结督办单", lambda: actions.close_order(**said, by=city), city)
    other = issue("320722")
    yield Step("撤回督办单", lambda: actions.withdraw_order(order=other, text="数据有误，撤回重新核对", by=city), city)
    plan = Plan.objects.get(year=2019)
    yield Step("新建年度计划", lambda: copy_plan(plan=plan, year=2020, by=city), city)


STORIES = (
    doors,
    accounts,
    last_in_office,
    tokens,
    roles,
    second_factor,
    people,
    rolls,
    recovery_of_money,
    imports,
    places_and_services,
    exports,
    supervision,
)
FEWEST = 60
