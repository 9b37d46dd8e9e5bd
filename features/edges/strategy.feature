Feature: The edges of the rules on primary strategy

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:STR-01
  Scenario Outline: STR-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-01 <outcome>

    Examples:
      | patient                  | fact            | value            | outcome           | why                                                  |
      | before treatment, T2 N0  | ct              | T0               | is not applicable | only if T category: T1mi, T1a or T1b                 |
      | before treatment, T1b N0 | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T1b N0 | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T1b N0 | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | receptors only           | ct              | Tis              | is not applicable | only if T category: T1mi, T1a or T1b                 |

  @rule:STR-02
  Scenario Outline: STR-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-02 <outcome>

    Examples:
      | patient                            | fact            | value            | outcome           | why                                                                                |
      | before treatment, T2 N0            | ct              | T0               | is not applicable | only if T category: T1c; N category: N1mi                                          |
      | before treatment, T1c N0           | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet                               |
      | before treatment, T1c N0           | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet                               |
      | before treatment, T1c N0           | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet                               |
      | before treatment, T1c N0           | cn              | N3               | is not applicable | only if N category: N0 or N1mi; T category: T0, T1mi, T1a or T1b; N category: N1mi |
      | stage I with nodal micrometastasis | ct              | Tis              | is not applicable | only if T category: T1c; T category: T0, T1mi, T1a or T1b                          |
      | stage I with nodal micrometastasis | inflammatory    | true             | is not applicable | only if T category: T1c; T category: T0, T1mi, T1a or T1b                          |

  @rule:STR-02
  Scenario Outline: STR-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then STR-02 <outcome>

    Examples:
      | patient                 | fact 1 | value 1 | fact 2 | value 2 | outcome         | why                                                     |
      | before treatment, T2 N0 | ct     | T1      | cn     | N1mi    | is undetermined | open: T category: T1c; T category: T0, T1mi, T1a or T1b |

  @rule:STR-03
  Scenario Outline: STR-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-03 <outcome>

    Examples:
      | patient                            | fact            | value            | outcome           | why                                                        |
      | before treatment, T2 N0            | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet       |
      | before treatment, T2 N0            | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet       |
      | before treatment, T2 N0            | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet       |
      | stage I with nodal micrometastasis | ct              | Tis              | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3 |

  @rule:STR-04
  Scenario Outline: STR-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-04 <outcome>

    Examples:
      | patient                        | fact            | value            | outcome           | why                                                                     |
      | before treatment, inflammatory | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet                    |
      | before treatment, inflammatory | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet                    |
      | before treatment, inflammatory | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet                    |
      | before treatment, inflammatory | ct              | Tis              | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |

  @rule:STR-05
  Scenario Outline: STR-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-05 <outcome>

    Examples:
      | patient                 | fact            | value               | outcome           | why                                                  |
      | before treatment, T2 N0 | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0 | treatment_phase | post_neoadjuvant    | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0 | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:STR-05
  Scenario Outline: STR-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then STR-05 <outcome>

    Examples:
      | patient                 | fact 1  | value 1       | fact 2 | value 2 | outcome           | why                                                        |
      | before treatment, T2 N0 | pathway | surgery_first | ct     | T0      | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3 |
      | before treatment, T2 N0 | pathway | surgery_first | ct     | T1mi    | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3 |
      | before treatment, T2 N0 | pathway | surgery_first | ct     | T1a     | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3 |

  @rule:STR-06
  Scenario Outline: STR-06 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-06 <outcome>

    Examples:
      | patient                          | fact            | value            | outcome           | why                                                  |
      | before treatment, adenoid cystic | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, adenoid cystic | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, adenoid cystic | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, adenoid cystic | inflammatory    | true             | is not applicable | only if T category: T1 or T2                         |
      | before treatment, adenoid cystic | ct              | T0               | is not applicable | only if T category: T1 or T2                         |
      | before treatment, adenoid cystic | cn              | N1               | is not applicable | only if N category: N0                               |
      | before treatment, adenoid cystic | cn              | N2               | is not applicable | only if N category: N0                               |
      | before treatment, adenoid cystic | cn              | N3               | is not applicable | only if N category: N0                               |

  @rule:STR-07
  Scenario Outline: STR-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-07 <outcome>

    Examples:
      | patient                             | fact            | value            | outcome           | why                                                   |
      | before treatment, unfit             | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet  |
      | before treatment, unfit             | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet  |
      | before treatment, unfit             | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet  |
      | before treatment, unfit             | ct              | T0               | is not applicable | only if T category: T1c, T2 or T3; Node-positive: yes |
      | before treatment, unfit             | ct              | T1mi             | is not applicable | only if T category: T1c, T2 or T3; Node-positive: yes |
      | before treatment, unfit             | ct              | T1a              | is not applicable | only if T category: T1c, T2 or T3; Node-positive: yes |
      | stage IIB, bedbound most of the day | ct              | Tis              | is not applicable | only if T category: any except Tis or T4              |

  @rule:STR-08
  Scenario Outline: STR-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-08 <outcome>

    Examples:
      | patient                 | fact      | value                         | outcome           | why                                                          |
      | before treatment, T2 N0 | histology | lobular                       | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | medullary_pattern             | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | apocrine                      | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | adenoid_cystic_classic        | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | adenoid_cystic_solid_basaloid | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | secretory                     | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | acinic_cell                   | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | mucoepidermoid_low_grade      | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | tall_cell_reversed_polarity   | is not applicable | only if Histological type: metaplastic carcinoma, high grade |
      | before treatment, T2 N0 | histology | other_carcinoma               | is not applicable | only if Histological type: metaplastic carcinoma, high grade |

  @rule:STR-08
  Scenario Outline: STR-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then STR-08 <outcome>

    Examples:
      | patient                 | fact 1    | value 1                | fact 2          | value 2          | outcome           | why                                                  |
      | before treatment, T2 N0 | histology | metaplastic_high_grade | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0 | histology | metaplastic_high_grade | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0 | histology | metaplastic_high_grade | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:STR-09
  Scenario Outline: STR-09 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-09 <outcome>

    Examples:
      | patient                           | fact            | value            | outcome           | why                                                  |
      | before treatment, first trimester | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, first trimester | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, first trimester | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, first trimester | inflammatory    | true             | is not applicable | only if T category: T2 or T3; N category: N1 or N2   |
      | before treatment, first trimester | ct              | T0               | is not applicable | only if T category: T2 or T3; N category: N1 or N2   |
      | before treatment, first trimester | ct              | T1mi             | is not applicable | only if T category: T2 or T3; N category: N1 or N2   |
      | before treatment, first trimester | ct              | T1a              | is not applicable | only if T category: T2 or T3; N category: N1 or N2   |

  @rule:STR-10
  Scenario Outline: STR-10 at its edges: <why>
    Given the patient "<patient>"
    When the rules are evaluated
    Then STR-10 <outcome>

    Examples:
      | patient                           | outcome           | why                                                                     |
      | before treatment, first trimester | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |

  @rule:STR-10
  Scenario Outline: STR-10 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-10 <outcome>

    Examples:
      | patient                           | fact | value | outcome           | why                                                                     |
      | before treatment, first trimester | ct   | T0    | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |
      | before treatment, first trimester | ct   | T1mi  | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |
      | before treatment, first trimester | ct   | T1a   | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |
      | before treatment, first trimester | ct   | T1b   | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |
      | before treatment, first trimester | ct   | T1c   | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |
      | before treatment, first trimester | cn   | N1mi  | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |
      | before treatment, first trimester | cn   | N1    | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |

  @rule:STR-10
  Scenario Outline: STR-10 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then STR-10 <outcome>

    Examples:
      | patient                        | fact 1 | value 1 | fact 2          | value 2          | outcome           | why                                                                     |
      | before treatment, inflammatory | ecog   | 3       | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet                    |
      | before treatment, inflammatory | ecog   | 3       | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet                    |
      | before treatment, inflammatory | ecog   | 3       | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet                    |
      | before treatment, inflammatory | ecog   | 3       | ct              | Tis              | is not applicable | only if Inflammatory breast cancer: yes; T category: T4; N category: N3 |

  @rule:STR-01
  Scenario: STR-01 at its edges: only if
    Given a patient
    And the patient's treatment_phase is work_up or neoadjuvant_ongoing or post_neoadjuvant or adjuvant
    And the patient's ct is T4d
    When the rules are evaluated
    Then STR-01 is not applicable

  @rule:STR-05
  Scenario: STR-05 at its edges: only if T category: T2, T3 or T4; N category: N1, N2 or N3
    Given a patient
    And the patient's ct is Tis
    And the patient's cn is N1mi
    When the rules are evaluated
    Then STR-05 is not applicable

  @rule:STR-06
  Scenario: STR-06 at its edges: only if T category: T1 or T2
    Given a patient
    And the patient's histology is metaplastic_low_grade
    And the patient's ct is Tis
    When the rules are evaluated
    Then STR-06 is not applicable

  @rule:STR-07
  Scenario: STR-07 at its edges: only if Inflammatory breast cancer: no
    Given a patient
    And the patient's treatment_phase is work_up or neoadjuvant_ongoing or post_neoadjuvant or adjuvant
    And the patient's ct is T4d
    When the rules are evaluated
    Then STR-07 is not applicable

  @rule:STR-09
  Scenario: STR-09 at its edges: only if T category: T2 or T3; N category: N1 or N2
    Given a patient
    And the patient's ct is Tis
    And the patient's cn is N1mi
    When the rules are evaluated
    Then STR-09 is not applicable

  @rule:STR-09
  Scenario: STR-09 at its edges: only if T category: T2 or T3; N category: N1 or N2
    Given a patient
    And the patient's ct is T0
    And the patient's cn is N3
    When the rules are evaluated
    Then STR-09 is not applicable
