Feature: Facts known in part leave open what depends on them

  A category still open between two (`T1c or T2`) is not read as either: a clause that asks for one of them waits until the category is settled,
  even where each of the two would lead to the same answer by another way. A contradiction is reported only when a clause of it is certain.

  Background:
    Given the guideline as of 2026-11-22

  @rule:ADJ-08
  Scenario Outline: Olaparib after surgery first waits for the T category, p<tumour> of <size> mm
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's age_years is 50
    And the patient's tnbc_declared is true
    And the patient's m_category is M0
    And the patient's gbrca is pathogenic
    And the patient's pt is <tumour>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then ADJ-08 is undetermined

    Examples:
      | tumour                          | size |
      | T1c or T2                       | 20.4 |
      | T1c or T3                       | 20.4 |
      | T1c or T4a or T4b or T4c or T4d | 20.4 |

  @rule:ADJ-11
  Scenario Outline: The request for a BRCA result waits for the T category, p<tumour> of <size> mm
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's age_years is 50
    And the patient's tnbc_declared is true
    And the patient's m_category is M0
    And the patient's pt is <tumour>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then ADJ-11 is undetermined

    Examples:
      | tumour                          | size |
      | T1c or T2                       | 20.4 |
      | T1c or T3                       | 20.4 |
      | T1c or T4a or T4b or T4c or T4d | 20.4 |

  @rule:ADJ-15
  Scenario Outline: Olaparib outside the trial's entry waits for the T category, p<tumour> of <size> mm
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's age_years is 50
    And the patient's tnbc_declared is true
    And the patient's m_category is M0
    And the patient's gbrca is pathogenic
    And the patient's days_since_surgery is 366
    And the patient's pt is <tumour>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then ADJ-15 is undetermined

    Examples:
      | tumour                          | size |
      | T1c or T2                       | 20.4 |
      | T1c or T3                       | 20.4 |
      | T1c or T4a or T4b or T4c or T4d | 20.4 |

  @rule:ADJ-09
  Scenario Outline: Leaving olaparib out waits for the T category where the size does not settle it, p<tumour> of <size> mm
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's age_years is 50
    And the patient's tnbc_declared is true
    And the patient's m_category is M0
    And the patient's gbrca is pathogenic
    And the patient's pn is N0
    And the patient's pt is <tumour>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then ADJ-09 is undetermined

    Examples:
      | tumour      | size |
      | T1mi or T1c | 1.5  |
      | T1a or T1c  | 8    |
      | T1b or T1c  | 3    |

  @rule:DAT-04
  Scenario Outline: Whether a lobular cancer's receptors are repeated waits for the category of the progesterone receptor, <PR>
    Given a patient
    And the patient's er_category is negative
    And the patient's her2_ish is negative
    And the patient's histology is lobular
    And the patient's pr_category is <PR>
    When the rules are evaluated
    Then DAT-04 is undetermined

    Examples:
      | PR                       |
      | negative or low_positive |
      | negative or positive     |

  @rule:DAT-04
  Scenario Outline: No repeat where the cancer is certainly not lobular, <type>
    Given a patient
    And the patient's pr_category is negative
    And the patient's grade is 2
    And the patient's histology is <type>
    When the rules are evaluated
    Then DAT-04 is not applicable

    Examples:
      | type                               |
      | nst or metaplastic_low_grade       |
      | nst or adenoid_cystic_classic      |
      | nst or secretory                   |
      | nst or acinic_cell                 |
      | nst or mucoepidermoid_low_grade    |
      | nst or tall_cell_reversed_polarity |

  @rule:NEO-02
  Scenario Outline: Pembrolizumab waits for the N category of an occult primary, c<nodes>
    Given a patient
    And the patient's treatment_phase is work_up
    And the patient's age_years is 50
    And the patient's tnbc_declared is true
    And the patient's m_category is M0
    And the patient's ct is T0
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then NEO-02 is undetermined

    Examples:
      | nodes          |
      | N1 or N2 or N3 |

  @rule:NEO-03
  Scenario Outline: Chemotherapy without pembrolizumab is for T1c only, c<tumour>
    Given a patient
    And the patient's cn is N0
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then NEO-03 is not applicable

    Examples:
      | tumour                          |
      | T1b or T2                       |
      | T1b or T3                       |
      | T1b or T4a or T4b or T4c or T4d |

  @rule:NEO-10
  Scenario Outline: Positive nodes of a tumour that cannot be assessed are no exception to lighter chemotherapy, c<nodes>
    Given the patient "stage IIB, bedbound most of the day"
    And the patient's ct is TX
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then NEO-10 is firm

    Examples:
      | nodes |
      | N2    |
      | N3    |

  @rule:RT-02
  Scenario Outline: No radiotherapy of the chest wall for a tumour that was not found, <phase>
    Given a patient
    And the patient's ct is T0
    And the patient's cn is N0
    And the patient's pt is T0
    And the patient's pn is N0
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then RT-02 is not applicable

    Examples:
      | phase                           |
      | work_up or adjuvant             |
      | neoadjuvant_ongoing or adjuvant |
      | adjuvant or follow_up           |

  @rule:RT-02
  Scenario Outline: No radiotherapy of the chest wall for an in situ primary without positive nodes, c<tumour>
    Given a patient
    And the patient's invasive_cancer is true
    And the patient's cn is N0
    And the patient's ypn is NX
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then RT-02 is not applicable

    Examples:
      | tumour |
      | Tis    |

  @rule:SPC-02
  Scenario Outline: A low-risk histology is not advanced with an in situ primary and no positive nodes, c<tumour>
    Given a patient
    And the patient's histology is metaplastic_low_grade
    And the patient's invasive_cancer is true
    And the patient's cn is N0
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then SPC-02 is not applicable

    Examples:
      | tumour |
      | Tis    |

  @rule:SPC-03
  Scenario Outline: Less chemotherapy is discussed for apocrine cancer only, <type>
    Given a patient
    And the patient's ki67_percent is 30
    And the patient's histology is <type>
    When the rules are evaluated
    Then SPC-03 is not applicable

    Examples:
      | type                 |
      | nst or non_carcinoma |

  @rule:STR-07
  Scenario Outline: Surgery first instead of chemotherapy is not for in situ or T4 without positive nodes, c<tumour>
    Given a patient
    And the patient's cn is N0
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then STR-07 is not applicable

    Examples:
      | tumour                          |
      | T1b or Tis                      |
      | T1b or T4a or T4b or T4c or T4d |

  @rule:STR-08
  Scenario Outline: Close watch is for high-grade metaplastic cancer only, <type>
    Given a patient
    And the patient's histology is <type>
    When the rules are evaluated
    Then STR-08 is not applicable

    Examples:
      | type                 |
      | nst or non_carcinoma |

  @rule:WUP-03
  Scenario Outline: Imaging waits for the question about inflammatory cancer, recorded stage <stage>
    Given a patient
    And the patient's symptoms_metastatic is false
    And the patient's stage_given is <stage>
    When the rules are evaluated
    Then WUP-03 is undetermined

    Examples:
      | stage |
      | 0     |

  @rule:WUP-15
  Scenario Outline: The geriatric screen waits for the age, <age>
    Given a patient
    And the patient's treatment_phase is work_up
    And the patient's tnbc_declared is true
    And the patient's m_category is M0
    And the patient's stage_given is IA
    And the patient's age_years is <age>
    When the rules are evaluated
    Then WUP-15 is undetermined

    Examples:
      | age  |
      | >=18 |
      | >=64 |

  Scenario Outline: Reproductive potential waits for the sex, <sex>, <menopause>
    Given a patient
    And the patient's sex is <sex>
    And the patient's menopausal_status is <menopause>
    When the rules are evaluated
    Then the fact reproductive_potential is unknown

    Examples:
      | sex            | menopause     |
      | female or male | premenopausal |

  Scenario Outline: The N category waits for which of clinical and pathological counts, c<nodes> in <phase>
    Given a patient
    And the patient's treatment_phase is <phase>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then the fact n_category is unknown

    Examples:
      | phase               | nodes |
      | work_up or adjuvant | NX    |

  Scenario Outline: The T category waits for which of clinical and pathological counts, c<tumour> in <phase>
    Given a patient
    And the patient's treatment_phase is <phase>
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then the fact t_category is unknown

    Examples:
      | phase               | tumour |
      | work_up or adjuvant | T4d    |

  Scenario Outline: The stages left open, c<tumour> c<nodes>, metastases not stated
    Given a patient
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then the fact eff_stage is <answer>

    Examples:
      | tumour | nodes | answer                              |
      | TX     | N0    | 0 or IA or IIA or IIB or IIIB or IV |
      | T0     | N1    | IIA or IV                           |
      | T0     | N2    | IIIA or IV                          |
      | T3     | N0    | IIB or IV                           |
      | T4a    | NX    | IIIB or IV                          |
      | T4b    | NX    | IIIB or IV                          |
      | T4c    | NX    | IIIB or IV                          |

  Scenario Outline: The stages left open, c<tumour> <metastases>, nodes not stated
    Given a patient
    And the patient's ct is <tumour>
    And the patient's m_category is <metastases>
    When the rules are evaluated
    Then the fact eff_stage is <answer>

    Examples:
      | tumour | metastases | answer                                              |
      | TX     | M0         | 0 or IA or IB or IIA or IIB or IIIA or IIIB or IIIC |

  Scenario Outline: The stages left open, c<nodes> <metastases>, tumour not stated
    Given a patient
    And the patient's cn is <nodes>
    And the patient's m_category is <metastases>
    When the rules are evaluated
    Then the fact eff_stage is <answer>

    Examples:
      | nodes | metastases | answer                                              |
      | NX    | M0         | 0 or IA or IB or IIA or IIB or IIIA or IIIB or IIIC |

  Scenario Outline: Nodes alone give no stage, c<nodes>
    Given a patient
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then the fact eff_stage is unknown

    Examples:
      | nodes |
      | N1mi  |
      | N1    |
      | N2    |

  Scenario Outline: Pathological nodes alone give no stage, p<nodes>
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pn is <nodes>
    When the rules are evaluated
    Then the fact eff_stage is unknown

    Examples:
      | nodes  |
      | N0(i+) |

  Scenario Outline: The stage as at entry of KEYNOTE-522 waits for the T category, c<tumour> c<nodes>
    Given a patient
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then the fact k522_stage is unknown

    Examples:
      | tumour                          | nodes |
      | T1c or T2                       | N1    |
      | T1c or T3                       | N1    |
      | T1c or T4a or T4b or T4c or T4d | N1    |

  Scenario Outline: A reported <response> is not held against nodes that are still open, y<nodes>
    Given a patient
    And the patient's ypn is <nodes>
    And the patient's path_response_given is <response>
    When the rules are evaluated
    Then contradiction C11 is not reported

    Examples:
      | nodes          | response |
      | N0(i+) or N1mi | pcr      |
      | N0(i+) or N1   | pcr      |
      | N0(i+) or N2   | pcr      |
      | N0(i+) or N3   | pcr      |
      | N0 or N1mi     | itc_only |
      | N0 or N1       | itc_only |
      | N0 or N2       | itc_only |
      | N0 or N3       | itc_only |

  Scenario Outline: A count of <positive> positive nodes is not held against an N category that is still open, p<nodes>
    Given a patient
    And the patient's pn is <nodes>
    And the patient's nodes_positive is <positive>
    When the rules are evaluated
    Then contradiction C13 is not reported

    Examples:
      | nodes          | positive |
      | N0 or N1       | 4        |
      | N0(i+) or N1   | 4        |
      | N0(mol+) or N1 | 4        |
      | N0 or N2       | 1        |
      | N0(i+) or N2   | 1        |
      | N0(mol+) or N2 | 1        |
      | N0 or N2       | 10       |
      | N0(i+) or N2   | 10       |
      | N0(mol+) or N2 | 10       |
      | N1 or N2       | 10       |

  Scenario Outline: A size of <size> mm is not held against a pathological T category that is still open, p<tumour>
    Given a patient
    And the patient's pt is <tumour>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then contradiction C14 is not reported

    Examples:
      | tumour                          | size |
      | T1a or T1b                      | 1    |
      | T1a or T1c                      | 1    |
      | T1a or T2                       | 1    |
      | T1a or T3                       | 1    |
      | T1mi or T1a                     | 6    |
      | T1b or T1c                      | 1    |
      | T1b or T2                       | 1    |
      | T1b or T3                       | 1    |
      | T1mi or T1b                     | 15   |
      | T1a or T1b                      | 15   |
      | T1c or T2                       | 1    |
      | T1c or T3                       | 1    |
      | T1mi or T1a or T1b or T1c or T2 | 0    |
      | T1mi or T1a or T1b or T1c or T3 | 0    |
      | T2 or T3                        | 1    |
      | T1mi or T2                      | 60   |
      | T1a or T2                       | 60   |
      | T1b or T2                       | 60   |
      | T1c or T2                       | 60   |

  Scenario Outline: A size of <size> mm is not held against a clinical T category that is still open, c<tumour>
    Given a patient
    And the patient's ct is <tumour>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then contradiction C14 is not reported

    Examples:
      | tumour                          | size |
      | T1a or T1b                      | 1    |
      | T1a or T1c                      | 1    |
      | T1a or T2                       | 1    |
      | T1a or T3                       | 1    |
      | T1mi or T1a                     | 6    |
      | T1b or T1c                      | 1    |
      | T1b or T2                       | 1    |
      | T1b or T3                       | 1    |
      | T1mi or T1b                     | 15   |
      | T1a or T1b                      | 15   |
      | T1c or T2                       | 1    |
      | T1c or T3                       | 1    |
      | T1mi or T1a or T1b or T1c or T2 | 0    |
      | T1mi or T1a or T1b or T1c or T3 | 0    |
      | T2 or T3                        | 1    |
      | T1mi or T2                      | 60   |
      | T1a or T2                       | 60   |
      | T1b or T2                       | 60   |
      | T1c or T2                       | 60   |

  @rule:NEO-10
  Scenario Outline: Chemotherapy of reduced intensity stays provisional until microinvasion is settled, c<tumour>
    Given a patient
    And the patient's treatment_phase is work_up
    And the patient's age_years is 80
    And the patient's geriatric_status is frail
    And the patient's tnbc_declared is true
    And the patient's sex is female
    And the patient's ct is <tumour>
    And the patient's cn is N0
    And the patient's m_category is M0
    And the patient's stage_given is IA
    When the rules are evaluated
    Then NEO-10 is provisional

    Examples:
      | tumour      |
      | Tis or T1mi |
