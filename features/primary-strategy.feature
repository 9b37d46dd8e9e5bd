Feature: Surgery first or systemic treatment first
  One strategy stands for a patient, never two.

  Background:
    Given the guideline as of 2026-11-22

  # ---- by tumour and nodes

  @rule:STR-01 @rule:STR-02 @rule:STR-03 @rule:STR-04
  Scenario Outline: Strategy by tumour and nodes, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then STR-01 <surgery_first>
    And STR-02 <either>
    And STR-03 <drugs_first>
    And STR-04 <inoperable>

    Examples: one strategy by size and nodes
      | tumour | nodes | surgery_first     | either            | drugs_first       | inoperable        | why                                       |
      | T1mi   | N0    | is firm           | is not applicable | is not applicable | is not applicable | the smallest focus                        |
      | T1a    | N0    | is firm           | is not applicable | is not applicable | is not applicable | a few millimetres                         |
      | T1b    | N0    | is firm           | is not applicable | is not applicable | is not applicable | the largest for surgery first             |
      | T1c    | N0    | is not applicable | is firm           | is not applicable | is not applicable | the grey zone                             |
      | T1c    | N1mi  | is not applicable | is firm           | is not applicable | is not applicable | the grey zone with a micrometastasis      |
      | T1a    | N1mi  | is not applicable | is firm           | is not applicable | is not applicable | a small tumour with a micrometastasis     |
      | T1mi   | N1mi  | is not applicable | is firm           | is not applicable | is not applicable | the smallest focus with a micrometastasis |
      | T1b    | N1mi  | is not applicable | is firm           | is not applicable | is not applicable | below the grey zone but a micrometastasis |
      | T0     | N1mi  | is not applicable | is firm           | is not applicable | is not applicable | no tumour found but a micrometastasis     |
      | T1b    | N1    | is not applicable | is not applicable | is firm           | is not applicable | a positive node is enough                 |
      | T1c    | N1    | is not applicable | is not applicable | is firm           | is not applicable | the grey zone ends at a positive node     |
      | T0     | N1    | is not applicable | is not applicable | is firm           | is not applicable | a node from a hidden tumour               |
      | T2     | N0    | is not applicable | is not applicable | is firm           | is not applicable | T2 is enough                              |
      | T3     | N2    | is not applicable | is not applicable | is firm           | is not applicable | large and node-positive                   |
      | T4b    | N0    | is not applicable | is not applicable | is firm           | is firm           | into the skin                             |
      | T1b    | N2    | is not applicable | is not applicable | is firm           | is not applicable | a small tumour with many nodes            |
      | T1b    | N3    | is not applicable | is not applicable | is firm           | is firm           | a small tumour, nodes at the collar bone  |
      | T3     | N0    | is not applicable | is not applicable | is firm           | is not applicable | large without nodes                       |
      | T2     | N3    | is not applicable | is not applicable | is firm           | is firm           | nodes at the collar bone                  |

    Examples: partly known tumour or nodes
      | tumour      | nodes    | surgery_first     | either            | drugs_first       | inoperable        | why                          |
      | T1          | N0       | is undetermined   | is undetermined   | is not applicable | is not applicable | T1 without a letter or size  |
      | unknown     | N1       | is not applicable | is not applicable | is firm           | is undetermined   | the node has decided         |
      | T2 or T3    | unknown  | is not applicable | is not applicable | is firm           | is undetermined   | the tumour has decided       |
      | T1b         | unknown  | is undetermined   | is undetermined   | is undetermined   | is undetermined   | the nodes decide             |
      | T1c or T2   | N0       | is not applicable | is undetermined   | is undetermined   | is not applicable | on the border of T2          |
      | T1mi or T1b | N0       | is firm           | is not applicable | is not applicable | is not applicable | surgery first in either case |
      | T1c         | N1 or N2 | is not applicable | is not applicable | is firm           | is not applicable | node-positive in either case |

  @rule:STR-01 @rule:STR-02
  Scenario Outline: The size settles T1 without a letter, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is T1
    And the patient's tumour_size_mm is <size>
    When the rules are evaluated
    Then STR-01 <surgery_first>
    And STR-02 <either>

    Examples:
      | size | surgery_first     | either            | why                  |
      | 10   | is firm           | is not applicable | the upper end of T1b |
      | 11   | is not applicable | is firm           | already T1c          |
      | 20   | is not applicable | is firm           | the upper end of T1c |

  @rule:STR-01 @rule:STR-02
  Scenario: The size is asked for when T1 came without a letter
    Given the patient "before treatment, T2 N0"
    And the patient's ct is T1
    When the rules are evaluated
    Then STR-01 needs tumour_size_mm
    And STR-02 needs tumour_size_mm

  @rule:STR-03
  Scenario: Nodes are asked for when the tumour does not decide
    Given the patient "before treatment, T1b N0"
    And the patient's cn is unknown
    When the rules are evaluated
    Then STR-03 needs cn

  @rule:STR-01
  Scenario: A small tumour that is called inflammatory is not operated on first
    Given the patient "before treatment, T1b N0"
    And the patient's inflammatory is true
    When the rules are evaluated
    Then STR-01 is not shown
    And STR-04 is shown

  @rule:STR-03
  Scenario Outline: A strategy is chosen before treatment, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then STR-03 <outcome>

    Examples:
      | phase               | outcome           | why                      |
      | work_up             | is firm           | nothing has been given   |
      | neoadjuvant_ongoing | is not applicable | the choice has been made |
      | unknown             | is undetermined   | the phase decides        |

  # ---- reasons against chemotherapy first

  @rule:STR-02
  Scenario Outline: Reasons against chemotherapy in the grey zone, <why>
    Given the patient "before treatment, T1c N0"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-02 <outcome>

    Examples:
      | fact                  | value      | outcome        | why                                   |
      | ecog                  | 2          | is firm        | limited but able                      |
      | ecog                  | 3          | is ruled out   | not fit                               |
      | ecog                  | unknown    | is provisional | fitness is not known                  |
      | geriatric_status      | vulnerable | is firm        | vulnerable is not frail               |
      | geriatric_status      | frail      | is ruled out   | frail                                 |
      | declines_chemotherapy | true       | is ruled out   | declined                              |
      | histology             | secretory  | is ruled out   | a low-risk special type               |
      | histology             | apocrine   | is firm        | apocrine is not a low-risk type       |
      | histology             | unknown    | is firm        | not said: taken as ordinary carcinoma |

  @rule:STR-02
  Scenario: Fitness is asked for in the grey zone
    Given the patient "before treatment, T1c N0"
    And the patient's ecog is unknown
    When the rules are evaluated
    Then STR-02 asks to confirm ecog

  @rule:STR-03
  Scenario Outline: Reasons against chemotherapy in larger cancer, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-03 <outcome>

    Examples:
      | fact                  | value       | outcome        | why                                   |
      | ecog                  | 2           | is firm        | limited but able                      |
      | ecog                  | 3           | is ruled out   | not fit                               |
      | ecog                  | unknown     | is provisional | fitness is not known                  |
      | geriatric_status      | frail       | is ruled out   | frail                                 |
      | declines_chemotherapy | true        | is ruled out   | declined                              |
      | histology             | acinic_cell | is ruled out   | a low-risk special type               |
      | histology             | unknown     | is firm        | not said: taken as ordinary carcinoma |

  @rule:STR-03
  Scenario: Fitness is asked for in larger cancer
    Given the patient "before treatment, T2 N0"
    And the patient's ecog is unknown
    When the rules are evaluated
    Then STR-03 asks to confirm ecog
    And STR-03 is shown

  @rule:STR-03 @rule:STR-09
  Scenario Outline: Pregnancy and larger cancer, <why>
    Given the patient "before treatment, first trimester"
    And the patient's pregnant is <pregnant>
    And the patient's pregnancy_trimester is <trimester>
    When the rules are evaluated
    Then STR-03 <drugs_first>
    And STR-09 <first_trimester>

    Examples:
      | pregnant | trimester | drugs_first    | first_trimester   | why                                        |
      | true     | 1         | is ruled out   | is firm           | chemotherapy is forbidden now              |
      | true     | 2         | is firm        | is not applicable | chemotherapy is possible                   |
      | true     | 3         | is firm        | is not applicable | chemotherapy is possible late in pregnancy |
      | true     | unknown   | is provisional | is undetermined   | the trimester decides                      |
      | unknown  | unknown   | is provisional | is undetermined   | pregnancy has not been excluded            |
      | false    | unknown   | is firm        | is not applicable | not pregnant                               |

  @rule:STR-03 @rule:STR-09
  Scenario: The trimester is asked for
    Given the patient "before treatment, first trimester"
    And the patient's pregnancy_trimester is unknown
    When the rules are evaluated
    Then STR-03 asks to confirm pregnancy_trimester
    And STR-09 needs pregnancy_trimester

  # ---- inflammatory or inoperable

  @rule:STR-04
  Scenario: Inflammatory cancer starts with drugs, and that takes the place of the ordinary advice
    Given the patient "before treatment, inflammatory"
    When the rules are evaluated
    Then STR-04 is firm
    And STR-04 stands
    And STR-03 is withdrawn by STR-04

  @rule:STR-04
  Scenario: Cancer that has grown into the skin takes the same way
    Given the patient "before treatment, T2 N0"
    And the patient's ct is T4b
    When the rules are evaluated
    Then STR-04 stands
    And STR-03 is withdrawn by STR-04

  @rule:STR-04 @rule:STR-10
  Scenario Outline: Reasons against chemotherapy in inflammatory cancer, <why>
    Given the patient "before treatment, inflammatory"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-04 <drugs_first>
    And STR-10 <individual>

    Examples:
      | fact                  | value     | drugs_first    | individual        | why                            |
      | ecog                  | 2         | is firm        | is not applicable | limited but able               |
      | ecog                  | 3         | is ruled out   | is firm           | not fit                        |
      | ecog                  | unknown   | is provisional | is undetermined   | fitness is not known           |
      | geriatric_status      | frail     | is ruled out   | is firm           | frail                          |
      | declines_chemotherapy | true      | is ruled out   | is firm           | declined                       |
      | histology             | secretory | is firm        | is not applicable | inflammatory whatever the type |

  @rule:STR-04 @rule:STR-10
  Scenario: Fitness is asked for in inflammatory cancer
    Given the patient "before treatment, inflammatory"
    And the patient's ecog is unknown
    When the rules are evaluated
    Then STR-04 asks to confirm ecog
    And STR-10 needs ecog
    And STR-03 is withdrawn by STR-04

  @rule:STR-04 @rule:STR-09 @rule:STR-10
  Scenario: Inflammatory cancer in the first trimester is decided individually
    Given the patient "before treatment, first trimester"
    And the patient's ct is T4d
    And the patient's cn is N1
    When the rules are evaluated
    Then STR-10 stands
    And STR-04 is ruled out
    And STR-03 is ruled out
    And STR-09 is ruled out

  @rule:STR-09 @rule:STR-10
  Scenario Outline: Inoperable cancer in the first trimester is not operated on first, <why>
    Given the patient "before treatment, first trimester"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then STR-10 stands
    And STR-09 is withdrawn by STR-10

    Examples:
      | tumour | nodes | why                      |
      | T4b    | N1    | into the skin            |
      | T2     | N3    | nodes at the collar bone |

  # ---- planned surgery first

  @rule:STR-05
  Scenario Outline: Surgery is already planned, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then STR-05 <outcome>

    Examples:
      | tumour  | nodes   | pathway       | outcome           | why                                 |
      | T2      | N0      | surgery_first | is firm           | T2 is a candidate for drugs first   |
      | T3      | N0      | surgery_first | is firm           | T3 all the more                     |
      | T4b     | N0      | surgery_first | is firm           | grown into the skin                 |
      | T1b     | N1      | surgery_first | is firm           | a positive node makes a candidate   |
      | T1b     | N2      | surgery_first | is firm           | many positive nodes                 |
      | T1b     | N3      | surgery_first | is firm           | inoperable by nodes                 |
      | T1c     | N0      | surgery_first | is not applicable | either order is acceptable          |
      | T1c     | N1mi    | surgery_first | is not applicable | either order is acceptable here too |
      | T2      | N0      | neoadjuvant   | is not applicable | drugs first is planned              |
      | T2      | N0      | undecided     | is not applicable | nothing is planned yet              |
      | T2      | N0      | unknown       | is not applicable | not said: taken as undecided        |
      | unknown | N0      | surgery_first | is undetermined   | the tumour decides                  |
      | T1b     | unknown | surgery_first | is undetermined   | the nodes decide                    |

  @rule:STR-05
  Scenario Outline: Surgery first may be right after all, <why>
    Given the patient "before treatment, all baseline tests done"
    And the patient's pathway is surgery_first
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then STR-05 <outcome>

    Examples:
      | fact                  | value                       | outcome      | why                                        |
      | organ_transplant      | false                       | is firm      | nothing speaks for surgery first           |
      | organ_transplant      | true                        | is ruled out | pembrolizumab is contraindicated           |
      | organ_transplant      | unknown                     | is firm      | not known, so it is better to warn         |
      | ecog                  | 3                           | is ruled out | not fit                                    |
      | ecog                  | unknown                     | is firm      | fitness not known, so it is better to warn |
      | declines_chemotherapy | true                        | is ruled out | declined                                   |
      | histology             | tall_cell_reversed_polarity | is ruled out | a low-risk special type                    |

  @rule:STR-05
  Scenario: The warning stands beside the strategy
    Given the patient "before treatment, T2 N0"
    And the patient's pathway is surgery_first
    When the rules are evaluated
    Then STR-05 is shown
    And STR-03 is shown

  # ---- low-risk special types

  @rule:STR-06
  Scenario Outline: Low-risk special type, <why>
    Given the patient "before treatment, adenoid cystic"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    And the patient's histology is <histology>
    When the rules are evaluated
    Then STR-06 <outcome>

    Examples:
      | tumour  | nodes   | histology                     | outcome           | why                                        |
      | T1c     | N0      | adenoid_cystic_classic        | is firm           | classic adenoid cystic                     |
      | T2      | N0      | mucoepidermoid_low_grade      | is firm           | T2 is the largest                          |
      | T3      | N0      | adenoid_cystic_classic        | is not applicable | too large                                  |
      | T1c     | N1mi    | adenoid_cystic_classic        | is not applicable | a micrometastasis is nodal disease         |
      | T1      | N0      | metaplastic_low_grade         | is firm           | any T1, whatever the letter                |
      | T1c     | N0      | adenoid_cystic_solid_basaloid | is not applicable | the solid-basaloid variant is not low risk |
      | T1c     | N0      | metaplastic_high_grade        | is not applicable | high grade is not low risk                 |
      | T1c     | N0      | unknown                       | is not applicable | not said: taken as ordinary carcinoma      |
      | T1c     | unknown | adenoid_cystic_classic        | is undetermined   | the nodes decide                           |
      | unknown | N0      | adenoid_cystic_classic        | is undetermined   | the tumour decides                         |

  @rule:STR-06
  Scenario: The favourable type is the reason that is shown for a very small tumour
    Given the patient "before treatment, adenoid cystic"
    And the patient's ct is T1b
    When the rules are evaluated
    Then STR-06 stands
    And STR-01 is withdrawn by STR-06

  @rule:STR-06
  Scenario: In the grey zone the favourable type settles the order
    Given the patient "before treatment, adenoid cystic"
    When the rules are evaluated
    Then STR-06 stands
    And STR-02 is ruled out

  @rule:STR-06
  Scenario: A favourable type of larger size is operated on first too
    Given the patient "before treatment, adenoid cystic"
    And the patient's ct is T2
    When the rules are evaluated
    Then STR-06 stands
    And STR-03 is ruled out

  @rule:STR-06 @rule:STR-07
  Scenario: An unfit patient with a favourable type is operated on first because of the type
    Given the patient "before treatment, unfit"
    And the patient's histology is adenoid_cystic_classic
    When the rules are evaluated
    Then STR-06 stands
    And STR-07 is withdrawn by STR-06

  @rule:STR-06 @rule:STR-09
  Scenario: A favourable type in the first trimester is operated on first
    Given the patient "before treatment, first trimester"
    And the patient's histology is secretory
    When the rules are evaluated
    Then STR-06 stands
    And STR-09 is withdrawn by STR-06
    And STR-03 is ruled out

  # ---- chemotherapy not deliverable or declined

  @rule:STR-07
  Scenario Outline: Unfit patient, <why>
    Given the patient "before treatment, unfit"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then STR-07 <outcome>

    Examples:
      | tumour | nodes   | outcome           | why                                       |
      | T2     | N0      | is firm           | operable, would otherwise get drugs first |
      | T1c    | N0      | is firm           | the grey zone                             |
      | T1b    | N0      | is not applicable | operated on first anyway                  |
      | T1b    | N1mi    | is firm           | small with a micrometastasis              |
      | T3     | N0      | is firm           | large and operable                        |
      | T3     | N2      | is firm           | the most that is called operable          |
      | T0     | N1      | is firm           | a node from a hidden tumour               |
      | T1mi   | N1      | is firm           | the smallest focus with a positive node   |
      | T1a    | N1      | is firm           | a small tumour with a positive node       |
      | T4b    | N1      | is not applicable | inoperable by tumour, node-positive       |
      | T3     | N3      | is not applicable | inoperable by nodes                       |
      | T4b    | N0      | is not applicable | inoperable by tumour                      |
      | T4d    | N1      | is not applicable | inflammatory                              |
      | T2     | unknown | is undetermined   | the nodes decide                          |

  @rule:STR-07
  Scenario Outline: Fit or not, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ecog is <ecog>
    And the patient's geriatric_status is <geriatric>
    And the patient's declines_chemotherapy is <declines>
    When the rules are evaluated
    Then STR-07 <outcome>

    Examples:
      | ecog    | geriatric | declines | outcome           | why                               |
      | 2       | fit       | false    | is not applicable | fit enough                        |
      | 3       | fit       | false    | is firm           | not fit                           |
      | 1       | frail     | false    | is firm           | frail                             |
      | 0       | fit       | true     | is firm           | fit but declining                 |
      | unknown | fit       | true     | is firm           | declining settles it              |
      | unknown | fit       | false    | is undetermined   | fitness decides                   |
      | 2       | unknown   | false    | is not applicable | not assessed: not taken for frail |

  @rule:STR-07
  Scenario: Only one strategy stands for a patient who declines chemotherapy
    Given the patient "before treatment, T2 N0"
    And the patient's declines_chemotherapy is true
    When the rules are evaluated
    Then STR-07 stands
    And STR-03 is ruled out

  @rule:STR-07
  Scenario: Fitness is asked for
    Given the patient "before treatment, T2 N0"
    And the patient's ecog is unknown
    When the rules are evaluated
    Then STR-07 needs ecog

  @rule:STR-07 @rule:STR-09
  Scenario: A patient who declines chemotherapy does not wait for the second trimester
    Given the patient "before treatment, first trimester"
    And the patient's declines_chemotherapy is true
    When the rules are evaluated
    Then STR-07 stands
    And STR-09 is withdrawn by STR-07

  @rule:STR-06 @rule:STR-07 @rule:STR-09
  Scenario: Three reasons for surgery first still give one strategy
    Given the patient "before treatment, first trimester"
    And the patient's declines_chemotherapy is true
    And the patient's histology is secretory
    When the rules are evaluated
    Then STR-06 stands
    And STR-07 is withdrawn by STR-06
    And STR-09 is not shown

  # ---- high-grade metaplastic

  @rule:STR-08
  Scenario Outline: High-grade metaplastic cancer, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's histology is <histology>
    When the rules are evaluated
    Then STR-08 <outcome>

    Examples:
      | histology              | outcome           | why                             |
      | metaplastic_high_grade | is firm           | responds poorly to chemotherapy |
      | metaplastic_low_grade  | is not applicable | low grade is another disease    |
      | nst                    | is not applicable | the ordinary type               |
      | unknown                | is undetermined   | the type decides                |

  @rule:STR-08
  Scenario: The remark on metaplastic cancer stands beside the strategy
    Given the patient "before treatment, T2 N0"
    And the patient's histology is metaplastic_high_grade
    When the rules are evaluated
    Then STR-08 is shown
    And STR-03 is shown

  # ---- first trimester

  @rule:STR-09
  Scenario Outline: First trimester, <why>
    Given the patient "before treatment, first trimester"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then STR-09 <outcome>

    Examples:
      | tumour | nodes   | outcome           | why                                  |
      | T2     | N0      | is firm           | would otherwise get chemotherapy now |
      | T3     | N0      | is firm           | larger still                         |
      | T1b    | N1      | is firm           | a positive node                      |
      | T1b    | N2      | is firm           | many positive nodes                  |
      | T1c    | N0      | is not applicable | the grey zone has its own advice     |
      | T1b    | N1mi    | is not applicable | a micrometastasis has its own advice |
      | T4d    | N1      | is ruled out      | inflammatory                         |
      | T1b    | unknown | is undetermined   | the nodes decide                     |

  # ---- nothing can be given

  @rule:STR-10
  Scenario Outline: Inoperable and unfit, <why>
    Given the patient "before treatment, unfit"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    When the rules are evaluated
    Then STR-10 <outcome>

    Examples:
      | tumour | nodes   | outcome           | why                   |
      | T4d    | N1      | is firm           | inflammatory          |
      | T4b    | N0      | is firm           | inoperable by tumour  |
      | T2     | N3      | is firm           | inoperable by nodes   |
      | T3     | N2      | is not applicable | still called operable |
      | T3     | unknown | is undetermined   | the nodes decide      |

  @rule:STR-10
  Scenario Outline: Inoperable cancer in pregnancy, <why>
    Given the patient "before treatment, first trimester"
    And the patient's ct is T4b
    And the patient's pregnancy_trimester is <trimester>
    When the rules are evaluated
    Then STR-10 <outcome>
    And STR-04 <drugs_first>

    Examples:
      | trimester | outcome           | drugs_first    | why                       |
      | 1         | is firm           | is ruled out   | chemotherapy is forbidden |
      | 2         | is not applicable | is firm        | chemotherapy is possible  |
      | unknown   | is undetermined   | is provisional | the trimester decides     |

  # ---- outside the guideline, and outside the phase

  @rule:STR-01 @rule:STR-02 @rule:STR-03 @rule:STR-04 @rule:STR-05
  @rule:STR-06 @rule:STR-07 @rule:STR-08 @rule:STR-09 @rule:STR-10
  Scenario Outline: No strategy outside the guideline or once treatment has begun, <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    And the patient's <other> is <that>
    When the rules are evaluated
    Then <rule> is not applicable

    Examples: HER2-positive
      | rule   | patient                           | fact      | value                  | other    | that | why                             |
      | STR-01 | before treatment, T1b N0          | histology | nst                    | her2_ihc | 3+   | HER2-positive small tumour      |
      | STR-02 | before treatment, T1c N0          | histology | nst                    | her2_ihc | 3+   | HER2-positive grey zone         |
      | STR-03 | before treatment, T2 N0           | histology | nst                    | her2_ihc | 3+   | HER2-positive larger tumour     |
      | STR-04 | before treatment, inflammatory    | histology | nst                    | her2_ihc | 3+   | HER2-positive inflammatory      |
      | STR-05 | before treatment, T2 N0           | pathway   | surgery_first          | her2_ihc | 3+   | HER2-positive, surgery planned  |
      | STR-06 | before treatment, adenoid cystic  | grade     | 1                      | her2_ihc | 3+   | HER2-positive special type      |
      | STR-07 | before treatment, unfit           | histology | nst                    | her2_ihc | 3+   | HER2-positive, unfit            |
      | STR-08 | before treatment, T2 N0           | histology | metaplastic_high_grade | her2_ihc | 3+   | HER2-positive metaplastic       |
      | STR-09 | before treatment, first trimester | histology | nst                    | her2_ihc | 3+   | HER2-positive, first trimester  |
      | STR-10 | before treatment, unfit           | ct        | T4b                    | her2_ihc | 3+   | HER2-positive, nothing possible |

    Examples: treatment has begun
      | rule   | patient                           | fact      | value                  | other           | that                | why                       |
      | STR-01 | before treatment, T1b N0          | histology | nst                    | treatment_phase | neoadjuvant_ongoing | on drugs, small tumour    |
      | STR-02 | before treatment, T1c N0          | histology | nst                    | treatment_phase | neoadjuvant_ongoing | on drugs, grey zone       |
      | STR-04 | before treatment, inflammatory    | histology | nst                    | treatment_phase | neoadjuvant_ongoing | on drugs, inflammatory    |
      | STR-05 | before treatment, T2 N0           | pathway   | surgery_first          | treatment_phase | adjuvant            | the operation is done     |
      | STR-06 | before treatment, adenoid cystic  | grade     | 1                      | treatment_phase | neoadjuvant_ongoing | on drugs, special type    |
      | STR-07 | before treatment, unfit           | histology | nst                    | treatment_phase | neoadjuvant_ongoing | on drugs, unfit           |
      | STR-08 | before treatment, T2 N0           | histology | metaplastic_high_grade | treatment_phase | neoadjuvant_ongoing | on drugs, metaplastic     |
      | STR-09 | before treatment, first trimester | histology | nst                    | treatment_phase | neoadjuvant_ongoing | on drugs, first trimester |
      | STR-10 | before treatment, unfit           | ct        | T4b                    | treatment_phase | neoadjuvant_ongoing | on drugs, inoperable      |
