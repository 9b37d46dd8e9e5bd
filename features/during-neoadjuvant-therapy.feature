Feature: During treatment before surgery

  Response, immune side effects and the date of the operation are watched while the drugs are given.

  Background:
    Given the guideline as of 2026-11-22

  @rule:ONT-01
  Scenario Outline: the response is asked for until it is recorded, <response>
    Given the patient "halfway through pembrolizumab-chemotherapy"
    And the patient's clinical_response is <response>
    When the rules are evaluated
    Then ONT-01 <outcome>

    Examples:
      | response          | outcome           |
      | unknown           | is firm           |
      | partial           | is not applicable |
      | progression       | is not applicable |
      | partial or stable | is not applicable |

  @rule:ONT-01
  Scenario Outline: the response is asked for during treatment only, <phase>
    Given the patient "halfway through pembrolizumab-chemotherapy"
    And the patient's clinical_response is unknown
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then ONT-01 <outcome>

    Examples:
      | phase               | outcome           |
      | neoadjuvant_ongoing | is firm           |
      | work_up             | is not applicable |
      | unknown             | is undetermined   |

  @rule:ONT-02
  Scenario Outline: progression is an alarm, <response>
    Given the patient "halfway through pembrolizumab-chemotherapy"
    And the patient's clinical_response is <response>
    When the rules are evaluated
    Then ONT-02 <outcome>

    Examples:
      | response              | outcome           |
      | progression           | is firm           |
      | stable                | is not applicable |
      | complete              | is not applicable |
      | stable or progression | is undetermined   |
      | unknown               | is undetermined   |

  @rule:ONT-01 @rule:ONT-02
  Scenario Outline: response is followed in early triple-negative disease, <fact> <value>
    Given the patient "halfway through pembrolizumab-chemotherapy"
    And the patient's clinical_response is <response>
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-01 <recording>
    And ONT-02 <alarm>

    Examples:
      | response    | fact            | value                     | recording         | alarm             |
      | unknown     | disease_setting | local_regional_recurrence | is not applicable | is not applicable |
      | unknown     | er_percent      | unknown                   | is undetermined   | is undetermined   |
      | progression | disease_setting | local_regional_recurrence | is not applicable | is not applicable |
      | progression | er_percent      | unknown                   | is not applicable | is undetermined   |

  @rule:ONT-02
  Scenario: the alarm belongs to the time before the operation
    Given the patient "residual disease after pembrolizumab"
    And the patient's clinical_response is progression
    When the rules are evaluated
    Then ONT-02 is not applicable
    And PNA-12 is firm

  @rule:ONT-03
  Scenario Outline: an immune-related event from grade 2 is an alarm, grade <grade>
    Given the patient "halfway through pembrolizumab-chemotherapy"
    And the patient's current_irae_grade is <grade>
    When the rules are evaluated
    Then ONT-03 <outcome>

    Examples:
      | grade   | outcome           |
      | 0       | is not applicable |
      | 1       | is not applicable |
      | 2       | is firm           |
      | 4       | is firm           |
      | 1..2    | is undetermined   |
      | unknown | is undetermined   |

  @rule:ONT-03
  Scenario Outline: immune-related events can follow pembrolizumab in every later phase, <fact> <value>
    Given the patient "halfway through pembrolizumab-chemotherapy"
    And the patient's current_irae_grade is 3
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-03 <outcome>

    Examples:
      | fact                 | value            | outcome           |
      | treatment_phase      | post_neoadjuvant | is firm           |
      | treatment_phase      | follow_up        | is firm           |
      | treatment_phase      | work_up          | is not applicable |
      | neoadj_pembro_cycles | 1                | is firm           |
      | neoadj_pembro_cycles | 0                | is not applicable |
      | neoadj_pembro_cycles | unknown          | is undetermined   |
      | er_percent           | unknown          | is firm           |

  @rule:ONT-03
  Scenario Outline: pembrolizumab begun only after the operation is advised against, and its side effects are an alarm all the same, <phase>
    Given the patient "<name>"
    And the patient's neoadj_pembro_cycles is <before>
    And the patient's adj_pembro_cycles is <after>
    And the patient's current_irae_grade is <grade>
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then ONT-03 <outcome>

    Examples:
      | name                                       | before  | after   | grade | phase               | outcome           |
      | surgery first, stage IIB                   | 0       | 3       | 4     | adjuvant            | is firm           |
      | surgery first, stage IIB                   | 0       | 1       | 2     | adjuvant            | is firm           |
      | surgery first, stage IIB                   | 0       | 1       | 1     | adjuvant            | is not applicable |
      | surgery first, stage IIB                   | 0       | 0       | 4     | adjuvant            | is not applicable |
      | surgery first, stage IIB                   | 0       | unknown | 4     | adjuvant            | is not applicable |
      | surgery first, stage IIB                   | 0       | 3       | 3     | follow_up           | is firm           |
      | residual disease after chemotherapy alone  | 0       | 3       | 3     | post_neoadjuvant    | is firm           |
      | residual disease after pembrolizumab       | unknown | 3       | 3     | post_neoadjuvant    | is firm           |
      | residual disease after pembrolizumab       | unknown | 0       | 3     | post_neoadjuvant    | is undetermined   |
      | halfway through pembrolizumab-chemotherapy | 0       | 3       | 3     | neoadjuvant_ongoing | is not applicable |
      | halfway through pembrolizumab-chemotherapy | 0       | 3       | 3     | work_up             | is not applicable |

  @rule:ONT-04
  Scenario Outline: cortisol is checked around the operation of everyone who had pembrolizumab, <fact> <value>
    Given the patient "halfway through pembrolizumab-chemotherapy"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-04 <outcome>

    Examples:
      | fact                 | value            | outcome           |
      | neoadj_pembro_cycles | 4                | is firm           |
      | neoadj_pembro_cycles | 1                | is firm           |
      | neoadj_pembro_cycles | 0                | is not applicable |
      | neoadj_pembro_cycles | unknown          | is undetermined   |
      | treatment_phase      | post_neoadjuvant | is firm           |
      | treatment_phase      | work_up          | is not applicable |
      | treatment_phase      | follow_up        | is not applicable |
      | m_category           | unknown          | is undetermined   |

  @rule:ONT-05
  Scenario Outline: the operation is planned during treatment, <fact> <value>
    Given the patient "halfway through pembrolizumab-chemotherapy"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then ONT-05 <outcome>

    Examples:
      | fact                 | value               | outcome           |
      | treatment_phase      | neoadjuvant_ongoing | is firm           |
      | treatment_phase      | work_up             | is not applicable |
      | treatment_phase      | post_neoadjuvant    | is not applicable |
      | treatment_phase      | unknown             | is undetermined   |
      | neoadj_pembro_cycles | 0                   | is firm           |
      | m_category           | M1                  | is not applicable |
