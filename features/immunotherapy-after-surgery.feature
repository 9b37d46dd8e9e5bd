Feature: Checkpoint inhibitors after surgery first

  The ALEXANDRA/IMpassion030 trial asked whether a checkpoint inhibitor, added to chemotherapy after the
  operation, prevents recurrence. It does not. Immunotherapy helps when it is begun before the operation; once
  surgery has come first, the moment has passed and chemotherapy goes alone.

  Background:
    Given the guideline as of 2026-11-22

  # ---- the ALEXANDRA patient --------------------------------------------------------------------------------

  @rule:ADJ-01
  Scenario: the ALEXANDRA patient asks for immunotherapy and is advised chemotherapy alone
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then the fact eff_stage is IIB
    And no contradiction is reported
    And ADJ-01 is firm
    And ADJ-01 is shown
    And ADJ-01 has strength strong
    And ADJ-01 has certainty high
    And ADJ-02 is shown
    And NEO-01 is not shown

  @rule:ADJ-01
  Scenario: the advice rests on ALEXANDRA first, then on its toxicity, then on A-BRAVE
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then ADJ-01 cites alexandra-impassion030#final_idfs_hr
    And ADJ-01 cites alexandra-impassion030#final_idfs_events
    And ADJ-01 cites alexandra-impassion030#grade3_4_trae
    And ADJ-01 cites a-brave#dfs_itt

  @rule:ADJ-01
  Scenario Outline: the advice holds from the operation to the end of follow-up, <why>
    Given the patient "surgery first, stage IIB"
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then ADJ-01 <outcome>

    Examples:
      | phase     | outcome           | why                                    |
      | adjuvant  | is firm           | the situation of the trial             |
      | follow_up | is firm           | treatment is finished, none is started |
      | work_up   | is not applicable | the operation has not happened yet     |
      | unknown   | is undetermined   | the phase decides                      |

  @rule:ADJ-01
  Scenario Outline: the advice does not depend on stage or nodes, <t> <n>
    Given the patient "surgery first, stage IIB"
    And the patient's pt is <t>
    And the patient's pn is <n>
    When the rules are evaluated
    Then ADJ-01 is firm

    Examples:
      | t   | n    |
      | T1a | N0   |
      | T1c | N0   |
      | T1b | N1mi |
      | T2  | N0   |
      | T2  | N3   |
      | T4b | N1   |

  @rule:ADJ-01
  Scenario Outline: which came first, drugs or surgery, decides: <pathway>
    Given the patient "follow-up after surgery first"
    And the patient's pathway is <pathway>
    When the rules are evaluated
    Then ADJ-01 <outcome>

    Examples:
      | pathway       | outcome           |
      | surgery_first | is firm           |
      | neoadjuvant   | is not applicable |
      | unknown       | is undetermined   |

  @rule:ADJ-01
  Scenario: the pathway is asked for when it is missing
    Given the patient "surgery first, stage IIB"
    And the patient's pathway is unknown
    When the rules are evaluated
    Then ADJ-01 is undetermined
    And ADJ-01 needs pathway

  # ---- pembrolizumab before the operation -------------------------------------------------------------------

  @rule:ADJ-01
  Scenario Outline: pembrolizumab cycles before the operation, <cycles>
    Given the patient "surgery first, stage IIB"
    And the patient's neoadj_pembro_cycles is <cycles>
    When the rules are evaluated
    Then ADJ-01 <outcome>

    Examples:
      | cycles  | outcome        |
      | 0       | is firm        |
      | unknown | is firm        |
      | 1       | is ruled out   |
      | 8       | is ruled out   |
      | 0..4    | is provisional |

  @rule:ADJ-01
  Scenario: surgery first lets it be assumed that no pembrolizumab was given before it
    Given the patient "surgery first, stage IIB"
    And the patient's neoadj_pembro_cycles is unknown
    When the rules are evaluated
    Then the fact neoadj_pembro_cycles is assumed
    And ADJ-01 is firm

  @rule:ADJ-01
  Scenario: a doubtful record of pembrolizumab before surgery has to be settled first
    Given the patient "surgery first, stage IIB"
    And the patient's neoadj_pembro_cycles is 0..4
    When the rules are evaluated
    Then ADJ-01 is provisional
    And ADJ-01 asks to confirm neoadj_pembro_cycles

  @rule:ADJ-01
  Scenario: pembrolizumab before surgery and surgery first contradict each other
    Given the patient "surgery first, stage IIB"
    And the patient's neoadj_pembro_cycles is 8
    When the rules are evaluated
    Then contradiction C19 is reported
    And ADJ-01 is ruled out
    And the status is contradiction

  @rule:ADJ-01
  Scenario: a checkpoint inhibitor already started after surgery is pointed out, and the advice stands
    Given the patient "surgery first, stage IIB"
    And the patient's adj_pembro_cycles is 2
    When the rules are evaluated
    Then contradiction C21 is reported
    And ADJ-01 is shown

  # ---- scope ------------------------------------------------------------------------------------------------

  @rule:ADJ-01
  Scenario: low-positive oestrogen receptor is treated alike
    Given the patient "surgery first, stage IIB"
    And the patient's er_percent is 5
    When the rules are evaluated
    Then ADJ-01 is firm
    And ADJ-01 has strength strong
    And ADJ-01 has certainty high

  @rule:ADJ-01
  Scenario: outside triple-negative disease the rule is silent
    Given the patient "surgery first, stage IIB"
    And the patient's her2_ihc is 3+
    When the rules are evaluated
    Then ADJ-01 is not applicable
    And the status is out_of_scope

  @rule:ADJ-01
  Scenario: without the M category nothing is concluded
    Given the patient "surgery first, stage IIB"
    And the patient's m_category is unknown
    When the rules are evaluated
    Then ADJ-01 is undetermined
    And ADJ-01 needs m_category

  # ---- the timing -------------------------------------------------------------------------------------------

  @rule:ADJ-01
  Scenario: the same tumour before the operation is advised immunotherapy with chemotherapy
    Given the patient "new diagnosis, nothing against any drug"
    When the rules are evaluated
    Then NEO-01 is firm
    And NEO-01 is shown
    And ADJ-01 is not applicable

  @rule:ADJ-01
  Scenario: a plan to operate first is questioned while the order can still be changed
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's pathway is surgery_first
    When the rules are evaluated
    Then STR-05 is firm
    And NEO-01 is not shown
    And ADJ-01 is not applicable

  @rule:ADJ-01
  Scenario: residual disease after chemotherapy alone is the matter of another rule
    Given the patient "mastectomy after neoadjuvant treatment, node-positive"
    When the rules are evaluated
    Then PNA-07 is firm
    And ADJ-01 is not applicable
