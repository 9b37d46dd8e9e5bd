Feature: The edges of the rules on during drug treatment before surgery

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:ONT-01
  Scenario Outline: ONT-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then ONT-01 <outcome>

    Examples:
      | patient                                    | fact 1            | value 1 | fact 2          | value 2          | outcome           | why                                                       |
      | halfway through pembrolizumab-chemotherapy | clinical_response | unknown | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: on drug treatment before surgery |
      | halfway through pembrolizumab-chemotherapy | clinical_response | unknown | treatment_phase | follow_up        | is not applicable | only if Treatment phase: on drug treatment before surgery |

  @rule:ONT-01
  Scenario Outline: ONT-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-01 <outcome>

    Examples:
      | patient                  | fact            | value    | outcome           | why                                                       |
      | surgery first, stage IIB | treatment_phase | adjuvant | is not applicable | only if Treatment phase: on drug treatment before surgery |

  @rule:ONT-02
  Scenario Outline: ONT-02 at its edges: <why>
    Given the patient "<patient>"
    When the rules are evaluated
    Then ONT-02 <outcome>

    Examples:
      | patient                                    | outcome           | why                                                       |
      | halfway through pembrolizumab-chemotherapy | is not applicable | only if Response to treatment before surgery: progression |

  @rule:ONT-02
  Scenario Outline: ONT-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then ONT-02 <outcome>

    Examples:
      | patient                                    | fact 1            | value 1     | fact 2          | value 2   | outcome           | why                                                       |
      | halfway through pembrolizumab-chemotherapy | clinical_response | progression | treatment_phase | work_up   | is not applicable | only if Treatment phase: on drug treatment before surgery |
      | halfway through pembrolizumab-chemotherapy | clinical_response | progression | treatment_phase | follow_up | is not applicable | only if Treatment phase: on drug treatment before surgery |

  @rule:ONT-02
  Scenario Outline: ONT-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-02 <outcome>

    Examples:
      | patient                  | fact            | value    | outcome           | why                                                       |
      | surgery first, stage IIB | treatment_phase | adjuvant | is not applicable | only if Treatment phase: on drug treatment before surgery |

  @rule:ONT-03
  Scenario Outline: ONT-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-03 <outcome>

    Examples:
      | patient                      | fact            | value    | outcome           | why                                                                                                  |
      | secretory carcinoma, cT1c N0 | treatment_phase | adjuvant | is not applicable | only if Treatment phase: on drug treatment before surgery, operated after drug treatment or all p... |

  @rule:ONT-04
  Scenario Outline: ONT-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-04 <outcome>

    Examples:
      | patient                                 | fact    | value     | outcome           | why                                                                                        |
      | surgery first, stage IIB, premenopausal | pathway | undecided | is not applicable | only if Treatment phase: on drug treatment before surgery or operated after drug treatment |

  @rule:ONT-05
  Scenario Outline: ONT-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-05 <outcome>

    Examples:
      | patient                                    | fact            | value     | outcome           | why                                                       |
      | halfway through pembrolizumab-chemotherapy | treatment_phase | follow_up | is not applicable | only if Treatment phase: on drug treatment before surgery |
      | surgery first, stage IIB                   | treatment_phase | adjuvant  | is not applicable | only if Treatment phase: on drug treatment before surgery |
