"""Registers and dossiers: an initiative's facts within a cut, put together as one answer each.

Each module is one question. `KINDS` names the facts that it reads and the fields it reads of them,
and one pure function makes the answer: of the facts alone, so of the cut alone. Which facts there
are is asked of the timeline (a read model), what they say of the journal's lines.
"""
