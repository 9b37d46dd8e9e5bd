Feature: Radiotherapy, bone health, follow-up and hereditary risk

  Radiotherapy follows the operation that was done and the nodes; it waits for the end of a pregnancy. After
  treatment come bone health, follow-up and, for carriers, the question of risk-reducing surgery.

  Background:
    Given the guideline as of 2026-11-22

  # ---- radiotherapy after breast conservation ---------------------------------------------------------------

  @rule:RT-01
  Scenario: breast conservation is completed by radiotherapy
    Given the patient "surgery first, pT1c N0"
    When the rules are evaluated
    Then RT-01 is firm
    And RT-01 is shown
    And RT-01 has strength strong
    And RT-01 has certainty high
    And RT-01 cites ebctcg-2011-radiotherapy#recurrence_10y
    And RT-02 is not shown

  @rule:RT-01 @rule:RT-02
  Scenario Outline: the operation decides which radiotherapy is the question, <operation>
    Given the patient "surgery first, stage IIB"
    And the patient's surgery_type is <operation>
    When the rules are evaluated
    Then RT-01 <whole breast>
    And RT-02 <chest wall>

    Examples:
      | operation         | whole breast      | chest wall        |
      | breast_conserving | is firm           | is not applicable |
      | mastectomy        | is not applicable | is firm           |
      | none              | is not applicable | is not applicable |
      | unknown           | is undetermined   | is undetermined   |

  @rule:RT-01 @rule:RT-02
  Scenario: the operation is asked for when it is missing
    Given the patient "surgery first, stage IIB"
    And the patient's surgery_type is unknown
    When the rules are evaluated
    Then RT-01 needs surgery_type
    And RT-02 needs surgery_type

  @rule:RT-01
  Scenario Outline: radiotherapy after breast conservation in phase <phase>
    Given the patient "surgery first, pT1c N0"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then RT-01 <outcome>

    Examples:
      | phase     | outcome           |
      | adjuvant  | is firm           |
      | follow_up | is not applicable |
      | unknown   | is undetermined   |

  @rule:RT-01
  Scenario: breast conservation after drugs before surgery needs radiotherapy too
    Given the patient "mastectomy after neoadjuvant treatment, node-negative"
    And the patient's surgery_type is breast_conserving
    When the rules are evaluated
    Then RT-01 is firm

  @rule:RT-01 @rule:RT-02
  Scenario Outline: radiotherapy waits for the end of a pregnancy, <operation>, pregnant <pregnant>
    Given the patient "surgery first, stage IIB, premenopausal"
    And the patient's surgery_type is <operation>
    And the patient's pregnant is <pregnant>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | operation         | pregnant | rule  | outcome        |
      | breast_conserving | false    | RT-01 | is firm        |
      | breast_conserving | true     | RT-01 | is ruled out   |
      | breast_conserving | unknown  | RT-01 | is provisional |
      | mastectomy        | false    | RT-02 | is firm        |
      | mastectomy        | true     | RT-02 | is ruled out   |
      | mastectomy        | unknown  | RT-02 | is provisional |

  @rule:RT-01
  Scenario: an open question of pregnancy has to be settled before radiotherapy
    Given the patient "surgery first, stage IIB, premenopausal"
    And the patient's surgery_type is breast_conserving
    And the patient's pregnant is unknown
    When the rules are evaluated
    Then RT-01 is shown
    And RT-01 asks to confirm pregnant

  # ---- radiotherapy after mastectomy ------------------------------------------------------------------------

  @rule:RT-02
  Scenario: an involved node after mastectomy leads to a referral
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then RT-02 is shown
    And RT-02 has strength strong
    And RT-02 has certainty moderate
    And RT-02 cites pmrt-2025#most_node_positive
    And RT-02 cites supremo#os_10y

  @rule:RT-02
  Scenario Outline: mastectomy after surgery first, <t> <n>
    Given the patient "surgery first, stage IIB"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then RT-02 <outcome>

    Examples:
      | t       | n    | outcome      |
      | T1c     | N1mi | is firm      |
      | T1a     | N1   | is firm      |
      | T2      | N2   | is firm      |
      | unknown | N1   | is firm      |
      | T3      | N0   | is firm      |
      | T4b     | N0   | is firm      |
      | T2      | N0   | is not shown |
      | T1c     | N0   | is not shown |

  @rule:RT-02
  Scenario Outline: mastectomy after drugs before surgery, <ct> <cn>, then <ypn>
    Given the patient "mastectomy after neoadjuvant treatment, node-negative"
    And the patient's ct is <ct>
    And the patient's cn is <cn>
    And the patient's ypn is <ypn>
    When the rules are evaluated
    Then RT-02 <outcome>

    Examples:
      | ct  | cn | ypn     | outcome           |
      | T2  | N0 | N0      | is not applicable |
      | T2  | N0 | N0(i+)  | is not applicable |
      | T2  | N0 | N1mi    | is firm           |
      | T2  | N0 | N1      | is firm           |
      | T2  | N1 | N0      | is firm           |
      | T3  | N0 | N0      | is firm           |
      | T4d | N0 | N0      | is firm           |
      | T2  | N0 | unknown | is undetermined   |

  @rule:RT-02
  Scenario: the nodes after treatment are asked for when they decide
    Given the patient "mastectomy after neoadjuvant treatment, node-negative"
    And the patient's ypn is unknown
    When the rules are evaluated
    Then RT-02 is undetermined
    And RT-02 needs ypn

  @rule:RT-02
  Scenario: after surgery first the nodes after treatment are not asked for
    Given the patient "mastectomy after neoadjuvant treatment, node-negative"
    And the patient's treatment_phase is adjuvant
    And the patient's pathway is surgery_first
    And the patient's ypt is unknown
    And the patient's ypn is unknown
    And the patient's neoadj_pembro_cycles is unknown
    And the patient's pt is T2
    And the patient's pn is N0
    When the rules are evaluated
    Then the decision does not need ypn

  @rule:RT-02
  Scenario: an inflammatory cancer is referred whatever its nodes
    Given the patient "mastectomy after neoadjuvant treatment, node-negative"
    And the patient's inflammatory is true
    When the rules are evaluated
    Then contradiction C17 is reported
    And RT-02 is firm

  # ---- order of drugs and radiotherapy ----------------------------------------------------------------------

  @rule:RT-03
  Scenario Outline: the order of drugs and radiotherapy, <operation>, pN <n>
    Given the patient "surgery first, stage IIB"
    And the patient's surgery_type is <operation>
    And the patient's pn is <n>
    When the rules are evaluated
    Then RT-03 <outcome>

    Examples:
      | operation         | n       | outcome           |
      | breast_conserving | N0      | is firm           |
      | breast_conserving | unknown | is firm           |
      | mastectomy        | N1mi    | is firm           |
      | mastectomy        | N1      | is firm           |
      | unknown           | N1      | is firm           |
      | mastectomy        | N0      | is not applicable |
      | mastectomy        | unknown | is undetermined   |
      | unknown           | N0      | is undetermined   |

  @rule:RT-03
  Scenario Outline: the order of drugs and radiotherapy is settled after the operation, <name>
    Given the patient "<name>"
    When the rules are evaluated
    Then RT-03 <outcome>

    Examples:
      | name                                                  | outcome           |
      | surgery first, pT1c N0                                | is firm           |
      | mastectomy after neoadjuvant treatment, node-positive | is firm           |
      | mastectomy after neoadjuvant treatment, node-negative | is not applicable |
      | new diagnosis, nothing against any drug               | is not applicable |

  # ---- bone health ------------------------------------------------------------------------------------------

  @rule:SUP-01
  Scenario Outline: a bisphosphonate is discussed after the menopause, <menopause>
    Given the patient "surgery first, pT1c N0"
    And the patient's menopausal_status is <menopause>
    When the rules are evaluated
    Then SUP-01 <outcome>

    Examples:
      | menopause      | outcome           |
      | postmenopausal | is firm           |
      | perimenopausal | is not applicable |
      | premenopausal  | is not applicable |
      | unknown        | is undetermined   |

  @rule:SUP-01
  Scenario Outline: kidney function and the bisphosphonate, creatinine clearance <clearance>
    Given the patient "surgery first, pT1c N0"
    And the patient's crcl_ml_min is <clearance>
    When the rules are evaluated
    Then SUP-01 <outcome>

    Examples:
      | clearance | outcome        |
      | 34        | is ruled out   |
      | 35        | is firm        |
      | unknown   | is provisional |

  @rule:SUP-01
  Scenario: an unknown kidney function has to be confirmed before the bisphosphonate
    Given the patient "surgery first, pT1c N0"
    And the patient's crcl_ml_min is unknown
    When the rules are evaluated
    Then SUP-01 is shown
    And SUP-01 asks to confirm crcl_ml_min

  @rule:SUP-01
  Scenario Outline: the bisphosphonate is discussed once surgery is done, <name>
    Given the patient "<name>"
    And the patient's menopausal_status is postmenopausal
    And the patient's crcl_ml_min is 80
    When the rules are evaluated
    Then SUP-01 <outcome>

    Examples:
      | name                                                  | outcome           |
      | surgery first, stage IIB                              | is firm           |
      | mastectomy after neoadjuvant treatment, node-positive | is firm           |
      | follow-up after surgery first                         | is not applicable |
      | apocrine carcinoma, stage I                           | is not applicable |

  @rule:SUP-01
  Scenario: any stage from I to III will do, so nodes that are not yet known do not matter
    Given the patient "surgery first, pT1c N0"
    And the patient's pn is unknown
    When the rules are evaluated
    Then SUP-01 is firm

  # ---- follow-up --------------------------------------------------------------------------------------------

  @rule:SUP-02
  Scenario: when treatment is finished, follow-up is planned
    Given the patient "follow-up after surgery first"
    When the rules are evaluated
    Then SUP-02 is firm
    And SUP-02 is shown
    And SUP-02 has strength strong
    And SUP-02 has certainty moderate
    And SUP-02 cites asco-follow-up-2013#history_and_examination

  @rule:SUP-02
  Scenario Outline: follow-up begins when treatment ends, <phase>
    Given the patient "surgery first, stage IIB"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then SUP-02 <outcome>

    Examples:
      | phase     | outcome           |
      | follow_up | is firm           |
      | adjuvant  | is not applicable |
      | unknown   | is undetermined   |

  # ---- carriers ---------------------------------------------------------------------------------------------

  @rule:SUP-03
  Scenario Outline: BRCA <gbrca> and PALB2 <gpalb2> decide on counselling
    Given the patient "surgery first, stage IIB"
    And the patient's gbrca is <gbrca>
    And the patient's gpalb2 is <gpalb2>
    When the rules are evaluated
    Then SUP-03 <outcome>

    Examples:
      | gbrca      | gpalb2     | outcome           |
      | pathogenic | negative   | is firm           |
      | pathogenic | unknown    | is firm           |
      | negative   | pathogenic | is firm           |
      | unknown    | pathogenic | is firm           |
      | negative   | negative   | is not applicable |
      | vus        | negative   | is not applicable |
      | pending    | negative   | is undetermined   |
      | negative   | unknown    | is undetermined   |

  @rule:SUP-03
  Scenario: counselling of carriers is advised strongly, in every phase
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's gbrca is pathogenic
    When the rules are evaluated
    Then SUP-03 is shown
    And SUP-03 has strength strong
    And SUP-03 has certainty moderate

  @rule:SUP-03
  Scenario: the missing germline results are asked for
    Given the patient "surgery first, stage IIB"
    And the patient's gbrca is unknown
    When the rules are evaluated
    Then SUP-03 is undetermined
    And SUP-03 needs gbrca
