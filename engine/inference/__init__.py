"""What a guideline concludes for a patient.

reference   the definition: short, slow, obviously right
index       all rules at once by bit masks
network     durable-rules, the second channel of every interactive decision
decide      one Decision from facts: outcomes, stops, overrides, needs, JSON
"""
