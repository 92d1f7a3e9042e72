"""How people of the register are counted. No target of the plan counts the register itself yet."""

METRICS = ()
