Feature: Receptors and phenotype
  From receptor results, or from a declaration without any, to the phenotype that the rules ask about (ASCO/CAP).

  Background:
    Given the guideline as of 2026-11-22

  Scenario Outline: Oestrogen receptor as reported, <reported>
    Given a patient
    And the patient's er_category is <reported>
    When the rules are evaluated
    Then the fact er_cat is <answer>

    Examples:
      | reported | answer   |
      | negative | negative |

  Scenario Outline: Progesterone receptor as reported, <reported>
    Given a patient
    And the patient's pr_category is <reported>
    When the rules are evaluated
    Then the fact pr_cat is <answer>

    Examples:
      | reported | answer   |
      | negative | negative |

  Scenario Outline: HER2 without a stain, hybridisation <hybridisation>
    Given a patient
    And the patient's her2_ish is <hybridisation>
    When the rules are evaluated
    Then the fact her2_status is <answer>

    Examples:
      | hybridisation | answer   |
      | negative      | negative |

  Scenario: The basis of the phenotype when nothing is known
    Given a patient
    When the rules are evaluated
    Then the fact tnbc_basis is receptors

  Scenario Outline: The phenotype as declared <declared>, with ER <ER>, PR <PR>, HER2 <stain>, ISH <hybridisation>
    Given a patient
    And the patient's tnbc_declared is <declared>
    And the patient's er_percent is <ER>
    And the patient's pr_percent is <PR>
    And the patient's her2_ihc is <stain>
    And the patient's her2_ish is <hybridisation>
    When the rules are evaluated
    Then the fact tnbc is <answer>

    Examples:
      | declared | ER      | PR      | stain   | hybridisation | answer       |
      | true     | unknown | unknown | unknown | negative      | undetermined |
      | true     | unknown | unknown | 0       | unknown       | undetermined |
      | true     | unknown | 0       | unknown | unknown       | undetermined |
      | true     | 0       | unknown | unknown | unknown       | undetermined |
      | false    | unknown | unknown | unknown | negative      | undetermined |
      | false    | unknown | unknown | 0       | unknown       | undetermined |
      | false    | unknown | 0       | unknown | unknown       | undetermined |
      | false    | 0       | unknown | unknown | unknown       | undetermined |

  Scenario Outline: The phenotype as declared <declared>, with ER <ER>, PR <PR>, HER2 <stain>, ISH <hybridisation>
    Given a patient
    And the patient's tnbc_declared is <declared>
    And the patient's er_percent is <ER>
    And the patient's pr_percent is <PR>
    And the patient's her2_ihc is <stain>
    And the patient's her2_ish is <hybridisation>
    When the rules are evaluated
    Then the fact tnbc_basis is <answer>

    Examples:
      | declared | ER      | PR      | stain   | hybridisation | answer    |
      | true     | unknown | unknown | unknown | negative      | receptors |
      | true     | unknown | unknown | 0       | unknown       | receptors |
      | true     | unknown | 0       | unknown | unknown       | receptors |
      | true     | 0       | unknown | unknown | unknown       | receptors |
