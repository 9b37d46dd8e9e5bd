Feature: More treatment after adjuvant chemotherapy

  After surgery first and chemotherapy, carriers of a BRCA variant with a larger or node-positive tumour are
  advised olaparib. Others may consider low-dose capecitabine. Where entry to the olaparib trial was not fully
  met, the decision is individual; small node-negative tumours get none.

  Background:
    Given the guideline as of 2026-11-22

  # ---- olaparib ---------------------------------------------------------------------------------------------

  @rule:ADJ-08
  Scenario: a BRCA carrier with a larger tumour gets a year of olaparib
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    When the rules are evaluated
    Then no contradiction is reported
    And ADJ-08 is firm
    And ADJ-08 is shown
    And ADJ-08 has strength strong
    And ADJ-08 has certainty high
    And ADJ-08 cites olympia#idfs_3y
    And ADJ-08 cites olympia#os_ia2
    And ADJ-15 is not shown
    And ADJ-10 is not shown
    And SUP-03 is shown

  @rule:ADJ-08 @rule:ADJ-09 @rule:ADJ-10 @rule:ADJ-15
  Scenario Outline: the germline result decides, <gbrca>
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's dpyd_status is normal
    And the patient's gbrca is <gbrca>
    When the rules are evaluated
    Then ADJ-08 <olaparib>
    And ADJ-09 is not applicable
    And ADJ-10 <capecitabine>
    And ADJ-15 is not applicable

    Examples:
      | gbrca           | olaparib          | capecitabine      |
      | pathogenic      | is firm           | is not applicable |
      | vus             | is not applicable | is firm           |
      | negative        | is not applicable | is firm           |
      | negative or vus | is not applicable | is firm           |
      | pending         | is undetermined   | is undetermined   |
      | unknown         | is undetermined   | is undetermined   |

  @rule:ADJ-08 @rule:ADJ-09
  Scenario Outline: size and nodes decide between olaparib and none, <t> <n>
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then ADJ-08 <olaparib>
    And ADJ-09 <none>

    Examples:
      | t       | n       | olaparib          | none              |
      | T2      | N0      | is firm           | is not applicable |
      | T3      | N0      | is firm           | is not applicable |
      | T4b     | N0      | is firm           | is not applicable |
      | T2      | unknown | is firm           | is not applicable |
      | T1c     | N1      | is firm           | is not applicable |
      | T1b     | N1mi    | is firm           | is not applicable |
      | T0      | N1      | is firm           | is not applicable |
      | unknown | N2      | is firm           | is not applicable |
      | T1b     | N0      | is not applicable | is firm           |
      | T1a     | N0      | is not applicable | is firm           |
      | T1mi    | N0      | is not applicable | is firm           |
      | T1b     | N0(i+)  | is not applicable | is firm           |
      | T1b     | unknown | is undetermined   | is undetermined   |
      | unknown | N0      | is undetermined   | is undetermined   |

  @rule:ADJ-08 @rule:ADJ-09
  Scenario Outline: a node-negative pT1c is judged by its size, <size> mm
    Given the patient "BRCA carrier, pT1c N0"
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then ADJ-08 <olaparib>
    And ADJ-09 <none>

    Examples:
      | size    | olaparib          | none              |
      | 15      | is not applicable | is firm           |
      | 19      | is not applicable | is firm           |
      | 20      | is firm           | is not applicable |
      | <20     | is not applicable | is firm           |
      | unknown | is undetermined   | is undetermined   |

  @rule:ADJ-08 @rule:ADJ-09
  Scenario: isolated tumour cells do not count as an involved node, and the size is asked for
    Given the patient "BRCA carrier, pT1c N0"
    And the patient's pn is N0(i+)
    When the rules are evaluated
    Then the fact eff_stage is IA
    And ADJ-08 is undetermined
    And ADJ-09 is undetermined
    And ADJ-08 needs tumour_size_mm
    And ADJ-09 needs tumour_size_mm

  @rule:ADJ-08 @rule:ADJ-09
  Scenario Outline: olaparib is decided after surgery first, up to follow-up, <phase>
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's pt is <t>
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then ADJ-08 <olaparib>
    And ADJ-09 <none>

    Examples:
      | t   | phase     | olaparib          | none              |
      | T2  | adjuvant  | is firm           | is not applicable |
      | T2  | follow_up | is firm           | is not applicable |
      | T2  | work_up   | is not applicable | is not applicable |
      | T1b | adjuvant  | is not applicable | is firm           |
      | T1b | follow_up | is not applicable | is firm           |
      | T1b | work_up   | is not applicable | is not applicable |

  @rule:ADJ-08 @rule:ADJ-15
  Scenario Outline: chemotherapy <status> with <cycles> cycles
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's adj_chemo_status is <status>
    And the patient's chemo_cycles_total is <cycles>
    When the rules are evaluated
    Then ADJ-08 <olaparib>
    And ADJ-15 <individual>

    Examples:
      | status      | cycles  | olaparib       | individual        |
      | completed   | 6       | is firm        | is not applicable |
      | completed   | 5       | is ruled out   | is firm           |
      | completed   | 4       | is ruled out   | is firm           |
      | completed   | >=6     | is firm        | is not applicable |
      | completed   | <6      | is ruled out   | is firm           |
      | completed   | unknown | is provisional | is undetermined   |
      | ongoing     | 4       | is firm        | is not applicable |
      | not_started | unknown | is firm        | is not applicable |
      | unknown     | 6       | is firm        | is not applicable |
      | unknown     | 4       | is provisional | is undetermined   |

  @rule:ADJ-08
  Scenario: an unknown number of cycles has to be confirmed before olaparib
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's chemo_cycles_total is unknown
    When the rules are evaluated
    Then ADJ-08 is shown
    And ADJ-08 asks to confirm chemo_cycles_total
    And ADJ-15 is not shown

  @rule:ADJ-08 @rule:ADJ-15
  Scenario Outline: <days> days after surgery
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's days_since_surgery is <days>
    When the rules are evaluated
    Then ADJ-08 <olaparib>
    And ADJ-15 <individual>

    Examples:
      | days     | olaparib       | individual        |
      | 190      | is firm        | is not applicable |
      | 365      | is firm        | is not applicable |
      | 366      | is ruled out   | is firm           |
      | 540      | is ruled out   | is firm           |
      | 541      | is ruled out   | is ruled out      |
      | 366..540 | is ruled out   | is firm           |
      | unknown  | is provisional | is undetermined   |

  @rule:ADJ-15
  Scenario: too few cycles lead to an individual decision, which is shown alone
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's chemo_cycles_total is 4
    When the rules are evaluated
    Then ADJ-15 is shown
    And ADJ-15 has strength conditional
    And ADJ-15 has certainty low
    And ADJ-08 is not shown

  @rule:ADJ-15
  Scenario: too few cycles, and the time since surgery still open
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's chemo_cycles_total is 4
    And the patient's days_since_surgery is unknown
    When the rules are evaluated
    Then ADJ-15 is provisional
    And ADJ-15 asks to confirm days_since_surgery
    And ADJ-08 is ruled out

  @rule:ADJ-15
  Scenario Outline: too few cycles with other sizes, nodes and results, <t> <n> <gbrca>
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's chemo_cycles_total is 4
    And the patient's pt is <t>
    And the patient's pn is <n>
    And the patient's gbrca is <gbrca>
    When the rules are evaluated
    Then ADJ-15 <outcome>

    Examples:
      | t   | n       | gbrca      | outcome           |
      | T1b | N1mi    | pathogenic | is firm           |
      | T1b | N0      | pathogenic | is not applicable |
      | T1b | unknown | pathogenic | is undetermined   |
      | T2  | N0      | negative   | is not applicable |
      | T2  | N0      | pending    | is undetermined   |

  @rule:ADJ-15
  Scenario Outline: too few cycles and a node-negative pT1c of <size> mm
    Given the patient "BRCA carrier, pT1c N0"
    And the patient's chemo_cycles_total is 4
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then ADJ-15 <outcome>

    Examples:
      | size    | outcome           |
      | 19      | is not applicable |
      | 20      | is firm           |
      | unknown | is undetermined   |

  @rule:ADJ-08 @rule:ADJ-15
  Scenario Outline: what stands against olaparib, <fact> <value>
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's chemo_cycles_total is <cycles>
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | cycles | fact          | value   | outcome        |
      | ADJ-08 | 8      | crcl_ml_min   | 30      | is ruled out   |
      | ADJ-08 | 8      | crcl_ml_min   | 31      | is firm        |
      | ADJ-08 | 8      | crcl_ml_min   | unknown | is provisional |
      | ADJ-08 | 8      | mds_aml       | true    | is ruled out   |
      | ADJ-08 | 8      | mds_aml       | unknown | is provisional |
      | ADJ-08 | 8      | pregnant      | true    | is ruled out   |
      | ADJ-08 | 8      | pregnant      | unknown | is provisional |
      | ADJ-08 | 8      | breastfeeding | true    | is ruled out   |
      | ADJ-08 | 8      | breastfeeding | unknown | is provisional |
      | ADJ-15 | 4      | crcl_ml_min   | 30      | is ruled out   |
      | ADJ-15 | 4      | crcl_ml_min   | 31      | is firm        |
      | ADJ-15 | 4      | crcl_ml_min   | unknown | is provisional |
      | ADJ-15 | 4      | mds_aml       | true    | is ruled out   |
      | ADJ-15 | 4      | pregnant      | true    | is ruled out   |
      | ADJ-15 | 4      | breastfeeding | true    | is ruled out   |

  @rule:ADJ-09
  Scenario: a small node-negative tumour gets no olaparib, even with a BRCA variant
    Given the patient "BRCA carrier, pT1c N0"
    And the patient's tumour_size_mm is 15
    When the rules are evaluated
    Then ADJ-09 is shown
    And ADJ-09 has strength conditional
    And ADJ-09 has certainty moderate
    And ADJ-09 cites asco-olaparib-2021#surgery_first_criteria
    And ADJ-08 is not shown
    And ADJ-11 is not applicable

  @rule:ADJ-09
  Scenario: a small tumour without a BRCA variant is no matter of olaparib
    Given the patient "surgery first, pT1b N0"
    When the rules are evaluated
    Then ADJ-09 is not applicable
    And ADJ-08 is not applicable

  # ---- capecitabine -----------------------------------------------------------------------------------------

  @rule:ADJ-10
  Scenario: without a BRCA variant low-dose capecitabine may be considered
    Given the patient "no BRCA variant, stage IIB, chemotherapy finished"
    When the rules are evaluated
    Then ADJ-10 is firm
    And ADJ-10 is shown
    And ADJ-10 has strength conditional
    And ADJ-10 has certainty low
    And ADJ-10 cites sysucc-001#dfs_5y
    And ADJ-10 cites sysucc-001#os_5y

  @rule:ADJ-10
  Scenario Outline: what decides on capecitabine, <fact> <value>
    Given the patient "no BRCA variant, stage IIB, chemotherapy finished"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ADJ-10 <outcome>

    Examples:
      | fact             | value               | outcome           |
      | dpyd_status      | partial_deficiency  | is firm           |
      | dpyd_status      | complete_deficiency | is ruled out      |
      | dpyd_status      | unknown             | is provisional    |
      | crcl_ml_min      | 29                  | is ruled out      |
      | crcl_ml_min      | 30                  | is firm           |
      | crcl_ml_min      | unknown             | is provisional    |
      | adj_chemo_status | ongoing             | is firm           |
      | adj_chemo_status | not_started         | is ruled out      |
      | adj_chemo_status | unknown             | is provisional    |
      | histology        | secretory           | is ruled out      |
      | histology        | unknown             | is firm           |
      | treatment_phase  | follow_up           | is not applicable |
      | treatment_phase  | unknown             | is undetermined   |
      | gbrca            | unknown             | is undetermined   |

  @rule:ADJ-10
  Scenario: an untested enzyme has to be confirmed before capecitabine
    Given the patient "no BRCA variant, stage IIB, chemotherapy finished"
    And the patient's dpyd_status is unknown
    When the rules are evaluated
    Then ADJ-10 is shown
    And ADJ-10 asks to confirm dpyd_status

  @rule:ADJ-10
  Scenario Outline: pregnancy <pregnant> and capecitabine
    Given the patient "no BRCA variant, stage IIB, chemotherapy finished"
    And the patient's menopausal_status is premenopausal
    And the patient's pregnant is <pregnant>
    When the rules are evaluated
    Then ADJ-10 <outcome>

    Examples:
      | pregnant | outcome        |
      | true     | is ruled out   |
      | false    | is firm        |
      | unknown  | is provisional |

  @rule:ADJ-10
  Scenario Outline: capecitabine is considered in stage II and III, <t> <n>
    Given the patient "no BRCA variant, stage IIB, chemotherapy finished"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then ADJ-10 <outcome>

    Examples:
      | t   | n       | outcome           |
      | T2  | N0      | is firm           |
      | T2  | unknown | is firm           |
      | T1c | N1      | is firm           |
      | T1c | N0      | is not applicable |
      | T1c | unknown | is undetermined   |

  # ---- the missing germline result --------------------------------------------------------------------------

  @rule:ADJ-11
  Scenario: the germline result is asked for at any age
    Given the patient "surgery first, BRCA not tested"
    When the rules are evaluated
    Then ADJ-11 is firm
    And ADJ-11 is shown
    And ADJ-08 is not shown
    And ADJ-10 is not shown
    And the decision needs gbrca

  @rule:ADJ-11
  Scenario Outline: the request ends with the result, <gbrca>
    Given the patient "surgery first, BRCA not tested"
    And the patient's gbrca is <gbrca>
    When the rules are evaluated
    Then ADJ-11 <outcome>

    Examples:
      | gbrca           | outcome           |
      | unknown         | is firm           |
      | pending         | is firm           |
      | pathogenic      | is not applicable |
      | vus             | is not applicable |
      | negative        | is not applicable |
      | negative or vus | is not applicable |

  @rule:ADJ-11
  Scenario Outline: the result is asked for where olaparib could follow, <t> <n>
    Given the patient "surgery first, BRCA not tested"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then ADJ-11 <outcome>

    Examples:
      | t   | n       | outcome           |
      | T2  | N0      | is firm           |
      | T1b | N1mi    | is firm           |
      | T1b | N0      | is not applicable |
      | T1b | unknown | is undetermined   |
      | T1c | N0      | is undetermined   |

  @rule:ADJ-11
  Scenario Outline: a node-negative pT1c of <size> mm and the germline result
    Given the patient "surgery first, BRCA not tested"
    And the patient's pt is T1c
    And the patient's pn is N0
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then ADJ-11 <outcome>

    Examples:
      | size | outcome           |
      | 19   | is not applicable |
      | 20   | is firm           |

  @rule:ADJ-11
  Scenario Outline: the request ends when olaparib is no longer considered, <days> days after surgery
    Given the patient "surgery first, BRCA not tested"
    And the patient's days_since_surgery is <days>
    When the rules are evaluated
    Then ADJ-11 <outcome>

    Examples:
      | days    | outcome      |
      | 540     | is firm      |
      | 541     | is ruled out |
      | unknown | is firm      |
