"""What a guideline is written in: words, conditions, tables, rules, evidence, and the loader that reads a folder of them.

This floor knows no other part of the engine.
"""
