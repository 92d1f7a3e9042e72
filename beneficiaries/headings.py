"""Headings that rolls about people share (header_aliases.csv and what counties write), blanks between them."""

from lianyungang_cdpf.intake.places import COUNTY, TOWN, VILLAGE

__all__ = ["CERTIFICATE", "COUNTY", "ID_NUMBER", "TOWN", "VILLAGE"]

CERTIFICATE = "残疾人证号 残疾证号 残疾证编号 残疾人证编号 残疾人证 残疾证 残疾证件号 残疾证号码"
ID_NUMBER = """
    身份证号 身份证号码 身份证 公民身份号码 公民身份证号 居民身份证号 身份证件号 身份号码 证件号码 证件号 身份证编号
"""
