Feature: The edges of the rules on treatment after surgery first

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:ADJ-01
  Scenario Outline: ADJ-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-01 <outcome>

    Examples:
      | patient                                               | fact            | value               | outcome           | why                                                                 |
      | surgery first, stage IIB                              | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished |
      | surgery first, stage IIB                              | pathway         | undecided           | is not applicable | only if Treatment pathway: surgery first                            |
      | mastectomy after neoadjuvant treatment, node-positive | pathway         | unknown             | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished |

  @rule:ADJ-02
  Scenario Outline: ADJ-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-02 <outcome>

    Examples:
      | patient                                               | fact            | value                     | outcome           | why                                                        |
      | surgery first, stage IIB                              | pathway         | undecided                 | is not applicable | only if Treatment pathway: surgery first                   |
      | surgery first, stage IIB                              | treatment_phase | work_up                   | is not applicable | only if Treatment phase: adjuvant                          |
      | surgery first, stage IIB                              | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant                          |
      | surgery first, stage IIB                              | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                         |
      | surgery first, pT1b N1mi                              | pt              | Tis                       | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3 |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | unknown                   | is not applicable | only if Treatment pathway: surgery first                   |
      | mastectomy after neoadjuvant treatment, node-positive | pathway         | unknown                   | is not applicable | only if Treatment phase: adjuvant                          |

  @rule:ADJ-03
  Scenario Outline: ADJ-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-03 <outcome>

    Examples:
      | patient                              | fact             | value                     | outcome           | why                                          |
      | surgery first, pT1c N0               | pathway          | undecided                 | is not applicable | only if Treatment pathway: surgery first     |
      | surgery first, pT1c N0               | adj_chemo_status | ongoing                   | is firm           | also with Chemotherapy after surgery ongoing |
      | surgery first, stage IIB             | treatment_phase  | work_up                   | is not applicable | only if Treatment phase: adjuvant            |
      | surgery first, stage IIB             | treatment_phase  | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant            |
      | surgery first, pT1c N0               | disease_setting  | local_regional_recurrence | is not applicable | only if Inside this guideline: yes           |
      | surgery first, pT1c N0               | pn               | N3                        | is not applicable | only if N category: N0 or N1mi               |
      | surgery first, pT1b N1mi             | pt               | Tis                       | is not applicable | only if T category: T1c                      |
      | stage I, drugs before surgery chosen | treatment_phase  | unknown                   | is not applicable | only if Treatment pathway: surgery first     |
      | receptors only                       | treatment_phase  | post_neoadjuvant          | is not applicable | only if Treatment phase: adjuvant            |

  @rule:ADJ-04
  Scenario Outline: ADJ-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-04 <outcome>

    Examples:
      | patient                  | fact             | value                     | outcome           | why                                          |
      | surgery first, pT1b N0   | pathway          | undecided                 | is not applicable | only if Treatment pathway: surgery first     |
      | surgery first, pT1b N0   | adj_chemo_status | ongoing                   | is firm           | also with Chemotherapy after surgery ongoing |
      | surgery first, stage IIB | treatment_phase  | work_up                   | is not applicable | only if Treatment phase: adjuvant            |
      | surgery first, stage IIB | treatment_phase  | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant            |
      | surgery first, pT1c N0   | pt               | T0                        | is not applicable | only if T category: T1b                      |
      | surgery first, pT1b N0   | disease_setting  | local_regional_recurrence | is not applicable | only if Inside this guideline: yes           |
      | receptors only           | treatment_phase  | post_neoadjuvant          | is not applicable | only if Treatment phase: adjuvant            |
      | receptors only           | pathway          | neoadjuvant               | is not applicable | only if Treatment pathway: surgery first     |

  @rule:ADJ-04
  Scenario Outline: ADJ-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then ADJ-04 <outcome>

    Examples:
      | patient                | fact 1          | value 1 | fact 2 | value 2 | outcome           | why                     |
      | surgery first, pT1b N0 | treatment_phase | unknown | ct     | Tis     | is not applicable | only if T category: T1b |

  @rule:ADJ-05
  Scenario Outline: ADJ-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-05 <outcome>

    Examples:
      | patient                  | fact            | value                     | outcome           | why                                      |
      | surgery first, pT1a N0   | pathway         | undecided                 | is not applicable | only if Treatment pathway: surgery first |
      | surgery first, stage IIB | treatment_phase | work_up                   | is not applicable | only if Treatment phase: adjuvant        |
      | surgery first, stage IIB | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant        |
      | surgery first, pT1c N0   | pt              | T0                        | is not applicable | only if T category: T1mi or T1a          |
      | surgery first, pT1a N0   | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes       |
      | surgery first, pT1a N0   | pn              | N3                        | is not applicable | only if N category: N0                   |
      | receptors only           | treatment_phase | post_neoadjuvant          | is not applicable | only if Treatment phase: adjuvant        |
      | receptors only           | pathway         | neoadjuvant               | is not applicable | only if Treatment pathway: surgery first |

  @rule:ADJ-05
  Scenario Outline: ADJ-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then ADJ-05 <outcome>

    Examples:
      | patient                | fact 1          | value 1 | fact 2 | value 2 | outcome           | why                             |
      | surgery first, pT1a N0 | treatment_phase | unknown | ct     | Tis     | is not applicable | only if T category: T1mi or T1a |

  @rule:ADJ-06
  Scenario Outline: ADJ-06 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-06 <outcome>

    Examples:
      | patient                                               | fact             | value                     | outcome           | why                                                                 |
      | surgery first, stage IIB, weak heart                  | pathway          | undecided                 | is not applicable | only if Treatment pathway: surgery first                            |
      | surgery first, stage IIB, weak heart                  | adj_chemo_status | ongoing                   | is firm           | also with Chemotherapy after surgery ongoing                        |
      | surgery first, stage IIB                              | disease_setting  | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                  |
      | surgery first, stage IIB, weak heart                  | treatment_phase  | work_up                   | is not applicable | only if Treatment phase: adjuvant                                   |
      | surgery first, stage IIB, weak heart                  | treatment_phase  | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant                                   |
      | surgery first, pT1b N0                                | pt               | T0                        | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3          |
      | surgery first, pT1b N0                                | pt               | T1mi                      | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3          |
      | surgery first, pT1b N0                                | pt               | T1a                       | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3          |
      | surgery first, pT1b N1mi                              | pt               | Tis                       | is not applicable | only if T category: T2, T3 or T4; N category: N1, N2 or N3          |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase  | unknown                   | is not applicable | only if Treatment pathway: surgery first                            |
      | mastectomy after neoadjuvant treatment, node-positive | pathway          | unknown                   | is not applicable | only if Treatment phase: adjuvant                                   |
      | surgery first, pT1b N0                                | pt               | T3                        | is undetermined   | open: Anthracycline contraindicated: yes; Trimester of pregnancy: 1 |
      | surgery first, pT1b N0                                | pn               | N2                        | is undetermined   | open: Anthracycline contraindicated: yes; Trimester of pregnancy: 1 |
      | surgery first, pT1b N0                                | pn               | N3                        | is undetermined   | open: Anthracycline contraindicated: yes; Trimester of pregnancy: 1 |

  @rule:ADJ-07
  Scenario Outline: ADJ-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-07 <outcome>

    Examples:
      | patient                                               | fact            | value                     | outcome           | why                                      |
      | surgery first, stage IIB                              | treatment_phase | work_up                   | is not applicable | only if Treatment phase: adjuvant        |
      | surgery first, stage IIB                              | pathway         | undecided                 | is not applicable | only if Treatment pathway: surgery first |
      | surgery first, stage IIB                              | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant        |
      | surgery first, stage IIB                              | treatment_phase | follow_up                 | is not applicable | only if Treatment phase: adjuvant        |
      | surgery first, stage IIB                              | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes       |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | unknown                   | is not applicable | only if Treatment pathway: surgery first |
      | mastectomy after neoadjuvant treatment, node-positive | pathway         | unknown                   | is not applicable | only if Treatment phase: adjuvant        |

  @rule:ADJ-08
  Scenario Outline: ADJ-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-08 <outcome>

    Examples:
      | patient                                     | fact            | value                     | outcome           | why                                                                   |
      | BRCA carrier, pT2 N0, chemotherapy finished | pathway         | undecided                 | is not applicable | only if Treatment pathway: surgery first                              |
      | BRCA carrier, pT2 N0, chemotherapy finished | pt              | T0                        | is not applicable | only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c |
      | BRCA carrier, pT2 N0, chemotherapy finished | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished   |
      | BRCA carrier, pT2 N0, chemotherapy finished | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                    |
      | stage I, drugs before surgery chosen        | treatment_phase | follow_up                 | is not applicable | only if Treatment pathway: surgery first                              |
      | residual disease, BRCA carrier              | pathway         | unknown                   | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished   |

  @rule:ADJ-09
  Scenario Outline: ADJ-09 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-09 <outcome>

    Examples:
      | patient                                     | fact            | value                     | outcome           | why                                                                 |
      | BRCA carrier, pT2 N0, chemotherapy finished | pt              | T0                        | is not applicable | only if T category: T1mi, T1a or T1b; T category: T1c               |
      | BRCA carrier, pT1c N0                       | pathway         | undecided                 | is not applicable | only if Treatment pathway: surgery first                            |
      | BRCA carrier, pT2 N0, chemotherapy finished | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished |
      | BRCA carrier, pT1c N0                       | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                  |
      | BRCA carrier, pT1c N0                       | gbrca           | vus                       | is not applicable | only if Germline BRCA1/2: pathogenic or likely pathogenic variant   |
      | BRCA carrier, pT1c N0                       | pn              | N3                        | is not applicable | only if N category: N0                                              |
      | receptors only                              | ct              | Tis                       | is not applicable | only if T category: T1mi, T1a or T1b; T category: T1c               |
      | stage I, drugs before surgery chosen        | treatment_phase | follow_up                 | is not applicable | only if Treatment pathway: surgery first                            |
      | receptors only                              | treatment_phase | post_neoadjuvant          | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished |

  @rule:ADJ-10
  Scenario Outline: ADJ-10 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-10 <outcome>

    Examples:
      | patient                                               | fact                  | value                     | outcome           | why                                      |
      | no BRCA variant, stage IIB, chemotherapy finished     | pathway               | undecided                 | is not applicable | only if Treatment pathway: surgery first |
      | no BRCA variant, stage IIB, chemotherapy finished     | declines_chemotherapy | true                      | is ruled out      | Chemotherapy declined: yes               |
      | no BRCA variant, stage IIB, chemotherapy finished     | treatment_phase       | work_up                   | is not applicable | only if Treatment phase: adjuvant        |
      | no BRCA variant, stage IIB, chemotherapy finished     | treatment_phase       | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant        |
      | no BRCA variant, stage IIB, chemotherapy finished     | disease_setting       | local_regional_recurrence | is not applicable | only if Inside this guideline: yes       |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase       | unknown                   | is not applicable | only if Treatment pathway: surgery first |

  @rule:ADJ-11
  Scenario Outline: ADJ-11 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-11 <outcome>

    Examples:
      | patient                              | fact            | value                     | outcome           | why                                                                   |
      | surgery first, BRCA not tested       | treatment_phase | work_up                   | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished   |
      | surgery first, BRCA not tested       | pathway         | undecided                 | is not applicable | only if Treatment pathway: surgery first                              |
      | surgery first, BRCA not tested       | treatment_phase | follow_up                 | is firm           | also with Treatment phase follow_up                                   |
      | surgery first, BRCA not tested       | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished   |
      | surgery first, BRCA not tested       | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                    |
      | surgery first, pT1a N0               | treatment_phase | adjuvant                  | is not applicable | only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c |
      | surgery first, pT1a N0               | pt              | T0                        | is not applicable | only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c |
      | surgery first, pT1a N0               | pt              | T1mi                      | is not applicable | only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c |
      | surgery first, pT1a N0               | pt              | T3                        | is firm           | also with Pathological T category T3                                  |
      | surgery first, pT1a N0               | pt              | T4a                       | is firm           | also with Pathological T category T4a                                 |
      | stage I, drugs before surgery chosen | treatment_phase | follow_up                 | is not applicable | only if Treatment pathway: surgery first                              |
      | residual disease, BRCA unknown       | pathway         | unknown                   | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished   |

  @rule:ADJ-12
  Scenario Outline: ADJ-12 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then ADJ-12 <outcome>

    Examples:
      | patient                  | fact 1             | value 1 | fact 2          | value 2                   | outcome           | why                                      |
      | surgery first, stage IIB | days_since_surgery | 61      | treatment_phase | work_up                   | is not applicable | only if Treatment phase: adjuvant        |
      | surgery first, stage IIB | days_since_surgery | 61      | pathway         | undecided                 | is not applicable | only if Treatment pathway: surgery first |
      | surgery first, stage IIB | days_since_surgery | 61      | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant        |
      | surgery first, stage IIB | days_since_surgery | 61      | treatment_phase | follow_up                 | is not applicable | only if Treatment phase: adjuvant        |
      | surgery first, stage IIB | days_since_surgery | 61      | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes       |

  @rule:ADJ-12
  Scenario Outline: ADJ-12 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-12 <outcome>

    Examples:
      | patient                              | fact            | value   | outcome           | why                                      |
      | stage I, drugs before surgery chosen | treatment_phase | unknown | is not applicable | only if Treatment pathway: surgery first |
      | residual disease, late start         | pathway         | unknown | is not applicable | only if Treatment phase: adjuvant        |

  @rule:ADJ-13
  Scenario Outline: ADJ-13 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-13 <outcome>

    Examples:
      | patient                  | fact            | value                     | outcome           | why                                                                                                |
      | surgery first, stage IIB | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: operated after drug treatment, adjuvant or all planned treatment finished |
      | surgery first, stage IIB | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                                                 |

  @rule:ADJ-13
  Scenario Outline: ADJ-13 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then ADJ-13 <outcome>

    Examples:
      | patient                  | fact 1     | value 1 | fact 2     | value 2 | outcome           | why                                |
      | surgery first, stage IIB | er_percent | 1       | pr_percent | unknown | is not applicable | only if Phenotype: triple-negative |

  @rule:ADJ-14
  Scenario Outline: ADJ-14 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-14 <outcome>

    Examples:
      | patient                  | fact             | value                     | outcome           | why                                          |
      | surgery first, pT1b N1mi | pathway          | undecided                 | is not applicable | only if Treatment pathway: surgery first     |
      | surgery first, pT1b N1mi | adj_chemo_status | ongoing                   | is firm           | also with Chemotherapy after surgery ongoing |
      | surgery first, stage IIB | treatment_phase  | work_up                   | is not applicable | only if Treatment phase: adjuvant            |
      | surgery first, stage IIB | treatment_phase  | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant            |
      | surgery first, pT1b N1mi | disease_setting  | local_regional_recurrence | is not applicable | only if Inside this guideline: yes           |
      | surgery first, pT1b N1mi | pt               | Tis                       | is not applicable | only if T category: T0, T1mi, T1a or T1b     |
      | surgery first, pT1b N1mi | pt               | T3                        | is not applicable | only if T category: T0, T1mi, T1a or T1b     |
      | surgery first, pT1b N1mi | pt               | T4a                       | is not applicable | only if T category: T0, T1mi, T1a or T1b     |
      | receptors only           | treatment_phase  | post_neoadjuvant          | is not applicable | only if Treatment phase: adjuvant            |
      | receptors only           | pathway          | neoadjuvant               | is not applicable | only if Treatment pathway: surgery first     |

  @rule:ADJ-15
  Scenario Outline: ADJ-15 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then ADJ-15 <outcome>

    Examples:
      | patient                                     | fact 1             | value 1 | fact 2          | value 2                   | outcome           | why                                                                        |
      | BRCA carrier, pT2 N0, chemotherapy finished | chemo_cycles_total | unknown | treatment_phase | work_up                   | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished        |
      | BRCA carrier, pT2 N0, chemotherapy finished | chemo_cycles_total | unknown | pathway         | undecided                 | is not applicable | only if Treatment pathway: surgery first                                   |
      | BRCA carrier, pT2 N0, chemotherapy finished | chemo_cycles_total | unknown | pt              | T0                        | is not applicable | only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c      |
      | BRCA carrier, pT2 N0, chemotherapy finished | chemo_cycles_total | unknown | pt              | T1mi                      | is not applicable | only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c      |
      | BRCA carrier, pT2 N0, chemotherapy finished | chemo_cycles_total | unknown | pt              | T1a                       | is not applicable | only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c      |
      | BRCA carrier, pT2 N0, chemotherapy finished | days_since_surgery | 366     | treatment_phase | follow_up                 | is firm           | also with Time since the breast operation 366; Treatment phase follow_up   |
      | BRCA carrier, pT2 N0, chemotherapy finished | days_since_surgery | 366     | pt              | T3                        | is firm           | also with Time since the breast operation 366; Pathological T category T3  |
      | BRCA carrier, pT2 N0, chemotherapy finished | days_since_surgery | 366     | pt              | T4a                       | is firm           | also with Time since the breast operation 366; Pathological T category T4a |
      | BRCA carrier, pT2 N0, chemotherapy finished | chemo_cycles_total | unknown | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished        |
      | BRCA carrier, pT2 N0, chemotherapy finished | chemo_cycles_total | unknown | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                         |
      | BRCA carrier, pT2 N0, chemotherapy finished | chemo_cycles_total | unknown | gbrca           | vus                       | is not applicable | only if Germline BRCA1/2: pathogenic or likely pathogenic variant          |

  @rule:ADJ-15
  Scenario Outline: ADJ-15 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-15 <outcome>

    Examples:
      | patient                              | fact            | value            | outcome           | why                                                                 |
      | stage I, drugs before surgery chosen | treatment_phase | follow_up        | is not applicable | only if Treatment pathway: surgery first                            |
      | receptors only                       | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: adjuvant or all planned treatment finished |

  @rule:ADJ-08
  Scenario: ADJ-08 at its edges: only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c
    Given a patient
    And the patient's invasive_cancer is true
    And the patient's ct is Tis
    And the patient's cn is N0
    When the rules are evaluated
    Then ADJ-08 is not applicable

  @rule:ADJ-08
  Scenario: ADJ-08 at its edges: only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c
    Given a patient
    And the patient's invasive_cancer is true
    And the patient's ct is Tis
    And the patient's cn is N0
    When the rules are evaluated
    Then ADJ-08 is not applicable

  @rule:ADJ-10
  Scenario: ADJ-10 at its edges: only if Treatment phase: adjuvant
    Given a patient
    And the patient's treatment_phase is post_neoadjuvant
    And the patient's adj_chemo_status is ongoing
    When the rules are evaluated
    Then ADJ-10 is not applicable

  @rule:ADJ-11
  Scenario: ADJ-11 at its edges: only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c
    Given a patient
    And the patient's invasive_cancer is true
    And the patient's ct is Tis
    And the patient's cn is N0
    When the rules are evaluated
    Then ADJ-11 is not applicable

  @rule:ADJ-11
  Scenario: ADJ-11 at its edges: only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c
    Given a patient
    And the patient's invasive_cancer is true
    And the patient's ct is Tis
    And the patient's cn is N0
    When the rules are evaluated
    Then ADJ-11 is not applicable

  @rule:ADJ-15
  Scenario: ADJ-15 at its edges: only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c
    Given a patient
    And the patient's invasive_cancer is true
    And the patient's ct is Tis
    And the patient's cn is N0
    When the rules are evaluated
    Then ADJ-15 is not applicable

  @rule:ADJ-15
  Scenario: ADJ-15 at its edges: only if T category: T2, T3 or T4; Node-positive: yes; T category: T1c
    Given a patient
    And the patient's invasive_cancer is true
    And the patient's ct is Tis
    And the patient's cn is N0
    When the rules are evaluated
    Then ADJ-15 is not applicable
