Feature: The edges of the rules on data requests

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:DAT-04
  Scenario Outline: DAT-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then DAT-04 <outcome>

    Examples:
      | patient                      | fact       | value                         | outcome           | why                                                                                                  |
      | before treatment, T2 N0      | histology  | medullary_pattern             | is not applicable | only if PR category: PR-low-positive or PR-positive; Histological grade: 1; Histological type: in... |
      | before treatment, T2 N0      | histology  | apocrine                      | is not applicable | only if PR category: PR-low-positive or PR-positive; Histological grade: 1; Histological type: in... |
      | before treatment, T2 N0      | histology  | metaplastic_high_grade        | is not applicable | only if PR category: PR-low-positive or PR-positive; Histological grade: 1; Histological type: in... |
      | before treatment, T2 N0      | histology  | adenoid_cystic_solid_basaloid | is not applicable | only if PR category: PR-low-positive or PR-positive; Histological grade: 1; Histological type: in... |
      | before treatment, T2 N0      | histology  | other_carcinoma               | is not applicable | only if PR category: PR-low-positive or PR-positive; Histological grade: 1; Histological type: in... |
      | before treatment, T2 N0      | histology  | non_carcinoma                 | is not applicable | only if PR category: PR-low-positive or PR-positive; Histological grade: 1; Histological type: in... |
      | secretory carcinoma, cT1c N0 | histology  | medullary_pattern             | is firm           | also with Histological type medullary_pattern                                                        |
      | secretory carcinoma, cT1c N0 | histology  | metaplastic_high_grade        | is firm           | also with Histological type metaplastic_high_grade                                                   |
      | secretory carcinoma, cT1c N0 | histology  | adenoid_cystic_solid_basaloid | is firm           | also with Histological type adenoid_cystic_solid_basaloid                                            |
      | secretory carcinoma, cT1c N0 | histology  | other_carcinoma               | is firm           | also with Histological type other_carcinoma                                                          |
      | secretory carcinoma, cT1c N0 | histology  | non_carcinoma                 | is firm           | also with Histological type non_carcinoma                                                            |
      | surgery first, pT1b N1mi     | er_percent | 20                            | is not applicable | only if ER category: ER-negative; PR category: PR-low-positive or PR-positive                        |

  @rule:DAT-04
  Scenario Outline: DAT-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then DAT-04 <outcome>

    Examples:
      | patient                 | fact 1     | value 1 | fact 2     | value 2 | outcome           | why                                                                                                  |
      | before treatment, T2 N0 | pr_percent | 30      | er_percent | 20      | is not applicable | only if ER category: ER-negative; PR category: PR-negative; Histological grade: 1; Histological t... |

  @rule:DAT-06
  Scenario Outline: DAT-06 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then DAT-06 <outcome>

    Examples:
      | patient                                               | fact            | value            | outcome           | why                                                                                                  |
      | mastectomy after neoadjuvant treatment, node-positive | pathway         | undecided        | is firm           | also with Treatment pathway undecided                                                                |
      | follow-up after surgery first                         | pathway         | undecided        | is firm           | also with Treatment pathway undecided                                                                |
      | mastectomy after neoadjuvant treatment, node-positive | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: unknown; Treatment pathway: unknown; Treatment pathway: order not yet de... |

  @rule:DAT-07
  Scenario Outline: DAT-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then DAT-07 <outcome>

    Examples:
      | patient                 | fact            | value     | outcome           | why                                                    |
      | before treatment, T2 N0 | treatment_phase | adjuvant  | is not applicable | only if Treatment phase: operated after drug treatment |
      | before treatment, T2 N0 | treatment_phase | follow_up | is not applicable | only if Treatment phase: operated after drug treatment |

  @rule:DAT-08
  Scenario Outline: DAT-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then DAT-08 <outcome>

    Examples:
      | patient                 | fact            | value    | outcome           | why                                                                                        |
      | before treatment, T2 N0 | treatment_phase | adjuvant | is not applicable | only if Treatment phase: on drug treatment before surgery or operated after drug treatment |

  @rule:DAT-06
  Scenario: DAT-06 at its edges: only if Treatment phase: unknown; Treatment phase: operated after drug treatment, adjuvant or all...
    Given a patient
    And the patient's treatment_phase is work_up or neoadjuvant_ongoing
    And the patient's histology is nst
    When the rules are evaluated
    Then DAT-06 is not applicable
