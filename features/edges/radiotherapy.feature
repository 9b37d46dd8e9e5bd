Feature: The edges of the rules on radiotherapy

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:RT-01
  Scenario Outline: RT-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then RT-01 <outcome>

    Examples:
      | patient                | fact            | value                     | outcome           | why                                                                |
      | surgery first, pT1c N0 | treatment_phase | work_up                   | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant |
      | surgery first, pT1c N0 | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant |
      | surgery first, pT1c N0 | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                 |

  @rule:RT-02
  Scenario Outline: RT-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then RT-02 <outcome>

    Examples:
      | patient                                               | fact            | value                     | outcome           | why                                                                                                  |
      | surgery first, stage IIB                              | treatment_phase | work_up                   | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant                                   |
      | mastectomy after neoadjuvant treatment, node-negative | ypn             | N2                        | is firm           | also with N category after neoadjuvant treatment N2                                                  |
      | mastectomy after neoadjuvant treatment, node-negative | ypn             | N3                        | is firm           | also with N category after neoadjuvant treatment N3                                                  |
      | surgery first, stage IIB                              | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant                                   |
      | surgery first, stage IIB                              | treatment_phase | follow_up                 | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant                                   |
      | surgery first, stage IIB                              | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                                                   |
      | mastectomy after neoadjuvant treatment, node-negative | ct              | T0                        | is not applicable | only if Node-positive: yes; N category after neoadjuvant treatment: N1mi, N1, N2 or N3; T categor... |
      | mastectomy after neoadjuvant treatment, node-negative | ct              | T1mi                      | is not applicable | only if Node-positive: yes; N category after neoadjuvant treatment: N1mi, N1, N2 or N3; T categor... |
      | mastectomy after neoadjuvant treatment, node-negative | ct              | T1a                       | is not applicable | only if Node-positive: yes; N category after neoadjuvant treatment: N1mi, N1, N2 or N3; T categor... |
      | mastectomy after neoadjuvant treatment, node-negative | ct              | T1b                       | is not applicable | only if Node-positive: yes; N category after neoadjuvant treatment: N1mi, N1, N2 or N3; T categor... |
      | mastectomy after neoadjuvant treatment, node-negative | ypn             | NX                        | is not applicable | only if Node-positive: yes; N category after neoadjuvant treatment: N1mi, N1, N2 or N3; T categor... |
      | surgery first, pT1c N0                                | surgery_type    | mastectomy                | is undetermined   | open: N category after neoadjuvant treatment: N1mi, N1, N2 or N3; Inflammatory breast cancer: yes    |
      | BRCA carrier, pT1c N0                                 | inflammatory    | false                     | is not applicable | only if Node-positive: yes; Treatment phase: operated after drug treatment; T category: T3 or T4;... |

  @rule:RT-03
  Scenario Outline: RT-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then RT-03 <outcome>

    Examples:
      | patient                  | fact            | value                     | outcome           | why                                                                     |
      | surgery first, stage IIB | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant      |
      | surgery first, stage IIB | treatment_phase | follow_up                 | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant      |
      | surgery first, stage IIB | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                      |
      | surgery first, pT1c N0   | surgery_type    | none                      | is not applicable | only if Breast operation: breast-conserving surgery; Node-positive: yes |
