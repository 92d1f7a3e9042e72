"""应补未补 and 应退未退: what the rules say of the people of the register, beside what was paid for a month."""
