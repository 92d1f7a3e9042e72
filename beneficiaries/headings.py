"""Headings that rolls about people share (header_aliases.csv and what counties write), blanks between them."""

CERTIFICATE = "残疾人证号 残疾证号 残疾证编号 残疾人证编号 残疾人证 残疾证 残疾证件号 残疾证号码"
ID_NUMBER = """
    身份证号 身份证号码 身份证 公民身份号码 公民身份证号 居民身份证号 身份证件号 身份号码 证件号码 证件号 身份证编号
"""
COUNTY = "县区 区县 县(区) 区(县) 县/区 区/县 所属县区 所属区县 户籍区县 户籍县区 所属区"
TOWN = """
    乡镇 街道 镇街 街镇 乡镇街道 镇(街道) 乡镇(街道) 乡镇/街道 街道/乡镇 镇/街道 街道/镇 乡(镇)
    所属乡镇 所属街道 户籍街道
"""
VILLAGE = "村居 村(居) 村(社区) 村/社区 社区/村 社区(村) 社区 行政村 居委会 居委 村名 村委会 村居委会 村社区"
