"""What authors run: analyse a guideline, compare two versions, test its rules. Reads the language and the reference; decides nothing for a patient."""
