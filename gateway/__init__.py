"""The one door for partners: it forwards what is written and remembers what was said."""
