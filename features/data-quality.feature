Feature: Data that must be right or complete before anything is recommended

  Background:
    Given the guideline as of 2026-11-22

  Scenario: Nothing is asked back when the facts are complete and agree
    Given the patient "before treatment, T2 N0"
    When the rules are evaluated
    Then no contradiction is reported
    And DAT-01 is not applicable
    And DAT-02 is not applicable
    And DAT-03 is not applicable
    And DAT-04 is not applicable
    And DAT-05 is not applicable
    And DAT-06 is not applicable
    And DAT-07 is not applicable
    And DAT-08 is not applicable
    And DAT-09 is not applicable

  @rule:DAT-01
  Scenario Outline: Facts that cannot be true together, <why>
    Given the patient "receptors only"
    And the patient's <one> is <this>
    And the patient's <other> is <that>
    When the rules are evaluated
    Then contradiction <code> is reported
    And DAT-01 is firm
    And the status is contradiction

    Examples:
      | code | one                 | this             | other                | that          | why                                               |
      | C01  | nodes_positive      | 5                | nodes_examined       | 3             | more positive nodes than nodes                    |
      | C02  | pathway             | surgery_first    | ypt                  | T1c           | a category after treatment, surgery first         |
      | C03  | pathway             | neoadjuvant      | pt                   | T2            | the y prefix is missing                           |
      | C04  | m_category          | M1               | stage_given          | IIB           | metastases, but the stage is not IV               |
      | C05  | m_category          | M0               | stage_given          | IV            | stage IV without metastases                       |
      | C07  | sex                 | male             | pregnant             | true          | a pregnant man                                    |
      | C08  | menopausal_status   | postmenopausal   | pregnant             | true          | pregnant after menopause                          |
      | C10  | treatment_phase     | post_neoadjuvant | pathway              | surgery_first | after treatment before surgery, but surgery first |
      | C10  | treatment_phase     | adjuvant         | pathway              | neoadjuvant   | operated first, but treated before surgery        |
      | C11  | path_response_given | pcr              | ypt                  | T1c           | complete response with tumour left                |
      | C14  | ct                  | T1b              | tumour_size_mm       | 15            | the size does not fit the category                |
      | C15  | er_percent          | 0                | er_category          | positive      | percentage and category disagree                  |
      | C19  | pathway             | surgery_first    | neoadj_pembro_cycles | 4             | pembrolizumab before surgery that came first      |
      | C20  | invasive_cancer     | false            | ct                   | T2            | in situ with an invasive category                 |
      | C22  | tnbc_declared       | false            | grade                | 3             | declared not triple-negative, receptors say it is |

  @rule:DAT-01
  Scenario Outline: Odd but possible facts do not stop the answer, <why>
    Given the patient "receptors only"
    And the patient's <one> is <this>
    And the patient's <other> is <that>
    When the rules are evaluated
    Then DAT-01 is not applicable

    Examples:
      | one                 | this     | other               | that         | why                                  |
      | nodes_positive      | 3        | nodes_examined      | 3            | all examined nodes positive          |
      | nodes_positive      | 5        | nodes_examined      | unknown      | a missing number contradicts nothing |
      | pregnant            | false    | pregnancy_trimester | 2            | a left-over trimester                |
      | path_response_given | residual | rcb_class           | 0            | conventions on isolated cells differ |
      | inflammatory        | true     | ct                  | T2           | inflammatory cancer is taken as T4d  |
      | treatment_phase     | work_up  | days_since_surgery  | 10           | perhaps a diagnostic excision        |
      | ct                  | T1b      | tumour_size_mm      | 10           | the upper limit of the category      |
      | er_percent          | 5        | er_category         | low_positive | percentage and category agree        |

  @rule:DAT-01
  Scenario: Contradictory facts stop every recommendation but no request for data
    Given the patient "before treatment, T2 N0"
    And the patient's nodes_positive is 3
    And the patient's nodes_examined is 1
    And the patient's histology is unknown
    When the rules are evaluated
    Then DAT-01 is shown
    And STR-03 is stopped
    And WUP-07 is stopped
    And DAT-06 is shown

  @rule:DAT-02
  Scenario Outline: Receptor status complete or not, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's er_percent is <er>
    And the patient's pr_percent is <pr>
    And the patient's her2_ihc is <her2>
    When the rules are evaluated
    Then DAT-02 <outcome>

    Examples:
      | er      | pr      | her2    | outcome           | why                                                |
      | 0       | 0       | 0       | is not applicable | all three negative                                 |
      | unknown | 0       | 0       | is firm           | the oestrogen receptor is missing                  |
      | 0       | unknown | 0       | is firm           | the progesterone receptor is missing               |
      | 0       | 0       | unknown | is firm           | HER2 is missing                                    |
      | 0       | 0       | 2+      | is firm           | HER2 is equivocal                                  |
      | 0..5    | 0       | 0       | is not applicable | negative or low, triple-negative or like it anyway |
      | 0..50   | 0       | 0       | is firm           | the range includes clearly positive                |
      | 90      | unknown | unknown | is not applicable | clearly not triple-negative whatever the rest says |

  @rule:DAT-02
  Scenario: No strategy is given while the receptor status is open
    Given the patient "before treatment, T2 N0"
    And the patient's her2_ihc is 2+
    And the patient's her2_ish is not_done
    When the rules are evaluated
    Then DAT-02 is shown
    And DAT-03 is shown
    And STR-03 is undetermined
    And the decision needs her2_ish

  @rule:DAT-03
  Scenario Outline: Equivocal HER2 stain, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's her2_ihc is <stain>
    And the patient's her2_ish is <hybridisation>
    When the rules are evaluated
    Then DAT-03 <outcome>

    Examples:
      | stain   | hybridisation | outcome           | why                                    |
      | 2+      | unknown       | is firm           | hybridisation is missing               |
      | 2+      | not_done      | is firm           | hybridisation was not done             |
      | 2+      | negative      | is not applicable | hybridisation has settled it           |
      | 2+      | positive      | is not applicable | hybridisation has settled it otherwise |
      | 1+      | unknown       | is not applicable | a weak stain is negative               |
      | 3+      | unknown       | is not applicable | a strong stain is positive             |
      | unknown | unknown       | is undetermined   | the stain itself is not known          |

  @rule:DAT-03
  Scenario: The missing hybridisation is asked for even when the disease is recurrent
    Given the patient "before treatment, T2 N0"
    And the patient's her2_ihc is 2+
    And the patient's disease_setting is local_regional_recurrence
    When the rules are evaluated
    Then SCP-05 is firm
    And DAT-03 is shown

  @rule:DAT-04
  Scenario Outline: Progesterone receptor without oestrogen receptor, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's er_percent is <er>
    And the patient's pr_percent is <pr>
    When the rules are evaluated
    Then DAT-04 <outcome>

    Examples:
      | er      | pr      | outcome           | why                                     |
      | 0       | 0       | is not applicable | both negative in a grade 3 cancer       |
      | 0       | 0.5     | is not applicable | below 1% is negative                    |
      | 0       | 1       | is firm           | 1% is low positive                      |
      | 0       | 30      | is firm           | clearly positive                        |
      | 0.5     | 30      | is firm           | below 1% is negative                    |
      | 1       | 30      | is not applicable | the oestrogen receptor is expressed too |
      | unknown | 30      | is undetermined   | the oestrogen receptor decides          |
      | 0       | unknown | is undetermined   | the progesterone receptor decides       |

  @rule:DAT-04
  Scenario Outline: Triple-negative result that does not fit the histology, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's histology is <histology>
    And the patient's grade is <grade>
    When the rules are evaluated
    Then DAT-04 <outcome>

    Examples:
      | histology                   | grade   | outcome           | why                                      |
      | nst                         | 1       | is firm           | grade 1 is unexpected                    |
      | nst                         | 2       | is not applicable | grade 2 is not                           |
      | nst                         | 3       | is not applicable | grade 3 is usual                         |
      | lobular                     | 3       | is firm           | lobular is unexpected at any grade       |
      | lobular                     | unknown | is firm           | lobular is unexpected whatever the grade |
      | secretory                   | 1       | is not applicable | a special type explains both             |
      | acinic_cell                 | 1       | is not applicable | another special type that explains both  |
      | adenoid_cystic_classic      | 1       | is not applicable | classic adenoid cystic explains both     |
      | mucoepidermoid_low_grade    | 1       | is not applicable | low-grade mucoepidermoid explains both   |
      | tall_cell_reversed_polarity | 1       | is not applicable | tall-cell carcinoma explains both        |
      | metaplastic_low_grade       | 1       | is not applicable | low-grade metaplastic explains both      |
      | apocrine                    | 1       | is firm           | apocrine is not one of those types       |
      | nst                         | unknown | is undetermined   | the grade decides                        |
      | unknown                     | 1       | is undetermined   | the type decides                         |

  @rule:DAT-04
  Scenario Outline: A grade 1 cancer is unexpected only if both receptors are negative, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's grade is 1
    And the patient's er_percent is <er>
    And the patient's pr_percent is <pr>
    When the rules are evaluated
    Then DAT-04 <outcome>

    Examples:
      | er      | pr      | outcome           | why                                    |
      | 0       | 0       | is firm           | both negative                          |
      | 5       | 0       | is not applicable | the oestrogen receptor is expressed    |
      | unknown | 0       | is undetermined   | the oestrogen receptor decides         |
      | 0       | unknown | is undetermined   | the progesterone receptor is not known |

  @rule:DAT-04
  Scenario: An open HER2 status leaves a grade 1 cancer undecided
    Given the patient "before treatment, T2 N0"
    And the patient's grade is 1
    And the patient's her2_ihc is 2+
    When the rules are evaluated
    Then DAT-04 is undetermined
    And DAT-04 needs her2_ish

  @rule:DAT-04
  Scenario: An unexpected result is repeated although it puts the patient out of scope
    Given the patient "before treatment, T2 N0"
    And the patient's pr_percent is 30
    When the rules are evaluated
    Then SCP-03 is firm
    And DAT-04 is shown

  @rule:DAT-05
  Scenario Outline: Categories before treatment, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    And the patient's m_category is <metastasis>
    When the rules are evaluated
    Then DAT-05 <outcome>

    Examples:
      | tumour    | nodes   | metastasis | outcome           | why                                |
      | T2        | N0      | M0         | is not applicable | all three are known                |
      | unknown   | N0      | M0         | is firm           | no tumour category                 |
      | TX        | N0      | M0         | is firm           | the tumour could not be assessed   |
      | T2        | unknown | M0         | is firm           | no nodal category                  |
      | T2        | NX      | M0         | is firm           | the nodes could not be assessed    |
      | T2        | N0      | unknown    | is firm           | no metastasis category             |
      | T1        | N0      | M0         | is not applicable | T1 without a letter is something   |
      | T1c or T2 | N0      | M0         | is not applicable | one of two categories is something |

  @rule:DAT-05
  Scenario Outline: A stage does not replace the categories, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    And the patient's stage_given is IIB
    When the rules are evaluated
    Then DAT-05 is firm

    Examples:
      | tumour  | nodes   | why                            |
      | unknown | unknown | neither category was sent      |
      | unknown | N1      | the tumour category is missing |
      | T2      | unknown | the nodal category is missing  |

  @rule:DAT-05
  Scenario: Categories that make no stage are sent back
    Given the patient "before treatment, T2 N0"
    And the patient's ct is Tis
    And the patient's cn is N1
    When the rules are evaluated
    Then DAT-05 is firm

  @rule:DAT-05
  Scenario Outline: After surgery first the pathological categories count, <why>
    Given the patient "operated first, pT2 pN1"
    And the patient's pt is <tumour>
    And the patient's pn is <nodes>
    When the rules are evaluated
    Then DAT-05 <outcome>

    Examples:
      | tumour  | nodes   | outcome           | why                   |
      | T2      | N1      | is not applicable | both are known        |
      | unknown | N1      | is firm           | the tumour is missing |
      | T2      | unknown | is firm           | the nodes are missing |

  @rule:DAT-05
  Scenario Outline: The stage is asked for in triple-negative cancer only, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's cn is unknown
    And the patient's her2_ihc is <her2>
    When the rules are evaluated
    Then DAT-05 <outcome>

    Examples:
      | her2 | outcome           | why                         |
      | 1+   | is firm           | triple-negative             |
      | 3+   | is not applicable | HER2-positive               |
      | 2+   | is undetermined   | the phenotype is still open |

  @rule:DAT-06
  Scenario Outline: Phase and pathway, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's treatment_phase is <phase>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then DAT-06 <outcome>

    Examples:
      | phase               | pathway       | outcome           | why                                                |
      | work_up             | unknown       | is not applicable | before treatment the pathway may be undecided      |
      | unknown             | unknown       | is firm           | the phase is missing                               |
      | unknown             | neoadjuvant   | is firm           | the phase is missing although the pathway is known |
      | adjuvant            | unknown       | is firm           | after surgery the pathway must be known            |
      | adjuvant            | surgery_first | is not applicable | both are known                                     |
      | post_neoadjuvant    | unknown       | is firm           | the pathway was not stated                         |
      | follow_up           | unknown       | is firm           | the pathway still matters later                    |
      | neoadjuvant_ongoing | unknown       | is not applicable | the phase says it                                  |

  @rule:DAT-06
  Scenario Outline: Histological type, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's histology is <histology>
    When the rules are evaluated
    Then DAT-06 <outcome>
    And the fact in_scope is true

    Examples:
      | histology | outcome           | why                                      |
      | nst       | is not applicable | the ordinary type                        |
      | unknown   | is firm           | missing, and meanwhile taken as ordinary |

  @rule:DAT-06
  Scenario: Nothing more is asked while the phenotype is open
    Given the patient "before treatment, T2 N0"
    And the patient's histology is unknown
    And the patient's her2_ihc is 2+
    When the rules are evaluated
    Then DAT-06 is undetermined

  @rule:DAT-07
  Scenario Outline: Response to treatment before surgery, <why>
    Given the patient "operated after treatment, cancer left"
    And the patient's ypt is <tumour>
    And the patient's ypn is <nodes>
    And the patient's path_response_given is <response>
    When the rules are evaluated
    Then DAT-07 <outcome>

    Examples:
      | tumour  | nodes   | response | outcome           | why                                          |
      | T1c     | N0      | unknown  | is not applicable | tumour left                                  |
      | T0      | N0      | unknown  | is not applicable | nothing left                                 |
      | unknown | unknown | unknown  | is firm           | nothing was reported                         |
      | unknown | unknown | pcr      | is not applicable | the response was reported in words           |
      | T1c     | unknown | unknown  | is not applicable | tumour left whatever the nodes show          |
      | T0      | unknown | unknown  | is firm           | the nodes decide                             |
      | unknown | N1      | unknown  | is not applicable | nodal disease left whatever the breast shows |
      | unknown | N0      | unknown  | is firm           | clean nodes say nothing about the breast     |
      | unknown | N0(i+)  | unknown  | is firm           | isolated cells say nothing about the breast  |
      | unknown | N0      | residual | is not applicable | clean nodes, and the response in words       |

  @rule:DAT-07
  Scenario Outline: The response is asked for after treatment before surgery only, <why>
    Given the patient "operated after treatment, cancer left"
    And the patient's ypt is unknown
    And the patient's ypn is unknown
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then DAT-07 <outcome>

    Examples:
      | phase               | outcome           | why                      |
      | post_neoadjuvant    | is firm           | the operation is done    |
      | neoadjuvant_ongoing | is not applicable | the operation is to come |
      | unknown             | is undetermined   | the phase decides        |

  @rule:DAT-08
  Scenario Outline: Pembrolizumab before surgery, <why>
    Given the patient "operated after treatment, cancer left"
    And the patient's treatment_phase is <phase>
    And the patient's neoadj_pembro_cycles is <cycles>
    When the rules are evaluated
    Then DAT-08 <outcome>

    Examples:
      | phase               | cycles  | outcome           | why                               |
      | post_neoadjuvant    | unknown | is firm           | not recorded, operation done      |
      | neoadjuvant_ongoing | unknown | is firm           | not recorded, treatment under way |
      | post_neoadjuvant    | 0       | is not applicable | recorded as none                  |
      | post_neoadjuvant    | 8       | is not applicable | recorded                          |
      | follow_up           | unknown | is not applicable | treatment is finished             |
      | unknown             | unknown | is undetermined   | the phase decides                 |

  @rule:DAT-09
  Scenario: A declared phenotype is accepted and its values are asked for
    Given the patient "before treatment, declared only"
    When the rules are evaluated
    Then the fact tnbc is definite
    And DAT-09 is firm
    And DAT-02 is not applicable
    And STR-03 is shown

  @rule:DAT-09
  Scenario: Receptor values take the place of the declaration
    Given the patient "before treatment, declared only"
    And the patient's er_percent is 0
    And the patient's pr_percent is 0
    And the patient's her2_ihc is 1+
    When the rules are evaluated
    Then DAT-09 is not applicable

  @rule:DAT-09
  Scenario: A cancer declared not to be triple-negative needs no values
    Given the patient "before treatment, declared only"
    And the patient's tnbc_declared is false
    When the rules are evaluated
    Then the fact tnbc is not_tnbc
    And DAT-09 is not applicable
    And DAT-02 is not applicable

  @rule:DAT-07 @rule:DAT-08
  Scenario: Response and drugs are not asked for outside the guideline
    Given the patient "operated after treatment, cancer left"
    And the patient's ypt is unknown
    And the patient's ypn is unknown
    And the patient's neoadj_pembro_cycles is unknown
    And the patient's her2_ihc is 3+
    When the rules are evaluated
    Then DAT-07 is not applicable
    And DAT-08 is not applicable

  @rule:DAT-09
  Scenario: Without declaration and without receptors the values are asked for by another rule
    Given the patient "before treatment, declared only"
    And the patient's tnbc_declared is unknown
    When the rules are evaluated
    Then DAT-09 is not shown
    And DAT-02 is firm

  @rule:DAT-06
  Scenario: after surgery the pathway cannot still be undecided
    Given a patient
    And the patient's er_percent is 0
    And the patient's pr_percent is 0
    And the patient's her2_ihc is 0
    And the patient's histology is nst
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is undecided
    When the rules are evaluated
    Then DAT-06 is firm
