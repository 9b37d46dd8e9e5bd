Feature: T, N, M and the anatomic stage
  Which categories are read, and the anatomic stage of the AJCC staging system, 8th edition, that follows from them.

  Background:
    Given the guideline as of 2026-11-22

  Scenario Outline: Anatomic stage, p<tumour> p<nodes> <metastases>
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's pt is <tumour>
    And the patient's pn is <nodes>
    And the patient's m_category is <metastases>
    When the rules are evaluated
    Then the fact eff_stage is <answer>

    Examples:
      | tumour | nodes    | metastases | answer                                              |
      | TX     | NX       | M0         | 0 or IA or IB or IIA or IIB or IIIA or IIIB or IIIC |
      | TX     | N0       | M0         | 0 or IA or IIA or IIB or IIIB                       |
      | TX     | N0(i+)   | M0         | 0 or IA or IIA or IIB or IIIB                       |
      | TX     | N0(mol+) | M0         | 0 or IA or IIA or IIB or IIIB                       |
      | TX     | N1mi     | M0         | IB or IIB or IIIA or IIIB                           |
      | TX     | N1       | M0         | IIA or IIB or IIIA or IIIB                          |
      | TX     | N2       | M0         | IIIA or IIIB                                        |
      | TX     | N3       | M0         | IIIC                                                |
      | T0     | NX       | M0         | 0 or IA or IB or IIA or IIB or IIIA or IIIB or IIIC |
      | T0     | N0       | M0         | unknown                                             |
      | T0     | N0(i+)   | M0         | unknown                                             |
      | T0     | N0(mol+) | M0         | unknown                                             |
      | T0     | N1mi     | M0         | IB                                                  |
      | T0     | N1       | M0         | IIA                                                 |
      | T0     | N2       | M0         | IIIA                                                |
      | T0     | N3       | M0         | IIIC                                                |
      | Tis    | NX       | M0         | 0 or IA or IB or IIA or IIB or IIIA or IIIB or IIIC |
      | Tis    | N0       | M0         | 0                                                   |
      | Tis    | N0(i+)   | M0         | 0                                                   |
      | Tis    | N0(mol+) | M0         | 0                                                   |
      | Tis    | N1mi     | M0         | unknown                                             |
      | Tis    | N1       | M0         | unknown                                             |
      | Tis    | N2       | M0         | unknown                                             |
      | Tis    | N3       | M0         | IIIC                                                |
      | T1mi   | NX       | M0         | IA or IB or IIA or IIIA or IIIC                     |
      | T1mi   | N0       | M0         | IA                                                  |
      | T1mi   | N0(i+)   | M0         | IA                                                  |
      | T1mi   | N0(mol+) | M0         | IA                                                  |
      | T1mi   | N1mi     | M0         | IB                                                  |
      | T1mi   | N1       | M0         | IIA                                                 |
      | T1mi   | N2       | M0         | IIIA                                                |
      | T1mi   | N3       | M0         | IIIC                                                |
      | T1a    | NX       | M0         | IA or IB or IIA or IIIA or IIIC                     |
      | T1a    | N0       | M0         | IA                                                  |
      | T1a    | N0(i+)   | M0         | IA                                                  |
      | T1a    | N0(mol+) | M0         | IA                                                  |
      | T1a    | N1mi     | M0         | IB                                                  |
      | T1a    | N1       | M0         | IIA                                                 |
      | T1a    | N2       | M0         | IIIA                                                |
      | T1a    | N3       | M0         | IIIC                                                |
      | T1b    | NX       | M0         | IA or IB or IIA or IIIA or IIIC                     |
      | T1b    | N0       | M0         | IA                                                  |
      | T1b    | N0(i+)   | M0         | IA                                                  |
      | T1b    | N0(mol+) | M0         | IA                                                  |
      | T1b    | N1mi     | M0         | IB                                                  |
      | T1b    | N1       | M0         | IIA                                                 |
      | T1b    | N2       | M0         | IIIA                                                |
      | T1b    | N3       | M0         | IIIC                                                |
      | T1c    | NX       | M0         | IA or IB or IIA or IIIA or IIIC                     |
      | T1c    | N0       | M0         | IA                                                  |
      | T1c    | N0(i+)   | M0         | IA                                                  |
      | T1c    | N0(mol+) | M0         | IA                                                  |
      | T1c    | N1mi     | M0         | IB                                                  |
      | T1c    | N1       | M0         | IIA                                                 |
      | T1c    | N2       | M0         | IIIA                                                |
      | T1c    | N3       | M0         | IIIC                                                |
      | T2     | NX       | M0         | IIA or IIB or IIIA or IIIC                          |
      | T2     | N0       | M0         | IIA                                                 |
      | T2     | N0(i+)   | M0         | IIA                                                 |
      | T2     | N0(mol+) | M0         | IIA                                                 |
      | T2     | N1mi     | M0         | IIB                                                 |
      | T2     | N1       | M0         | IIB                                                 |
      | T2     | N2       | M0         | IIIA                                                |
      | T2     | N3       | M0         | IIIC                                                |
      | T3     | NX       | M0         | IIB or IIIA or IIIC                                 |
      | T3     | N0       | M0         | IIB                                                 |
      | T3     | N0(i+)   | M0         | IIB                                                 |
      | T3     | N0(mol+) | M0         | IIB                                                 |
      | T3     | N1mi     | M0         | IIIA                                                |
      | T3     | N1       | M0         | IIIA                                                |
      | T3     | N2       | M0         | IIIA                                                |
      | T3     | N3       | M0         | IIIC                                                |
      | T4a    | NX       | M0         | IIIB                                                |
      | T4a    | N0       | M0         | IIIB                                                |
      | T4a    | N0(i+)   | M0         | IIIB                                                |
      | T4a    | N0(mol+) | M0         | IIIB                                                |
      | T4a    | N1mi     | M0         | IIIB                                                |
      | T4a    | N1       | M0         | IIIB                                                |
      | T4a    | N2       | M0         | IIIB                                                |
      | T4a    | N3       | M0         | IIIC                                                |
      | T4b    | NX       | M0         | IIIB                                                |
      | T4b    | N0       | M0         | IIIB                                                |
      | T4b    | N0(i+)   | M0         | IIIB                                                |
      | T4b    | N0(mol+) | M0         | IIIB                                                |
      | T4b    | N1mi     | M0         | IIIB                                                |
      | T4b    | N1       | M0         | IIIB                                                |
      | T4b    | N2       | M0         | IIIB                                                |
      | T4b    | N3       | M0         | IIIC                                                |
      | T4c    | NX       | M0         | IIIB                                                |
      | T4c    | N0       | M0         | IIIB                                                |
      | T4c    | N0(i+)   | M0         | IIIB                                                |
      | T4c    | N0(mol+) | M0         | IIIB                                                |
      | T4c    | N1mi     | M0         | IIIB                                                |
      | T4c    | N1       | M0         | IIIB                                                |
      | T4c    | N2       | M0         | IIIB                                                |
      | T4c    | N3       | M0         | IIIC                                                |
      | T4d    | NX       | M0         | IIIB                                                |
      | T4d    | N0       | M0         | IIIB                                                |
      | T4d    | N0(i+)   | M0         | IIIB                                                |
      | T4d    | N0(mol+) | M0         | IIIB                                                |
      | T4d    | N1mi     | M0         | IIIB                                                |
      | T4d    | N1       | M0         | IIIB                                                |
      | T4d    | N2       | M0         | IIIB                                                |
      | T4d    | N3       | M0         | IIIC                                                |

  Scenario Outline: Distant metastases are stage IV whatever is known of the tumour, <metastases>
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's m_category is <metastases>
    When the rules are evaluated
    Then the fact eff_stage is <answer>

    Examples:
      | metastases | answer |
      | M1         | IV     |

  Scenario Outline: A recorded stage fills in what T, N and M leave open, <recorded> <kind>
    Given a patient
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    And the patient's m_category is <metastases>
    And the patient's stage_given is <recorded>
    And the patient's stage_system is <kind>
    When the rules are evaluated
    Then the fact eff_stage is <answer>

    Examples:
      | tumour  | nodes   | metastases | recorded | kind       | answer                     |
      | unknown | N0      | M0         | unknown  | prognostic | unknown                    |
      | T2      | unknown | M0         | IIA      | prognostic | IIA or IIB or IIIA or IIIC |

  Scenario Outline: The stage groups, <recorded>
    Given a patient
    And the patient's stage_given is <recorded>
    When the rules are evaluated
    Then the fact stage_group is <answer>

    Examples:
      | recorded | answer |
      | IIIC     | III    |
      | IV       | IV     |

  Scenario Outline: The stage groups, <recorded>
    Given a patient
    And the patient's stage_given is <recorded>
    When the rules are evaluated
    Then the fact stage_ii_iii is <answer>

    Examples:
      | recorded | answer |
      | 0        | false  |
      | IV       | false  |

  Scenario Outline: Clinical or pathological T, <phase>, <pathway>
    Given a patient
    And the patient's treatment_phase is <phase>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then the fact staging_basis is <answer>

    Examples:
      | phase            | pathway       | answer   |
      | work_up          | surgery_first | clinical |
      | post_neoadjuvant | unknown       | clinical |
      | follow_up        | undecided     | clinical |
      | follow_up        | neoadjuvant   | clinical |

  Scenario Outline: Clinical or pathological T, <phase>, c<clinical>, p<pathological>
    Given a patient
    And the patient's treatment_phase is <phase>
    And the patient's ct is <clinical>
    And the patient's pt is <pathological>
    When the rules are evaluated
    Then the fact t_category is <answer>

    Examples:
      | phase     | clinical | pathological | answer    |
      | unknown   | TX       | unknown      | TX or T4d |
      | adjuvant  | TX       | unknown      | TX or T4d |
      | follow_up | TX       | T3           | TX or T4d |

  Scenario Outline: Clinical or pathological T, <phase>, p<tumour>
    Given a patient
    And the patient's treatment_phase is <phase>
    And the patient's pt is <tumour>
    When the rules are evaluated
    Then the fact eff_t is <answer>

    Examples:
      | phase    | tumour | answer  |
      | adjuvant | TX     | unknown |

  Scenario Outline: The T category that the rules ask about, c<tumour>, <size> mm
    Given a patient
    And the patient's ct is <tumour>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then the fact eff_t is <answer>

    Examples:
      | tumour  | size    | answer  |
      | T4c     | unknown | T4      |
      | T1      | 1       | T1mi    |
      | T1      | 1.1     | T1a     |
      | T1      | 20.1    | T1      |
      | unknown | 0.9     | unknown |

  Scenario Outline: Inflammatory cancer from c<tumour>, not stated otherwise
    Given a patient
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then the fact inflammatory is <answer>

    Examples:
      | tumour | answer  |
      | TX     | unknown |
      | T4a    | false   |
      | T4b    | false   |
      | T4c    | false   |

  Scenario Outline: The N category that the rules ask about, p<nodes>
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's pn is <nodes>
    When the rules are evaluated
    Then the fact eff_n is <answer>

    Examples:
      | nodes    | answer |
      | N0(mol+) | N0     |

  Scenario Outline: Positive nodes, p<nodes>
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's pn is <nodes>
    When the rules are evaluated
    Then the fact node_pos is <answer>

    Examples:
      | nodes | answer |
      | N3    | true   |

  Scenario Outline: Stage as at entry of KEYNOTE-522, <tumour>
    Given a patient
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then the fact k522_stage is <answer>

    Examples:
      | tumour | answer |
      | Tis    | false  |

  Scenario Outline: Invasive cancer from p<tumour>, p<nodes>, stage <recorded>
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's pt is <tumour>
    And the patient's pn is <nodes>
    And the patient's stage_given is <recorded>
    When the rules are evaluated
    Then the fact invasive_cancer is <answer>

    Examples:
      | tumour  | nodes    | recorded | answer  |
      | unknown | N1mi     | unknown  | true    |
      | TX      | N0(i+)   | unknown  | unknown |
      | T0      | N0(mol+) | unknown  | unknown |
      | Tis     | NX       | unknown  | unknown |
      | Tis     | N0(i+)   | unknown  | false   |
      | Tis     | N0(mol+) | unknown  | false   |
      | unknown | unknown  | IA       | true    |
      | unknown | unknown  | IIA      | true    |
      | unknown | unknown  | IIIA     | true    |
      | unknown | unknown  | IV       | true    |
