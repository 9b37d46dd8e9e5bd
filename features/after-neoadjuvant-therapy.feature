Feature: After drug treatment before surgery and the operation

  What is left in the specimen, whether pembrolizumab was given and the germline BRCA result decide what
  follows.

  Background:
    Given the guideline as of 2026-11-22

  # ---- pembrolizumab after surgery ------------------------------------------------------------------

  @rule:PNA-01 @rule:PNA-02
  Scenario Outline: pembrolizumab begun before surgery is continued after every response, ypT <t> ypN <n>
    Given the patient "complete response after pembrolizumab"
    And the patient's ypt is <t>
    And the patient's ypn is <n>
    When the rules are evaluated
    Then PNA-01 <complete response>
    And PNA-02 <residual disease>

    Examples:
      | t         | n              | complete response | residual disease  |
      | T0        | N0             | is firm           | is not applicable |
      | Tis       | N0             | is firm           | is not applicable |
      | T0 or Tis | N0             | is firm           | is not applicable |
      | T0        | N0(i+)         | is not applicable | is firm           |
      | T0        | N1mi           | is not applicable | is firm           |
      | T1mi      | N0             | is not applicable | is firm           |
      | T1c       | N1             | is not applicable | is firm           |
      | T1c       | unknown        | is not applicable | is firm           |
      | unknown   | N1             | is not applicable | is firm           |
      | T0        | unknown        | is undetermined   | is undetermined   |
      | T0        | N0 or N0(i+)   | is undetermined   | is undetermined   |
      | unknown   | unknown        | is undetermined   | is undetermined   |

  @rule:PNA-01
  Scenario: a complete response after pembrolizumab
    Given the patient "complete response after pembrolizumab"
    When the rules are evaluated
    Then PNA-01 is shown
    And PNA-01 has strength strong
    And PNA-02 is not shown
    And PNA-08 is not applicable

  @rule:PNA-01
  Scenario: a response reported in words is enough
    Given the patient "complete response after pembrolizumab"
    And the patient's ypt is unknown
    And the patient's ypn is unknown
    And the patient's path_response_given is pcr
    When the rules are evaluated
    Then PNA-01 is firm

  @rule:PNA-01
  Scenario Outline: when pembrolizumab is not continued after a complete response, <fact> <value>
    Given the patient "complete response after pembrolizumab"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-01 <outcome>

    Examples:
      | fact                      | value           | outcome           |
      | neoadj_pembro_cycles      | 0               | is not applicable |
      | neoadj_pembro_cycles      | 1               | is firm           |
      | neoadj_pembro_cycles      | unknown         | is undetermined   |
      | treatment_phase           | follow_up       | is not applicable |
      | organ_transplant          | true            | is ruled out      |
      | autoimmune_disease        | active_systemic | is ruled out      |
      | autoimmune_disease        | unknown         | is provisional    |
      | prior_severe_irae         | true            | is ruled out      |
      | steroid_prednisone_mg_day | 10              | is firm           |
      | steroid_prednisone_mg_day | 11              | is ruled out      |
      | clinical_response         | progression     | is ruled out      |
      | clinical_response         | unknown         | is provisional    |
      | adj_pembro_cycles         | 8               | is firm           |
      | adj_pembro_cycles         | 9               | is ruled out      |
      | adj_pembro_cycles         | unknown         | is provisional    |
      | current_irae_grade        | 1               | is firm           |
      | current_irae_grade        | 2               | is provisional    |
      | current_irae_grade        | 3               | is ruled out      |
      | current_irae_grade        | unknown         | is provisional    |

  @rule:PNA-02
  Scenario: residual disease after pembrolizumab
    Given the patient "residual disease after pembrolizumab"
    When the rules are evaluated
    Then PNA-02 is shown
    And PNA-05 is shown
    And PNA-01 is not shown
    And PNA-04 is not shown

  @rule:PNA-02
  Scenario Outline: when pembrolizumab is not continued with residual disease, <fact> <value>
    Given the patient "residual disease after pembrolizumab"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-02 <outcome>

    Examples:
      | fact                      | value                     | outcome           |
      | neoadj_pembro_cycles      | 0                         | is not applicable |
      | neoadj_pembro_cycles      | unknown                   | is undetermined   |
      | treatment_phase           | neoadjuvant_ongoing       | is not applicable |
      | ild_pneumonitis           | active_or_steroid_treated | is ruled out      |
      | ild_pneumonitis           | unknown                   | is provisional    |
      | clinical_response         | progression               | is ruled out      |
      | clinical_response         | stable                    | is firm           |
      | adj_pembro_cycles         | 8                         | is firm           |
      | adj_pembro_cycles         | 9                         | is ruled out      |
      | adj_pembro_cycles         | unknown                   | is provisional    |
      | current_irae_grade        | 1                         | is firm           |
      | current_irae_grade        | 2                         | is provisional    |
      | current_irae_grade        | 3                         | is ruled out      |
      | current_irae_grade        | unknown                   | is provisional    |

  @rule:PNA-02
  Scenario: unrecorded immune toxicity is asked for before pembrolizumab goes on
    Given the patient "residual disease after pembrolizumab"
    And the patient's current_irae_grade is unknown
    When the rules are evaluated
    Then PNA-02 is provisional
    And PNA-02 asks to confirm current_irae_grade

  @rule:PNA-07
  Scenario Outline: a checkpoint inhibitor is not begun after surgery, <cycles> cycles before it
    Given the patient "residual disease after chemotherapy alone"
    And the patient's neoadj_pembro_cycles is <cycles>
    When the rules are evaluated
    Then PNA-07 <outcome>

    Examples:
      | cycles  | outcome           |
      | 0       | is firm           |
      | 1       | is not applicable |
      | unknown | is undetermined   |

  @rule:PNA-07
  Scenario: after a complete response too no checkpoint inhibitor is begun
    Given the patient "complete response after chemotherapy alone"
    When the rules are evaluated
    Then PNA-07 is shown
    And PNA-07 cites a-brave#dfs_itt

  @rule:PNA-12
  Scenario Outline: pembrolizumab is not resumed after severe toxicity or progression, <fact> <value>
    Given the patient "residual disease after pembrolizumab"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-12 <outcome>
    And PNA-02 <continuing>

    Examples:
      | fact                 | value       | outcome           | continuing        |
      | prior_severe_irae    | true        | is firm           | is ruled out      |
      | prior_severe_irae    | false       | is not applicable | is firm           |
      | prior_severe_irae    | unknown     | is undetermined   | is provisional    |
      | clinical_response    | progression | is firm           | is ruled out      |
      | clinical_response    | complete    | is not applicable | is firm           |
      | clinical_response    | unknown     | is undetermined   | is provisional    |
      | neoadj_pembro_cycles | 0           | is not applicable | is not applicable |

  @rule:PNA-12
  Scenario: pembrolizumab never given cannot be resumed
    Given the patient "residual disease after chemotherapy alone"
    And the patient's clinical_response is progression
    When the rules are evaluated
    Then PNA-12 is not applicable

  # ---- olaparib and capecitabine --------------------------------------------------------------------

  @rule:PNA-03 @rule:PNA-05 @rule:PNA-06
  Scenario Outline: the germline result chooses after pembrolizumab, <variant>
    Given the patient "residual disease after pembrolizumab"
    And the patient's gbrca is <variant>
    When the rules are evaluated
    Then PNA-03 <olaparib>
    And PNA-05 <capecitabine>
    And PNA-06 <ask for the result>
    And PNA-04 is not applicable

    Examples:
      | variant         | olaparib          | capecitabine      | ask for the result |
      | pathogenic      | is firm           | is not applicable | is not applicable  |
      | vus             | is not applicable | is firm           | is not applicable  |
      | negative        | is not applicable | is firm           | is not applicable  |
      | negative or vus | is not applicable | is firm           | is not applicable  |
      | pending         | is undetermined   | is undetermined   | is firm            |
      | unknown         | is undetermined   | is undetermined   | is firm            |

  @rule:PNA-03 @rule:PNA-04 @rule:PNA-06
  Scenario Outline: the germline result chooses after chemotherapy alone, <variant>
    Given the patient "residual disease after chemotherapy alone"
    And the patient's gbrca is <variant>
    When the rules are evaluated
    Then PNA-03 <olaparib>
    And PNA-04 <capecitabine>
    And PNA-06 <ask for the result>
    And PNA-05 is not applicable

    Examples:
      | variant    | olaparib          | capecitabine      | ask for the result |
      | pathogenic | is firm           | is not applicable | is not applicable  |
      | vus        | is not applicable | is firm           | is not applicable  |
      | negative   | is not applicable | is firm           | is not applicable  |
      | unknown    | is undetermined   | is undetermined   | is firm            |

  @rule:PNA-03
  Scenario: a carrier with residual disease gets olaparib and no capecitabine
    Given the patient "residual disease after pembrolizumab"
    And the patient's gbrca is pathogenic
    When the rules are evaluated
    Then PNA-03 is shown
    And PNA-05 is not shown
    And PNA-02 is shown
    And PNA-10 is shown

  @rule:PNA-03
  Scenario Outline: what rules olaparib out for a carrier with residual disease, <fact> <value>
    Given the patient "residual disease after pembrolizumab"
    And the patient's gbrca is pathogenic
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-03 <outcome>

    Examples:
      | fact            | value     | outcome           |
      | mds_aml         | true      | is ruled out      |
      | mds_aml         | unknown   | is provisional    |
      | crcl_ml_min     | 31        | is firm           |
      | crcl_ml_min     | 30        | is ruled out      |
      | crcl_ml_min     | unknown   | is provisional    |
      | pregnant        | true      | is ruled out      |
      | breastfeeding   | true      | is ruled out      |
      | breastfeeding   | unknown   | is provisional    |
      | treatment_phase | follow_up | is not applicable |

  @rule:PNA-04
  Scenario Outline: capecitabine after chemotherapy alone, <fact> <value>
    Given the patient "residual disease after chemotherapy alone"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-04 <outcome>

    Examples:
      | fact                 | value               | outcome           |
      | dpyd_status          | normal              | is firm           |
      | dpyd_status          | partial_deficiency  | is firm           |
      | dpyd_status          | complete_deficiency | is ruled out      |
      | dpyd_status          | unknown             | is provisional    |
      | crcl_ml_min          | 30                  | is firm           |
      | crcl_ml_min          | 29                  | is ruled out      |
      | crcl_ml_min          | unknown             | is provisional    |
      | pregnant             | true                | is ruled out      |
      | neoadj_pembro_cycles | unknown             | is undetermined   |
      | ypn                  | unknown             | is firm           |
      | treatment_phase      | follow_up           | is not applicable |

  @rule:PNA-04 @rule:PNA-05
  Scenario Outline: capecitabine is for residual disease, ypT <t> ypN <n>
    Given the patient "<patient>"
    And the patient's ypt is <t>
    And the patient's ypn is <n>
    When the rules are evaluated
    Then PNA-04 <after chemotherapy alone>
    And PNA-05 <beside pembrolizumab>

    Examples:
      | patient                                   | t   | n       | after chemotherapy alone | beside pembrolizumab |
      | residual disease after chemotherapy alone | T0  | N0      | is not applicable        | is not applicable    |
      | residual disease after chemotherapy alone | T0  | N0(i+)  | is not applicable        | is not applicable    |
      | residual disease after chemotherapy alone | T1a | N0      | is firm                  | is not applicable    |
      | residual disease after chemotherapy alone | T0  | unknown | is undetermined          | is not applicable    |
      | residual disease after pembrolizumab      | T0  | N0      | is not applicable        | is not applicable    |
      | residual disease after pembrolizumab      | T0  | N0(i+)  | is not applicable        | is not applicable    |
      | residual disease after pembrolizumab      | T1a | N0      | is not applicable        | is firm              |
      | residual disease after pembrolizumab      | T0  | unknown | is not applicable        | is undetermined      |

  @rule:PNA-05
  Scenario Outline: capecitabine beside pembrolizumab, <fact> <value>
    Given the patient "residual disease after pembrolizumab"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-05 <outcome>

    Examples:
      | fact                 | value               | outcome           |
      | dpyd_status          | complete_deficiency | is ruled out      |
      | dpyd_status          | partial_deficiency  | is firm           |
      | dpyd_status          | unknown             | is provisional    |
      | crcl_ml_min          | 30                  | is firm           |
      | crcl_ml_min          | 29                  | is ruled out      |
      | pregnant             | true                | is ruled out      |
      | neoadj_pembro_cycles | 0                   | is not applicable |
      | neoadj_pembro_cycles | unknown             | is undetermined   |

  @rule:PNA-04 @rule:PNA-05
  Scenario: without a record of pembrolizumab neither form of capecitabine is advised
    Given the patient "residual disease after chemotherapy alone"
    And the patient's neoadj_pembro_cycles is unknown
    When the rules are evaluated
    Then PNA-04 is not shown
    And PNA-05 is not shown
    And PNA-04 needs neoadj_pembro_cycles

  @rule:PNA-06
  Scenario Outline: the germline result is asked for only when something is left, ypT <t> ypN <n>
    Given the patient "residual disease after pembrolizumab"
    And the patient's gbrca is unknown
    And the patient's ypt is <t>
    And the patient's ypn is <n>
    When the rules are evaluated
    Then PNA-06 <outcome>

    Examples:
      | t   | n       | outcome           |
      | T1c | N0      | is firm           |
      | T0  | N0(i+)  | is firm           |
      | T0  | N0      | is not applicable |
      | T0  | unknown | is undetermined   |

  # ---- complete response: what not to add -----------------------------------------------------------

  @rule:PNA-08
  Scenario Outline: nothing is added after a complete response to chemotherapy alone, <fact> <value>
    Given the patient "complete response after chemotherapy alone"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-08 <outcome>

    Examples:
      | fact                 | value     | outcome           |
      | ypt                  | Tis       | is firm           |
      | ypt                  | T1a       | is not applicable |
      | ypn                  | N0(i+)    | is not applicable |
      | ypn                  | unknown   | is undetermined   |
      | neoadj_pembro_cycles | 1         | is not applicable |
      | neoadj_pembro_cycles | unknown   | is undetermined   |
      | treatment_phase      | follow_up | is not applicable |

  @rule:PNA-09
  Scenario Outline: a carrier with a complete response gets no olaparib, <fact> <value>
    Given the patient "complete response after pembrolizumab"
    And the patient's gbrca is pathogenic
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-09 <outcome>

    Examples:
      | fact  | value    | outcome           |
      | gbrca | pathogenic | is firm         |
      | gbrca | vus      | is not applicable |
      | gbrca | negative | is not applicable |
      | gbrca | pending  | is undetermined   |
      | ypt   | Tis      | is firm           |
      | ypt   | T1mi     | is not applicable |
      | ypn   | N0(i+)   | is not applicable |
      | ypn   | unknown  | is undetermined   |

  @rule:PNA-09
  Scenario: the carrier with a complete response continues pembrolizumab without olaparib
    Given the patient "complete response after pembrolizumab"
    And the patient's gbrca is pathogenic
    When the rules are evaluated
    Then PNA-09 is shown
    And PNA-01 is shown
    And PNA-03 is not applicable

  # ---- residual disease: what not to do, and trials -------------------------------------------------

  @rule:PNA-10 @rule:PNA-11 @rule:PNA-13
  Scenario Outline: platinum, trials and isolated tumour cells, ypT <t> ypN <n>
    Given the patient "residual disease after chemotherapy alone"
    And the patient's ypt is <t>
    And the patient's ypn is <n>
    When the rules are evaluated
    Then PNA-10 <no platinum>
    And PNA-11 <trial>
    And PNA-13 <isolated cells>

    Examples:
      | t    | n            | no platinum       | trial             | isolated cells    |
      | T1c  | N1           | is firm           | is firm           | is not applicable |
      | T1mi | N0           | is firm           | is firm           | is not applicable |
      | T0   | N1mi         | is firm           | is firm           | is not applicable |
      | T0   | N0(i+)       | is firm           | is not applicable | is firm           |
      | Tis  | N0(i+)       | is firm           | is not applicable | is firm           |
      | T0   | N0           | is not applicable | is not applicable | is not applicable |
      | T0   | unknown      | is undetermined   | is undetermined   | is undetermined   |
      | T0   | N0(i+) or N1 | is firm           | is undetermined   | is undetermined   |

  @rule:PNA-10 @rule:PNA-11 @rule:PNA-13
  Scenario Outline: the advice on residual disease waits for the operation, <phase>
    Given the patient "residual disease after chemotherapy alone"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then PNA-10 <outcome>
    And PNA-11 <outcome>
    And PNA-13 is not applicable

    Examples:
      | phase               | outcome           |
      | post_neoadjuvant    | is firm           |
      | neoadjuvant_ongoing | is not applicable |
      | unknown             | is undetermined   |

  @rule:PNA-13
  Scenario: isolated tumour cells leave escalation to the MDT and pembrolizumab unchanged
    Given the patient "complete response after pembrolizumab"
    And the patient's ypn is N0(i+)
    When the rules are evaluated
    Then PNA-13 is shown
    And PNA-02 is shown
    And PNA-01 is not applicable
    And PNA-05 is not applicable

  # ---- PALB2 and delay ------------------------------------------------------------------------------

  @rule:PNA-14
  Scenario Outline: olaparib is not for carriers of a PALB2 variant alone, <fact> <value>
    Given the patient "residual disease after pembrolizumab"
    And the patient's gpalb2 is pathogenic
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then PNA-14 <outcome>

    Examples:
      | fact            | value               | outcome           |
      | gbrca           | negative            | is firm           |
      | gbrca           | vus                 | is firm           |
      | gbrca           | pathogenic          | is not applicable |
      | gbrca           | pending             | is undetermined   |
      | gbrca           | unknown             | is undetermined   |
      | gpalb2          | negative            | is not applicable |
      | gpalb2          | vus                 | is not applicable |
      | gpalb2          | pending             | is undetermined   |
      | gpalb2          | unknown             | is undetermined   |
      | treatment_phase | neoadjuvant_ongoing | is not applicable |

  @rule:PNA-14
  Scenario: the advice on PALB2 holds after surgery first too
    Given the patient "PALB2 carrier operated first"
    When the rules are evaluated
    Then PNA-14 is firm

  @rule:PNA-15
  Scenario Outline: a late start is pointed out, <days> days after surgery
    Given the patient "residual disease after pembrolizumab"
    And the patient's days_since_surgery is <days>
    When the rules are evaluated
    Then PNA-15 <outcome>

    Examples:
      | days    | outcome           |
      | 84      | is not applicable |
      | 85      | is firm           |
      | >=120   | is firm           |
      | 60..100 | is undetermined   |
      | unknown | is undetermined   |

  # ---- limits that all this advice shares -----------------------------------------------------------

  @rule:PNA-01 @rule:PNA-02 @rule:PNA-03 @rule:PNA-04 @rule:PNA-05 @rule:PNA-06
  @rule:PNA-07 @rule:PNA-08 @rule:PNA-09 @rule:PNA-10 @rule:PNA-11 @rule:PNA-12
  @rule:PNA-13 @rule:PNA-14 @rule:PNA-15
  Scenario Outline: the advice applies as it stands, <rule>
    Given the patient "<patient>"
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                                       | outcome |
      | PNA-01 | complete response after pembrolizumab         | is firm |
      | PNA-02 | residual disease after pembrolizumab          | is firm |
      | PNA-03 | residual disease, BRCA carrier                | is firm |
      | PNA-04 | residual disease after chemotherapy alone     | is firm |
      | PNA-05 | residual disease after pembrolizumab          | is firm |
      | PNA-06 | residual disease, BRCA unknown                | is firm |
      | PNA-07 | residual disease after chemotherapy alone     | is firm |
      | PNA-08 | complete response after chemotherapy alone    | is firm |
      | PNA-09 | complete response, BRCA carrier               | is firm |
      | PNA-10 | residual disease after pembrolizumab          | is firm |
      | PNA-11 | residual disease after pembrolizumab          | is firm |
      | PNA-12 | residual disease after severe immune toxicity | is firm |
      | PNA-13 | isolated tumour cells after pembrolizumab     | is firm |
      | PNA-14 | PALB2 carrier operated first                  | is firm |
      | PNA-15 | residual disease, late start                  | is firm |

  @rule:PNA-01 @rule:PNA-02 @rule:PNA-03 @rule:PNA-04 @rule:PNA-05 @rule:PNA-06
  @rule:PNA-07 @rule:PNA-08 @rule:PNA-09 @rule:PNA-10 @rule:PNA-11 @rule:PNA-12
  @rule:PNA-13 @rule:PNA-14 @rule:PNA-15
  Scenario Outline: the advice belongs to the time after the operation, <rule>
    Given the patient "<patient>"
    And the patient's treatment_phase is follow_up
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                                       | outcome           |
      | PNA-01 | complete response after pembrolizumab         | is not applicable |
      | PNA-02 | residual disease after pembrolizumab          | is not applicable |
      | PNA-03 | residual disease, BRCA carrier                | is not applicable |
      | PNA-04 | residual disease after chemotherapy alone     | is not applicable |
      | PNA-05 | residual disease after pembrolizumab          | is not applicable |
      | PNA-06 | residual disease, BRCA unknown                | is not applicable |
      | PNA-07 | residual disease after chemotherapy alone     | is not applicable |
      | PNA-08 | complete response after chemotherapy alone    | is not applicable |
      | PNA-09 | complete response, BRCA carrier               | is not applicable |
      | PNA-10 | residual disease after pembrolizumab          | is not applicable |
      | PNA-11 | residual disease after pembrolizumab          | is not applicable |
      | PNA-12 | residual disease after severe immune toxicity | is not applicable |
      | PNA-13 | isolated tumour cells after pembrolizumab     | is not applicable |
      | PNA-14 | PALB2 carrier operated first                  | is not applicable |
      | PNA-15 | residual disease, late start                  | is not applicable |

  @rule:PNA-01 @rule:PNA-02 @rule:PNA-03 @rule:PNA-04 @rule:PNA-05 @rule:PNA-06
  @rule:PNA-07 @rule:PNA-08 @rule:PNA-09 @rule:PNA-10 @rule:PNA-11 @rule:PNA-12
  @rule:PNA-13 @rule:PNA-14 @rule:PNA-15
  Scenario Outline: the advice is for a new primary cancer known to be triple-negative, <rule> <fact> <value>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                                       | fact            | value                     | outcome           |
      | PNA-01 | complete response after pembrolizumab         | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-01 | complete response after pembrolizumab         | er_percent      | unknown                   | is undetermined   |
      | PNA-02 | residual disease after pembrolizumab          | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-02 | residual disease after pembrolizumab          | er_percent      | unknown                   | is undetermined   |
      | PNA-03 | residual disease, BRCA carrier                | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-03 | residual disease, BRCA carrier                | er_percent      | unknown                   | is undetermined   |
      | PNA-04 | residual disease after chemotherapy alone     | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-04 | residual disease after chemotherapy alone     | er_percent      | unknown                   | is undetermined   |
      | PNA-05 | residual disease after pembrolizumab          | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-05 | residual disease after pembrolizumab          | er_percent      | unknown                   | is undetermined   |
      | PNA-06 | residual disease, BRCA unknown                | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-06 | residual disease, BRCA unknown                | er_percent      | unknown                   | is undetermined   |
      | PNA-07 | residual disease after chemotherapy alone     | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-07 | residual disease after chemotherapy alone     | er_percent      | unknown                   | is undetermined   |
      | PNA-08 | complete response after chemotherapy alone    | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-08 | complete response after chemotherapy alone    | er_percent      | unknown                   | is undetermined   |
      | PNA-09 | complete response, BRCA carrier               | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-09 | complete response, BRCA carrier               | er_percent      | unknown                   | is undetermined   |
      | PNA-10 | residual disease after pembrolizumab          | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-10 | residual disease after pembrolizumab          | er_percent      | unknown                   | is undetermined   |
      | PNA-11 | residual disease after pembrolizumab          | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-11 | residual disease after pembrolizumab          | er_percent      | unknown                   | is undetermined   |
      | PNA-12 | residual disease after severe immune toxicity | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-12 | residual disease after severe immune toxicity | er_percent      | unknown                   | is undetermined   |
      | PNA-13 | isolated tumour cells after pembrolizumab     | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-13 | isolated tumour cells after pembrolizumab     | er_percent      | unknown                   | is undetermined   |
      | PNA-14 | PALB2 carrier operated first                  | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-14 | PALB2 carrier operated first                  | er_percent      | unknown                   | is undetermined   |
      | PNA-15 | residual disease, late start                  | disease_setting | local_regional_recurrence | is not applicable |
      | PNA-15 | residual disease, late start                  | er_percent      | unknown                   | is undetermined   |

  # ---- exceptions added after clinical review ---------------------------------------------------------------

  @rule:PNA-01
  @rule:PNA-02
  Scenario Outline: myocarditis ends pembrolizumab, other grade 2 events do not: <type> grade <grade>
    Given the patient "<patient>"
    And the patient's current_irae_grade is <grade>
    And the patient's current_irae_type is <type>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                                | grade | type        | outcome      |
      | PNA-01 | complete response after pembrolizumab  | 2     | myocarditis | is ruled out |
      | PNA-01 | complete response after pembrolizumab  | 1     | myocarditis | is firm      |
      | PNA-01 | complete response after pembrolizumab  | 2     | skin        | is firm      |
      | PNA-02 | residual disease after pembrolizumab   | 2     | myocarditis | is ruled out |
      | PNA-02 | residual disease after pembrolizumab   | 2     | colitis     | is firm      |

  @rule:PNA-04
  @rule:PNA-05
  Scenario Outline: capecitabine is not given to those who decline chemotherapy or have a low-risk type: <fact>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then <rule> is ruled out

    Examples:
      | rule   | patient                                  | fact                 | value     |
      | PNA-04 | residual disease after chemotherapy alone | declines_chemotherapy | true      |
      | PNA-04 | residual disease after chemotherapy alone | histology            | secretory |
      | PNA-05 | residual disease after pembrolizumab     | declines_chemotherapy | true      |
      | PNA-05 | residual disease after pembrolizumab     | histology            | secretory |
