Feature: Facts that cannot be true together
  Each contradiction just inside and just outside of what it asks, one fact at a time.

  Background:
    Given the guideline as of 2026-11-22

  Scenario Outline: y categories without treatment before surgery, <pathway>
    Given a patient
    And the patient's pathway is <pathway>
    And the patient's ypn is <nodes>
    When the rules are evaluated
    Then contradiction C02 is <result>

    Examples:
      | pathway       | nodes | result       |
      | undecided     | N0    | not reported |
      | surgery_first | N0    | reported     |

  Scenario Outline: Pathological categories after treatment before surgery, <pathway>
    Given a patient
    And the patient's pathway is <pathway>
    And the patient's pn is <nodes>
    When the rules are evaluated
    Then contradiction C03 is <result>

    Examples:
      | pathway     | nodes | result       |
      | undecided   | N0    | not reported |
      | neoadjuvant | N0    | reported     |

  Scenario Outline: Distant metastases with recorded stage <recorded>
    Given a patient
    And the patient's m_category is <metastases>
    And the patient's stage_given is <recorded>
    When the rules are evaluated
    Then contradiction C04 is <result>

    Examples:
      | metastases | recorded | result       |
      | M1         | unknown  | not reported |
      | M1         | 0        | reported     |
      | M1         | IIA      | reported     |
      | M1         | I        | reported     |
      | M1         | III      | reported     |
      | unknown    | 0        | not reported |

  Scenario Outline: Stage <recorded> with <metastases>
    Given a patient
    And the patient's m_category is <metastases>
    And the patient's stage_given is <recorded>
    When the rules are evaluated
    Then contradiction C05 is <result>

    Examples:
      | metastases | recorded | result       |
      | M0         | 0        | not reported |
      | M0         | IA       | not reported |
      | M0         | IB       | not reported |
      | M0         | IIA      | not reported |
      | M0         | IIB      | not reported |
      | M0         | IIIA     | not reported |
      | M0         | IIIB     | not reported |
      | M0         | IIIC     | not reported |
      | unknown    | IV       | not reported |

  Scenario Outline: The recorded stage beside the stage of T, N and M, <recorded> <kind>
    Given a patient
    And the patient's ct is <tumour>
    And the patient's m_category is <metastases>
    And the patient's stage_given is <recorded>
    And the patient's stage_system is <kind>
    When the rules are evaluated
    Then contradiction C06 is <result>

    Examples:
      | tumour | metastases | recorded | kind       | result       |
      | T2     | M0         | IA       | unknown    | reported     |
      | T2     | M0         | IA       | anatomic   | reported     |
      | T2     | M0         | IA       | prognostic | not reported |
      | T2     | M0         | IIA      | unknown    | not reported |

  Scenario Outline: The recorded stage beside the stage of pT, pN and M, <tumour>, <nodes>, recorded <recorded>, <kind>
    Given a patient
    And the patient's treatment_phase is adjuvant
    And the patient's ct is <clinical>
    And the patient's pt is <tumour>
    And the patient's pn is <nodes>
    And the patient's stage_given is <recorded>
    And the patient's stage_system is <kind>
    When the rules are evaluated
    Then contradiction C24 is <result>

    Examples:
      | clinical | tumour  | nodes | recorded | kind       | result       |
      | unknown  | T1      | N0    | IIB      | unknown    | reported     |
      | unknown  | T1      | N0    | IIB      | anatomic   | reported     |
      | unknown  | T1      | N0    | IIB      | prognostic | not reported |
      | unknown  | T1      | N0    | IA       | unknown    | not reported |
      | unknown  | T1      | N0    | IV       | unknown    | not reported |
      | unknown  | T1      | N1mi  | IIA      | unknown    | reported     |
      | unknown  | T1      | N1mi  | IB       | unknown    | not reported |
      | unknown  | T2      | N2    | IIB      | unknown    | reported     |
      | unknown  | T2      | N0    | II       | unknown    | not reported |
      | unknown  | T2      | N0    | unknown  | unknown    | not reported |
      | unknown  | unknown | N3    | IA       | unknown    | not reported |
      | T1       | T1      | N0    | IIB      | unknown    | not reported |

  Scenario Outline: Menopause, pregnancy and breastfeeding of a man, <menopause>, breastfeeding <breastfeeding>
    Given a patient
    And the patient's sex is <sex>
    And the patient's breastfeeding is <breastfeeding>
    And the patient's menopausal_status is <menopause>
    When the rules are evaluated
    Then contradiction C07 is <result>

    Examples:
      | sex   | breastfeeding | menopause      | result       |
      | male  | unknown       | premenopausal  | reported     |
      | male  | unknown       | perimenopausal | reported     |
      | male  | unknown       | postmenopausal | reported     |
      | male  | true          | unknown        | reported     |
      | other | unknown       | premenopausal  | not reported |

  Scenario Outline: Pregnant <pregnant> and <menopause>
    Given a patient
    And the patient's pregnant is <pregnant>
    And the patient's menopausal_status is <menopause>
    When the rules are evaluated
    Then contradiction C08 is <result>

    Examples:
      | pregnant | menopause      | result       |
      | true     | perimenopausal | not reported |
      | true     | not_applicable | not reported |

  Scenario Outline: A trimester without pregnancy, <trimester>, <pregnant>
    Given a patient
    And the patient's pregnancy_trimester is <trimester>
    And the patient's pregnant is <pregnant>
    When the rules are evaluated
    Then contradiction C09 is <result>

    Examples:
      | trimester | pregnant | result       |
      | unknown   | false    | not reported |
      | 1         | true     | not reported |
      | 1         | false    | reported     |

  Scenario Outline: <phase> by the pathway <pathway>
    Given a patient
    And the patient's treatment_phase is <phase>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then contradiction C10 is <result>

    Examples:
      | phase               | pathway       | result       |
      | neoadjuvant_ongoing | surgery_first | not reported |
      | post_neoadjuvant    | undecided     | not reported |
      | adjuvant            | undecided     | not reported |
      | follow_up           | neoadjuvant   | not reported |

  Scenario Outline: The reported response <reported> beside y<tumour> and y<nodes>
    Given a patient
    And the patient's path_response_given is <reported>
    And the patient's ypt is <tumour>
    And the patient's ypn is <nodes>
    When the rules are evaluated
    Then contradiction C11 is <result>

    Examples:
      | reported | tumour  | nodes   | result       |
      | pcr      | unknown | N0(i+)  | reported     |
      | pcr      | unknown | N1mi    | reported     |
      | pcr      | unknown | N2      | reported     |
      | pcr      | unknown | N3      | reported     |
      | pcr      | TX      | NX      | not reported |
      | pcr      | T0      | N0      | not reported |
      | pcr      | T2      | unknown | reported     |
      | pcr      | T3      | unknown | reported     |
      | pcr      | T4a     | unknown | reported     |
      | pcr      | T4b     | unknown | reported     |
      | pcr      | T4c     | unknown | reported     |
      | pcr      | T4d     | unknown | reported     |
      | residual | TX      | N0      | not reported |
      | residual | T0      | NX      | not reported |
      | residual | T0      | N0      | reported     |
      | residual | T0      | N1mi    | not reported |
      | residual | T0      | N1      | not reported |
      | residual | T0      | N2      | not reported |
      | residual | T0      | N3      | not reported |
      | residual | Tis     | N0(i+)  | reported     |
      | residual | T1mi    | N0(i+)  | not reported |
      | residual | T1a     | N0      | not reported |
      | residual | T1b     | N0      | not reported |
      | residual | T1c     | N0      | not reported |
      | residual | T2      | N0      | not reported |
      | residual | T3      | N0      | not reported |
      | residual | T4a     | N0      | not reported |
      | residual | T4b     | N0      | not reported |
      | residual | T4c     | N0      | not reported |
      | residual | T4d     | N0      | not reported |
      | itc_only | unknown | NX      | not reported |
      | itc_only | unknown | N0      | reported     |
      | itc_only | unknown | N1      | reported     |
      | itc_only | T1      | unknown | reported     |
      | itc_only | Tis     | N0(i+)  | not reported |

  Scenario Outline: Residual cancer burden <RCB> with response <reported>
    Given a patient
    And the patient's rcb_class is <RCB>
    And the patient's path_response_given is <reported>
    When the rules are evaluated
    Then contradiction C12 is <result>

    Examples:
      | RCB | reported | result       |
      | 0   | pcr      | not reported |
      | 0   | residual | reported     |
      | 0   | itc_only | not reported |
      | I   | pcr      | reported     |
      | I   | residual | not reported |
      | I   | itc_only | not reported |
      | II  | pcr      | reported     |
      | II  | residual | not reported |
      | III | pcr      | reported     |
      | III | residual | not reported |

  Scenario Outline: p<nodes> with <positive> positive nodes
    Given a patient
    And the patient's pn is <nodes>
    And the patient's nodes_positive is <positive>
    When the rules are evaluated
    Then contradiction C13 is <result>

    Examples:
      | nodes    | positive | result       |
      | NX       | 0        | not reported |
      | NX       | 1        | not reported |
      | NX       | 10       | not reported |
      | N0       | 0        | not reported |
      | N0       | 1        | reported     |
      | N0(i+)   | 0        | not reported |
      | N0(i+)   | 1        | reported     |
      | N0(mol+) | 0        | not reported |
      | N0(mol+) | 1        | reported     |
      | N1mi     | 0        | not reported |
      | N1mi     | 1        | not reported |
      | N1mi     | 10       | not reported |
      | N1       | 0        | reported     |
      | N1       | 1        | not reported |
      | N1       | 3        | not reported |
      | N1       | 4        | reported     |
      | N2       | 0        | not reported |
      | N2       | 1        | reported     |
      | N2       | 3        | reported     |
      | N2       | 4        | not reported |
      | N2       | 9        | not reported |
      | N2       | 10       | reported     |
      | N3       | 0        | not reported |
      | N3       | 1        | not reported |
      | N3       | 10       | not reported |

  Scenario Outline: The size and the pathological T category, p<tumour> of <size> mm
    Given a patient
    And the patient's pt is <tumour>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then contradiction C14 is <result>

    Examples:
      | tumour | size | result       |
      | TX     | 0    | not reported |
      | TX     | 51   | not reported |
      | T0     | 0    | not reported |
      | T0     | 51   | not reported |
      | Tis    | 0    | not reported |
      | Tis    | 51   | not reported |
      | T1     | 0    | reported     |
      | T1     | 20.9 | not reported |
      | T1     | 21   | reported     |
      | T1mi   | 0.5  | not reported |
      | T1mi   | 1.9  | not reported |
      | T1mi   | 2    | reported     |
      | T1a    | 1    | reported     |
      | T1a    | 2    | not reported |
      | T1a    | 5.9  | not reported |
      | T1a    | 6    | reported     |
      | T1b    | 5    | reported     |
      | T1b    | 6    | not reported |
      | T1b    | 10.9 | not reported |
      | T1b    | 11   | reported     |
      | T1c    | 10   | reported     |
      | T1c    | 10.1 | not reported |
      | T2     | 20   | reported     |
      | T2     | 21   | not reported |
      | T2     | 50.9 | not reported |
      | T2     | 51   | reported     |
      | T3     | 50   | reported     |
      | T3     | 51   | not reported |
      | T4a    | 0    | not reported |
      | T4a    | 51   | not reported |
      | T4b    | 0    | not reported |
      | T4b    | 51   | not reported |
      | T4c    | 0    | not reported |
      | T4c    | 51   | not reported |
      | T4d    | 0    | not reported |
      | T4d    | 51   | not reported |

  Scenario Outline: The size and the clinical T category, c<clinical> of <size> mm, p<pathological>
    Given a patient
    And the patient's ct is <clinical>
    And the patient's pt is <pathological>
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then contradiction C14 is <result>

    Examples:
      | clinical | pathological | size | result       |
      | TX       | unknown      | 0    | not reported |
      | TX       | unknown      | 51   | not reported |
      | T0       | unknown      | 0    | not reported |
      | T0       | unknown      | 51   | not reported |
      | Tis      | unknown      | 0    | not reported |
      | Tis      | unknown      | 51   | not reported |
      | T1       | unknown      | 0    | reported     |
      | T1       | unknown      | 20.9 | not reported |
      | T1       | unknown      | 21   | reported     |
      | T1mi     | unknown      | 0.5  | not reported |
      | T1mi     | unknown      | 1.9  | not reported |
      | T1mi     | unknown      | 2    | reported     |
      | T1a      | unknown      | 1    | reported     |
      | T1a      | unknown      | 2    | not reported |
      | T1a      | unknown      | 5.9  | not reported |
      | T1a      | unknown      | 6    | reported     |
      | T1b      | unknown      | 5    | reported     |
      | T1b      | unknown      | 5.1  | not reported |
      | T1b      | unknown      | 10.9 | not reported |
      | T1b      | unknown      | 11   | reported     |
      | T1c      | unknown      | 10   | reported     |
      | T1c      | unknown      | 11   | not reported |
      | T2       | unknown      | 20   | reported     |
      | T2       | unknown      | 21   | not reported |
      | T2       | unknown      | 50.9 | not reported |
      | T2       | unknown      | 51   | reported     |
      | T3       | unknown      | 50   | reported     |
      | T3       | unknown      | 51   | not reported |
      | T4a      | unknown      | 0    | not reported |
      | T4a      | unknown      | 51   | not reported |
      | T4b      | unknown      | 0    | not reported |
      | T4b      | unknown      | 51   | not reported |
      | T4c      | unknown      | 0    | not reported |
      | T4c      | unknown      | 51   | not reported |
      | T4d      | unknown      | 0    | not reported |
      | T4d      | unknown      | 51   | not reported |
      | T1a      | T2           | 30   | not reported |

  Scenario Outline: The percentage and the category of the oestrogen receptor, <ER> % and <reported>
    Given a patient
    And the patient's er_percent is <ER>
    And the patient's er_category is <reported>
    When the rules are evaluated
    Then contradiction C15 is <result>

    Examples:
      | ER   | reported     | result       |
      | 0    | negative     | not reported |
      | 0    | low_positive | reported     |
      | 1    | low_positive | not reported |
      | 10   | low_positive | not reported |
      | 10.1 | low_positive | reported     |
      | 10.1 | positive     | not reported |

  Scenario Outline: The percentage and the category of the progesterone receptor, <PR> % and <reported>
    Given a patient
    And the patient's pr_percent is <PR>
    And the patient's pr_category is <reported>
    When the rules are evaluated
    Then contradiction C15 is <result>

    Examples:
      | PR   | reported     | result       |
      | 0    | negative     | not reported |
      | 0    | low_positive | reported     |
      | 1    | low_positive | not reported |
      | 10   | low_positive | not reported |
      | 10.1 | low_positive | reported     |
      | 10.1 | positive     | not reported |

  Scenario Outline: HER2 stain <stain> beside hybridisation <hybridisation>
    Given a patient
    And the patient's her2_ihc is <stain>
    And the patient's her2_ish is <hybridisation>
    When the rules are evaluated
    Then contradiction C16 is <result>

    Examples:
      | stain | hybridisation | result       |
      | 0     | negative      | not reported |
      | 0     | positive      | reported     |
      | 1+    | negative      | not reported |
      | 1+    | positive      | not reported |
      | 2+    | negative      | not reported |
      | 2+    | positive      | not reported |
      | 3+    | negative      | reported     |
      | 3+    | positive      | not reported |

  Scenario Outline: Inflammatory <inflammatory> with c<tumour>
    Given a patient
    And the patient's inflammatory is <inflammatory>
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then contradiction C17 is <result>

    Examples:
      | inflammatory | tumour  | result       |
      | unknown      | TX      | not reported |
      | true         | unknown | not reported |
      | true         | TX      | reported     |
      | true         | T0      | reported     |
      | true         | Tis     | reported     |
      | true         | T1mi    | reported     |
      | true         | T1a     | reported     |
      | true         | T1b     | reported     |
      | true         | T1c     | reported     |
      | true         | T3      | reported     |
      | true         | T4a     | reported     |
      | true         | T4b     | reported     |
      | true         | T4c     | reported     |

  Scenario Outline: Days since surgery during <phase>
    Given a patient
    And the patient's treatment_phase is <phase>
    And the patient's days_since_surgery is <day>
    When the rules are evaluated
    Then contradiction C18 is <result>

    Examples:
      | phase               | day     | result       |
      | work_up             | unknown | not reported |
      | work_up             | 0       | reported     |
      | neoadjuvant_ongoing | 0       | reported     |
      | post_neoadjuvant    | 0       | not reported |
      | adjuvant            | 0       | not reported |
      | follow_up           | 0       | not reported |

  Scenario Outline: <before> cycles of pembrolizumab before surgery by the pathway <pathway>
    Given a patient
    And the patient's pathway is <pathway>
    And the patient's neoadj_pembro_cycles is <before>
    When the rules are evaluated
    Then contradiction C19 is <result>

    Examples:
      | pathway       | before | result       |
      | undecided     | 1      | not reported |
      | surgery_first | 1      | reported     |

  Scenario Outline: Invasive cancer stated as <stated> with c<tumour>
    Given a patient
    And the patient's invasive_cancer is <stated>
    And the patient's ct is <tumour>
    When the rules are evaluated
    Then contradiction C20 is <result>

    Examples:
      | stated | tumour | result       |
      | false  | TX     | not reported |
      | false  | T0     | not reported |
      | false  | Tis    | not reported |
      | false  | T1mi   | reported     |
      | false  | T1a    | reported     |
      | false  | T1b    | reported     |
      | false  | T1c    | reported     |
      | false  | T3     | reported     |
      | false  | T4a    | reported     |
      | false  | T4b    | reported     |
      | false  | T4c    | reported     |
      | false  | T4d    | reported     |

  Scenario Outline: <after> cycles of pembrolizumab after surgery and <before> before
    Given a patient
    And the patient's adj_pembro_cycles is <after>
    And the patient's neoadj_pembro_cycles is <before>
    When the rules are evaluated
    Then contradiction C21 is <result>

    Examples:
      | after   | before | result       |
      | unknown | 0      | not reported |
      | 1       | 0      | reported     |
      | 1       | 1      | not reported |

  Scenario Outline: Declared <declared> beside ER <ER>, PR <PR>, HER2 <stain>
    Given a patient
    And the patient's tnbc_declared is <declared>
    And the patient's er_percent is <ER>
    And the patient's pr_percent is <PR>
    And the patient's her2_ihc is <stain>
    When the rules are evaluated
    Then contradiction C22 is <result>

    Examples:
      | declared | ER      | PR      | stain   | result       |
      | true     | unknown | unknown | 3+      | reported     |
      | true     | unknown | 5       | unknown | not reported |
      | false    | unknown | unknown | unknown | not reported |
      | false    | 0       | 5       | 0       | not reported |

  Scenario Outline: Chemotherapy after surgery <chemotherapy> on day <day>
    Given a patient
    And the patient's adj_chemo_status is <chemotherapy>
    And the patient's days_since_surgery is <day>
    When the rules are evaluated
    Then contradiction C23 is <result>

    Examples:
      | chemotherapy | day | result       |
      | not_started  | 30  | not reported |
      | ongoing      | 30  | not reported |
      | completed    | 59  | reported     |
      | completed    | 60  | not reported |
