"""Pages for people: a form made from the vocabulary, its answer with pictures, and the guideline to read."""
