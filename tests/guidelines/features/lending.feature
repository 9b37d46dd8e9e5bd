Feature: Who may borrow which tool

  Background:
    Given the guideline as of 2026-03-01

  @rule:LND-01
  Scenario Outline: hand tools are lent to every member, <fact> <value>
    Given the patient "child with a hand saw"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then LND-01 <outcome>

    Examples:
      | fact          | value   | outcome           |
      | overdue_items | 0       | is firm           |
      | overdue_items | 1       | is ruled out      |
      | overdue_items | unknown | is provisional    |
      | tool          | drill   | is not applicable |
      | tool          | unknown | is undetermined   |

  @rule:LND-02
  Scenario: a powered tool for a trained adult
    Given the patient "trained adult, drill"
    When the rules are evaluated
    Then LND-02 is shown
    And LND-02 has strength strong
    And LND-02 cites house-rules#adults
    And the fact tool_ready is assumed
    And the fact adult is true
    And no contradiction is reported
    And the decision does not need safety_course

  Scenario: the course is still to be done
    Given the patient "trained adult, drill"
    And the patient's safety_course is unknown
    When the rules are evaluated
    Then LND-02 needs safety_course
    And the decision needs safety_course
    And LND-03 is shown
    And the status is provisional

  Scenario: nobody brings a tool back before borrowing it
    Given a patient
    And the patient's visit is enquiry
    And the patient's member is false
    When the rules are evaluated
    Then the status is out_of_scope
    And LND-01 is not shown
