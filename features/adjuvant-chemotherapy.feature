Feature: Chemotherapy after surgery first

  Size and nodes decide how firmly chemotherapy is advised; the heart decides on the anthracycline; fitness, the
  patient's wish, low-risk histology, early pregnancy and chemotherapy already given stand against it.

  Background:
    Given the guideline as of 2026-11-22

  # ---- size and nodes ---------------------------------------------------------------------------------------

  @rule:ADJ-02 @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-05 @rule:ADJ-14
  Scenario Outline: one answer for every combination of size and nodes, <t> <n>
    Given the patient "surgery first, stage IIB"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then ADJ-02 <dose-dense>
    And ADJ-03 <for T1c>
    And ADJ-04 <for T1b>
    And ADJ-05 <against>
    And ADJ-14 <for N1mi>
    And ADJ-06 is not applicable

    Examples:
      | t    | n      | dose-dense        | for T1c           | for T1b           | against           | for N1mi          |
      | T2   | N0     | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T2   | N1mi   | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T3   | N0     | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T4b  | N0     | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T1c  | N1     | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T1a  | N1     | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T0   | N2     | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T1b  | N3     | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T1c  | N0     | is not applicable | is firm           | is not applicable | is not applicable | is not applicable |
      | T1c  | N0(i+) | is not applicable | is firm           | is not applicable | is not applicable | is not applicable |
      | T1c  | N1mi   | is not applicable | is firm           | is not applicable | is not applicable | is not applicable |
      | T1b  | N0     | is not applicable | is not applicable | is firm           | is not applicable | is not applicable |
      | T1b  | N0(i+) | is not applicable | is not applicable | is firm           | is not applicable | is not applicable |
      | T1a  | N0     | is not applicable | is not applicable | is not applicable | is firm           | is not applicable |
      | T1mi | N0     | is not applicable | is not applicable | is not applicable | is firm           | is not applicable |
      | T1b  | N1mi   | is not applicable | is not applicable | is not applicable | is not applicable | is firm           |
      | T1a  | N1mi   | is not applicable | is not applicable | is not applicable | is not applicable | is firm           |
      | T1mi | N1mi   | is not applicable | is not applicable | is not applicable | is not applicable | is firm           |
      | T0   | N1mi   | is not applicable | is not applicable | is not applicable | is not applicable | is firm           |

  @rule:ADJ-02 @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-05 @rule:ADJ-14
  Scenario Outline: size or nodes known in part, <t> <n>
    Given the patient "surgery first, stage IIB"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then ADJ-02 <dose-dense>
    And ADJ-03 <for T1c>
    And ADJ-04 <for T1b>
    And ADJ-05 <against>
    And ADJ-14 <for N1mi>

    Examples:
      | t           | n          | dose-dense        | for T1c           | for T1b           | against           | for N1mi          |
      | T2          | unknown    | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T2 or T3    | N0         | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | unknown     | N1         | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | T1          | N2         | is firm           | is not applicable | is not applicable | is not applicable | is not applicable |
      | unknown     | N0         | is undetermined   | is undetermined   | is undetermined   | is undetermined   | is not applicable |
      | T1c         | unknown    | is undetermined   | is undetermined   | is not applicable | is not applicable | is not applicable |
      | T1c         | N0 or N1mi | is not applicable | is firm           | is not applicable | is not applicable | is not applicable |
      | T1b         | unknown    | is undetermined   | is not applicable | is undetermined   | is not applicable | is undetermined   |
      | T1a         | unknown    | is undetermined   | is not applicable | is not applicable | is undetermined   | is undetermined   |
      | T1mi or T1a | N0         | is not applicable | is not applicable | is not applicable | is firm           | is not applicable |
      | T1          | N0         | is not applicable | is undetermined   | is undetermined   | is undetermined   | is not applicable |
      | T1          | N1mi       | is not applicable | is undetermined   | is not applicable | is not applicable | is undetermined   |

  @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-05
  Scenario Outline: T1 without a letter is settled by the size, <size> mm
    Given the patient "surgery first, pT1c N0"
    And the patient's pt is T1
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then ADJ-03 <for T1c>
    And ADJ-04 <for T1b>
    And ADJ-05 <against>

    Examples:
      | size    | for T1c           | for T1b           | against           |
      | 5       | is not applicable | is not applicable | is firm           |
      | 6       | is not applicable | is firm           | is not applicable |
      | 10      | is not applicable | is firm           | is not applicable |
      | 11      | is firm           | is not applicable | is not applicable |
      | 20      | is firm           | is not applicable | is not applicable |
      | unknown | is undetermined   | is undetermined   | is undetermined   |

  @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-05
  Scenario: the missing letter and size of a T1 are asked for
    Given the patient "surgery first, pT1c N0"
    And the patient's pt is T1
    When the rules are evaluated
    Then ADJ-03 needs pt
    And ADJ-04 needs pt
    And ADJ-05 needs pt

  @rule:ADJ-02
  Scenario: without pathological categories the clinical ones are read and echoed
    Given the patient "surgery first, stage IIB"
    And the patient's pt is unknown
    And the patient's pn is unknown
    And the patient's ct is T2
    And the patient's cn is N0
    When the rules are evaluated
    Then the fact eff_t is T2
    And the fact eff_n is N0
    And ADJ-02 is firm

  @rule:ADJ-02
  Scenario: without any category of size and nodes chemotherapy cannot be judged
    Given the patient "surgery first, stage IIB"
    And the patient's pt is unknown
    And the patient's pn is unknown
    When the rules are evaluated
    Then ADJ-02 is undetermined
    And ADJ-06 is not applicable
    And ADJ-02 needs pt
    And ADJ-02 needs pn

  # ---- what is said -----------------------------------------------------------------------------------------

  @rule:ADJ-02
  Scenario: a larger or node-positive tumour is advised dose-dense chemotherapy, strongly
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then ADJ-02 is shown
    And ADJ-02 has strength strong
    And ADJ-02 has certainty high
    And ADJ-02 cites ebctcg-2019-dd#recurrence
    And ADJ-02 cites e1199#tnbc_weekly_paclitaxel

  @rule:ADJ-03
  Scenario: pT1c without involved nodes is advised chemotherapy
    Given the patient "surgery first, pT1c N0"
    When the rules are evaluated
    Then ADJ-03 is shown
    And ADJ-03 has strength strong
    And ADJ-03 has certainty moderate
    And ADJ-03 cites steenbruggen-2020#pt1c

  @rule:ADJ-04
  Scenario: pT1b without involved nodes is a matter for discussion
    Given the patient "surgery first, pT1b N0"
    When the rules are evaluated
    Then ADJ-04 is shown
    And ADJ-04 has strength conditional
    And ADJ-04 has certainty low

  @rule:ADJ-05
  Scenario: the smallest tumours are not treated routinely
    Given the patient "surgery first, pT1a N0"
    When the rules are evaluated
    Then ADJ-05 is shown
    And ADJ-05 has strength conditional
    And ADJ-05 has certainty low
    And ADJ-02 is not shown
    And ADJ-03 is not shown
    And ADJ-04 is not shown

  @rule:ADJ-14
  Scenario: a micrometastasis with a small tumour usually brings the offer of chemotherapy
    Given the patient "surgery first, pT1b N1mi"
    When the rules are evaluated
    Then the fact eff_stage is IB
    And ADJ-14 is shown
    And ADJ-14 has strength conditional
    And ADJ-14 has certainty very_low
    And ADJ-03 is not shown
    And ADJ-04 is not shown

  @rule:ADJ-05
  Scenario Outline: the advice against chemotherapy belongs to the time after surgery first, <phase>
    Given the patient "surgery first, pT1a N0"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then ADJ-05 <outcome>

    Examples:
      | phase     | outcome           |
      | adjuvant  | is firm           |
      | follow_up | is not applicable |
      | unknown   | is undetermined   |

  # ---- the heart --------------------------------------------------------------------------------------------

  @rule:ADJ-02 @rule:ADJ-06
  Scenario Outline: ejection fraction <lvef> decides on the anthracycline
    Given the patient "surgery first, stage IIB"
    And the patient's lvef_percent is <lvef>
    When the rules are evaluated
    Then ADJ-02 <with anthracycline>
    And ADJ-06 <without>

    Examples:
      | lvef    | with anthracycline | without           |
      | 49      | is ruled out       | is firm           |
      | 50      | is firm            | is not applicable |
      | <50     | is ruled out       | is firm           |
      | 45..55  | is provisional     | is undetermined   |
      | unknown | is provisional     | is undetermined   |

  @rule:ADJ-02
  Scenario: an unmeasured heart makes the anthracycline provisional, and the alternative stays in the background
    Given the patient "surgery first, stage IIB"
    And the patient's lvef_percent is unknown
    When the rules are evaluated
    Then ADJ-02 is shown
    And ADJ-02 asks to confirm lvef_percent
    And ADJ-06 is not shown

  @rule:ADJ-02 @rule:ADJ-06
  Scenario Outline: heart disease <disease> decides on the anthracycline
    Given the patient "surgery first, stage IIB"
    And the patient's cardiac_disease_significant is <disease>
    When the rules are evaluated
    Then ADJ-02 <with anthracycline>
    And ADJ-06 <without>

    Examples:
      | disease | with anthracycline | without           |
      | true    | is ruled out       | is firm           |
      | false   | is firm            | is not applicable |
      | unknown | is provisional     | is undetermined   |

  @rule:ADJ-02 @rule:ADJ-06
  Scenario Outline: earlier anthracycline of <dose> mg/m2 decides on more of it
    Given the patient "surgery first, stage IIB"
    And the patient's prior_anthracycline_mg_m2 is <dose>
    When the rules are evaluated
    Then ADJ-02 <with anthracycline>
    And ADJ-06 <without>

    Examples:
      | dose | with anthracycline | without           |
      | 0    | is firm            | is not applicable |
      | 160  | is firm            | is not applicable |
      | 161  | is ruled out       | is firm           |

  @rule:ADJ-06
  Scenario: a weak heart leads to a taxane regimen without anthracycline
    Given the patient "surgery first, stage IIB, weak heart"
    When the rules are evaluated
    Then ADJ-06 is shown
    And ADJ-06 has strength conditional
    And ADJ-06 has certainty moderate
    And ADJ-06 cites pattern#dfs_5y
    And ADJ-02 is not shown
    And SAF-03 is shown

  @rule:ADJ-06
  Scenario Outline: a weak heart with other sizes and nodes, <t> <n>
    Given the patient "surgery first, stage IIB, weak heart"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then ADJ-06 <outcome>

    Examples:
      | t       | n       | outcome           |
      | T2      | N0      | is firm           |
      | T1b     | N1      | is firm           |
      | T4b     | unknown | is firm           |
      | T1c     | N0      | is not applicable |
      | T1c     | N1mi    | is not applicable |
      | T1b     | N0      | is not applicable |
      | T1c     | unknown | is undetermined   |
      | unknown | unknown | is undetermined   |

  @rule:ADJ-03
  Scenario: a weak heart does not stand against the regimens of pT1c
    Given the patient "surgery first, pT1c N0"
    And the patient's lvef_percent is 45
    When the rules are evaluated
    Then ADJ-03 is firm

  # ---- fitness ----------------------------------------------------------------------------------------------

  @rule:ADJ-02
  Scenario Outline: fitness for dose-dense chemotherapy, ECOG <ecog> and geriatric assessment <geriatric>
    Given the patient "surgery first, stage IIB"
    And the patient's ecog is <ecog>
    And the patient's geriatric_status is <geriatric>
    When the rules are evaluated
    Then ADJ-02 <outcome>

    Examples:
      | ecog    | geriatric  | outcome        |
      | 2       | unknown    | is firm        |
      | 3       | unknown    | is ruled out   |
      | 0       | fit        | is firm        |
      | 0       | vulnerable | is firm        |
      | 0       | frail      | is ruled out   |
      | unknown | unknown    | is provisional |
      | unknown | frail      | is ruled out   |
      | 0..2    | fit        | is firm        |

  @rule:ADJ-02
  Scenario: an unknown performance status has to be confirmed first
    Given the patient "surgery first, stage IIB"
    And the patient's ecog is unknown
    When the rules are evaluated
    Then ADJ-02 is shown
    And ADJ-02 asks to confirm ecog

  @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-06 @rule:ADJ-14
  Scenario Outline: fitness decides for the other regimens as well, <name>, ECOG <ecog>
    Given the patient "<name>"
    And the patient's ecog is <ecog>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | name                                 | rule   | ecog    | outcome        |
      | surgery first, pT1c N0               | ADJ-03 | 2       | is firm        |
      | surgery first, pT1c N0               | ADJ-03 | 3       | is ruled out   |
      | surgery first, pT1c N0               | ADJ-03 | unknown | is provisional |
      | surgery first, pT1b N0               | ADJ-04 | 2       | is firm        |
      | surgery first, pT1b N0               | ADJ-04 | 3       | is ruled out   |
      | surgery first, pT1b N0               | ADJ-04 | unknown | is provisional |
      | surgery first, stage IIB, weak heart | ADJ-06 | 2       | is firm        |
      | surgery first, stage IIB, weak heart | ADJ-06 | 3       | is ruled out   |
      | surgery first, stage IIB, weak heart | ADJ-06 | unknown | is provisional |
      | surgery first, pT1b N1mi             | ADJ-14 | 2       | is firm        |
      | surgery first, pT1b N1mi             | ADJ-14 | 3       | is ruled out   |
      | surgery first, pT1b N1mi             | ADJ-14 | unknown | is provisional |

  @rule:ADJ-02 @rule:ADJ-06
  Scenario: the unfit get the advice for the unfit, and no other regimen
    Given the patient "surgery first, stage IIB"
    And the patient's ecog is 3
    When the rules are evaluated
    Then ADJ-02 is not shown
    And ADJ-06 is not shown
    And NEO-10 is shown

  # ---- the patient's wish, histology, chemotherapy already given ---------------------------------------------

  @rule:ADJ-02 @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-06 @rule:ADJ-14
  Scenario Outline: an informed refusal rules chemotherapy out, <name>
    Given the patient "<name>"
    And the patient's declines_chemotherapy is true
    When the rules are evaluated
    Then <rule> is ruled out

    Examples:
      | name                                 | rule   |
      | surgery first, stage IIB             | ADJ-02 |
      | surgery first, pT1c N0               | ADJ-03 |
      | surgery first, pT1b N0               | ADJ-04 |
      | surgery first, stage IIB, weak heart | ADJ-06 |
      | surgery first, pT1b N1mi             | ADJ-14 |

  @rule:ADJ-02
  Scenario: a refusal that was not stated is taken as none, and this is echoed
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then the fact declines_chemotherapy is assumed
    And ADJ-02 is firm

  @rule:ADJ-02 @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-06 @rule:ADJ-14
  Scenario Outline: low-risk special types are not treated with chemotherapy, <name>, <histology>
    Given the patient "<name>"
    And the patient's histology is <histology>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | name                                 | rule   | histology                     | outcome        |
      | surgery first, stage IIB             | ADJ-02 | secretory                     | is ruled out   |
      | surgery first, stage IIB             | ADJ-02 | adenoid_cystic_classic        | is ruled out   |
      | surgery first, stage IIB             | ADJ-02 | adenoid_cystic_solid_basaloid | is firm        |
      | surgery first, stage IIB             | ADJ-02 | metaplastic_high_grade        | is firm        |
      | surgery first, stage IIB             | ADJ-02 | secretory or nst              | is provisional |
      | surgery first, stage IIB             | ADJ-02 | unknown                       | is firm        |
      | surgery first, pT1c N0               | ADJ-03 | acinic_cell                   | is ruled out   |
      | surgery first, pT1b N0               | ADJ-04 | metaplastic_low_grade         | is ruled out   |
      | surgery first, stage IIB, weak heart | ADJ-06 | mucoepidermoid_low_grade      | is ruled out   |
      | surgery first, pT1b N1mi             | ADJ-14 | tall_cell_reversed_polarity   | is ruled out   |

  @rule:ADJ-02
  Scenario: a histology that was not stated is read as ordinary carcinoma, and this is echoed
    Given the patient "surgery first, stage IIB"
    And the patient's histology is unknown
    When the rules are evaluated
    Then the fact low_risk_histology is assumed
    And ADJ-02 is firm

  @rule:ADJ-02 @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-06 @rule:ADJ-07 @rule:ADJ-14
  Scenario Outline: chemotherapy already given is not given again, <name>, <status>
    Given the patient "<name>"
    And the patient's days_since_surgery is 150
    And the patient's adj_chemo_status is <status>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | name                                 | rule   | status      | outcome        |
      | surgery first, stage IIB             | ADJ-02 | not_started | is firm        |
      | surgery first, stage IIB             | ADJ-02 | ongoing     | is firm        |
      | surgery first, stage IIB             | ADJ-02 | completed   | is ruled out   |
      | surgery first, stage IIB             | ADJ-02 | unknown     | is provisional |
      | surgery first, pT1c N0               | ADJ-03 | completed   | is ruled out   |
      | surgery first, pT1c N0               | ADJ-03 | unknown     | is provisional |
      | surgery first, pT1b N0               | ADJ-04 | completed   | is ruled out   |
      | surgery first, pT1b N0               | ADJ-04 | unknown     | is provisional |
      | surgery first, stage IIB, weak heart | ADJ-06 | completed   | is ruled out   |
      | surgery first, stage IIB, weak heart | ADJ-06 | unknown     | is provisional |
      | surgery first, stage IIB             | ADJ-07 | ongoing     | is firm        |
      | surgery first, stage IIB             | ADJ-07 | completed   | is ruled out   |
      | surgery first, stage IIB             | ADJ-07 | unknown     | is provisional |
      | surgery first, pT1b N1mi             | ADJ-14 | completed   | is ruled out   |
      | surgery first, pT1b N1mi             | ADJ-14 | unknown     | is provisional |

  # ---- pregnancy --------------------------------------------------------------------------------------------

  @rule:ADJ-02
  Scenario Outline: pregnancy <pregnant>, trimester <trimester>, and dose-dense chemotherapy
    Given the patient "surgery first, stage IIB, premenopausal"
    And the patient's pregnant is <pregnant>
    And the patient's pregnancy_trimester is <trimester>
    When the rules are evaluated
    Then ADJ-02 <outcome>

    Examples:
      | pregnant | trimester | outcome        |
      | false    | unknown   | is firm        |
      | true     | 1         | is ruled out   |
      | true     | 2         | is firm        |
      | true     | 3         | is firm        |
      | true     | 2..3      | is firm        |
      | true     | unknown   | is provisional |
      | unknown  | unknown   | is provisional |

  @rule:ADJ-02
  Scenario: an open question of pregnancy has to be settled before chemotherapy
    Given the patient "surgery first, stage IIB, premenopausal"
    And the patient's pregnant is unknown
    When the rules are evaluated
    Then ADJ-02 is provisional
    And ADJ-02 asks to confirm pregnant

  @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-06 @rule:ADJ-14
  Scenario Outline: early pregnancy stands against the other regimens too, <t> <n>, ejection fraction <lvef>
    Given the patient "surgery first, stage IIB, premenopausal"
    And the patient's pt is <t>
    And the patient's pn is <n>
    And the patient's lvef_percent is <lvef>
    And the patient's pregnant is true
    And the patient's pregnancy_trimester is <trimester>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | t   | n    | lvef | rule   | trimester | outcome        |
      | T1c | N0   | 64   | ADJ-03 | 1         | is ruled out   |
      | T1c | N0   | 64   | ADJ-03 | 2         | is firm        |
      | T1c | N0   | 64   | ADJ-03 | unknown   | is provisional |
      | T1b | N0   | 64   | ADJ-04 | 1         | is ruled out   |
      | T1b | N0   | 64   | ADJ-04 | 2         | is firm        |
      | T1b | N0   | 64   | ADJ-04 | unknown   | is provisional |
      | T2  | N0   | 45   | ADJ-06 | 1         | is ruled out   |
      | T2  | N0   | 45   | ADJ-06 | 2         | is firm        |
      | T2  | N0   | 45   | ADJ-06 | unknown   | is provisional |
      | T1b | N1mi | 64   | ADJ-14 | 1         | is ruled out   |
      | T1b | N1mi | 64   | ADJ-14 | 2         | is firm        |
      | T1b | N1mi | 64   | ADJ-14 | unknown   | is provisional |

  # ---- phase and pathway ------------------------------------------------------------------------------------

  @rule:ADJ-02 @rule:ADJ-03 @rule:ADJ-04 @rule:ADJ-06 @rule:ADJ-14
  Scenario Outline: chemotherapy belongs to the time between surgery and follow-up, <name>, <phase>
    Given the patient "<name>"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | name                                 | rule   | phase     | outcome           |
      | surgery first, stage IIB             | ADJ-02 | follow_up | is not applicable |
      | surgery first, stage IIB             | ADJ-02 | unknown   | is undetermined   |
      | surgery first, pT1c N0               | ADJ-03 | follow_up | is not applicable |
      | surgery first, pT1c N0               | ADJ-03 | unknown   | is undetermined   |
      | surgery first, pT1b N0               | ADJ-04 | follow_up | is not applicable |
      | surgery first, pT1b N0               | ADJ-04 | unknown   | is undetermined   |
      | surgery first, stage IIB, weak heart | ADJ-06 | follow_up | is not applicable |
      | surgery first, stage IIB, weak heart | ADJ-06 | unknown   | is undetermined   |
      | surgery first, pT1b N1mi             | ADJ-14 | follow_up | is not applicable |
      | surgery first, pT1b N1mi             | ADJ-14 | unknown   | is undetermined   |

  # ---- carboplatin ------------------------------------------------------------------------------------------

  @rule:ADJ-07
  Scenario: carboplatin is not added routinely to dose-dense chemotherapy
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then ADJ-07 is firm
    And ADJ-07 is shown
    And ADJ-07 has strength conditional
    And ADJ-07 has certainty moderate
    And ADJ-07 cites nrg-br003#idfs

  @rule:ADJ-07
  Scenario Outline: the advice on carboplatin is for stage II and III, <t> <n>
    Given the patient "surgery first, stage IIB"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then ADJ-07 <outcome>

    Examples:
      | t   | n       | outcome           |
      | T2  | N0      | is firm           |
      | T1c | N1      | is firm           |
      | T2  | unknown | is firm           |
      | T1c | N0      | is not applicable |
      | T1c | N1mi    | is not applicable |
      | T1c | unknown | is undetermined   |

  @rule:ADJ-07
  Scenario Outline: without an anthracycline carboplatin is an alternative, ejection fraction <lvef>
    Given the patient "surgery first, stage IIB"
    And the patient's lvef_percent is <lvef>
    When the rules are evaluated
    Then ADJ-07 <outcome>

    Examples:
      | lvef    | outcome        |
      | 50      | is firm        |
      | 49      | is ruled out   |
      | unknown | is provisional |

  # ---- a prompt start ---------------------------------------------------------------------------------------

  @rule:ADJ-12
  Scenario Outline: chemotherapy not yet begun <days> days after surgery
    Given the patient "surgery first, stage IIB"
    And the patient's days_since_surgery is <days>
    When the rules are evaluated
    Then ADJ-12 <outcome>

    Examples:
      | days    | outcome           |
      | 24      | is not applicable |
      | 60      | is not applicable |
      | 61      | is firm           |
      | >60     | is firm           |
      | unknown | is undetermined   |

  @rule:ADJ-12
  Scenario Outline: the reminder ends when chemotherapy has begun, <status>
    Given the patient "surgery first, stage IIB"
    And the patient's days_since_surgery is 75
    And the patient's adj_chemo_status is <status>
    When the rules are evaluated
    Then ADJ-12 <outcome>

    Examples:
      | status      | outcome           |
      | not_started | is firm           |
      | ongoing     | is not applicable |
      | completed   | is not applicable |
      | unknown     | is undetermined   |

  # ---- endocrine and anti-HER2 treatment --------------------------------------------------------------------

  @rule:ADJ-13
  Scenario: definite triple-negative disease gets no endocrine and no anti-HER2 treatment
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then ADJ-13 is firm
    And ADJ-13 is shown
    And ADJ-13 has strength strong
    And ADJ-13 has certainty high

  @rule:ADJ-13
  Scenario Outline: receptors decide, oestrogen receptor <er> %
    Given the patient "surgery first, stage IIB"
    And the patient's er_percent is <er>
    When the rules are evaluated
    Then ADJ-13 <outcome>

    Examples:
      | er      | outcome           |
      | 0       | is firm           |
      | 0.9     | is firm           |
      | <1      | is firm           |
      | 1       | is not applicable |
      | 10      | is not applicable |
      | 11      | is not applicable |
      | unknown | is undetermined   |

  @rule:ADJ-13
  Scenario Outline: the advice holds once surgery is done, <name>
    Given the patient "<name>"
    When the rules are evaluated
    Then ADJ-13 <outcome>

    Examples:
      | name                                                  | outcome           |
      | mastectomy after neoadjuvant treatment, node-positive | is firm           |
      | follow-up after surgery first                         | is firm           |
      | new diagnosis, nothing against any drug               | is not applicable |
