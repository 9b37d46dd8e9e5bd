"""What authors run: analyse a guideline, compare two versions, test its rules. It reads a guideline and decides nothing for a patient."""
