"""What the payments, their approval, their way through the bank and their recovery are held for (see USES)."""

from lianyungang_cdpf.purposes import DISABLED, DUTY, Ground, Purpose

ALLOWANCES = Ground("国发〔2015〕52号：困难残疾人生活补贴和重度残疾人护理补贴", is_seen=True)
PROVINCE = Ground("苏民规〔2022〕4号：江苏省残疾人两项补贴实施办法")
GRANTS = Ground("苏残发〔2010〕60号：残疾学生教育专项补贴", is_seen=True)
ACCOUNTING = Ground("《会计法》《会计档案管理办法》：会计凭证和账簿")

PAY = Purpose("计算和发放补贴，证明发给了谁、哪个月、多少", (DUTY, ALLOWANCES, PROVINCE, ACCOUNTING))
BANK = Purpose("向银行报盘，核对回盘和退回", (DUTY, ALLOWANCES, ACCOUNTING))
RECOVER = Purpose("追回错发的补贴，记明退缴、抵扣和核销", (DUTY, ALLOWANCES, PROVINCE, ACCOUNTING))
COMPARE = Purpose("与其他部门的名单比对，发现错发、漏发", (DUTY, ALLOWANCES, PROVINCE))
EXPLAIN = Purpose("说明每月增减和例外的原因，供审核和审计", (DUTY, ALLOWANCES, ACCOUNTING))
PUBLISH = Purpose("发放前公示，受理异议", (DUTY, ALLOWANCES))
TEACH = Purpose("核发残疾学生和残疾人家庭子女教育补贴", (DUTY, DISABLED, GRANTS))
INSURE = Purpose("核发养老保险缴费补贴和意外保险（市级规定，待核实）")
