Feature: The edges of the rules on scope

  Each row stands just inside or just outside what a rule asks: one code, one bound or one clause further and the
  answer would be another. Every row catches a mistake that no other scenario would notice.

  Background:
    Given the guideline as of 2026-11-22

  @rule:SCP-01
  Scenario Outline: SCP-01 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SCP-01 <outcome>

    Examples:
      | patient                 | fact        | value | outcome           | why                                        |
      | receptors only          | stage_given | 0     | is undetermined   | open: M category: M1                       |
      | before treatment, T2 N0 | cn          | NX    | is not applicable | only if M category: M1; Anatomic stage: IV |

  @rule:SCP-04
  Scenario Outline: SCP-04 at its edges: <why>
    Given the patient "<patient>"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SCP-04 <outcome>

    Examples:
      | patient                 | fact      | value                         | outcome           | why                                                             |
      | before treatment, T2 N0 | histology | lobular                       | is not applicable | only if Invasive cancer: no; Histological type: not a carcinoma |
      | before treatment, T2 N0 | histology | medullary_pattern             | is not applicable | only if Invasive cancer: no; Histological type: not a carcinoma |
      | before treatment, T2 N0 | histology | metaplastic_low_grade         | is not applicable | only if Invasive cancer: no; Histological type: not a carcinoma |
      | before treatment, T2 N0 | histology | adenoid_cystic_solid_basaloid | is not applicable | only if Invasive cancer: no; Histological type: not a carcinoma |
      | before treatment, T2 N0 | histology | acinic_cell                   | is not applicable | only if Invasive cancer: no; Histological type: not a carcinoma |
      | before treatment, T2 N0 | histology | mucoepidermoid_low_grade      | is not applicable | only if Invasive cancer: no; Histological type: not a carcinoma |
      | before treatment, T2 N0 | histology | tall_cell_reversed_polarity   | is not applicable | only if Invasive cancer: no; Histological type: not a carcinoma |
      | before treatment, T2 N0 | histology | other_carcinoma               | is not applicable | only if Invasive cancer: no; Histological type: not a carcinoma |
