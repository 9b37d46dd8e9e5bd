Feature: Choice of drug treatment before surgery

  One regimen is advised at a time. Stage opens the question; heart, kidneys, immune system, pregnancy,
  fitness and the patient's own wish decide which regimen remains.

  Background:
    Given the guideline as of 2026-11-22

  # ---- the regimen of KEYNOTE-522 -------------------------------------------------------------------

  @rule:NEO-01
  Scenario: a healthy patient with a stage IIB tumour gets pembrolizumab with chemotherapy
    Given the patient "before treatment, stage IIB"
    When the rules are evaluated
    Then NEO-01 is firm
    And NEO-01 is shown
    And NEO-01 has strength strong
    And NEO-01 has certainty high
    And NEO-01 cites keynote-522#efs_hr_primary
    And NEO-01 cites keynote-522#os_5y
    And NEO-02 is not shown
    And NEO-05 is not shown
    And NEO-06 is not shown
    And NEO-08 is not shown

  @rule:NEO-01 @rule:NEO-02
  Scenario Outline: stage decides between trial entry and extrapolation, <t> <n>
    Given the patient "before treatment, stage IIB"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then NEO-01 <within the trial>
    And NEO-02 <outside the trial>

    Examples:
      | t          | n         | within the trial  | outside the trial |
      | T1c        | N0        | is not applicable | is not applicable |
      | T1c        | N1mi      | is not applicable | is not applicable |
      | T1c        | N1        | is firm           | is not applicable |
      | T1c        | N2        | is firm           | is not applicable |
      | T1c        | N3        | is not applicable | is firm           |
      | T2         | N0        | is firm           | is not applicable |
      | T2         | N1mi      | is firm           | is not applicable |
      | T3         | N2        | is firm           | is not applicable |
      | T4d        | N1        | is firm           | is not applicable |
      | T4b        | N3        | is not applicable | is firm           |
      | T0         | N1        | is not applicable | is firm           |
      | T1mi       | N1        | is not applicable | is firm           |
      | T1a        | N2        | is not applicable | is firm           |
      | T1b        | N1        | is not applicable | is firm           |
      | T1b        | N1mi      | is not applicable | is not applicable |
      | T1b        | N0        | is not applicable | is not applicable |
      | T2         | unknown   | is undetermined   | is undetermined   |
      | unknown    | N1        | is undetermined   | is undetermined   |
      | unknown    | N3        | is not applicable | is firm           |
      | T2         | N2 or N3  | is undetermined   | is undetermined   |
      | T2         | N1 or N2  | is firm           | is not applicable |
      | T2 or T3   | N0        | is firm           | is not applicable |
      | T1a or T1b | N1        | is not applicable | is firm           |
      | T1         | N1        | is undetermined   | is undetermined   |

  @rule:NEO-01 @rule:NEO-02
  Scenario Outline: with involved nodes the size of a T1 tumour without a letter decides, <size> mm
    Given the patient "before treatment, stage IIB"
    And the patient's ct is T1
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then NEO-01 <within the trial>
    And NEO-02 <outside the trial>

    Examples:
      | size | within the trial  | outside the trial |
      | 10   | is not applicable | is firm           |
      | 11   | is firm           | is not applicable |
      | 20   | is firm           | is not applicable |

  @rule:NEO-01
  Scenario: an open stage is asked for
    Given the patient "before treatment, stage IIB"
    And the patient's cn is unknown
    When the rules are evaluated
    Then NEO-01 is undetermined
    And NEO-01 needs cn
    And NEO-01 is not shown

  @rule:NEO-01
  Scenario Outline: time and order of treatment, <phase> with order <order>
    Given the patient "before treatment, stage IIB"
    And the patient's treatment_phase is <phase>
    And the patient's pathway is <order>
    When the rules are evaluated
    Then NEO-01 <outcome>

    Examples:
      | phase               | order         | outcome           |
      | work_up             | undecided     | is firm           |
      | work_up             | neoadjuvant   | is firm           |
      | work_up             | unknown       | is firm           |
      | work_up             | surgery_first | is not applicable |
      | neoadjuvant_ongoing | neoadjuvant   | is not applicable |
      | adjuvant            | surgery_first | is not applicable |
      | unknown             | neoadjuvant   | is undetermined   |

  @rule:NEO-01
  Scenario: an order of treatment that nobody stated before treatment is assumed to be undecided
    Given the patient "before treatment, stage IIB"
    And the patient's pathway is unknown
    When the rules are evaluated
    Then the fact pathway is undecided
    And the fact pathway is assumed
    And NEO-01 is shown

  @rule:NEO-01
  Scenario Outline: only early triple-negative disease of an adult is treated so, <fact> <value>
    Given the patient "before treatment, stage IIB"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-01 <outcome>

    Examples:
      | fact            | value                     | outcome           |
      | m_category      | M1                        | is not applicable |
      | m_category      | unknown                   | is undetermined   |
      | age_years       | 17                        | is not applicable |
      | age_years       | 18                        | is firm           |
      | er_percent      | 0.5                       | is firm           |
      | er_percent      | 10                        | is firm           |
      | er_percent      | 11                        | is not applicable |
      | er_percent      | unknown                   | is undetermined   |
      | her2_ihc        | 3+                        | is not applicable |
      | her2_ihc        | 2+                        | is undetermined   |
      | disease_setting | local_regional_recurrence | is not applicable |
      | histology       | non_carcinoma             | is not applicable |

  @rule:NEO-01
  Scenario Outline: what rules the pembrolizumab regimen out, <fact> <value>
    Given the patient "before treatment, stage IIB"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-01 <outcome>

    Examples: checkpoint inhibitor
      | fact                      | value                       | outcome        |
      | autoimmune_disease        | active_systemic             | is ruled out   |
      | autoimmune_disease        | controlled_no_systemic      | is firm        |
      | autoimmune_disease        | unknown                     | is provisional |
      | organ_transplant          | true                        | is ruled out   |
      | organ_transplant          | unknown                     | is provisional |
      | ild_pneumonitis           | active_or_steroid_treated   | is ruled out   |
      | ild_pneumonitis           | prior_resolved_no_steroids  | is firm        |
      | ild_pneumonitis           | unknown                     | is provisional |
      | prior_severe_irae         | true                        | is ruled out   |
      | prior_severe_irae         | unknown                     | is provisional |
      | steroid_prednisone_mg_day | 10                          | is firm        |
      | steroid_prednisone_mg_day | 10.5                        | is ruled out   |
      | steroid_prednisone_mg_day | unknown                     | is provisional |

    Examples: anthracycline
      | fact                        | value   | outcome        |
      | lvef_percent                | 50      | is firm        |
      | lvef_percent                | 49      | is ruled out   |
      | lvef_percent                | unknown | is provisional |
      | lvef_percent                | >=55    | is firm        |
      | lvef_percent                | <45     | is ruled out   |
      | lvef_percent                | 45..55  | is provisional |
      | cardiac_disease_significant | true    | is ruled out   |
      | cardiac_disease_significant | unknown | is provisional |
      | prior_anthracycline_mg_m2   | 160     | is firm        |
      | prior_anthracycline_mg_m2   | 161     | is ruled out   |

    Examples: carboplatin
      | fact        | value   | outcome        |
      | crcl_ml_min | 30      | is firm        |
      | crcl_ml_min | 29      | is ruled out   |
      | crcl_ml_min | unknown | is provisional |

    Examples: the patient
      | fact                 | value                | outcome        |
      | ecog                 | 2                    | is firm        |
      | ecog                 | 3                    | is ruled out   |
      | ecog                 | unknown              | is provisional |
      | geriatric_status     | vulnerable           | is firm        |
      | geriatric_status     | frail                | is ruled out   |
      | declines_chemotherapy| true                 | is ruled out   |
      | histology            | secretory            | is ruled out   |
      | histology            | medullary_pattern    | is firm        |
      | histology            | unknown              | is firm        |
      | pregnant             | true                 | is ruled out   |
      | pregnant             | unknown              | is provisional |

  @rule:NEO-01
  Scenario: a missing heart measurement is named before the regimen starts
    Given the patient "before treatment, stage IIB"
    And the patient's lvef_percent is unknown
    When the rules are evaluated
    Then NEO-01 is provisional
    And NEO-01 is shown
    And NEO-01 asks to confirm lvef_percent

  # ---- the same regimen outside its trial -----------------------------------------------------------

  @rule:NEO-02
  Scenario: supraclavicular nodes lead to the MDT
    Given the patient "before treatment, N3 nodes"
    When the rules are evaluated
    Then NEO-02 is firm
    And NEO-02 is shown
    And NEO-02 has strength conditional
    And NEO-01 is not shown

  @rule:NEO-02
  Scenario Outline: what rules the regimen out for N3 nodes, <fact> <value>
    Given the patient "before treatment, N3 nodes"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-02 <outcome>

    Examples:
      | fact                  | value            | outcome           |
      | pathway               | surgery_first    | is not applicable |
      | m_category            | unknown          | is undetermined   |
      | autoimmune_disease    | active_systemic  | is ruled out      |
      | autoimmune_disease    | unknown          | is provisional    |
      | lvef_percent          | 49               | is ruled out      |
      | lvef_percent          | 50               | is firm           |
      | lvef_percent          | unknown          | is provisional    |
      | crcl_ml_min           | 29               | is ruled out      |
      | crcl_ml_min           | 30               | is firm           |
      | ecog                  | 3                | is ruled out      |
      | ecog                  | 2                | is firm           |
      | declines_chemotherapy | true             | is ruled out      |
      | histology             | acinic_cell      | is ruled out      |
      | pregnant              | true             | is ruled out      |

  @rule:NEO-02
  Scenario: a T1b tumour with involved nodes is treated by extrapolation
    Given the patient "before treatment, T1b with involved nodes"
    When the rules are evaluated
    Then NEO-02 is firm
    And NEO-01 is not applicable

  # ---- stage I --------------------------------------------------------------------------------------

  @rule:NEO-03
  Scenario: stage I treated before surgery gets chemotherapy alone
    Given the patient "stage I, drugs before surgery chosen"
    When the rules are evaluated
    Then NEO-03 is firm
    And NEO-03 is shown
    And NEO-04 is shown
    And NEO-01 is not applicable

  @rule:NEO-03
  Scenario Outline: stage and chosen order for chemotherapy alone, <t> <n>, order <order>
    Given the patient "stage I, drugs before surgery chosen"
    And the patient's ct is <t>
    And the patient's cn is <n>
    And the patient's pathway is <order>
    When the rules are evaluated
    Then NEO-03 <outcome>

    Examples:
      | t       | n          | order         | outcome           |
      | T1c     | N0         | neoadjuvant   | is firm           |
      | T1c     | N1mi       | neoadjuvant   | is firm           |
      | T1b     | N1mi       | neoadjuvant   | is firm           |
      | T0      | N1mi       | neoadjuvant   | is firm           |
      | T1b     | N0         | neoadjuvant   | is not applicable |
      | T1c     | N1         | neoadjuvant   | is not applicable |
      | T2      | N0         | neoadjuvant   | is not applicable |
      | T1c     | N0 or N1mi | neoadjuvant   | is firm           |
      | T1c     | unknown    | neoadjuvant   | is undetermined   |
      | T1      | N0         | neoadjuvant   | is undetermined   |
      | T1      | N1mi       | neoadjuvant   | is firm           |
      | T1c     | N0         | undecided     | is not applicable |
      | T1c     | N0         | unknown       | is not applicable |
      | T1c     | N0         | surgery_first | is not applicable |

  @rule:NEO-03
  Scenario Outline: what rules chemotherapy for stage I out, <fact> <value>
    Given the patient "stage I, drugs before surgery chosen"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-03 <outcome>

    Examples:
      | fact                  | value                   | outcome        |
      | ecog                  | 3                       | is ruled out   |
      | ecog                  | 2                       | is firm        |
      | ecog                  | unknown                 | is provisional |
      | geriatric_status      | frail                   | is ruled out   |
      | declines_chemotherapy | true                    | is ruled out   |
      | histology             | adenoid_cystic_classic  | is ruled out   |
      | histology             | adenoid_cystic_solid_basaloid | is firm  |
      | organ_transplant      | true                    | is firm        |

  # ---- a checkpoint inhibitor is not possible -------------------------------------------------------

  @rule:NEO-05
  Scenario: an organ transplant leads to dose-dense chemotherapy
    Given the patient "stage IIB, organ transplant"
    When the rules are evaluated
    Then NEO-05 is firm
    And NEO-05 is shown
    And NEO-01 is ruled out
    And NEO-07 is not applicable

  @rule:NEO-05
  Scenario Outline: dose-dense chemotherapy without a checkpoint inhibitor, <fact> <value>
    Given the patient "stage IIB, organ transplant"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-05 <outcome>

    Examples:
      | fact                        | value                    | outcome           |
      | cn                          | N3                       | is firm           |
      | cn                          | unknown                  | is firm           |
      | ct                          | T1b                      | is firm           |
      | pathway                     | surgery_first            | is not applicable |
      | organ_transplant            | false                    | is not applicable |
      | organ_transplant            | unknown                  | is undetermined   |
      | pregnant                    | true                     | is not applicable |
      | pregnant                    | unknown                  | is undetermined   |
      | lvef_percent                | 50                       | is firm           |
      | lvef_percent                | 49                       | is ruled out      |
      | lvef_percent                | unknown                  | is provisional    |
      | cardiac_disease_significant | true                     | is ruled out      |
      | ecog                        | 2                        | is firm           |
      | ecog                        | 3                        | is ruled out      |
      | ecog                        | unknown                  | is provisional    |
      | declines_chemotherapy       | true                     | is ruled out      |
      | histology                   | mucoepidermoid_low_grade | is ruled out      |
      | crcl_ml_min                 | 20                       | is firm           |

  @rule:NEO-05
  Scenario Outline: dose-dense chemotherapy is for stage II and III, <t> <n>
    Given the patient "stage IIB, organ transplant"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then NEO-05 <outcome>

    Examples:
      | t       | n       | outcome           |
      | T1c     | N0      | is not applicable |
      | T1c     | N1mi    | is not applicable |
      | T1c     | N1      | is firm           |
      | T2      | N0      | is firm           |
      | T1c     | unknown | is undetermined   |

  @rule:NEO-05
  Scenario Outline: steroids count as a contraindication above the limit, <dose> mg a day
    Given the patient "before treatment, stage IIB"
    And the patient's steroid_prednisone_mg_day is <dose>
    When the rules are evaluated
    Then NEO-05 <without immunotherapy>
    And NEO-01 <with immunotherapy>

    Examples:
      | dose    | without immunotherapy | with immunotherapy |
      | 10      | is not applicable     | is firm            |
      | 11      | is firm               | is ruled out       |
      | unknown | is undetermined       | is provisional     |

  # ---- an anthracycline is not possible -------------------------------------------------------------

  @rule:NEO-06
  Scenario: a weak heart leads to docetaxel, carboplatin and pembrolizumab
    Given the patient "stage IIB, weak heart"
    When the rules are evaluated
    Then NEO-06 is firm
    And NEO-06 is shown
    And NEO-01 is ruled out
    And NEO-07 is not applicable

  @rule:NEO-06
  Scenario Outline: docetaxel, carboplatin and pembrolizumab, <fact> <value>
    Given the patient "stage IIB, weak heart"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-06 <outcome>

    Examples:
      | fact                        | value                   | outcome           |
      | lvef_percent                | 49                      | is firm           |
      | lvef_percent                | 50                      | is not applicable |
      | lvef_percent                | unknown                 | is undetermined   |
      | cardiac_disease_significant | true                    | is firm           |
      | pathway                     | surgery_first           | is not applicable |
      | autoimmune_disease          | active_systemic         | is ruled out      |
      | autoimmune_disease          | unknown                 | is provisional    |
      | crcl_ml_min                 | 30                      | is firm           |
      | crcl_ml_min                 | 29                      | is ruled out      |
      | crcl_ml_min                 | unknown                 | is provisional    |
      | ecog                        | 2                       | is firm           |
      | ecog                        | 3                       | is ruled out      |
      | declines_chemotherapy       | true                    | is ruled out      |
      | histology                   | metaplastic_low_grade   | is ruled out      |
      | histology                   | metaplastic_high_grade  | is firm           |
      | pregnant                    | true                    | is ruled out      |

  @rule:NEO-06
  Scenario Outline: an earlier anthracycline counts above the limit, <dose> mg per square metre
    Given the patient "before treatment, stage IIB"
    And the patient's prior_anthracycline_mg_m2 is <dose>
    When the rules are evaluated
    Then NEO-06 <outcome>

    Examples:
      | dose | outcome           |
      | 160  | is not applicable |
      | 161  | is firm           |

  @rule:NEO-07
  Scenario: neither anthracycline nor checkpoint inhibitor leads to docetaxel and carboplatin
    Given the patient "stage IIB, organ transplant and weak heart"
    When the rules are evaluated
    Then NEO-07 is firm
    And NEO-07 is shown
    And NEO-01 is not shown
    And NEO-05 is ruled out
    And NEO-06 is ruled out

  @rule:NEO-07
  Scenario Outline: docetaxel and carboplatin without immunotherapy, <fact> <value>
    Given the patient "stage IIB, organ transplant and weak heart"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-07 <outcome>

    Examples:
      | fact                  | value                      | outcome           |
      | lvef_percent          | 49                         | is firm           |
      | lvef_percent          | 50                         | is not applicable |
      | lvef_percent          | unknown                    | is undetermined   |
      | organ_transplant      | false                      | is not applicable |
      | organ_transplant      | unknown                    | is undetermined   |
      | pregnant              | true                       | is not applicable |
      | pathway               | surgery_first              | is not applicable |
      | crcl_ml_min           | 30                         | is firm           |
      | crcl_ml_min           | 29                         | is ruled out      |
      | crcl_ml_min           | unknown                    | is provisional    |
      | ecog                  | 2                          | is firm           |
      | ecog                  | 3                          | is ruled out      |
      | declines_chemotherapy | true                       | is ruled out      |
      | histology             | tall_cell_reversed_polarity | is ruled out     |

  # ---- a platinum is not possible -------------------------------------------------------------------

  @rule:NEO-08
  Scenario: kidney failure leads to the same treatment without carboplatin
    Given the patient "stage IIB, kidney failure"
    When the rules are evaluated
    Then NEO-08 is firm
    And NEO-08 is shown
    And NEO-08 has certainty very_low
    And NEO-01 is ruled out

  @rule:NEO-08
  Scenario Outline: pembrolizumab-chemotherapy without carboplatin, <fact> <value>
    Given the patient "stage IIB, kidney failure"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-08 <outcome>

    Examples:
      | fact                  | value           | outcome           |
      | crcl_ml_min           | 29              | is firm           |
      | crcl_ml_min           | 30              | is not applicable |
      | crcl_ml_min           | unknown         | is undetermined   |
      | pathway               | surgery_first   | is not applicable |
      | organ_transplant      | true            | is ruled out      |
      | organ_transplant      | unknown         | is provisional    |
      | lvef_percent          | 50              | is firm           |
      | lvef_percent          | 49              | is ruled out      |
      | lvef_percent          | unknown         | is provisional    |
      | ecog                  | 2               | is firm           |
      | ecog                  | 3               | is ruled out      |
      | declines_chemotherapy | true            | is ruled out      |
      | pregnant              | true            | is ruled out      |
      | histology             | secretory       | is ruled out      |

  @rule:NEO-12
  Scenario: neither anthracycline nor platinum leaves a taxane
    Given the patient "stage IIB, kidney failure and weak heart"
    When the rules are evaluated
    Then NEO-12 is firm
    And NEO-12 is shown
    And NEO-06 is ruled out
    And NEO-08 is ruled out
    And NEO-01 is not shown

  @rule:NEO-12
  Scenario Outline: taxane-based chemotherapy, <fact> <value>
    Given the patient "stage IIB, kidney failure and weak heart"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-12 <outcome>

    Examples:
      | fact                  | value           | outcome           |
      | lvef_percent          | 49              | is firm           |
      | lvef_percent          | 50              | is not applicable |
      | lvef_percent          | unknown         | is undetermined   |
      | crcl_ml_min           | 29              | is firm           |
      | crcl_ml_min           | 30              | is not applicable |
      | crcl_ml_min           | unknown         | is undetermined   |
      | pregnant              | true            | is not applicable |
      | pregnant              | unknown         | is undetermined   |
      | pathway               | surgery_first   | is not applicable |
      | organ_transplant      | true            | is firm           |
      | ecog                  | 2               | is firm           |
      | ecog                  | 3               | is ruled out      |
      | ecog                  | unknown         | is provisional    |
      | declines_chemotherapy | true            | is ruled out      |
      | histology             | acinic_cell     | is ruled out      |

  @rule:NEO-07 @rule:NEO-12
  Scenario: with every drug class but the taxanes closed, taxane-based chemotherapy remains alone
    Given the patient "stage IIB, kidney failure and weak heart"
    And the patient's organ_transplant is true
    When the rules are evaluated
    Then NEO-12 is shown
    And NEO-07 is ruled out
    And NEO-05 is ruled out
    And NEO-06 is not shown
    And NEO-08 is not shown

  # ---- the patient cannot take a full regimen -------------------------------------------------------

  @rule:NEO-10
  Scenario: a bedbound patient gets reduced intensity and no full regimen
    Given the patient "stage IIB, bedbound most of the day"
    When the rules are evaluated
    Then NEO-10 is firm
    And NEO-10 is shown
    And NEO-01 is ruled out
    And NEO-05 is not applicable

  @rule:NEO-10
  Scenario Outline: fitness decides, ECOG <ecog> and geriatric status <status>
    Given the patient "stage IIB, bedbound most of the day"
    And the patient's ecog is <ecog>
    And the patient's geriatric_status is <status>
    When the rules are evaluated
    Then NEO-10 <outcome>

    Examples:
      | ecog    | status     | outcome           |
      | 2       | unknown    | is not applicable |
      | 3       | unknown    | is firm           |
      | 4       | fit        | is firm           |
      | 1       | frail      | is firm           |
      | 1       | vulnerable | is not applicable |
      | unknown | unknown    | is undetermined   |
      | unknown | frail      | is firm           |
      | >=3     | unknown    | is firm           |
      | <2      | fit        | is not applicable |

  @rule:NEO-10
  Scenario Outline: stage of the unfit patient, <t> <n>
    Given the patient "stage IIB, bedbound most of the day"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then NEO-10 <outcome>

    Examples:
      | t          | n       | outcome        |
      | T1mi       | N0      | is ruled out   |
      | T1a        | N0      | is ruled out   |
      | T1b        | N0      | is firm        |
      | T1a        | N1mi    | is firm        |
      | T1a or T1b | N0      | is provisional |
      | T1a        | unknown | is provisional |
      | T4b        | N3      | is firm        |
      | T2         | unknown | is firm        |

  @rule:NEO-10
  Scenario Outline: after surgery first the unfit patient gets the same advice until chemotherapy is done, <status>
    Given the patient "stage IIB, bedbound most of the day"
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's pt is T2
    And the patient's pn is N1
    And the patient's adj_chemo_status is <status>
    When the rules are evaluated
    Then NEO-10 <outcome>

    Examples:
      | status      | outcome        |
      | not_started | is firm        |
      | ongoing     | is firm        |
      | completed   | is ruled out   |
      | unknown     | is provisional |

  @rule:NEO-10
  Scenario Outline: other limits of the advice for the unfit, <fact> <value>
    Given the patient "stage IIB, bedbound most of the day"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-10 <outcome>

    Examples:
      | fact            | value               | outcome           |
      | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | m_category      | M1                  | is not applicable |
      | histology       | secretory           | is ruled out      |
      | pathway         | surgery_first       | is firm           |

  @rule:NEO-10
  Scenario: an unfit patient with an invasive cancer of unknown stage is not advised yet
    Given the patient "stage IIB, bedbound most of the day"
    And the patient's invasive_cancer is true
    And the patient's ct is unknown
    And the patient's cn is unknown
    When the rules are evaluated
    Then NEO-10 is undetermined

  @rule:NEO-10
  Scenario: in the second trimester of pregnancy the advice for pregnancy comes first
    Given the patient "stage IIB, second trimester of pregnancy"
    And the patient's ecog is 3
    When the rules are evaluated
    Then NEO-10 is firm
    And NEO-10 is withdrawn by SPC-06

  @rule:NEO-01 @rule:NEO-06 @rule:NEO-08
  Scenario: pregnancy closes every regimen with pembrolizumab
    Given the patient "stage IIB, second trimester of pregnancy"
    When the rules are evaluated
    Then NEO-01 is ruled out
    And NEO-05 is not applicable
    And NEO-06 is not shown
    And NEO-08 is not shown

  # ---- one regimen at a time, whatever is known -----------------------------------------------------

  @rule:NEO-01 @rule:NEO-05 @rule:NEO-06 @rule:NEO-08
  Scenario: while heart, kidneys and immune system are unknown only the standard regimen is shown
    Given the patient "before treatment, stage IIB"
    And the patient's lvef_percent is unknown
    And the patient's crcl_ml_min is unknown
    And the patient's autoimmune_disease is unknown
    When the rules are evaluated
    Then NEO-01 is provisional
    And NEO-01 asks to confirm crcl_ml_min
    And NEO-01 asks to confirm autoimmune_disease
    And NEO-05 is undetermined
    And NEO-06 is undetermined
    And NEO-08 is undetermined
    And NEO-07 is undetermined
    And NEO-12 is undetermined

  @rule:NEO-05 @rule:NEO-06 @rule:NEO-07
  Scenario: with an unknown heart and a transplant only the dose-dense regimen is shown
    Given the patient "stage IIB, organ transplant"
    And the patient's lvef_percent is unknown
    When the rules are evaluated
    Then NEO-05 is provisional
    And NEO-05 is shown
    And NEO-07 is undetermined
    And NEO-07 is not shown
    And NEO-06 is not shown

  # ---- what not to do for carriers ------------------------------------------------------------------

  @rule:NEO-11
  Scenario Outline: a germline BRCA variant does not change the regimen, <variant>
    Given the patient "before treatment, stage IIB"
    And the patient's gbrca is <variant>
    When the rules are evaluated
    Then NEO-11 <outcome>
    And NEO-01 is firm

    Examples:
      | variant    | outcome           |
      | pathogenic | is firm           |
      | vus        | is not applicable |
      | negative   | is not applicable |
      | pending    | is undetermined   |
      | unknown    | is undetermined   |

  @rule:NEO-11
  Scenario: after surgery the advice on PARP inhibitors before surgery is silent
    Given the patient "residual disease after pembrolizumab"
    And the patient's gbrca is pathogenic
    When the rules are evaluated
    Then NEO-11 is not applicable

  # ---- limits that all regimens share ---------------------------------------------------------------

  @rule:NEO-02 @rule:NEO-03 @rule:NEO-05 @rule:NEO-06 @rule:NEO-07 @rule:NEO-08
  @rule:NEO-10 @rule:NEO-12
  Scenario Outline: a regimen is for a new primary cancer known to be triple-negative, <rule> <fact> <value>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                                    | fact            | value                     | outcome           |
      | NEO-02 | before treatment, N3 nodes                 | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-02 | before treatment, N3 nodes                 | er_percent      | unknown                   | is undetermined   |
      | NEO-03 | stage I, drugs before surgery chosen       | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-03 | stage I, drugs before surgery chosen       | er_percent      | unknown                   | is undetermined   |
      | NEO-05 | stage IIB, organ transplant                | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-05 | stage IIB, organ transplant                | er_percent      | unknown                   | is undetermined   |
      | NEO-06 | stage IIB, weak heart                      | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-06 | stage IIB, weak heart                      | er_percent      | unknown                   | is undetermined   |
      | NEO-07 | stage IIB, organ transplant and weak heart | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-07 | stage IIB, organ transplant and weak heart | er_percent      | unknown                   | is undetermined   |
      | NEO-08 | stage IIB, kidney failure                  | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-08 | stage IIB, kidney failure                  | er_percent      | unknown                   | is undetermined   |
      | NEO-10 | stage IIB, bedbound most of the day        | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-10 | stage IIB, bedbound most of the day        | er_percent      | unknown                   | is undetermined   |
      | NEO-12 | stage IIB, kidney failure and weak heart   | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-12 | stage IIB, kidney failure and weak heart   | er_percent      | unknown                   | is undetermined   |

  @rule:NEO-02 @rule:NEO-03 @rule:NEO-05 @rule:NEO-06 @rule:NEO-07 @rule:NEO-08
  @rule:NEO-12
  Scenario Outline: a regimen is chosen before treatment begins, <rule> <fact> <value>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                                    | fact            | value               | outcome           |
      | NEO-02 | before treatment, N3 nodes                 | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | NEO-02 | before treatment, N3 nodes                 | pathway         | neoadjuvant         | is firm           |
      | NEO-03 | stage I, drugs before surgery chosen       | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | NEO-03 | stage I, drugs before surgery chosen       | pathway         | neoadjuvant         | is firm           |
      | NEO-05 | stage IIB, organ transplant                | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | NEO-05 | stage IIB, organ transplant                | pathway         | neoadjuvant         | is firm           |
      | NEO-06 | stage IIB, weak heart                      | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | NEO-06 | stage IIB, weak heart                      | pathway         | neoadjuvant         | is firm           |
      | NEO-07 | stage IIB, organ transplant and weak heart | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | NEO-07 | stage IIB, organ transplant and weak heart | pathway         | neoadjuvant         | is firm           |
      | NEO-08 | stage IIB, kidney failure                  | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | NEO-08 | stage IIB, kidney failure                  | pathway         | neoadjuvant         | is firm           |
      | NEO-12 | stage IIB, kidney failure and weak heart   | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | NEO-12 | stage IIB, kidney failure and weak heart   | pathway         | neoadjuvant         | is firm           |

  @rule:NEO-06 @rule:NEO-07 @rule:NEO-08 @rule:NEO-12
  Scenario Outline: these regimens are for stage II and III, <rule> <t> <n>
    Given the patient "<patient>"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                                    | t   | n       | outcome           |
      | NEO-06 | stage IIB, weak heart                      | T1c | N0      | is not applicable |
      | NEO-06 | stage IIB, weak heart                      | T1c | N1mi    | is not applicable |
      | NEO-06 | stage IIB, weak heart                      | T1c | N1      | is firm           |
      | NEO-06 | stage IIB, weak heart                      | T2  | N0      | is firm           |
      | NEO-06 | stage IIB, weak heart                      | T2  | unknown | is firm           |
      | NEO-06 | stage IIB, weak heart                      | T1c | unknown | is undetermined   |
      | NEO-07 | stage IIB, organ transplant and weak heart | T1c | N0      | is not applicable |
      | NEO-07 | stage IIB, organ transplant and weak heart | T1c | N1mi    | is not applicable |
      | NEO-07 | stage IIB, organ transplant and weak heart | T1c | N1      | is firm           |
      | NEO-07 | stage IIB, organ transplant and weak heart | T2  | N0      | is firm           |
      | NEO-07 | stage IIB, organ transplant and weak heart | T2  | unknown | is firm           |
      | NEO-07 | stage IIB, organ transplant and weak heart | T1c | unknown | is undetermined   |
      | NEO-08 | stage IIB, kidney failure                  | T1c | N0      | is not applicable |
      | NEO-08 | stage IIB, kidney failure                  | T1c | N1mi    | is not applicable |
      | NEO-08 | stage IIB, kidney failure                  | T1c | N1      | is firm           |
      | NEO-08 | stage IIB, kidney failure                  | T2  | N0      | is firm           |
      | NEO-08 | stage IIB, kidney failure                  | T2  | unknown | is firm           |
      | NEO-08 | stage IIB, kidney failure                  | T1c | unknown | is undetermined   |
      | NEO-12 | stage IIB, kidney failure and weak heart   | T1c | N0      | is not applicable |
      | NEO-12 | stage IIB, kidney failure and weak heart   | T1c | N1mi    | is not applicable |
      | NEO-12 | stage IIB, kidney failure and weak heart   | T1c | N1      | is firm           |
      | NEO-12 | stage IIB, kidney failure and weak heart   | T2  | N0      | is firm           |
      | NEO-12 | stage IIB, kidney failure and weak heart   | T2  | unknown | is firm           |
      | NEO-12 | stage IIB, kidney failure and weak heart   | T1c | unknown | is undetermined   |

  @rule:NEO-11
  Scenario Outline: the advice for carriers has the same limits, <fact> <value>
    Given the patient "before treatment, stage IIB"
    And the patient's gbrca is pathogenic
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-11 <outcome>

    Examples:
      | fact            | value                     | outcome           |
      | disease_setting | local_regional_recurrence | is not applicable |
      | er_percent      | unknown                   | is undetermined   |
      | ct              | T1b                       | is firm           |
      | pathway         | surgery_first             | is firm           |

  # ---- exceptions added after clinical review ---------------------------------------------------------------

  @rule:NEO-03
  @rule:NEO-10
  Scenario Outline: no chemotherapy is advised in the first trimester: <rule>, trimester <trimester>
    Given the patient "<patient>"
    And the patient's sex is female
    And the patient's menopausal_status is premenopausal
    And the patient's pregnant is true
    And the patient's pregnancy_trimester is <trimester>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                               | trimester | outcome      |
      | NEO-03 | stage I, drugs before surgery chosen  | 1         | is ruled out |
      | NEO-10 | stage IIB, bedbound most of the day   | 1         | is ruled out |
      | NEO-10 | stage IIB, bedbound most of the day   | 3         | is firm      |
