Feature: Who this guideline speaks about
  It covers adults with a first, invasive, triple-negative breast cancer without distant metastases.

  Background:
    Given the guideline as of 2026-11-22

  Scenario: A woman with stage IIA triple-negative cancer is inside the guideline
    Given the patient "before treatment, T2 N0"
    When the rules are evaluated
    Then the fact in_scope is true
    And SCP-01 is not applicable
    And SCP-02 is not applicable
    And SCP-03 is not applicable
    And SCP-04 is not applicable
    And SCP-05 is not applicable
    And SCP-06 is not applicable

  @rule:SCP-01
  Scenario Outline: Distant metastases, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's m_category is <metastasis>
    When the rules are evaluated
    Then SCP-01 <outcome>

    Examples:
      | metastasis | outcome           | why                                             |
      | M1         | is firm           | found                                           |
      | M0         | is not applicable | looked for and not found                        |
      | unknown    | is undetermined   | never stated, and that is not taken for absence |

  @rule:SCP-01
  Scenario: A stage sent as IV is enough when no category was sent
    Given the patient "receptors only"
    And the patient's stage_given is IV
    When the rules are evaluated
    Then SCP-01 is firm
    And the status is out_of_scope

  @rule:SCP-01
  Scenario: Whether metastases were looked for is asked
    Given the patient "before treatment, T2 N0"
    And the patient's m_category is unknown
    When the rules are evaluated
    Then SCP-01 needs m_category
    And STR-03 is undetermined

  @rule:SCP-01
  Scenario: Metastatic disease gets no strategy
    Given the patient "before treatment, T2 N0"
    And the patient's m_category is M1
    When the rules are evaluated
    Then the status is out_of_scope
    And STR-03 is not shown
    And WUP-01 is not shown

  @rule:SCP-02
  Scenario Outline: HER2 status, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's her2_ihc is <stain>
    And the patient's her2_ish is <hybridisation>
    When the rules are evaluated
    Then SCP-02 <outcome>

    Examples:
      | stain   | hybridisation | outcome           | why                                     |
      | 3+      | unknown       | is firm           | a strong stain is positive by itself    |
      | 2+      | positive      | is firm           | equivocal stain, positive hybridisation |
      | 2+      | negative      | is not applicable | equivocal stain, negative hybridisation |
      | 2+      | unknown       | is undetermined   | equivocal stain, nothing more           |
      | 2+      | not_done      | is undetermined   | not done is the same as unknown         |
      | 1+      | unknown       | is not applicable | a weak stain is negative                |
      | 0       | unknown       | is not applicable | no stain is negative                    |
      | unknown | unknown       | is undetermined   | neither test is known                   |

  @rule:SCP-02
  Scenario: An open HER2 status asks for in-situ hybridisation
    Given the patient "before treatment, T2 N0"
    And the patient's her2_ihc is 2+
    When the rules are evaluated
    Then SCP-02 needs her2_ish

  @rule:SCP-03
  Scenario Outline: Oestrogen receptor, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's er_percent is <er>
    When the rules are evaluated
    Then SCP-03 <outcome>

    Examples:
      | er      | outcome           | why                                 |
      | 0       | is not applicable | negative                            |
      | 1       | is not applicable | low positive from 1%                |
      | 10      | is not applicable | 10% is still low positive           |
      | 11      | is firm           | above 10% is positive               |
      | 1..10   | is not applicable | anywhere in the low positive band   |
      | >=20    | is firm           | positive although not known exactly |
      | unknown | is undetermined   | not known                           |

  @rule:SCP-03
  Scenario Outline: Progesterone receptor, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's er_percent is <er>
    And the patient's pr_percent is <pr>
    When the rules are evaluated
    Then SCP-03 <outcome>

    Examples:
      | er      | pr      | outcome           | why                                              |
      | 0       | 10      | is not applicable | 10% is still low positive                        |
      | 0       | 11      | is firm           | positive while the other receptor is negative    |
      | 5       | 30      | is firm           | positive while the other receptor is low         |
      | 0       | unknown | is undetermined   | the progesterone receptor decides                |
      | unknown | 30      | is undetermined   | repeat both: the oestrogen receptor is not known |
      | 90      | unknown | is firm           | the oestrogen receptor has decided               |

  @rule:SCP-02 @rule:SCP-03
  Scenario Outline: Another phenotype is answered by another guideline, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then the status is out_of_scope
    And <rule> is shown
    And STR-03 is not shown

    Examples:
      | rule   | fact       | value | why                       |
      | SCP-02 | her2_ihc   | 3+    | HER2-positive             |
      | SCP-03 | er_percent | 80    | hormone-receptor-positive |

  @rule:SCP-02 @rule:SCP-03
  Scenario Outline: Even an alert about pregnancy is left to the other guideline, <why>
    Given the patient "before treatment, first trimester"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then <rule> is firm
    And SPC-05 is firm
    And SPC-05 is stopped

    Examples:
      | rule   | fact       | value | why                       |
      | SCP-02 | her2_ihc   | 3+    | HER2-positive             |
      | SCP-03 | er_percent | 80    | hormone-receptor-positive |

  @rule:SCP-04
  Scenario Outline: Invasive carcinoma or not, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's ct is <tumour>
    And the patient's cn is <nodes>
    And the patient's histology is <histology>
    When the rules are evaluated
    Then SCP-04 <outcome>

    Examples:
      | tumour  | nodes | histology     | outcome           | why                                     |
      | T1mi    | N0    | nst           | is not applicable | the smallest invasive focus is invasive |
      | Tis     | N0    | nst           | is firm           | purely in situ                          |
      | T0      | N1    | nst           | is not applicable | a positive node proves invasion         |
      | T2      | N0    | non_carcinoma | is firm           | a sarcoma, lymphoma or phyllodes tumour |
      | unknown | N0    | nst           | is undetermined   | the tumour category is not known        |

  @rule:SCP-04
  Scenario: Pathology says that the cancer is purely in situ
    Given the patient "receptors only"
    And the patient's invasive_cancer is false
    When the rules are evaluated
    Then SCP-04 is firm
    And the status is out_of_scope

  @rule:SCP-05
  Scenario Outline: First cancer or recurrence, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's disease_setting is <setting>
    When the rules are evaluated
    Then SCP-05 <outcome>

    Examples:
      | setting                   | outcome           | why                                |
      | local_regional_recurrence | is firm           | a recurrence                       |
      | new_primary               | is not applicable | a first cancer                     |
      | unknown                   | is not applicable | not said: taken for a first cancer |

  @rule:SCP-05
  Scenario: Taking a cancer for a first one is said openly
    Given the patient "before treatment, T2 N0"
    When the rules are evaluated
    Then the fact disease_setting is new_primary
    And the fact disease_setting is assumed

  @rule:SCP-04 @rule:SCP-05 @rule:SCP-06
  Scenario Outline: Outside the guideline the gene test is no longer asked for, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then <rule> is firm
    And WUP-01 is firm
    And WUP-01 is stopped
    And STR-03 is not applicable
    And the status is out_of_scope

    Examples:
      | rule   | fact            | value                     | why             |
      | SCP-04 | histology       | non_carcinoma             | not a carcinoma |
      | SCP-05 | disease_setting | local_regional_recurrence | a recurrence    |
      | SCP-06 | age_years       | 17                        | an adolescent   |

  @rule:SCP-01
  Scenario: A stage sent as IV stops the gene test as well
    Given the patient "receptors only"
    And the patient's stage_given is IV
    When the rules are evaluated
    Then SCP-01 is firm
    And WUP-01 is stopped

  @rule:SCP-06
  Scenario Outline: Age, <why>
    Given the patient "before treatment, T2 N0"
    And the patient's age_years is <age>
    When the rules are evaluated
    Then SCP-06 <outcome>

    Examples:
      | age     | outcome           | why                            |
      | 17      | is firm           | the last year before adulthood |
      | 18      | is not applicable | adult                          |
      | <18     | is firm           | a minor, exact age not known   |
      | >=65    | is not applicable | an adult, exact age not known  |
      | unknown | is undetermined   | age decides                    |

  @rule:SCP-06
  Scenario: The age is asked for
    Given the patient "before treatment, T2 N0"
    And the patient's age_years is unknown
    When the rules are evaluated
    Then SCP-06 needs age_years
