"""数据比对: who is paid and should perhaps not be, by the portal's own records and by other offices' lists."""
