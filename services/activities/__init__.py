"""What partners do about the common agenda: strategies, plans, activities, and what was learnt."""
