Feature: The edges of the rules on supportive care

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:SUP-01
  Scenario Outline: SUP-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SUP-01 <outcome>

    Examples:
      | patient                  | fact              | value                     | outcome           | why                                                                |
      | surgery first, pT1c N0   | treatment_phase   | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: operated after drug treatment or adjuvant |
      | surgery first, pT1c N0   | disease_setting   | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                 |
      | surgery first, pT1c N0   | menopausal_status | not_applicable            | is not applicable | only if Menopausal status: postmenopausal                          |
      | surgery first, stage IIB | pt                | Tis                       | is undetermined   | open: Stage group: I, II or III                                    |
      | receptors only           | stage_given       | 0                         | is not applicable | only if Stage group: I, II or III                                  |
      | receptors only           | stage_given       | IV                        | is not applicable | only if Stage group: I, II or III                                  |

  @rule:SUP-02
  Scenario Outline: SUP-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SUP-02 <outcome>

    Examples:
      | patient                                               | fact            | value                     | outcome           | why                                                     |
      | follow-up after surgery first                         | treatment_phase | work_up                   | is not applicable | only if Treatment phase: all planned treatment finished |
      | follow-up after surgery first                         | treatment_phase | neoadjuvant_ongoing       | is not applicable | only if Treatment phase: all planned treatment finished |
      | follow-up after surgery first                         | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                      |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | post_neoadjuvant          | is not applicable | only if Treatment phase: all planned treatment finished |

  @rule:SUP-03
  Scenario Outline: SUP-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SUP-03 <outcome>

    Examples:
      | patient                                     | fact            | value                     | outcome           | why                                                                                                  |
      | BRCA carrier, pT2 N0, chemotherapy finished | disease_setting | local_regional_recurrence | is not applicable | only if Inside this guideline: yes                                                                   |
      | surgery first, stage IIB                    | gpalb2          | vus                       | is not applicable | only if Germline BRCA1/2: pathogenic or likely pathogenic variant; Germline PALB2: pathogenic or ... |
