Feature: Checkpoint inhibitors before surgery

  Pembrolizumab is the only checkpoint inhibitor advised before surgery, and not at every stage.

  Background:
    Given the guideline as of 2026-11-22

  @rule:NEO-04
  Scenario: a stage I tumour without nodal disease is treated without pembrolizumab
    Given the patient "stage I, drugs before surgery chosen"
    When the rules are evaluated
    Then NEO-04 is firm
    And NEO-04 is shown
    And NEO-13 is not applicable
    And NEO-09 is not applicable

  @rule:NEO-04 @rule:NEO-13
  Scenario Outline: stage decides on pembrolizumab in small tumours, <t> <n>
    Given the patient "stage I, drugs before surgery chosen"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then NEO-04 <node negative>
    And NEO-13 <micrometastasis>

    Examples:
      | t       | n          | node negative     | micrometastasis   |
      | T1mi    | N0         | is firm           | is not applicable |
      | T1a     | N0         | is firm           | is not applicable |
      | T1c     | N0         | is firm           | is not applicable |
      | T1      | N0         | is firm           | is not applicable |
      | T2      | N0         | is not applicable | is not applicable |
      | T1c     | N1mi       | is not applicable | is firm           |
      | T1b     | N1mi       | is not applicable | is firm           |
      | T0      | N1mi       | is not applicable | is firm           |
      | T2      | N1mi       | is not applicable | is not applicable |
      | T1c     | N1         | is not applicable | is not applicable |
      | T1c     | N0 or N1mi | is undetermined   | is undetermined   |
      | T1c     | unknown    | is undetermined   | is undetermined   |
      | unknown | N0         | is undetermined   | is not applicable |

  @rule:NEO-04
  Scenario Outline: the advice against pembrolizumab in stage I belongs to the time before treatment, <phase>
    Given the patient "stage I, drugs before surgery chosen"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then NEO-04 <outcome>

    Examples:
      | phase               | outcome           |
      | work_up             | is firm           |
      | neoadjuvant_ongoing | is not applicable |
      | unknown             | is undetermined   |

  @rule:NEO-04
  Scenario: the order of treatment does not matter for the advice in stage I
    Given the patient "stage I, drugs before surgery chosen"
    And the patient's pathway is surgery_first
    When the rules are evaluated
    Then NEO-04 is firm

  @rule:NEO-09
  Scenario: stage IIB gets no checkpoint inhibitor but pembrolizumab
    Given the patient "before treatment, stage IIB"
    When the rules are evaluated
    Then NEO-09 is firm
    And NEO-09 is shown
    And NEO-09 cites gepardouze-b59#efs_4y
    And NEO-01 is shown

  @rule:NEO-09
  Scenario Outline: other checkpoint inhibitors are advised against in stage II and III, <fact> <value>
    Given the patient "before treatment, stage IIB"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-09 <outcome>

    Examples:
      | fact            | value               | outcome           |
      | cn              | N3                  | is firm           |
      | cn              | unknown             | is firm           |
      | organ_transplant| true                | is firm           |
      | pathway         | surgery_first       | is firm           |
      | treatment_phase | neoadjuvant_ongoing | is not applicable |
      | m_category      | M1                  | is not applicable |
      | m_category      | unknown             | is undetermined   |
      | pr_percent      | unknown             | is undetermined   |

  @rule:NEO-09
  Scenario Outline: the advice begins with stage II, <t> <n>
    Given the patient "before treatment, stage IIB"
    And the patient's ct is <t>
    And the patient's cn is <n>
    When the rules are evaluated
    Then NEO-09 <outcome>

    Examples:
      | t       | n       | outcome           |
      | T1c     | N0      | is not applicable |
      | T1c     | N1mi    | is not applicable |
      | T1c     | N1      | is firm           |
      | T2      | N0      | is firm           |
      | T1c     | unknown | is undetermined   |

  @rule:NEO-13
  Scenario: a nodal micrometastasis in stage I is taken to the MDT
    Given the patient "stage I with nodal micrometastasis"
    When the rules are evaluated
    Then NEO-13 is firm
    And NEO-13 is shown
    And NEO-03 is shown
    And NEO-04 is not applicable

  @rule:NEO-13
  Scenario Outline: what closes the question of pembrolizumab for a micrometastasis, <fact> <value>
    Given the patient "stage I with nodal micrometastasis"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-13 <outcome>

    Examples:
      | fact                      | value                  | outcome           |
      | pathway                   | unknown                | is firm           |
      | treatment_phase           | neoadjuvant_ongoing    | is not applicable |
      | organ_transplant          | true                   | is ruled out      |
      | organ_transplant          | unknown                | is provisional    |
      | steroid_prednisone_mg_day | 10                     | is firm           |
      | steroid_prednisone_mg_day | 11                     | is ruled out      |
      | pregnant                  | true                   | is ruled out      |
      | ecog                      | 2                      | is firm           |
      | ecog                      | 3                      | is ruled out      |
      | ecog                      | unknown                | is provisional    |
      | declines_chemotherapy     | true                   | is ruled out      |
      | histology                 | adenoid_cystic_classic | is ruled out      |

  @rule:NEO-04 @rule:NEO-09 @rule:NEO-13
  Scenario Outline: the advice is for a new primary cancer known to be triple-negative, <rule> <fact> <value>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then <rule> <outcome>

    Examples:
      | rule   | patient                              | fact            | value                     | outcome           |
      | NEO-04 | stage I, drugs before surgery chosen | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-04 | stage I, drugs before surgery chosen | er_percent      | unknown                   | is undetermined   |
      | NEO-09 | before treatment, stage IIB          | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-09 | before treatment, stage IIB          | er_percent      | unknown                   | is undetermined   |
      | NEO-13 | stage I with nodal micrometastasis   | disease_setting | local_regional_recurrence | is not applicable |
      | NEO-13 | stage I with nodal micrometastasis   | er_percent      | unknown                   | is undetermined   |
