"""CDS Hooks 2.0: discovery, calls, cards and feedback, as one reads them in https://cds-hooks.hl7.org/2.0/."""
