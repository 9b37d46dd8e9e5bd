Feature: The edges of the rules on drug treatment before surgery

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:NEO-01
  Scenario Outline: NEO-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-01 <outcome>

    Examples:
      | patient                                 | fact            | value            | outcome           | why                                                  |
      | new diagnosis, nothing against any drug | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | new diagnosis, nothing against any drug | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | new diagnosis, nothing against any drug | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-02
  Scenario Outline: NEO-02 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-02 <outcome>

    Examples:
      | patient                     | fact            | value            | outcome           | why                                                      |
      | before treatment, stage IIB | ct              | Tis              | is not applicable | only if N category: N3; T category: T0, T1mi, T1a or T1b |
      | before treatment, N3 nodes  | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet     |
      | before treatment, N3 nodes  | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet     |
      | before treatment, N3 nodes  | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet     |

  @rule:NEO-03
  Scenario Outline: NEO-03 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-03 <outcome>

    Examples:
      | patient                              | fact            | value            | outcome           | why                                                  |
      | stage I with nodal micrometastasis   | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage I with nodal micrometastasis   | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage I with nodal micrometastasis   | inflammatory    | true             | is not applicable | only if Stage group: I                               |
      | stage I, drugs before surgery chosen | ct              | T0               | is not applicable | only if T category: T1c; N category: N1mi            |
      | stage I, drugs before surgery chosen | ct              | T1mi             | is not applicable | only if T category: T1c; N category: N1mi            |
      | stage I, drugs before surgery chosen | ct              | T1a              | is not applicable | only if T category: T1c; N category: N1mi            |
      | stage I with nodal micrometastasis   | pregnant        | true             | is provisional    | open: Trimester of pregnancy: 1                      |
      | surgery first, pT1c N0               | pathway         | unknown          | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | receptors only                       | inflammatory    | true             | is not applicable | only if Stage group: I                               |
      | receptors only                       | stage_given     | 0                | is not applicable | only if Stage group: I                               |

  @rule:NEO-04
  Scenario Outline: NEO-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-04 <outcome>

    Examples:
      | patient                                        | fact            | value            | outcome           | why                                                  |
      | stage I, drugs before surgery chosen           | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage I, drugs before surgery chosen           | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage I, drugs before surgery chosen           | inflammatory    | true             | is not applicable | only if Stage group: I                               |
      | low-positive oestrogen receptor, new diagnosis | ct              | Tis              | is not applicable | only if N category: N0                               |
      | man, new diagnosis                             | m_category      | unknown          | is not applicable | only if Stage group: I                               |
      | receptors only                                 | cn              | N2               | is not applicable | only if N category: N0                               |
      | receptors only                                 | stage_given     | 0                | is not applicable | only if Stage group: I                               |

  @rule:NEO-04
  Scenario Outline: NEO-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then NEO-04 <outcome>

    Examples:
      | patient                              | fact 1  | value 1       | fact 2          | value 2  | outcome           | why                                                  |
      | stage I, drugs before surgery chosen | pathway | surgery_first | treatment_phase | adjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-05
  Scenario Outline: NEO-05 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-05 <outcome>

    Examples:
      | patient                     | fact            | value            | outcome           | why                                                  |
      | stage IIB, organ transplant | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, organ transplant | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, organ transplant | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-06
  Scenario Outline: NEO-06 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-06 <outcome>

    Examples:
      | patient               | fact            | value            | outcome           | why                                                  |
      | stage IIB, weak heart | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, weak heart | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, weak heart | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-07
  Scenario Outline: NEO-07 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-07 <outcome>

    Examples:
      | patient                                    | fact            | value            | outcome           | why                                                  |
      | stage IIB, organ transplant and weak heart | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, organ transplant and weak heart | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, organ transplant and weak heart | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-08
  Scenario Outline: NEO-08 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-08 <outcome>

    Examples:
      | patient                   | fact            | value            | outcome           | why                                                  |
      | stage IIB, kidney failure | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, kidney failure | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, kidney failure | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-09
  Scenario Outline: NEO-09 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-09 <outcome>

    Examples:
      | patient                     | fact            | value            | outcome           | why                                                  |
      | before treatment, stage IIB | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, stage IIB | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, stage IIB | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-10
  Scenario Outline: NEO-10 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-10 <outcome>

    Examples:
      | patient                             | fact            | value            | outcome           | why                                                                                    |
      | stage IIB, bedbound most of the day | ct              | TX               | is firm           | also with Clinical T category TX                                                       |
      | stage IIB, bedbound most of the day | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet; or adjuvant                      |
      | stage IIB, bedbound most of the day | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet; or adjuvant                      |
      | surgery first, pT1c N0              | ecog            | 3                | is firm           | also with ECOG performance status 3                                                    |
      | before treatment, unfit             | inflammatory    | true             | is firm           | also with Inflammatory breast cancer true                                              |
      | before treatment, unfit             | ct              | T3               | is firm           | also with Clinical T category T3                                                       |
      | receptors only                      | stage_given     | 0                | is not applicable | only if Stage group: I, II or III                                                      |
      | receptors only                      | stage_given     | IV               | is not applicable | only if Stage group: I, II or III                                                      |
      | before treatment, unfit             | ct              | T0               | is undetermined   | open: Inside this guideline: yes; Stage group: I, II or III; Trimester of pregnancy: 1 |

  @rule:NEO-11
  Scenario Outline: NEO-11 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-11 <outcome>

    Examples:
      | patient                     | fact            | value               | outcome           | why                                                  |
      | before treatment, stage IIB | treatment_phase | neoadjuvant_ongoing | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, stage IIB | treatment_phase | adjuvant            | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | before treatment, stage IIB | treatment_phase | follow_up           | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-12
  Scenario Outline: NEO-12 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-12 <outcome>

    Examples:
      | patient                                  | fact            | value            | outcome           | why                                                  |
      | stage IIB, kidney failure and weak heart | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, kidney failure and weak heart | treatment_phase | adjuvant         | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage IIB, kidney failure and weak heart | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-13
  Scenario Outline: NEO-13 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then NEO-13 <outcome>

    Examples:
      | patient                                        | fact            | value            | outcome           | why                                                  |
      | stage I with nodal micrometastasis             | treatment_phase | post_neoadjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage I with nodal micrometastasis             | treatment_phase | follow_up        | is not applicable | only if Treatment phase: diagnosed, no treatment yet |
      | stage I with nodal micrometastasis             | inflammatory    | true             | is not applicable | only if Stage group: I                               |
      | low-positive oestrogen receptor, new diagnosis | ct              | Tis              | is not applicable | only if N category: N1mi                             |
      | receptors only                                 | inflammatory    | true             | is not applicable | only if Stage group: I                               |
      | receptors only                                 | cn              | N2               | is not applicable | only if N category: N1mi                             |
      | receptors only                                 | stage_given     | 0                | is not applicable | only if Stage group: I                               |

  @rule:NEO-13
  Scenario Outline: NEO-13 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact 1> is <value 1>
    And the patient's <fact 2> is <value 2>
    When the rules are evaluated
    Then NEO-13 <outcome>

    Examples:
      | patient                            | fact 1  | value 1 | fact 2          | value 2  | outcome           | why                                                  |
      | stage I with nodal micrometastasis | pathway | unknown | treatment_phase | adjuvant | is not applicable | only if Treatment phase: diagnosed, no treatment yet |

  @rule:NEO-03
  Scenario: NEO-03 at its edges: only if T category: T1c; N category: N1mi
    Given a patient
    And the patient's ct is Tis
    And the patient's cn is N1
    When the rules are evaluated
    Then NEO-03 is not applicable

  @rule:NEO-03
  Scenario: NEO-03 at its edges: only if T category: T1c; N category: N1mi
    Given a patient
    And the patient's ct is Tis
    And the patient's cn is N1
    When the rules are evaluated
    Then NEO-03 is not applicable

  @rule:NEO-03
  Scenario: NEO-03 at its edges: only if T category: T1c; N category: N1mi
    Given a patient
    And the patient's ct is Tis
    And the patient's cn is N2
    When the rules are evaluated
    Then NEO-03 is not applicable

  @rule:NEO-03
  Scenario: NEO-03 at its edges: only if T category: T1c; N category: N1mi
    Given a patient
    And the patient's ct is T0
    And the patient's cn is N0 or N1 or N2 or N3
    When the rules are evaluated
    Then NEO-03 is not applicable

  @rule:NEO-04
  Scenario: NEO-04 at its edges: only if N category: N0
    Given a patient
    And the patient's cn is N1mi or N1 or N2 or N3
    When the rules are evaluated
    Then NEO-04 is not applicable

  @rule:NEO-13
  Scenario: NEO-13 at its edges: only if N category: N1mi
    Given a patient
    And the patient's cn is N0 or N1 or N2 or N3
    When the rules are evaluated
    Then NEO-13 is not applicable

  @rule:NEO-03
  Scenario Outline: pregnancy rules chemotherapy out in the first trimester only, <trimester>
    Given the patient "stage I with nodal micrometastasis"
    And the patient's pregnant is true
    And the patient's pregnancy_trimester is <trimester>
    When the rules are evaluated
    Then NEO-03 <outcome>

    Examples:
      | trimester | outcome        |
      | 1         | is ruled out   |
      | 2         | is firm        |
      | 3         | is firm        |
      | unknown   | is provisional |
