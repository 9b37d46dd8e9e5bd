Feature: Work-up before and around treatment

  Background:
    Given the guideline as of 2026-11-22

  # ---- genetic testing

  @rule:WUP-01
  Scenario Outline: Germline BRCA testing, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's gbrca is <result>
    When the rules are evaluated
    Then WUP-01 <outcome>

    Examples:
      | result     | outcome           | why                                |
      | unknown    | is firm           | not tested                         |
      | pending    | is not applicable | the test is under way              |
      | negative   | is not applicable | tested, no variant                 |
      | vus        | is not applicable | tested, variant of unknown meaning |
      | pathogenic | is not applicable | tested, variant found              |

  @rule:WUP-01
  Scenario Outline: Testing does not wait for staging, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's m_category is <metastasis>
    When the rules are evaluated
    Then WUP-01 <outcome>

    Examples:
      | metastasis | outcome           | why                           |
      | M0         | is firm           | no metastases                 |
      | unknown    | is firm           | not staged yet                |
      | M1         | is not applicable | stage IV has its own guidance |

  @rule:WUP-01
  Scenario Outline: Testing needs an invasive triple-negative cancer, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is <tumour>
    And the patient's her2_ihc is <her2>
    When the rules are evaluated
    Then WUP-01 <outcome>

    Examples:
      | tumour  | her2 | outcome           | why                          |
      | T1a     | 0    | is firm           | invasive, however small      |
      | Tis     | 0    | is not applicable | in situ                      |
      | unknown | 0    | is undetermined   | invasive or not is not known |
      | T2      | 2+   | is undetermined   | the phenotype is not known   |
      | T2      | 3+   | is not applicable | HER2-positive                |

  @rule:WUP-01
  Scenario Outline: No age is too old for the test, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's age_years is <age>
    When the rules are evaluated
    Then WUP-01 is firm

    Examples:
      | age     | why                                  |
      | 65      | tested by age                        |
      | 84      | tested because it is triple-negative |
      | unknown | age does not matter                  |

  @rule:WUP-02
  Scenario Outline: Variant of uncertain significance, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's gbrca is <brca>
    And the patient's gpalb2 is <palb2>
    When the rules are evaluated
    Then WUP-02 <outcome>

    Examples:
      | brca       | palb2    | outcome           | why                       |
      | vus        | unknown  | is firm           | in a BRCA gene            |
      | negative   | vus      | is firm           | in PALB2                  |
      | negative   | negative | is not applicable | none in either            |
      | pathogenic | negative | is not applicable | the variant is pathogenic |
      | unknown    | negative | is undetermined   | BRCA was not tested       |
      | pending    | negative | is undetermined   | BRCA is pending           |
      | unknown    | unknown  | is undetermined   | neither was tested        |

  # ---- staging

  @rule:WUP-03 @rule:WUP-04 @rule:WUP-05
  Scenario Outline: Search for metastases by stage and symptoms, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    And the patient's symptoms_metastatic is <symptoms>
    When the rules are evaluated
    Then WUP-03 <required>
    And WUP-04 <considered>
    And WUP-05 <advised_against>

    Examples:
      | tumour | nodes   | symptoms | required          | considered        | advised_against   | why                               |
      | T1b    | N0      | false    | is not applicable | is not applicable | is firm           | stage IA without symptoms         |
      | T1c    | N1mi    | false    | is not applicable | is not applicable | is firm           | stage IB without symptoms         |
      | T1c    | N1      | false    | is not applicable | is firm           | is not applicable | the lowest stage II               |
      | T2     | N0      | false    | is not applicable | is firm           | is not applicable | stage IIA without symptoms        |
      | T2     | N1      | false    | is not applicable | is firm           | is not applicable | the highest stage II              |
      | T2     | N2      | false    | is firm           | is not applicable | is not applicable | the lowest stage III              |
      | T1b    | N0      | true     | is firm           | is not applicable | is ruled out      | stage I with symptoms             |
      | T2     | N0      | true     | is firm           | is ruled out      | is not applicable | stage II with symptoms            |
      | T1b    | N0      | unknown  | is undetermined   | is not applicable | is provisional    | stage I, symptoms not asked       |
      | T2     | N0      | unknown  | is undetermined   | is provisional    | is not applicable | stage II, symptoms not asked      |
      | T2     | unknown | false    | is undetermined   | is undetermined   | is not applicable | stage II or III, the nodes decide |
      | T1c    | unknown | false    | is undetermined   | is undetermined   | is undetermined   | any stage, the nodes decide       |

  @rule:WUP-03
  Scenario: Inflammatory cancer is searched for metastases whatever the symptoms
    Given the patient "before treatment, inflammatory"
    When the rules are evaluated
    Then WUP-03 is firm
    And WUP-04 is not applicable

  @rule:WUP-03 @rule:WUP-04
  Scenario: Symptoms are asked for
    Given the patient "before treatment, T2 N0"
    When the rules are evaluated
    Then WUP-03 needs symptoms_metastatic
    And WUP-04 asks to confirm symptoms_metastatic

  @rule:WUP-05
  Scenario: Symptoms are asked for in stage I too
    Given the patient "before treatment, T1b N0"
    When the rules are evaluated
    Then WUP-05 asks to confirm symptoms_metastatic

  @rule:WUP-03
  Scenario Outline: Staging belongs to the time before treatment, <why>
    Given the patient "before treatment, inflammatory"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then WUP-03 <outcome>

    Examples:
      | phase               | outcome           | why                 |
      | work_up             | is firm           | before treatment    |
      | neoadjuvant_ongoing | is not applicable | treatment has begun |
      | unknown             | is undetermined   | the phase decides   |

  # ---- axilla, clip, team

  @rule:WUP-06
  Scenario Outline: Axilla and clip, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then WUP-06 <outcome>

    Examples:
      | tumour  | nodes   | outcome           | why                                  |
      | T1b     | N0      | is not applicable | too small for drugs before surgery   |
      | T1c     | N0      | is firm           | drugs before surgery are possible    |
      | T3      | N0      | is firm           | drugs before surgery are usual       |
      | T4b     | N0      | is firm           | inoperable at first                  |
      | T1b     | N1      | is firm           | a positive node is enough            |
      | T1a     | N1mi    | is firm           | a micrometastasis is a positive node |
      | T1      | N0      | is undetermined   | T1 without a letter or size          |
      | T1b     | unknown | is undetermined   | the nodes decide                     |
      | unknown | N1      | is firm           | the node has decided                 |

  @rule:WUP-06
  Scenario: The size is asked for when T1 came without a letter
    Given the patient "before treatment, T2 N0"
    And the patient's ct is T1
    When the rules are evaluated
    Then WUP-06 needs tumour_size_mm

  @rule:WUP-06
  Scenario Outline: The size settles T1 without a letter, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is T1
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then WUP-06 <outcome>

    Examples:
      | size | outcome           | why         |
      | 10   | is not applicable | still T1b   |
      | 11   | is firm           | already T1c |

  @rule:WUP-06
  Scenario Outline: Marking serves drugs before surgery, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then WUP-06 <outcome>

    Examples:
      | pathway       | outcome           | why                          |
      | neoadjuvant   | is firm           | drugs first is planned       |
      | undecided     | is firm           | drugs first is possible      |
      | unknown       | is firm           | not said: taken as undecided |
      | surgery_first | is not applicable | nothing will disappear       |

  @rule:WUP-06
  Scenario: Taking the pathway as undecided is said openly
    Given the patient "before treatment, T2 N0"
    When the rules are evaluated
    Then the fact pathway is undecided
    And the fact pathway is assumed

  @rule:WUP-07 @rule:WUP-16
  Scenario Outline: Team discussion and no selection by scores, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then WUP-07 <outcome>
    And WUP-16 <outcome>

    Examples:
      | phase    | outcome           | why                        |
      | work_up  | is firm           | before the first treatment |
      | adjuvant | is not applicable | the operation is done      |
      | unknown  | is undetermined   | the phase decides          |

  # ---- blood tests, hepatitis, heart

  @rule:WUP-08
  Scenario Outline: Baseline blood tests, <why>
    Given the patient "before treatment, all baseline tests done"
    And the patient's <test> is <value>
    When the rules are evaluated
    Then WUP-08 <outcome>

    Examples:
      | test               | value   | outcome           | why                        |
      | anc_10e9_l         | 4       | is not applicable | all are known              |
      | anc_10e9_l         | unknown | is firm           | neutrophils are missing    |
      | platelets_10e9_l   | unknown | is firm           | platelets are missing      |
      | crcl_ml_min        | unknown | is firm           | kidney function is missing |
      | bilirubin_x_uln    | unknown | is firm           | bilirubin is missing       |
      | transaminase_x_uln | unknown | is firm           | transaminases are missing  |

  @rule:WUP-08 @rule:WUP-09 @rule:WUP-10
  Scenario Outline: Tests around adjuvant chemotherapy, <why>
    Given the patient "operated first, pT2 pN1"
    And the patient's days_since_surgery is 150
    And the patient's adj_chemo_status is <chemotherapy>
    When the rules are evaluated
    Then WUP-08 <outcome>
    And WUP-09 <outcome>
    And WUP-10 <outcome>

    Examples:
      | chemotherapy | outcome      | why                                  |
      | not_started  | is firm      | still to come                        |
      | ongoing      | is firm      | under way                            |
      | completed    | is ruled out | over                                 |
      | unknown      | is firm      | not known, so it is better to remind |

  @rule:WUP-08 @rule:WUP-09 @rule:WUP-10
  Scenario Outline: Tests by phase of treatment, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then WUP-08 <blood_tests>
    And WUP-09 <hepatitis>
    And WUP-10 <heart>

    Examples:
      | phase               | blood_tests       | hepatitis         | heart             | why                               |
      | work_up             | is firm           | is firm           | is firm           | before treatment                  |
      | neoadjuvant_ongoing | is not applicable | is firm           | is not applicable | only hepatitis is still caught up |
      | follow_up           | is not applicable | is not applicable | is not applicable | treatment is finished             |
      | unknown             | is undetermined   | is undetermined   | is undetermined   | the phase decides                 |

  @rule:WUP-09
  Scenario Outline: Hepatitis B serology, <why>
    Given the patient "before treatment, all baseline tests done"
    And the patient's hbsag is <surface_antigen>
    And the patient's anti_hbc is <core_antibody>
    When the rules are evaluated
    Then WUP-09 <outcome>

    Examples:
      | surface_antigen | core_antibody | outcome           | why                        |
      | negative        | negative      | is not applicable | both are known             |
      | positive        | positive      | is not applicable | both are known, infection  |
      | unknown         | negative      | is firm           | surface antigen is missing |
      | negative        | unknown       | is firm           | core antibody is missing   |

  @rule:WUP-10
  Scenario Outline: Ejection fraction, <why>
    Given the patient "before treatment, all baseline tests done"
    And the patient's lvef_percent is <fraction>
    When the rules are evaluated
    Then WUP-10 <outcome>

    Examples:
      | fraction | outcome           | why              |
      | 62       | is not applicable | measured         |
      | 45       | is not applicable | measured and low |
      | unknown  | is firm           | not measured     |

  # ---- checkpoint inhibitor

  @rule:WUP-11
  Scenario Outline: Tests before pembrolizumab, <why>
    Given the patient "before treatment, all baseline tests done"
    And the patient's ici_baseline_labs_done is <tests>
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then WUP-11 <outcome>

    Examples:
      | tests   | tumour | nodes   | pathway       | outcome           | why                                      |
      | true    | T2     | N0      | undecided     | is not applicable | the tests are done                       |
      | false   | T2     | N0      | undecided     | is firm           | the tests are not done                   |
      | unknown | T2     | N0      | undecided     | is firm           | nobody said whether the tests are done   |
      | unknown | T2     | N0      | neoadjuvant   | is firm           | drugs first is planned                   |
      | unknown | T2     | N0      | unknown       | is firm           | pathway not said: taken as undecided     |
      | unknown | T2     | N0      | surgery_first | is not applicable | no pembrolizumab is coming               |
      | unknown | T1c    | N0      | undecided     | is not applicable | stage I                                  |
      | unknown | T1c    | N1      | undecided     | is firm           | the lowest stage II                      |
      | unknown | T2     | unknown | undecided     | is firm           | T2 is stage II or III whatever the nodes |
      | unknown | T1c    | unknown | undecided     | is undetermined   | the nodes decide between stage I and II  |

  @rule:WUP-11
  Scenario: T2 without metastases is stage II or III before the nodes are known
    Given the patient "before treatment, T2 N0"
    And the patient's cn is unknown
    When the rules are evaluated
    Then the fact stage_ii_iii is true

  @rule:WUP-11
  Scenario Outline: Tests during and after treatment with pembrolizumab, <why>
    Given the patient "<patient>"
    And the patient's neoadj_pembro_cycles is <cycles>
    When the rules are evaluated
    Then WUP-11 <outcome>

    Examples:
      | patient                               | cycles  | outcome           | why                               |
      | on treatment before surgery           | 1       | is firm           | pembrolizumab is being given      |
      | on treatment before surgery           | 0       | is not applicable | chemotherapy alone is being given |
      | on treatment before surgery           | unknown | is undetermined   | not recorded during treatment     |
      | operated after treatment, cancer left | 8       | is firm           | pembrolizumab was given           |
      | operated after treatment, cancer left | 0       | is not applicable | pembrolizumab was not given       |

  @rule:WUP-11
  Scenario: Whether pembrolizumab is being given is asked for
    Given the patient "on treatment before surgery"
    And the patient's neoadj_pembro_cycles is unknown
    When the rules are evaluated
    Then WUP-11 needs neoadj_pembro_cycles

  @rule:WUP-11
  Scenario Outline: A contraindicated checkpoint inhibitor needs no baseline tests, <why>
    Given the patient "before treatment, all baseline tests done"
    And the patient's ici_baseline_labs_done is false
    And the patient's organ_transplant is <transplant>
    When the rules are evaluated
    Then WUP-11 <outcome>

    Examples:
      | transplant | outcome      | why                                  |
      | true       | is ruled out | a transplant forbids pembrolizumab   |
      | false      | is firm      | nothing forbids it                   |
      | unknown    | is firm      | not known, so it is better to remind |

  # ---- fertility and pregnancy

  @rule:WUP-12
  Scenario Outline: Fertility, <why>
    Given the patient "before treatment, young woman"
    And the patient's age_years is <age>
    And the patient's fertility_wish is <wish>
    When the rules are evaluated
    Then WUP-12 <outcome>

    Examples:
      | age     | wish    | outcome           | why                        |
      | 36      | true    | is firm           | she wants children         |
      | 36      | unknown | is firm           | nobody asked her           |
      | 36      | false   | is ruled out      | she does not want children |
      | 50      | true    | is firm           | the last year of the offer |
      | 51      | true    | is not applicable | above the limit            |
      | unknown | true    | is undetermined   | age decides                |

  @rule:WUP-12
  Scenario Outline: Fertility depends on sex and menopause, <why>
    Given the patient "before treatment, young woman"
    And the patient's menopausal_status is <menopause>
    When the rules are evaluated
    Then WUP-12 <outcome>

    Examples:
      | menopause      | outcome           | why                        |
      | perimenopausal | is firm           | menopause has not come yet |
      | postmenopausal | is not applicable | menopause has come         |
      | unknown        | is undetermined   | menopause decides          |

  @rule:WUP-12
  Scenario: A man is offered sperm storage
    Given the patient "before treatment, man"
    When the rules are evaluated
    Then WUP-12 is firm

  @rule:WUP-12
  Scenario: The offer comes before the first dose
    Given the patient "before treatment, young woman"
    And the patient's treatment_phase is neoadjuvant_ongoing
    When the rules are evaluated
    Then WUP-12 is not applicable

  @rule:WUP-13
  Scenario Outline: Pregnancy test, <why>
    Given the patient "before treatment, young woman"
    And the patient's menopausal_status is <menopause>
    And the patient's pregnant is <pregnant>
    When the rules are evaluated
    Then WUP-13 <outcome>

    Examples:
      | menopause      | pregnant | outcome           | why                                |
      | premenopausal  | unknown  | is firm           | not tested                         |
      | perimenopausal | unknown  | is firm           | not tested, cycles irregular       |
      | premenopausal  | false    | is not applicable | tested, not pregnant               |
      | premenopausal  | true     | is not applicable | tested, pregnant                   |
      | postmenopausal | unknown  | is not applicable | pregnancy is excluded by menopause |
      | unknown        | unknown  | is undetermined   | menopause decides                  |

  @rule:WUP-13
  Scenario Outline: Pregnancy test by phase of treatment, <why>
    Given the patient "before treatment, young woman"
    And the patient's pregnant is unknown
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then WUP-13 <outcome>

    Examples:
      | phase               | outcome           | why                           |
      | work_up             | is firm           | before drugs and scans        |
      | adjuvant            | is firm           | before drugs after surgery    |
      | post_neoadjuvant    | is firm           | before further drugs          |
      | neoadjuvant_ongoing | is not applicable | was due before this treatment |
      | unknown             | is undetermined   | the phase decides             |

  @rule:WUP-13
  Scenario Outline: Pregnancy test by sex, <why>
    Given the patient "before treatment, young woman"
    And the patient's pregnant is unknown
    And the patient's sex is <sex>
    When the rules are evaluated
    Then WUP-13 <outcome>

    Examples:
      | sex     | outcome         | why                      |
      | female  | is firm         | a woman before menopause |
      | unknown | is undetermined | sex was not sent         |

  @rule:WUP-13
  Scenario: A man needs no pregnancy test
    Given the patient "before treatment, man"
    When the rules are evaluated
    Then WUP-13 is not applicable
    And the fact pregnant is false

  # ---- capecitabine

  @rule:WUP-14
  Scenario Outline: DPYD test when cancer is left at surgery, <why>
    Given the patient "operated after treatment, cancer left"
    And the patient's ypt is <tumour>
    And the patient's ypn is <nodes>
    And the patient's gbrca is <brca>
    And the patient's dpyd_status is <dpyd>
    When the rules are evaluated
    Then WUP-14 <outcome>

    Examples:
      | tumour  | nodes   | brca       | dpyd    | outcome           | why                                        |
      | T1c     | N0      | negative   | unknown | is firm           | capecitabine is likely                     |
      | T1c     | N0      | vus        | unknown | is firm           | an uncertain variant changes nothing       |
      | T1c     | N0      | unknown    | unknown | is firm           | BRCA is not known                          |
      | T1c     | N0      | pending    | unknown | is firm           | BRCA is pending                            |
      | T1c     | N0      | pathogenic | unknown | is not applicable | olaparib takes the place of capecitabine   |
      | T0      | N0(i+)  | negative   | unknown | is firm           | isolated tumour cells are left             |
      | T0      | N0(i+)  | unknown    | unknown | is firm           | isolated cells are left, BRCA is not known |
      | T0      | N0      | negative   | unknown | is not applicable | nothing is left                            |
      | T0      | N0      | unknown    | unknown | is not applicable | nothing is left whatever BRCA shows        |
      | T1c     | N0      | negative   | normal  | is not applicable | the test is done                           |
      | unknown | unknown | negative   | unknown | is undetermined   | what is left decides                       |

  @rule:WUP-14
  Scenario Outline: DPYD test after surgery first, <why>
    Given the patient "operated first, pT2 pN1"
    And the patient's pt is <tumour>
    And the patient's pn is <nodes>
    And the patient's days_since_surgery is <days>
    When the rules are evaluated
    Then WUP-14 <outcome>

    Examples:
      | tumour | nodes   | days    | outcome           | why                                |
      | T2     | N1      | 30      | is firm           | stage IIB, operated a month ago    |
      | T2     | N1      | 365     | is firm           | the last day of the window         |
      | T2     | N1      | 366     | is not applicable | the window has closed              |
      | T2     | N1      | unknown | is undetermined   | the date of surgery decides        |
      | T1c    | N0      | 30      | is not applicable | stage I                            |
      | T2     | unknown | 30      | is firm           | stage II or III whatever the nodes |
      | T1c    | unknown | 30      | is undetermined   | the nodes decide                   |

  @rule:WUP-14
  Scenario Outline: DPYD test by phase and pathway, <why>
    Given the patient "operated first, pT2 pN1"
    And the patient's treatment_phase is <phase>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then WUP-14 <outcome>

    Examples:
      | phase     | pathway       | outcome         | why                        |
      | adjuvant  | surgery_first | is firm         | chemotherapy after surgery |
      | follow_up | surgery_first | is firm         | chemotherapy just finished |
      | unknown   | surgery_first | is undetermined | the phase decides          |
      | adjuvant  | unknown       | is undetermined | the pathway decides        |

  @rule:WUP-14
  Scenario Outline: The DPYD test waits until capecitabine comes into question, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's pathway is <pathway>
    And the patient's days_since_surgery is <days>
    When the rules are evaluated
    Then WUP-14 is not applicable

    Examples:
      | pathway       | days    | why                                             |
      | undecided     | unknown | nothing has been done                           |
      | surgery_first | 10      | a first excision was done, the phase is work-up |

  # ---- older patients

  @rule:WUP-15
  Scenario Outline: Geriatric screening, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's age_years is <age>
    And the patient's geriatric_status is <status>
    When the rules are evaluated
    Then WUP-15 <outcome>

    Examples:
      | age     | status  | outcome           | why              |
      | 64      | unknown | is not applicable | below the limit  |
      | 65      | unknown | is firm           | at the limit     |
      | 82      | unknown | is firm           | above the limit  |
      | 82      | fit     | is not applicable | already assessed |
      | unknown | unknown | is undetermined   | age decides      |

  @rule:WUP-15
  Scenario Outline: Geriatric screening by phase of treatment, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's age_years is 70
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then WUP-15 <outcome>

    Examples:
      | phase            | outcome           | why                           |
      | work_up          | is firm           | before treatment is chosen    |
      | adjuvant         | is firm           | before drugs are chosen       |
      | post_neoadjuvant | is not applicable | the main choice has been made |
      | unknown          | is undetermined   | the phase decides             |

  # ---- outside the guideline, and outside the phase

  @rule:WUP-02
  Scenario: A variant of uncertain significance is no concern outside the guideline
    Given the patient "before treatment, T2 N0"
    And the patient's gbrca is vus
    And the patient's her2_ihc is 3+
    When the rules are evaluated
    Then WUP-02 is not applicable

  @rule:WUP-03 @rule:WUP-04 @rule:WUP-05 @rule:WUP-06 @rule:WUP-07 @rule:WUP-08
  @rule:WUP-09 @rule:WUP-10 @rule:WUP-11 @rule:WUP-12 @rule:WUP-13 @rule:WUP-14 @rule:WUP-15 @rule:WUP-16
  Scenario Outline: HER2-positive cancer gets no work-up here, <why>
    Given the patient "<patient>"
    And the patient's pregnant is unknown
    And the patient's her2_ihc is 3+
    When the rules are evaluated
    Then <rule> is not applicable

    Examples:
      | rule   | patient                               | why                  |
      | WUP-03 | before treatment, inflammatory        | staging in stage III |
      | WUP-04 | before treatment, T2 N0               | staging in stage II  |
      | WUP-05 | before treatment, T1b N0              | staging in stage I   |
      | WUP-06 | before treatment, T2 N0               | axilla and clip      |
      | WUP-07 | before treatment, T2 N0               | team discussion      |
      | WUP-08 | before treatment, T2 N0               | blood tests          |
      | WUP-09 | before treatment, T2 N0               | hepatitis            |
      | WUP-10 | before treatment, T2 N0               | ejection fraction    |
      | WUP-11 | before treatment, T2 N0               | checkpoint inhibitor |
      | WUP-12 | before treatment, young woman         | fertility            |
      | WUP-13 | before treatment, young woman         | pregnancy            |
      | WUP-14 | operated after treatment, cancer left | DPYD                 |
      | WUP-15 | before treatment, unfit               | geriatric screening  |
      | WUP-16 | before treatment, T2 N0               | scores               |

  @rule:WUP-04 @rule:WUP-05 @rule:WUP-06
  Scenario Outline: Work-up belongs to the time before treatment, <why>
    Given the patient "<patient>"
    And the patient's pathway is neoadjuvant
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                  | phase               | outcome           | why                             |
      | WUP-04 | before treatment, T2 N0  | neoadjuvant_ongoing | is not applicable | staging in stage II, too late   |
      | WUP-04 | before treatment, T2 N0  | unknown             | is undetermined   | staging in stage II, phase open |
      | WUP-05 | before treatment, T1b N0 | neoadjuvant_ongoing | is not applicable | staging in stage I, too late    |
      | WUP-05 | before treatment, T1b N0 | unknown             | is undetermined   | staging in stage I, phase open  |
      | WUP-06 | before treatment, T2 N0  | neoadjuvant_ongoing | is not applicable | marking, too late               |
      | WUP-06 | before treatment, T2 N0  | unknown             | is undetermined   | marking, phase open             |
