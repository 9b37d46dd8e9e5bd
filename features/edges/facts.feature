Feature: The edges of derived facts, contradictions and assumptions

  Facts that are known in part only (`T1a or T2`, `<=10`) or sent as unknown: an answer is given only where every value that is left gives it.
  Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  Scenario Outline: C06 at its edges: <ct>, <stage_given>
    Given a patient
    And the patient's ct is <ct>
    And the patient's stage_given is <stage_given>
    When the rules are evaluated
    Then no contradiction is <answer>

    Examples:
      | ct   | stage_given | answer   |
      | T1mi | 0           | reported |

  Scenario Outline: C06 at its edges: <m_category>, <stage_given>
    Given a patient
    And the patient's m_category is <m_category>
    And the patient's stage_given is <stage_given>
    When the rules are evaluated
    Then contradiction C06 is <answer>

    Examples:
      | m_category | stage_given | answer       |
      | M1         | 0           | not reported |

  Scenario Outline: C24 at its edges: <cn>, <pt>, <stage_given>
    Given a patient
    And the patient's cn is <cn>
    And the patient's pt is <pt>
    And the patient's stage_given is <stage_given>
    When the rules are evaluated
    Then no contradiction is <answer>

    Examples:
      | cn | pt | stage_given | answer   |
      | N3 | TX | 0           | reported |

  Scenario Outline: C13 at its edges: <pn>, <nodes_positive>
    Given a patient
    And the patient's pn is <pn>
    And the patient's nodes_positive is <nodes_positive>
    When the rules are evaluated
    Then no contradiction is <answer>

    Examples:
      | pn | nodes_positive | answer   |
      | N0 | 1              | reported |

  Scenario Outline: C16 at its edges: <her2_ihc>, <her2_ish>
    Given a patient
    And the patient's her2_ihc is <her2_ihc>
    And the patient's her2_ish is <her2_ish>
    When the rules are evaluated
    Then no contradiction is <answer>

    Examples:
      | her2_ihc | her2_ish | answer   |
      | 0        | positive | reported |

  Scenario Outline: C23 at its edges: <adj_chemo_status>, <days_since_surgery>
    Given a patient
    And the patient's adj_chemo_status is <adj_chemo_status>
    And the patient's days_since_surgery is <days_since_surgery>
    When the rules are evaluated
    Then no contradiction is <answer>

    Examples:
      | adj_chemo_status | days_since_surgery | answer   |
      | completed        | 0                  | reported |

  Scenario Outline: C15 at its edges: <er_percent>, <er_category>
    Given a patient
    And the patient's er_percent is <er_percent>
    And the patient's er_category is <er_category>
    When the rules are evaluated
    Then contradiction C15 is <answer>

    Examples:
      | er_percent | er_category              | answer   |
      | 0          | low_positive or positive | reported |
      | 1          | negative or positive     | reported |
      | 9.5        | negative or positive     | reported |
      | 10         | negative or positive     | reported |
      | 20         | negative or low_positive | reported |
      | >=1        | negative                 | reported |
      | <=10       | positive                 | reported |

  Scenario Outline: C15 at its edges: <pr_percent>, <pr_category>
    Given a patient
    And the patient's pr_percent is <pr_percent>
    And the patient's pr_category is <pr_category>
    When the rules are evaluated
    Then contradiction C15 is <answer>

    Examples:
      | pr_percent | pr_category              | answer   |
      | 0          | low_positive or positive | reported |
      | 1          | negative or positive     | reported |
      | 9.5        | negative or positive     | reported |
      | 10         | negative or positive     | reported |
      | 20         | negative or low_positive | reported |
      | >=1        | negative                 | reported |
      | <=10       | positive                 | reported |

  Scenario Outline: eff_t at its edges: <ct>
    Given a patient
    And the patient's ct is <ct>
    When the rules are evaluated
    Then the fact eff_t is <answer>

    Examples:
      | ct                                                                             | answer  |
      | TX or T0 or Tis or T1mi or T1a or T1b or T1c or T2 or T4a or T4b or T4c or T4d | unknown |

  Scenario Outline: eff_t at its edges: <inflammatory>, <ct>, <tumour_size_mm>
    Given a patient
    And the patient's inflammatory is <inflammatory>
    And the patient's ct is <ct>
    And the patient's tumour_size_mm is <tumour_size_mm>
    When the rules are evaluated
    Then the fact eff_t is <answer>

    Examples:
      | inflammatory | ct | tumour_size_mm | answer  |
      | false        | TX | 1              | unknown |

  Scenario Outline: eff_t at its edges: <ct>, <tumour_size_mm>
    Given a patient
    And the patient's ct is <ct>
    And the patient's tumour_size_mm is <tumour_size_mm>
    When the rules are evaluated
    Then the fact eff_t is <answer>

    Examples:
      | ct                               | tumour_size_mm | answer                           |
      | T0 or T1mi or T1a or T1b or T1c  | 1              | T0 or T1mi or T1a or T1b or T1c  |
      | Tis or T1mi or T1a or T1b or T1c | 1              | Tis or T1mi or T1a or T1b or T1c |
      | T1mi or T1a or T1b or T1c or T2  | 1              | T1mi or T1a or T1b or T1c or T2  |
      | T1mi or T1a or T1b or T1c or T3  | 1              | T1mi or T1a or T1b or T1c or T3  |
      | T1mi or T1a or T1b or T1c or T4a | 1              | T1mi or T1a or T1b or T1c or T4  |
      | T1mi or T1a or T1b or T1c or T4b | 1              | T1mi or T1a or T1b or T1c or T4  |
      | T1mi or T1a or T1b or T1c or T4c | 1              | T1mi or T1a or T1b or T1c or T4  |
      | T1mi or T1a or T1b or T1c or T4d | 1              | T1mi or T1a or T1b or T1c or T4  |
      | T1                               | 1..5           | T1                               |
      | T1                               | 5..10          | T1                               |
      | T1                               | 10..20         | T1                               |

  Scenario Outline: invasive_cancer at its edges: <cn>
    Given a patient
    And the patient's cn is <cn>
    When the rules are evaluated
    Then the fact invasive_cancer is <answer>

    Examples:
      | cn                     | answer |
      | N1mi or N1 or N2 or N3 | true   |

  Scenario Outline: invasive_cancer at its edges: <ct>, <cn>
    Given a patient
    And the patient's ct is <ct>
    And the patient's cn is <cn>
    When the rules are evaluated
    Then the fact invasive_cancer is <answer>

    Examples:
      | ct          | cn         | answer  |
      | Tis or T1mi | N0         | unknown |
      | Tis or T1a  | N0         | unknown |
      | Tis or T1b  | N0         | unknown |
      | Tis or T1c  | N0         | unknown |
      | Tis or T2   | N0         | unknown |
      | Tis or T3   | N0         | unknown |
      | Tis or T4a  | N0         | unknown |
      | Tis or T4b  | N0         | unknown |
      | Tis or T4c  | N0         | unknown |
      | Tis or T4d  | N0         | unknown |
      | Tis         | N0 or N1mi | unknown |
      | Tis         | N0 or N1   | unknown |
      | Tis         | N0 or N2   | unknown |
      | Tis         | N0 or N3   | unknown |

  Scenario Outline: pathway at its edges: <treatment_phase>, <pathway>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then the fact pathway is <answer>

    Examples:
      | treatment_phase | pathway         | answer    |
      | work_up         | sent as unknown | undecided |

  Scenario Outline: pathway at its edges: <treatment_phase>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    When the rules are evaluated
    Then the fact pathway is <answer>

    Examples:
      | treatment_phase     | answer  |
      | neoadjuvant_ongoing | unknown |
      | post_neoadjuvant    | unknown |

  Scenario Outline: disease_setting at its edges: <disease_setting>
    Given a patient
    And the patient's disease_setting is <disease_setting>
    When the rules are evaluated
    Then the fact disease_setting is <answer>

    Examples:
      | disease_setting | answer      |
      | sent as unknown | new_primary |

  Scenario Outline: declines_chemotherapy at its edges: <declines_chemotherapy>
    Given a patient
    And the patient's declines_chemotherapy is <declines_chemotherapy>
    When the rules are evaluated
    Then the fact declines_chemotherapy is <answer>

    Examples:
      | declines_chemotherapy | answer |
      | sent as unknown       | false  |

  Scenario Outline: prior_anthracycline_mg_m2 at its edges: <prior_anthracycline_mg_m2>
    Given a patient
    And the patient's prior_anthracycline_mg_m2 is <prior_anthracycline_mg_m2>
    When the rules are evaluated
    Then the fact prior_anthracycline_mg_m2 is <answer>

    Examples:
      | prior_anthracycline_mg_m2 | answer  |
      | sent as unknown           | unknown |

  Scenario Outline: prior_anthracycline_mg_m2 at its edges: <disease_setting>
    Given a patient
    And the patient's disease_setting is <disease_setting>
    When the rules are evaluated
    Then the fact prior_anthracycline_mg_m2 is <answer>

    Examples:
      | disease_setting | answer  |
      | new_primary     | assumed |

  Scenario Outline: neoadj_pembro_cycles at its edges: <treatment_phase>, <pathway>, <neoadj_pembro_cycles>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    And the patient's pathway is <pathway>
    And the patient's neoadj_pembro_cycles is <neoadj_pembro_cycles>
    When the rules are evaluated
    Then the fact neoadj_pembro_cycles is <answer>

    Examples:
      | treatment_phase | pathway       | neoadj_pembro_cycles | answer  |
      | adjuvant        | surgery_first | sent as unknown      | assumed |

  Scenario Outline: neoadj_pembro_cycles at its edges: <pathway>
    Given a patient
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then the fact neoadj_pembro_cycles is <answer>

    Examples:
      | pathway       | answer  |
      | surgery_first | unknown |

  Scenario Outline: neoadj_pembro_cycles at its edges: <treatment_phase>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    When the rules are evaluated
    Then the fact neoadj_pembro_cycles is <answer>

    Examples:
      | treatment_phase | answer  |
      | adjuvant        | unknown |

  Scenario Outline: neoadj_pembro_cycles at its edges: <treatment_phase>, <pathway>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then the fact neoadj_pembro_cycles is <answer>

    Examples:
      | treatment_phase                           | pathway       | answer  |
      | adjuvant                                  | undecided     | unknown |
      | follow_up                                 | neoadjuvant   | unknown |
      | work_up                                   | surgery_first | unknown |
      | neoadjuvant_ongoing                       | surgery_first | unknown |
      | post_neoadjuvant or adjuvant or follow_up | surgery_first | unknown |

  Scenario Outline: bilateral at its edges: <bilateral>
    Given a patient
    And the patient's bilateral is <bilateral>
    When the rules are evaluated
    Then the fact bilateral is <answer>

    Examples:
      | bilateral       | answer |
      | sent as unknown | false  |

  Scenario Outline: stage_system at its edges: <stage_given>, <stage_system>
    Given a patient
    And the patient's stage_given is <stage_given>
    And the patient's stage_system is <stage_system>
    When the rules are evaluated
    Then the fact stage_system is <answer>

    Examples:
      | stage_given | stage_system    | answer   |
      | 0           | sent as unknown | anatomic |

  Scenario Outline: path_response at its edges: <ypt>, <ypn>
    Given a patient
    And the patient's ypt is <ypt>
    And the patient's ypn is <ypn>
    When the rules are evaluated
    Then the fact path_response is <answer>

    Examples:
      | ypt                                                                            | ypn                              | answer               |
      | T0                                                                             | N0(i+) or N1mi or N1 or N2 or N3 | residual or itc_only |
      | T0                                                                             | N0 or N1mi or N1 or N2 or N3     | pcr or residual      |
      | Tis                                                                            | N0 or N0(i+)                     | pcr or itc_only      |
      | T0 or Tis or T1mi or T1a or T1b or T1c or T2 or T3 or T4a or T4b or T4c or T4d | N0                               | pcr or residual      |
      | T0                                                                             | NX or N0 or N0(i+)               | unknown              |

  Scenario Outline: carcinoma at its edges: <histology>
    Given a patient
    And the patient's histology is <histology>
    When the rules are evaluated
    Then the fact carcinoma is <answer>

    Examples:
      | histology                                                                                                                                                                                                                                                             | answer  |
      | nst or lobular or medullary_pattern or apocrine or metaplastic_high_grade or metaplastic_low_grade or adenoid_cystic_classic or adenoid_cystic_solid_basaloid or secretory or acinic_cell or mucoepidermoid_low_grade or tall_cell_reversed_polarity or non_carcinoma | unknown |

  Scenario Outline: er_cat at its edges: <er_percent>
    Given a patient
    And the patient's er_percent is <er_percent>
    When the rules are evaluated
    Then the fact er_cat is <answer>

    Examples:
      | er_percent | answer                   |
      | <=10       | negative or low_positive |

  Scenario Outline: her2_status at its edges: <her2_ihc>
    Given a patient
    And the patient's her2_ihc is <her2_ihc>
    When the rules are evaluated
    Then the fact her2_status is <answer>

    Examples:
      | her2_ihc      | answer  |
      | 0 or 1+ or 3+ | unknown |

  Scenario Outline: her2_status at its edges: <her2_ihc>, <her2_ish>
    Given a patient
    And the patient's her2_ihc is <her2_ihc>
    And the patient's her2_ish is <her2_ish>
    When the rules are evaluated
    Then the fact her2_status is <answer>

    Examples:
      | her2_ihc      | her2_ish | answer  |
      | 0 or 1+ or 3+ | negative | unknown |

  Scenario Outline: pr_cat at its edges: <pr_percent>
    Given a patient
    And the patient's pr_percent is <pr_percent>
    When the rules are evaluated
    Then the fact pr_cat is <answer>

    Examples:
      | pr_percent | answer                   |
      | <=10       | negative or low_positive |

  Scenario Outline: unfit at its edges: <ecog>
    Given a patient
    And the patient's ecog is <ecog>
    When the rules are evaluated
    Then the fact unfit is <answer>

    Examples:
      | ecog | answer  |
      | <=3  | unknown |

  Scenario Outline: unfit at its edges: <ecog>, <geriatric_status>
    Given a patient
    And the patient's ecog is <ecog>
    And the patient's geriatric_status is <geriatric_status>
    When the rules are evaluated
    Then the fact unfit is <answer>

    Examples:
      | ecog | geriatric_status | answer  |
      | 0    | fit or frail     | unknown |

  Scenario Outline: staging_basis at its edges: <treatment_phase>, <pathway>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then the fact staging_basis is <answer>

    Examples:
      | treatment_phase       | pathway                    | answer  |
      | adjuvant or follow_up | surgery_first              | unknown |
      | follow_up             | undecided or surgery_first | unknown |

  Scenario Outline: staging_basis at its edges: <treatment_phase>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    When the rules are evaluated
    Then the fact staging_basis is <answer>

    Examples:
      | treatment_phase                                                | answer  |
      | work_up or neoadjuvant_ongoing or post_neoadjuvant or adjuvant | unknown |
      | work_up or follow_up                                           | unknown |
      | neoadjuvant_ongoing or follow_up                               | unknown |
      | post_neoadjuvant or follow_up                                  | unknown |
      | adjuvant or follow_up                                          | unknown |

  Scenario Outline: stage_group at its edges: <ct>, <cn>
    Given a patient
    And the patient's ct is <ct>
    And the patient's cn is <cn>
    When the rules are evaluated
    Then the fact stage_group is <answer>

    Examples:
      | ct   | cn   | answer   |
      | Tis  | N0   | 0 or IV  |
      | T1mi | N0   | I or IV  |
      | T0   | N1mi | I or IV  |
      | T2   | N1mi | II or IV |

  Scenario Outline: n_category at its edges: <treatment_phase>, <cn>, <pn>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    And the patient's cn is <cn>
    And the patient's pn is <pn>
    When the rules are evaluated
    Then the fact n_category is <answer>

    Examples:
      | treatment_phase | cn | pn                                                 | answer                                             |
      | adjuvant        | NX | NX or N0 or N0(i+) or N0(mol+) or N1mi or N1 or N2 | NX or N0 or N0(i+) or N0(mol+) or N1mi or N1 or N2 |

  Scenario Outline: t_category at its edges: <treatment_phase>, <ct>, <pt>
    Given a patient
    And the patient's treatment_phase is <treatment_phase>
    And the patient's ct is <ct>
    And the patient's pt is <pt>
    When the rules are evaluated
    Then the fact t_category is <answer>

    Examples:
      | treatment_phase | ct  | pt                                                                            | answer                                                                        |
      | adjuvant        | T4d | TX or T0 or Tis or T1mi or T1a or T1b or T1c or T2 or T3 or T4a or T4b or T4d | TX or T0 or Tis or T1mi or T1a or T1b or T1c or T2 or T3 or T4a or T4b or T4d |

  Scenario Outline: eff_n at its edges: <cn>
    Given a patient
    And the patient's cn is <cn>
    When the rules are evaluated
    Then the fact eff_n is <answer>

    Examples:
      | cn                           | answer  |
      | NX or N0 or N1mi or N1 or N2 | unknown |

  Scenario Outline: tnbc at its edges: <er_category>
    Given a patient
    And the patient's er_category is <er_category>
    When the rules are evaluated
    Then the fact tnbc is <answer>

    Examples:
      | er_category              | answer                |
      | low_positive or positive | tnbc_like or not_tnbc |

  Scenario Outline: tnbc at its edges: <pr_category>
    Given a patient
    And the patient's pr_category is <pr_category>
    When the rules are evaluated
    Then the fact tnbc is <answer>

    Examples:
      | pr_category              | answer                |
      | low_positive or positive | tnbc_like or not_tnbc |

  Scenario Outline: tnbc at its edges: nothing is known
    Given a patient
    When the rules are evaluated
    Then the fact tnbc is <answer>

    Examples:
      | answer                            |
      | definite or tnbc_like or not_tnbc |
