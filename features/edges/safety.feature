Feature: The edges of the rules on drug safety

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:SAF-01
  Scenario Outline: SAF-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-01 <outcome>

    Examples:
      | patient                                               | fact            | value               | outcome           | why                                                                                                  |
      | pregnant, second trimester, stage IIB                 | treatment_phase | neoadjuvant_ongoing | is firm           | also with Treatment phase neoadjuvant_ongoing                                                        |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet; on drug treatment before surgery; or operat... |
      | mastectomy after neoadjuvant treatment, node-positive | er_percent      | 20                  | is not applicable | only if Managed as triple-negative: yes                                                              |

  @rule:SAF-02
  Scenario Outline: SAF-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-02 <outcome>

    Examples:
      | patient                                               | fact            | value               | outcome           | why                                                                                                  |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet; or on drug treatment before surgery            |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | neoadjuvant_ongoing | is undetermined   | open: Autoimmune disease: controlled, without systemic treatment; Interstitial lung disease or pn... |

  @rule:SAF-02
  Scenario Outline: SAF-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then SAF-02 <outcome>

    Examples:
      | patient                                 | fact 1             | value 1                | fact 2          | value 2                   | outcome           | why                                                                                       |
      | new diagnosis, nothing against any drug | autoimmune_disease | controlled_no_systemic | treatment_phase | adjuvant                  | is not applicable | only if Treatment phase: diagnosed, no treatment yet; or on drug treatment before surgery |
      | new diagnosis, nothing against any drug | autoimmune_disease | controlled_no_systemic | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                                        |

  @rule:SAF-03
  Scenario Outline: SAF-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-03 <outcome>

    Examples:
      | patient                              | fact            | value               | outcome         | why                              |
      | surgery first, stage IIB, weak heart | treatment_phase | neoadjuvant_ongoing | is undetermined | open: Inside this guideline: yes |

  @rule:SAF-04
  Scenario Outline: SAF-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-04 <outcome>

    Examples:
      | patient                                               | fact            | value               | outcome           | why                                                                                                 |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet; on drug treatment before surgery; or adjuvant |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | neoadjuvant_ongoing | is undetermined   | open: Grade of sensory neuropathy: at least 2                                                       |

  @rule:SAF-04
  Scenario Outline: SAF-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then SAF-04 <outcome>

    Examples:
      | patient                                 | fact 1           | value 1 | fact 2          | value 2                   | outcome           | why                                                               |
      | new diagnosis, nothing against any drug | neuropathy_grade | 2       | treatment_phase | adjuvant                  | is firm           | also with Grade of sensory neuropathy 2; Treatment phase adjuvant |
      | new diagnosis, nothing against any drug | neuropathy_grade | 2       | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                |

  @rule:SAF-05
  Scenario Outline: SAF-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then SAF-05 <outcome>

    Examples:
      | patient                                 | fact 1      | value 1             | fact 2          | value 2                   | outcome           | why                                |
      | new diagnosis, nothing against any drug | dpyd_status | complete_deficiency | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes |

  @rule:SAF-06
  Scenario Outline: SAF-06 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-06 <outcome>

    Examples:
      | patient                                               | fact            | value                     | outcome           | why                                                                |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant |
      | mastectomy after neoadjuvant treatment, node-positive | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                 |

  @rule:SAF-07
  Scenario Outline: SAF-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-07 <outcome>

    Examples:
      | patient                                 | fact            | value               | outcome           | why                                                                                                  |
      | new diagnosis, nothing against any drug | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment, adjuvant or all planned treatment finished   |
      | new diagnosis, nothing against any drug | treatment_phase | post_neoadjuvant    | is undetermined   | open: Germline BRCA1/2: pathogenic or likely pathogenic variant; CYP3A inhibitor: yes; CYP3A indu... |
      | new diagnosis, nothing against any drug | treatment_phase | follow_up           | is undetermined   | open: Germline BRCA1/2: pathogenic or likely pathogenic variant; CYP3A inhibitor: yes; CYP3A indu... |

  @rule:SAF-07
  Scenario Outline: SAF-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then SAF-07 <outcome>

    Examples:
      | patient                                     | fact 1      | value 1 | fact 2          | value 2                   | outcome           | why                                |
      | BRCA carrier, pT2 N0, chemotherapy finished | crcl_ml_min | 50      | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes |

  @rule:SAF-08
  Scenario Outline: SAF-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-08 <outcome>

    Examples:
      | patient                                               | fact            | value               | outcome           | why                                                                                                  |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet; on drug treatment before surgery; or adjuvant  |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | neoadjuvant_ongoing | is undetermined   | open: Neutrophil count: below 1.5 10^9/L; Platelet count: below 100 10^9/L; Total bilirubin: abov... |

  @rule:SAF-08
  Scenario Outline: SAF-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then SAF-08 <outcome>

    Examples:
      | patient                                 | fact 1     | value 1 | fact 2          | value 2                   | outcome           | why                                |
      | new diagnosis, nothing against any drug | anc_10e9_l | 1.4     | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes |

  @rule:SAF-09
  Scenario Outline: SAF-09 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-09 <outcome>

    Examples:
      | patient                       | fact            | value                     | outcome           | why                                |
      | follow-up after surgery first | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes |
