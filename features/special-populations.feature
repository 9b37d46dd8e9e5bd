Feature: Special populations

  Some patients need another view of the same disease: low-risk special types, tumours of low proliferation,
  low-positive receptors, pregnancy and breastfeeding, men, and cancer in both breasts.

  Background:
    Given the guideline as of 2026-11-22

  # ---- low-risk special types -------------------------------------------------------------------------------

  @rule:SPC-01
  Scenario: a small node-negative secretory carcinoma gets no chemotherapy
    Given the patient "secretory carcinoma, cT1c N0"
    When the rules are evaluated
    Then SPC-01 is firm
    And SPC-01 is shown
    And SPC-01 has strength conditional
    And SPC-01 has certainty low
    And SPC-01 cites cserni-2021#low_risk_types_little_benefit
    And SPC-02 is not applicable
    And NEO-01 is not shown
    And NEO-03 is not shown

  @rule:SPC-01 @rule:SPC-02
  Scenario Outline: the histological type decides, <histology>
    Given the patient "secretory carcinoma, cT1c N0"
    And the patient's histology is <histology>
    When the rules are evaluated
    Then SPC-01 <outcome>
    And SPC-02 is not applicable

    Examples:
      | histology                     | outcome           |
      | secretory                     | is firm           |
      | adenoid_cystic_classic        | is firm           |
      | acinic_cell                   | is firm           |
      | mucoepidermoid_low_grade      | is firm           |
      | tall_cell_reversed_polarity   | is firm           |
      | metaplastic_low_grade         | is firm           |
      | secretory or acinic_cell      | is firm           |
      | adenoid_cystic_solid_basaloid | is not applicable |
      | metaplastic_high_grade        | is not applicable |
      | medullary_pattern             | is not applicable |
      | nst                           | is not applicable |
      | unknown                       | is not applicable |
      | secretory or nst              | is undetermined   |

  @rule:SPC-01
  Scenario: an unknown histology counts as ordinary carcinoma, and this is echoed
    Given the patient "secretory carcinoma, cT1c N0"
    And the patient's histology is unknown
    When the rules are evaluated
    Then the fact low_risk_histology is assumed
    And SPC-01 is not applicable

  @rule:SPC-01 @rule:SPC-02
  Scenario Outline: size and nodes of a low-risk type, <t> <n>
    Given the patient "secretory carcinoma, cT1c N0"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then SPC-01 <no chemotherapy>
    And SPC-02 <individual>

    Examples:
      | t        | n       | no chemotherapy   | individual        |
      | T1mi     | N0      | is firm           | is not applicable |
      | T1a      | N0      | is firm           | is not applicable |
      | T1       | N0      | is firm           | is not applicable |
      | T2       | N0      | is firm           | is not applicable |
      | T3       | N0      | is not applicable | is firm           |
      | T4b      | N0      | is not applicable | is firm           |
      | T1c      | N1mi    | is not applicable | is firm           |
      | T2       | N1      | is not applicable | is firm           |
      | T3       | unknown | is not applicable | is firm           |
      | unknown  | N1      | is not applicable | is firm           |
      | T2       | unknown | is undetermined   | is undetermined   |
      | T2 or T3 | N0      | is undetermined   | is undetermined   |

  @rule:SPC-01
  Scenario: the nodes of a low-risk type are asked for
    Given the patient "secretory carcinoma, cT1c N0"
    And the patient's cn is unknown
    When the rules are evaluated
    Then SPC-01 needs cn
    And SPC-02 needs cn

  @rule:SPC-01
  Scenario: after the operation the same holds, and chemotherapy is ruled out
    Given the patient "surgery first, pT1c N0"
    And the patient's histology is adenoid_cystic_classic
    When the rules are evaluated
    Then SPC-01 is shown
    And ADJ-03 is ruled out

  @rule:SPC-02
  Scenario: an involved node in a low-risk type calls for a second look
    Given the patient "secretory carcinoma, cT1c N0"
    And the patient's cn is N1
    When the rules are evaluated
    Then SPC-02 is shown
    And SPC-02 has strength conditional
    And SPC-02 has certainty very_low
    And SPC-01 is not shown

  @rule:SPC-02
  Scenario: an ordinary carcinoma with involved nodes is no matter of special types
    Given the patient "new diagnosis, nothing against any drug"
    When the rules are evaluated
    Then SPC-01 is not applicable
    And SPC-02 is not applicable

  # ---- apocrine and slowly proliferating tumours ------------------------------------------------------------

  @rule:SPC-03
  Scenario: less chemotherapy is discussed for an apocrine carcinoma in stage I
    Given the patient "apocrine carcinoma, stage I"
    When the rules are evaluated
    Then SPC-03 is firm
    And SPC-03 is shown
    And SPC-03 has strength conditional
    And SPC-03 has certainty very_low

  @rule:SPC-03
  Scenario Outline: an apocrine carcinoma beyond stage I is treated as usual, <t> <n>
    Given the patient "apocrine carcinoma, stage I"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then SPC-03 <outcome>

    Examples:
      | t   | n       | outcome           |
      | T1c | N0      | is firm           |
      | T1c | N1mi    | is firm           |
      | T1c | N1      | is not applicable |
      | T2  | N0      | is not applicable |
      | T2  | unknown | is not applicable |
      | T1c | unknown | is undetermined   |

  @rule:SPC-03
  Scenario Outline: proliferation <ki67> % and grade <grade> in an ordinary carcinoma
    Given the patient "apocrine carcinoma, stage I"
    And the patient's histology is nst
    And the patient's ki67_percent is <ki67>
    And the patient's grade is <grade>
    When the rules are evaluated
    Then SPC-03 <outcome>

    Examples:
      | ki67    | grade   | outcome           |
      | 20      | 2       | is firm           |
      | 20      | 1       | is firm           |
      | <=20    | 1..2    | is firm           |
      | 21      | 2       | is not applicable |
      | 20      | 3       | is not applicable |
      | unknown | 3       | is not applicable |
      | unknown | 2       | is undetermined   |
      | 20      | unknown | is undetermined   |

  @rule:SPC-03
  Scenario: proliferation is asked for where it decides
    Given the patient "apocrine carcinoma, stage I"
    And the patient's histology is nst
    And the patient's grade is 2
    When the rules are evaluated
    Then SPC-03 is undetermined
    And SPC-03 needs ki67_percent

  # ---- low-positive receptors -------------------------------------------------------------------------------

  @rule:SPC-04
  Scenario: a low-positive oestrogen receptor is managed along triple-negative lines with less certainty
    Given the patient "low-positive oestrogen receptor, new diagnosis"
    When the rules are evaluated
    Then the fact tnbc is tnbc_like
    And SPC-04 is firm
    And SPC-04 is shown
    And SPC-04 cites paakkola-2021-erlow#outcome_like_er_negative
    And NEO-01 is shown
    And NEO-01 has certainty moderate
    And NEO-01 has strength conditional
    And ADJ-13 is not applicable

  @rule:SPC-04
  Scenario Outline: the limits of low-positive, oestrogen receptor <er> % and progesterone receptor <pr> %
    Given the patient "low-positive oestrogen receptor, new diagnosis"
    And the patient's er_percent is <er>
    And the patient's pr_percent is <pr>
    When the rules are evaluated
    Then SPC-04 <outcome>

    Examples:
      | er      | pr | outcome           |
      | 0.9     | 0  | is not applicable |
      | 1       | 0  | is firm           |
      | 10      | 0  | is firm           |
      | 1..10   | 0  | is firm           |
      | 10.1    | 0  | is not applicable |
      | 0       | 5  | is firm           |
      | 0       | 0  | is not applicable |
      | 0       | 11 | is not applicable |
      | unknown | 0  | is undetermined   |

  @rule:SPC-04
  Scenario: the receptor is asked for when it decides
    Given the patient "low-positive oestrogen receptor, new diagnosis"
    And the patient's er_percent is unknown
    When the rules are evaluated
    Then SPC-04 needs er_percent

  # ---- pregnancy --------------------------------------------------------------------------------------------

  @rule:SPC-05
  Scenario: a pregnancy calls in the obstetric-oncology team
    Given the patient "pregnant, second trimester, stage IIB"
    When the rules are evaluated
    Then SPC-05 is firm
    And SPC-05 is shown
    And SPC-05 has strength strong
    And SPC-05 has certainty moderate
    And SPC-05 cites poggio-2020-pregnancy#no_chemotherapy_first_trimester

  @rule:SPC-05
  Scenario Outline: pregnancy <pregnant>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's pregnant is <pregnant>
    When the rules are evaluated
    Then SPC-05 <outcome>

    Examples:
      | pregnant | outcome           |
      | true     | is firm           |
      | false    | is not applicable |
      | unknown  | is undetermined   |

  @rule:SPC-05
  Scenario: after the menopause pregnancy is not a question
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then the fact pregnant is false
    And SPC-05 is not applicable

  @rule:SPC-05
  Scenario: the pregnancy is protected even before the receptors are known
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's er_percent is unknown
    When the rules are evaluated
    Then SPC-05 is firm
    And SPC-05 is shown
    And SPC-06 is undetermined

  @rule:SPC-06
  Scenario: in the second trimester chemotherapy without immunotherapy is advised
    Given the patient "pregnant, second trimester, stage IIB"
    When the rules are evaluated
    Then SPC-06 is firm
    And SPC-06 is shown
    And SPC-06 has strength conditional
    And SPC-06 has certainty low
    And NEO-01 is ruled out
    And NEO-05 is not shown
    And NEO-08 is not shown
    And SAF-01 is shown

  @rule:SPC-06
  Scenario Outline: pregnant <pregnant>, trimester <trimester>
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's pregnant is <pregnant>
    And the patient's pregnancy_trimester is <trimester>
    When the rules are evaluated
    Then SPC-06 <outcome>

    Examples:
      | pregnant | trimester | outcome           |
      | true     | 1         | is not applicable |
      | true     | 2         | is firm           |
      | true     | 3         | is firm           |
      | true     | 2..3      | is firm           |
      | true     | unknown   | is undetermined   |
      | false    | unknown   | is not applicable |
      | unknown  | 2         | is undetermined   |

  @rule:SPC-06
  Scenario: the trimester is asked for when it decides
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's pregnancy_trimester is unknown
    When the rules are evaluated
    Then SPC-06 needs pregnancy_trimester

  @rule:SPC-06
  Scenario Outline: stage in pregnancy, <t> <n>
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then SPC-06 <outcome>

    Examples:
      | t   | n       | outcome           |
      | T2  | N0      | is firm           |
      | T2  | unknown | is firm           |
      | T1c | N1      | is firm           |
      | T1c | N0      | is not applicable |
      | T1c | unknown | is undetermined   |

  @rule:SPC-06
  Scenario Outline: the heart in pregnancy, ejection fraction <lvef>
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's lvef_percent is <lvef>
    When the rules are evaluated
    Then SPC-06 <outcome>

    Examples:
      | lvef    | outcome        |
      | 50      | is firm        |
      | 49      | is ruled out   |
      | unknown | is provisional |

  @rule:SPC-06
  Scenario: an unmeasured heart has to be confirmed before chemotherapy in pregnancy
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's lvef_percent is unknown
    When the rules are evaluated
    Then SPC-06 is shown
    And SPC-06 asks to confirm lvef_percent

  @rule:SPC-06
  Scenario: pregnant and unfit, only one regimen is advised
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's ecog is 3
    When the rules are evaluated
    Then SPC-06 is shown
    And NEO-10 is firm
    And NEO-10 is withdrawn by SPC-06

  @rule:SPC-06
  Scenario: chemotherapy in pregnancy is not advised to a patient who declines it
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's declines_chemotherapy is true
    When the rules are evaluated
    Then SPC-06 is ruled out

  @rule:SPC-06
  Scenario: chemotherapy in pregnancy is not advised for a pure low-risk special type
    Given the patient "pregnant, second trimester, stage IIB"
    And the patient's histology is secretory
    When the rules are evaluated
    Then SPC-06 is ruled out

  # ---- breastfeeding ----------------------------------------------------------------------------------------

  @rule:SPC-07
  Scenario Outline: breastfeeding <breastfeeding> before drug treatment
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's breastfeeding is <breastfeeding>
    When the rules are evaluated
    Then SPC-07 <outcome>

    Examples:
      | breastfeeding | outcome           |
      | true          | is firm           |
      | false         | is not applicable |
      | unknown       | is undetermined   |

  @rule:SPC-07
  Scenario Outline: breastfeeding is stopped for as long as drugs are planned, <name>
    Given the patient "<name>"
    And the patient's menopausal_status is premenopausal
    And the patient's pregnant is false
    And the patient's breastfeeding is true
    When the rules are evaluated
    Then SPC-07 <outcome>

    Examples:
      | name                                                  | outcome           |
      | surgery first, stage IIB                              | is firm           |
      | mastectomy after neoadjuvant treatment, node-negative | is firm           |
      | follow-up after surgery first                         | is not applicable |

  # ---- men --------------------------------------------------------------------------------------------------

  @rule:SPC-08
  Scenario: men are treated by the same rules, with less certainty
    Given the patient "man, new diagnosis"
    When the rules are evaluated
    Then no contradiction is reported
    And SPC-08 is firm
    And SPC-08 is shown
    And SPC-08 cites alexandra-impassion030#sex
    And the fact pregnant is false

  @rule:SPC-08
  Scenario Outline: sex <sex>
    Given the patient "man, new diagnosis"
    And the patient's sex is <sex>
    When the rules are evaluated
    Then SPC-08 <outcome>

    Examples:
      | sex     | outcome           |
      | male    | is firm           |
      | female  | is not applicable |
      | other   | is not applicable |
      | unknown | is undetermined   |

  # ---- both breasts -----------------------------------------------------------------------------------------

  @rule:SPC-09
  Scenario Outline: cancer in both breasts, <bilateral>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's bilateral is <bilateral>
    When the rules are evaluated
    Then SPC-09 <outcome>

    Examples:
      | bilateral | outcome           |
      | true      | is firm           |
      | false     | is not applicable |
      | unknown   | is not applicable |

  @rule:SPC-09
  Scenario: cancer in one breast is taken for granted, and this is echoed
    Given the patient "new diagnosis, nothing against any drug"
    When the rules are evaluated
    Then the fact bilateral is assumed
    And SPC-09 is not applicable

  @rule:SPC-01 @rule:SPC-02 @rule:SPC-03 @rule:SPC-08 @rule:SPC-09
  Scenario Outline: without the M category nothing is concluded, <rule>
    Given the patient "<name>"
    And the patient's <fact> is <value>
    And the patient's m_category is unknown
    When the rules are evaluated
    Then <rule> is undetermined
    And <rule> needs m_category

    Examples:
      | name                         | fact      | value | rule   |
      | secretory carcinoma, cT1c N0 | bilateral | false | SPC-01 |
      | secretory carcinoma, cT1c N0 | cn        | N1    | SPC-02 |
      | apocrine carcinoma, stage I  | bilateral | false | SPC-03 |
      | man, new diagnosis           | bilateral | false | SPC-08 |
      | man, new diagnosis           | bilateral | true  | SPC-09 |
