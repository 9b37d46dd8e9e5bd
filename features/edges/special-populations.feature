Feature: The edges of the rules on special populations

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:SPC-01
  Scenario Outline: SPC-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SPC-01 <outcome>

    Examples:
      | patient                      | fact | value | outcome           | why                          |
      | secretory carcinoma, cT1c N0 | ct   | T0    | is not applicable | only if T category: T1 or T2 |
      | secretory carcinoma, cT1c N0 | cn   | N2    | is not applicable | only if N category: N0       |
      | secretory carcinoma, cT1c N0 | cn   | N3    | is not applicable | only if N category: N0       |

  @rule:SPC-01
  Scenario Outline: SPC-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then SPC-01 <outcome>

    Examples:
      | patient                      | fact 1 | value 1 | fact 2 | value 2 | outcome           | why                          |
      | secretory carcinoma, cT1c N0 | cn     | unknown | ct     | Tis     | is not applicable | only if T category: T1 or T2 |

  @rule:SPC-02
  Scenario Outline: SPC-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SPC-02 <outcome>

    Examples:
      | patient                      | fact | value | outcome           | why                                              |
      | secretory carcinoma, cT1c N0 | ct   | T0    | is not applicable | only if Node-positive: yes; T category: T3 or T4 |

  @rule:SPC-03
  Scenario Outline: SPC-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SPC-03 <outcome>

    Examples:
      | patient                                     | fact            | value                         | outcome           | why                                                      |
      | apocrine carcinoma, stage I                 | disease_setting | local_regional_recurrence     | is not applicable | only if Inside this guideline: yes                       |
      | apocrine carcinoma, stage I                 | histology       | lobular                       | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | medullary_pattern             | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | metaplastic_high_grade        | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | metaplastic_low_grade         | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | adenoid_cystic_classic        | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | adenoid_cystic_solid_basaloid | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | secretory                     | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | acinic_cell                   | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | mucoepidermoid_low_grade      | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | tall_cell_reversed_polarity   | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | apocrine carcinoma, stage I                 | histology       | other_carcinoma               | is undetermined   | open: Ki-67: at most 20 %; Histological grade: at most 2 |
      | BRCA carrier, pT2 N0, chemotherapy finished | m_category      | unknown                       | is not applicable | only if Stage group: I                                   |
      | receptors only                              | stage_given     | 0                             | is not applicable | only if Stage group: I                                   |

  @rule:SPC-04
  Scenario Outline: SPC-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SPC-04 <outcome>

    Examples:
      | patient                                        | fact            | value                     | outcome           | why                                                      |
      | low-positive oestrogen receptor, new diagnosis | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                       |
      | surgery first, stage IIB                       | her2_ihc        | 2+                        | is not applicable | only if Phenotype: ER- or PR-low-positive, HER2-negative |

  @rule:SPC-06
  Scenario Outline: SPC-06 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SPC-06 <outcome>

    Examples:
      | patient                               | fact            | value               | outcome           | why                                                  |
      | pregnant, second trimester, stage IIB | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | pregnant, second trimester, stage IIB | treatment_phase | post_neoadjuvant    | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | pregnant, second trimester, stage IIB | treatment_phase | adjuvant            | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | pregnant, second trimester, stage IIB | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:SPC-07
  Scenario Outline: SPC-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SPC-07 <outcome>

    Examples:
      | patient                  | fact            | value               | outcome         | why                      |
      | surgery first, stage IIB | treatment_phase | neoadjuvant_ongoing | is undetermined | open: Breastfeeding: yes |
