Feature: The edges of the rules on work-up

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:WUP-02
  Scenario Outline: WUP-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-02 <outcome>

    Examples:
      | patient                 | fact   | value      | outcome         | why                                                       |
      | before treatment, T2 N0 | gpalb2 | pathogenic | is undetermined | open: Germline BRCA1/2: variant of uncertain significance |

  @rule:WUP-03
  Scenario Outline: WUP-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-03 <outcome>

    Examples:
      | patient                                   | fact            | value            | outcome           | why                                                                                           |
      | before treatment, T2 N0                   | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet                                          |
      | before treatment, T2 N0                   | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet                                          |
      | before treatment, T2 N0                   | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet                                          |
      | before treatment, all baseline tests done | m_category      | unknown          | is not applicable | only if Stage group: III; Signs that suggest metastases: yes; Inflammatory breast cancer: yes |

  @rule:WUP-04
  Scenario Outline: WUP-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-04 <outcome>

    Examples:
      | patient                        | fact            | value            | outcome           | why                                                  |
      | before treatment, T2 N0        | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0        | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0        | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, inflammatory | m_category      | unknown          | is not applicable | only if Stage group: II                              |
      | receptors only                 | stage_given     | 0                | is not applicable | only if Stage group: II                              |

  @rule:WUP-05
  Scenario Outline: WUP-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-05 <outcome>

    Examples:
      | patient                  | fact            | value            | outcome           | why                                                  |
      | before treatment, T2 N0  | m_category      | unknown          | is not applicable | only if Stage group: I                               |
      | before treatment, T1b N0 | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T1b N0 | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T1b N0 | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | receptors only           | stage_given     | 0                | is not applicable | only if Stage group: I                               |

  @rule:WUP-06
  Scenario Outline: WUP-06 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-06 <outcome>

    Examples:
      | patient                 | fact            | value            | outcome           | why                                                       |
      | before treatment, T2 N0 | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet      |
      | before treatment, T2 N0 | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet      |
      | before treatment, T2 N0 | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet      |
      | before treatment, T2 N0 | ct              | T0               | is not applicable | only if T category: T1c, T2, T3 or T4; Node-positive: yes |
      | before treatment, T2 N0 | ct              | T1mi             | is not applicable | only if T category: T1c, T2, T3 or T4; Node-positive: yes |
      | before treatment, T2 N0 | ct              | T1a              | is not applicable | only if T category: T1c, T2, T3 or T4; Node-positive: yes |

  @rule:WUP-07
  Scenario Outline: WUP-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-07 <outcome>

    Examples:
      | patient                 | fact            | value               | outcome           | why                                                  |
      | before treatment, T2 N0 | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0 | treatment_phase | post_neoadjuvant    | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0 | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:WUP-08
  Scenario Outline: WUP-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-08 <outcome>

    Examples:
      | patient                 | fact            | value            | outcome           | why                                                               |
      | before treatment, T2 N0 | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet; or adjuvant |

  @rule:WUP-09
  Scenario Outline: WUP-09 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-09 <outcome>

    Examples:
      | patient                 | fact            | value            | outcome           | why                                                                                                 |
      | before treatment, T2 N0 | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet; on drug treatment before surgery; or adjuvant |

  @rule:WUP-10
  Scenario Outline: WUP-10 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-10 <outcome>

    Examples:
      | patient                 | fact            | value            | outcome           | why                                                               |
      | before treatment, T2 N0 | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet; or adjuvant |

  @rule:WUP-11
  Scenario Outline: WUP-11 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-11 <outcome>

    Examples:
      | patient                     | fact            | value     | outcome           | why                                                                                                  |
      | on treatment before surgery | treatment_phase | follow_up | is not applicable | only if Treatment phase: diagnosed, no treatment yet; Treatment phase: on drug treatment before s... |
      | before treatment, T2 N0     | treatment_phase | adjuvant  | is not applicable | only if Treatment phase: diagnosed, no treatment yet; Treatment phase: on drug treatment before s... |

  @rule:WUP-12
  Scenario Outline: WUP-12 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-12 <outcome>

    Examples:
      | patient                       | fact            | value            | outcome           | why                                                  |
      | before treatment, young woman | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, young woman | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, young woman | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:WUP-13
  Scenario Outline: WUP-13 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-13 <outcome>

    Examples:
      | patient                       | fact              | value         | outcome           | why                                                                                              |
      | before treatment, man         | sex               | female        | is not applicable | only if Menopausal status: premenopausal or perimenopausal                                       |
      | follow-up after surgery first | menopausal_status | premenopausal | is not applicable | only if Treatment phase: diagnosed, no treatment yet; operated after drug treatment; or adjuvant |
      | receptors only                | sex               | other         | is not applicable | only if Sex: female                                                                              |

  @rule:WUP-14
  Scenario Outline: WUP-14 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-14 <outcome>

    Examples:
      | patient                               | fact            | value               | outcome           | why                                                                                                  |
      | before treatment, T2 N0               | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: operated after drug treatment; Treatment phase: adjuvant or all planned ... |
      | operated after treatment, cancer left | treatment_phase | follow_up           | is not applicable | only if Treatment phase: operated after drug treatment; Germline BRCA1/2: unknown; Treatment path... |
      | operated first, pT2 pN1               | pathway         | undecided           | is not applicable | only if Treatment phase: operated after drug treatment; Germline BRCA1/2: unknown; Treatment path... |
      | surgery first, pT1c N0                | gbrca           | unknown             | is not applicable | only if Treatment phase: operated after drug treatment; Stage II or III: yes                         |
      | surgery first, pT1a N0                | treatment_phase | follow_up           | is not applicable | only if Treatment phase: operated after drug treatment; Stage II or III: yes                         |

  @rule:WUP-15
  Scenario Outline: WUP-15 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-15 <outcome>

    Examples:
      | patient                 | fact            | value               | outcome           | why                                                               |
      | before treatment, unfit | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: diagnosed, no treatment yet; or adjuvant |
      | before treatment, unfit | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet; or adjuvant |

  @rule:WUP-16
  Scenario Outline: WUP-16 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then WUP-16 <outcome>

    Examples:
      | patient                 | fact            | value               | outcome           | why                                                  |
      | before treatment, T2 N0 | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0 | treatment_phase | post_neoadjuvant    | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, T2 N0 | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:WUP-03
  Scenario: WUP-03 at its edges: only if Stage group: III; Signs that suggest metastases: yes; Inflammatory breast cancer: yes
    Given a patient
    And the patient's symptoms_metastatic is false
    And the patient's ct is T0
    And the patient's stage_given is 0
    When the rules are evaluated
    Then WUP-03 is not applicable

  @rule:WUP-06
  Scenario: WUP-06 at its edges: only if T category: T1c, T2, T3 or T4; Node-positive: yes
    Given a patient
    And the patient's invasive_cancer is true
    And the patient's ct is Tis
    And the patient's cn is N0
    When the rules are evaluated
    Then WUP-06 is not applicable

  @rule:WUP-13
  Scenario: WUP-13 at its edges: only if Sex: female
    Given a patient
    And the patient's sex is male or other
    When the rules are evaluated
    Then WUP-13 is not applicable

  @rule:WUP-13
  Scenario: WUP-13 at its edges: only if Menopausal status: premenopausal or perimenopausal
    Given a patient
    And the patient's menopausal_status is postmenopausal or not_applicable
    When the rules are evaluated
    Then WUP-13 is not applicable

  @rule:WUP-14
  Scenario: WUP-14 at its edges: only if Pathological response: residual invasive disease or isolated tumour cells only; Treatment...
    Given a patient
    And the patient's treatment_phase is post_neoadjuvant
    And the patient's path_response_given is pcr
    When the rules are evaluated
    Then WUP-14 is not applicable
