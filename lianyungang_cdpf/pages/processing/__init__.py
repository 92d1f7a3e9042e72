"""个人信息处理: what is held of people and why, how long, and what a person may ask for of their own."""
