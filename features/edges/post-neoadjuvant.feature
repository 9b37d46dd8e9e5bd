Feature: The edges of the rules on after drug treatment before surgery

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:PNA-01
  Scenario Outline: PNA-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-01 <outcome>

    Examples:
      | patient                                 | fact              | value               | outcome           | why                                                     |
      | complete response after pembrolizumab   | clinical_response | complete            | is firm           | also with Response to treatment before surgery complete |
      | complete response after pembrolizumab   | clinical_response | stable              | is firm           | also with Response to treatment before surgery stable   |
      | complete response after pembrolizumab   | treatment_phase   | work_up             | is not applicable | only if Treatment phase: operated after drug treatment  |
      | complete response after pembrolizumab   | treatment_phase   | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment  |
      | surgery first, stage IIB, premenopausal | pathway           | undecided           | is not applicable | only if Treatment phase: operated after drug treatment  |

  @rule:PNA-01
  Scenario Outline: PNA-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then PNA-01 <outcome>

    Examples:
      | patient                               | fact 1             | value 1 | fact 2            | value 2     | outcome | why                                                                                                  |
      | complete response after pembrolizumab | current_irae_grade | 2       | current_irae_type | none        | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | complete response after pembrolizumab | current_irae_grade | 2       | current_irae_type | endocrine   | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | complete response after pembrolizumab | current_irae_grade | 2       | current_irae_type | pneumonitis | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | complete response after pembrolizumab | current_irae_grade | 2       | current_irae_type | colitis     | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | complete response after pembrolizumab | current_irae_grade | 2       | current_irae_type | hepatitis   | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | complete response after pembrolizumab | current_irae_grade | 2       | current_irae_type | nephritis   | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | complete response after pembrolizumab | current_irae_grade | 2       | current_irae_type | neurologic  | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | complete response after pembrolizumab | current_irae_grade | 2       | current_irae_type | other       | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |

  @rule:PNA-02
  Scenario Outline: PNA-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-02 <outcome>

    Examples:
      | patient                                 | fact            | value     | outcome           | why                                                    |
      | residual disease after pembrolizumab    | treatment_phase | work_up   | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB, premenopausal | pathway         | undecided | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-02
  Scenario Outline: PNA-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then PNA-02 <outcome>

    Examples:
      | patient                              | fact 1             | value 1 | fact 2            | value 2     | outcome | why                                                                                                  |
      | residual disease after pembrolizumab | current_irae_grade | 2       | current_irae_type | none        | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | residual disease after pembrolizumab | current_irae_grade | 2       | current_irae_type | endocrine   | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | residual disease after pembrolizumab | current_irae_grade | 2       | current_irae_type | pneumonitis | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | residual disease after pembrolizumab | current_irae_grade | 2       | current_irae_type | hepatitis   | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | residual disease after pembrolizumab | current_irae_grade | 2       | current_irae_type | nephritis   | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | residual disease after pembrolizumab | current_irae_grade | 2       | current_irae_type | skin        | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | residual disease after pembrolizumab | current_irae_grade | 2       | current_irae_type | neurologic  | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |
      | residual disease after pembrolizumab | current_irae_grade | 2       | current_irae_type | other       | is firm | also with Grade of the current immune-related event 2; Organ of the current immune-related event ... |

  @rule:PNA-03
  Scenario Outline: PNA-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-03 <outcome>

    Examples:
      | patient                        | fact            | value               | outcome           | why                                                    |
      | residual disease, BRCA carrier | treatment_phase | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | residual disease, BRCA carrier | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB       | gbrca           | pathogenic          | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-03
  Scenario Outline: PNA-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then PNA-03 <outcome>

    Examples:
      | patient                               | fact 1 | value 1    | fact 2 | value 2 | outcome           | why                                                      |
      | complete response after pembrolizumab | gbrca  | pathogenic | ypn    | N0(i+)  | is not applicable | only if Pathological response: residual invasive disease |

  @rule:PNA-04
  Scenario Outline: PNA-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-04 <outcome>

    Examples:
      | patient                                   | fact            | value               | outcome           | why                                                    |
      | residual disease after chemotherapy alone | treatment_phase | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | residual disease after chemotherapy alone | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB                  | treatment_phase | adjuvant            | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-05
  Scenario Outline: PNA-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-05 <outcome>

    Examples:
      | patient                                 | fact            | value               | outcome           | why                                                    |
      | residual disease after pembrolizumab    | treatment_phase | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | residual disease after pembrolizumab    | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB, premenopausal | pathway         | undecided           | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-06
  Scenario Outline: PNA-06 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-06 <outcome>

    Examples:
      | patient                        | fact            | value               | outcome           | why                                                    |
      | residual disease, BRCA unknown | treatment_phase | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | residual disease, BRCA unknown | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB       | gbrca           | unknown             | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-07
  Scenario Outline: PNA-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-07 <outcome>

    Examples:
      | patient                                   | fact            | value               | outcome           | why                                                    |
      | residual disease after chemotherapy alone | treatment_phase | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | residual disease after chemotherapy alone | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB                  | treatment_phase | adjuvant            | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-08
  Scenario Outline: PNA-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-08 <outcome>

    Examples:
      | patient                                    | fact            | value               | outcome           | why                                                    |
      | complete response after chemotherapy alone | treatment_phase | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | complete response after chemotherapy alone | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB                   | treatment_phase | adjuvant            | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-09
  Scenario Outline: PNA-09 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-09 <outcome>

    Examples:
      | patient                         | fact            | value               | outcome           | why                                                    |
      | complete response, BRCA carrier | treatment_phase | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | complete response, BRCA carrier | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB        | gbrca           | pathogenic          | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-10
  Scenario Outline: PNA-10 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-10 <outcome>

    Examples:
      | patient                              | fact            | value    | outcome           | why                                                    |
      | residual disease after pembrolizumab | treatment_phase | work_up  | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB             | treatment_phase | adjuvant | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-11
  Scenario Outline: PNA-11 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-11 <outcome>

    Examples:
      | patient                                   | fact            | value    | outcome           | why                                                    |
      | residual disease after chemotherapy alone | treatment_phase | work_up  | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB                  | treatment_phase | adjuvant | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-12
  Scenario Outline: PNA-12 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-12 <outcome>

    Examples:
      | patient                                       | fact              | value               | outcome           | why                                                                                                 |
      | residual disease after pembrolizumab          | clinical_response | stable              | is not applicable | only if Earlier severe immune-related event: yes; Response to treatment before surgery: progression |
      | residual disease after severe immune toxicity | treatment_phase   | work_up             | is not applicable | only if Treatment phase: operated after drug treatment                                              |
      | residual disease after severe immune toxicity | treatment_phase   | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment                                              |
      | surgery first, stage IIB, premenopausal       | pathway           | undecided           | is not applicable | only if Treatment phase: operated after drug treatment                                              |

  @rule:PNA-13
  Scenario Outline: PNA-13 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-13 <outcome>

    Examples:
      | patient                                   | fact            | value               | outcome           | why                                                    |
      | isolated tumour cells after pembrolizumab | treatment_phase | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | isolated tumour cells after pembrolizumab | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB                  | treatment_phase | adjuvant            | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:PNA-14
  Scenario Outline: PNA-14 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-14 <outcome>

    Examples:
      | patient                              | fact            | value   | outcome           | why                                                                |
      | residual disease after pembrolizumab | treatment_phase | work_up | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant |

  @rule:PNA-15
  Scenario Outline: PNA-15 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-15 <outcome>

    Examples:
      | patient                      | fact               | value               | outcome           | why                                                    |
      | residual disease, late start | treatment_phase    | work_up             | is not applicable | only if Treatment phase: operated after drug treatment |
      | residual disease, late start | treatment_phase    | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment |
      | surgery first, stage IIB     | days_since_surgery | 85                  | is not applicable | only if Treatment phase: operated after drug treatment |
