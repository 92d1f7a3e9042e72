import pytest

from lianyungang_cdpf.intake.tables.header import column_letter, header_of
from lianyungang_cdpf.intake.tables.headings import Heading, candidates

from .rolls_for_tests import PaymentHistoryRoll, RegisterRoll, SubsidyRoll


def columns(*headings, roll=SubsidyRoll):
    return header_of([(1, list(headings))], {}, roll).columns


@pytest.mark.parametrize(
    ("field", "headings"),
    [
        (
            "name",
            "姓名|姓 名|姓\n名|残疾人姓名|本人姓名|姓名（残疾人）|*姓名|享受人员姓名"
            "|殘疾人姓名|1.姓名|受益人姓名|（一）姓名|收款人姓名",
        ),
        (
            "id_number",
            "身份证号|身份证号码|身 份 证 号|公民身份号码|身分證號碼|殘疾人身分證號|残疾人身份证号"
            "|本人身份证号码（18位）|证件号码|居民身份证号"
            "|身份证|身份证号(必填)|第二代身份证号码|＊身份证号码＊|身份证号码\n（文本格式）|证件号|身份证号／公民身份号码",
        ),
        (
            "certificate_no",
            "残疾证号|残疾人证号|殘疾證號|残疾人证号码|残疾证编号"
            "|第二代残疾人证号|残疾证号（20位）|残疾人证编号|残疾证",
        ),
        (
            "amount",
            "金额|补贴金额|发放金额|实发金额|实际发放金额|本月补贴金额|护理补贴(元)|生活补贴（元）|护理补贴金额|补贴金额（元）|補貼金額"
            "|发放金额【元】|本月发放金额"
            "|金额(元)|应发金额|补贴资金"
            "|困难残疾人生活补贴（元）|合计（元）|金 额|补助金额|实发（元）|月补贴金额"
            "|本月实际发放补贴金额(元)|补贴额|实发补贴金额",
        ),
        (
            "account_no",
            "银行卡号|银行账号|银行帐号|银行账户|一卡通账号|一卡通账户|账号|帐号|卡号|社保卡银行账号|存折账号|惠民惠农一卡通账号|收款人账号"
            "|銀行賬號|银行卡号/存折号|社会保障卡号|银行卡账号",
        ),
        ("month", "发放月份|发放年月|补贴月份|月份|年月|所属月份|發放月份|补贴发放月份"),
        ("months", "月数|发放月数|补贴月数（个）"),
        ("county", "县区|县（区）|所属区县|户籍区县|縣區|区县"),
        ("town", "乡镇|街道|乡镇（街道）|镇街|街道/镇|鄉鎮|所属街道"),
        ("village", "村居|村（居）|村（社区）|社区|村|居委会|行政村"),
        ("account_holder", "开户人|户名|开户人姓名|一卡通户名"),
        ("phone", "联系电话|电话|手机号码|本人联系电话"),
    ],
)
def test_a_heading_is_known_by_alias_or_by_core_word_and_qualifier(field, headings):
    for heading in headings.split("|"):
        assert columns("序号", heading).get(field) == 1, heading


OTHERS = (
    "监护人姓名|监护人身份证号|代领人姓名|代领人身份证号码"
    "|户主姓名|户主身份证号|家长姓名|家长残疾证号"
    "|联系人姓名|开户人身份证号|姓名（监护人）"
    "|身份证号(代领人)|开户人姓名|领取人签名|补贴标准|补贴标准（元/月）|标准|月标准|上月金额|累计金额"
    "|补发金额|扣减金额|金额（大写）|补贴对象类型"
    "|身份证有效期|身份证地址|残疾证发证日期|银行名称"
    "|监护人银行账号|监护人电话|补贴类型|补贴项目|起始月份|出生年月|备注|与残疾人关系|姓名拼音"
    "|监护人姓名及身份证号|享受补贴起始月份"
)


@pytest.mark.parametrize("heading", OTHERS.split("|"))
def test_a_heading_about_somebody_or_something_else_is_not_taken(heading):
    found = columns("序号", heading)
    assert not found.keys() & {"name", "id_number", "certificate_no", "amount", "account_no", "month", "phone"}


@pytest.mark.parametrize(
    ("headings", "chosen"),
    [
        ("补贴标准 发放金额", "发放金额"),
        ("补贴金额 实发金额", "实发金额"),
        ("发放金额 实际发放金额", "实际发放金额"),
        ("应发金额 扣减金额 实发金额", "实发金额"),
        ("金额 发放金额", "发放金额"),
        ("补贴金额(元/月) 月数 合计(元)", "合计(元)"),
        ("补贴金额 合计", "补贴金额"),
        ("标准 月数 金额 合计", "金额"),
        ("护理补贴 补贴金额", "补贴金额"),
    ],
)
def test_what_is_paid_out_goes_before_what_is_granted(headings, chosen):
    headings = ["姓名", "身份证号", *headings.split()]
    header = header_of([(1, headings)], {}, SubsidyRoll)
    assert headings[header.columns["amount"]] == chosen
    assert "amount" not in header.rivals


def test_category_and_grade_may_share_a_column():
    found = columns("姓名", "类别等级", "金额")
    assert found["category"] == found["grade"] == 1


def test_a_required_column_with_an_unknown_qualifier_is_found_when_the_rest_is_a_header():
    assert columns("姓名", "身份证号", "民政发放数金额")["amount"] == 2
    assert columns("民政发放数金额", "备注") == {}
    assert columns("姓名", "身份证号", "上月发放金额").get("amount") is None


def test_english_headings_of_the_register_are_taken_whole():
    headings = "name,id_number,cert_number,category,grade,district_code,township,village,phone,bank_name,bank_account"
    found = columns(*headings.split(","), roll=RegisterRoll)
    assert list(found.values()) == list(range(11))
    assert columns("programme", "month", "id_number", "amount", "roll_ref", "paid_on", roll=PaymentHistoryRoll) == {
        "programme": 0,
        "month": 1,
        "id_number": 2,
        "amount": 3,
        "roll_ref": 4,
        "paid_on": 5,
    }


def test_columns_are_named_as_excel_names_them():
    assert [column_letter(index) for index in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]


def test_a_learned_heading_names_its_field_only_where_no_alias_does():
    from lianyungang_cdpf.intake.tables import with_learned

    taught = with_learned(SubsidyRoll, frozenset({("打卡数", "amount"), ("姓名", "county")}))
    unknown = [Heading(0, "姓名"), Heading(1, "打卡数")]
    found = candidates(unknown, taught)
    assert {name: [one.index for one in ones] for name, ones in found.items()} == {"name": [0], "amount": [1]}
    known = candidates([*unknown, Heading(2, "补贴金额")], taught)
    assert [one.index for one in known["amount"]] == [2]
    assert "amount" not in candidates(unknown, SubsidyRoll)


def test_nothing_learned_leaves_the_roll_as_it_is():
    from lianyungang_cdpf.intake.tables import with_learned

    assert with_learned(SubsidyRoll, frozenset()) is SubsidyRoll
