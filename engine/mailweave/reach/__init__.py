"""Can this be reached, by whom, and with how little change? Answered by a SAT solver over the rules' domains, each answer checked by choosing.

leaves (conditions → single questions) → fields (what a profile can hold, for all questions together) → model (clauses) → search → cover.
"""
