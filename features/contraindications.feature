Feature: What follows from facts that were sent
  Facts that the rules ask about and that are read from others.

  Background:
    Given the guideline as of 2026-11-22

  Scenario Outline: Pregnancy not stated, <sex>, <menopause>
    Given a patient
    And the patient's sex is <sex>
    And the patient's menopausal_status is <menopause>
    When the rules are evaluated
    Then the fact pregnant is <answer>

    Examples:
      | sex   | menopause      | answer  |
      | other | not_applicable | unknown |

  Scenario Outline: Able to have children, <sex>, <menopause>
    Given a patient
    And the patient's sex is <sex>
    And the patient's menopausal_status is <menopause>
    When the rules are evaluated
    Then the fact reproductive_potential is <answer>

    Examples:
      | sex    | menopause      | answer |
      | female | not_applicable | false  |
      | other  | unknown        | false  |

  Scenario Outline: Low-risk histology, <histology>
    Given a patient
    And the patient's histology is <histology>
    When the rules are evaluated
    Then the fact low_risk_histology is <answer>

    Examples:
      | histology       | answer |
      | lobular         | false  |
      | other_carcinoma | false  |
      | non_carcinoma   | false  |

  Scenario Outline: Chemotherapy after surgery, <phase>
    Given a patient
    And the patient's treatment_phase is <phase>
    When the rules are evaluated
    Then the fact adj_chemo_status is <answer>

    Examples:
      | phase               | answer      |
      | neoadjuvant_ongoing | not_started |
      | post_neoadjuvant    | not_started |
      | follow_up           | unknown     |
