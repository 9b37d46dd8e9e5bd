Feature: Drug safety

  Alerts are shown when a fact stands against a drug, and they are shown even when something else is still open.
  Silence needs every fact on which the alert depends.

  Background:
    Given the guideline as of 2026-11-22

  @rule:SAF-01 @rule:SAF-02 @rule:SAF-03 @rule:SAF-04 @rule:SAF-05 @rule:SAF-08 @rule:SAF-09
  Scenario: nothing stands against any drug
    Given the patient "new diagnosis, nothing against any drug"
    When the rules are evaluated
    Then no contradiction is reported
    And SAF-01 is not applicable
    And SAF-02 is not applicable
    And SAF-03 is not applicable
    And SAF-04 is not applicable
    And SAF-05 is not applicable
    And SAF-08 is not applicable
    And SAF-09 is not applicable

  # ---- checkpoint inhibitors --------------------------------------------------------------------------------

  @rule:SAF-01
  Scenario Outline: what stands against a checkpoint inhibitor, <fact> <value>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-01 <outcome>

    Examples:
      | fact                      | value                      | outcome           |
      | autoimmune_disease        | active_systemic            | is firm           |
      | autoimmune_disease        | controlled_no_systemic     | is not applicable |
      | autoimmune_disease        | unknown                    | is undetermined   |
      | organ_transplant          | true                       | is firm           |
      | organ_transplant          | unknown                    | is undetermined   |
      | ild_pneumonitis           | active_or_steroid_treated  | is firm           |
      | ild_pneumonitis           | prior_resolved_no_steroids | is not applicable |
      | ild_pneumonitis           | unknown                    | is undetermined   |
      | prior_severe_irae         | true                       | is firm           |
      | prior_severe_irae         | unknown                    | is undetermined   |
      | steroid_prednisone_mg_day | 10                         | is not applicable |
      | steroid_prednisone_mg_day | 10.5                       | is firm           |
      | steroid_prednisone_mg_day | >10                        | is firm           |
      | steroid_prednisone_mg_day | unknown                    | is undetermined   |
      | pregnant                  | true                       | is firm           |
      | pregnant                  | unknown                    | is undetermined   |

  @rule:SAF-01
  Scenario: one reason is enough, whatever is still open
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's organ_transplant is true
    And the patient's autoimmune_disease is unknown
    When the rules are evaluated
    Then SAF-01 is firm
    And SAF-01 is shown
    And SAF-01 has strength strong
    And SAF-01 has certainty moderate
    And SAF-01 cites keynote-522#autoimmune_exclusion
    And NEO-01 is ruled out

  @rule:SAF-01
  Scenario: the open immune question is asked
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's autoimmune_disease is unknown
    When the rules are evaluated
    Then SAF-01 needs autoimmune_disease

  @rule:SAF-01
  Scenario Outline: the alert is for phases in which pembrolizumab is given, <name>
    Given the patient "<name>"
    And the patient's organ_transplant is true
    When the rules are evaluated
    Then SAF-01 <outcome>

    Examples:
      | name                                                  | outcome           |
      | new diagnosis, nothing against any drug               | is firm           |
      | low-positive oestrogen receptor, new diagnosis        | is firm           |
      | mastectomy after neoadjuvant treatment, node-positive | is firm           |
      | surgery first, stage IIB                              | is not applicable |

  @rule:SAF-02
  Scenario Outline: disease without systemic treatment calls for caution only, <autoimmune>, <lung>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's autoimmune_disease is <autoimmune>
    And the patient's ild_pneumonitis is <lung>
    When the rules are evaluated
    Then SAF-02 <outcome>

    Examples:
      | autoimmune             | lung                       | outcome           |
      | controlled_no_systemic | none                       | is firm           |
      | controlled_no_systemic | unknown                    | is firm           |
      | none                   | prior_resolved_no_steroids | is firm           |
      | none                   | none                       | is not applicable |
      | active_systemic        | none                       | is not applicable |
      | none                   | active_or_steroid_treated  | is not applicable |
      | unknown                | none                       | is undetermined   |
      | none                   | unknown                    | is undetermined   |

  @rule:SAF-02
  Scenario: thyroid disease on replacement does not stand against pembrolizumab
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's autoimmune_disease is controlled_no_systemic
    When the rules are evaluated
    Then SAF-02 is shown
    And SAF-02 has strength conditional
    And SAF-01 is not applicable
    And NEO-01 is firm

  @rule:SAF-02
  Scenario: after the operation the question is settled
    Given the patient "mastectomy after neoadjuvant treatment, node-positive"
    And the patient's autoimmune_disease is controlled_no_systemic
    When the rules are evaluated
    Then SAF-02 is not applicable

  # ---- anthracyclines ---------------------------------------------------------------------------------------

  @rule:SAF-03
  Scenario Outline: what stands against an anthracycline, <fact> <value>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-03 <outcome>

    Examples:
      | fact                        | value    | outcome           |
      | lvef_percent                | 49       | is firm           |
      | lvef_percent                | 49.5     | is firm           |
      | lvef_percent                | 50       | is not applicable |
      | lvef_percent                | unknown  | is undetermined   |
      | cardiac_disease_significant | true     | is firm           |
      | cardiac_disease_significant | unknown  | is undetermined   |
      | prior_anthracycline_mg_m2   | 160      | is not applicable |
      | prior_anthracycline_mg_m2   | 161      | is firm           |
      | prior_anthracycline_mg_m2   | 100..200 | is undetermined   |

  @rule:SAF-03
  Scenario: earlier anthracycline that was not stated is taken as none, and this is echoed
    Given the patient "surgery first, stage IIB"
    When the rules are evaluated
    Then the fact prior_anthracycline_mg_m2 is assumed
    And SAF-03 is not applicable

  @rule:SAF-03
  Scenario: the unmeasured heart is asked for
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's lvef_percent is unknown
    When the rules are evaluated
    Then SAF-03 needs lvef_percent

  @rule:SAF-03
  Scenario Outline: the alert is for phases in which an anthracycline is given, <name>
    Given the patient "<name>"
    And the patient's lvef_percent is 45
    When the rules are evaluated
    Then SAF-03 <outcome>

    Examples:
      | name                                                  | outcome           |
      | new diagnosis, nothing against any drug               | is firm           |
      | surgery first, stage IIB                              | is firm           |
      | mastectomy after neoadjuvant treatment, node-positive | is not applicable |
      | follow-up after surgery first                         | is not applicable |

  @rule:SAF-03
  Scenario: the alert on a weak heart is a conditional one, resting on the cumulative dose
    Given the patient "surgery first, stage IIB, weak heart"
    When the rules are evaluated
    Then SAF-03 is shown
    And SAF-03 has strength conditional
    And SAF-03 has certainty moderate
    And SAF-03 cites dox-400#heart_failure_at_400

  # ---- neuropathy -------------------------------------------------------------------------------------------

  @rule:SAF-04
  Scenario Outline: neuropathy of grade <grade>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's neuropathy_grade is <grade>
    When the rules are evaluated
    Then SAF-04 <outcome>

    Examples:
      | grade   | outcome           |
      | 0       | is not applicable |
      | 1       | is not applicable |
      | 2       | is firm           |
      | 3       | is firm           |
      | unknown | is undetermined   |

  @rule:SAF-04
  Scenario: after drugs and surgery the taxane is over
    Given the patient "mastectomy after neoadjuvant treatment, node-positive"
    And the patient's neuropathy_grade is 2
    When the rules are evaluated
    Then SAF-04 is not applicable

  # ---- fluoropyrimidines ------------------------------------------------------------------------------------

  @rule:SAF-05
  Scenario Outline: DPD status <status>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's dpyd_status is <status>
    When the rules are evaluated
    Then SAF-05 <outcome>

    Examples:
      | status                                    | outcome           |
      | complete_deficiency                       | is firm           |
      | partial_deficiency                        | is firm           |
      | partial_deficiency or complete_deficiency | is firm           |
      | normal                                    | is not applicable |
      | unknown                                   | is undetermined   |

  @rule:SAF-05
  Scenario: complete deficiency rules maintenance capecitabine out and is pointed out
    Given the patient "no BRCA variant, stage IIB, chemotherapy finished"
    And the patient's dpyd_status is complete_deficiency
    When the rules are evaluated
    Then SAF-05 is shown
    And SAF-05 has strength strong
    And SAF-05 cites fda-capecitabine-dpd-2025#complete_deficiency_no_safe_dose
    And ADJ-10 is ruled out

  @rule:SAF-06
  Scenario Outline: what calls for care with capecitabine, <fact> <value>
    Given the patient "surgery first, nothing against capecitabine"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-06 <outcome>

    Examples:
      | fact                        | value   | outcome           |
      | crcl_ml_min                 | 50      | is firm           |
      | crcl_ml_min                 | 51      | is not applicable |
      | crcl_ml_min                 | unknown | is undetermined   |
      | on_vitamin_k_antagonist     | true    | is firm           |
      | on_vitamin_k_antagonist     | unknown | is undetermined   |
      | on_phenytoin                | true    | is firm           |
      | on_phenytoin                | unknown | is undetermined   |
      | cardiac_disease_significant | true    | is firm           |
      | cardiac_disease_significant | unknown | is undetermined   |

  @rule:SAF-06
  Scenario Outline: the alert is for phases in which capecitabine is given, <name>
    Given the patient "<name>"
    And the patient's crcl_ml_min is 45
    When the rules are evaluated
    Then SAF-06 <outcome>

    Examples:
      | name                                                  | outcome           |
      | surgery first, nothing against capecitabine           | is firm           |
      | mastectomy after neoadjuvant treatment, node-positive | is firm           |
      | new diagnosis, nothing against any drug               | is not applicable |
      | follow-up after surgery first                         | is not applicable |

  # ---- olaparib ---------------------------------------------------------------------------------------------

  @rule:SAF-07
  Scenario Outline: what calls for care with olaparib, <fact> <value>
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-07 <outcome>

    Examples:
      | fact               | value   | outcome           |
      | crcl_ml_min        | 50      | is firm           |
      | crcl_ml_min        | 51      | is not applicable |
      | crcl_ml_min        | unknown | is undetermined   |
      | on_cyp3a_inhibitor | true    | is firm           |
      | on_cyp3a_inhibitor | unknown | is undetermined   |
      | on_cyp3a_inducer   | true    | is firm           |
      | on_cyp3a_inducer   | unknown | is undetermined   |
      | haemoglobin_g_dl   | 9.9     | is firm           |
      | haemoglobin_g_dl   | 10      | is not applicable |
      | haemoglobin_g_dl   | unknown | is undetermined   |
      | platelets_10e9_l   | 99      | is firm           |
      | platelets_10e9_l   | 100     | is not applicable |
      | platelets_10e9_l   | unknown | is undetermined   |
      | anc_10e9_l         | 1.4     | is firm           |
      | anc_10e9_l         | 1.5     | is not applicable |
      | anc_10e9_l         | unknown | is undetermined   |
      | mds_aml            | true    | is firm           |
      | mds_aml            | unknown | is undetermined   |

  @rule:SAF-07
  Scenario: kidney weakness and an interaction adapt olaparib without ruling it out
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's crcl_ml_min is 45
    And the patient's on_cyp3a_inhibitor is true
    When the rules are evaluated
    Then SAF-07 is shown
    And SAF-07 has strength strong
    And SAF-07 cites fda-olaparib#renal_31_50
    And ADJ-08 is firm

  @rule:SAF-07
  Scenario Outline: the alert is for BRCA carriers, <gbrca>
    Given the patient "BRCA carrier, pT2 N0, chemotherapy finished"
    And the patient's crcl_ml_min is 45
    And the patient's gbrca is <gbrca>
    When the rules are evaluated
    Then SAF-07 <outcome>

    Examples:
      | gbrca      | outcome           |
      | pathogenic | is firm           |
      | negative   | is not applicable |
      | vus        | is not applicable |
      | pending    | is undetermined   |

  @rule:SAF-07
  Scenario: before surgery olaparib is not yet a question
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's gbrca is pathogenic
    And the patient's crcl_ml_min is 45
    When the rules are evaluated
    Then SAF-07 is not applicable

  # ---- marrow and liver -------------------------------------------------------------------------------------

  @rule:SAF-08
  Scenario Outline: blood and liver before the next cycle, <fact> <value>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then SAF-08 <outcome>

    Examples:
      | fact               | value   | outcome           |
      | anc_10e9_l         | 1.4     | is firm           |
      | anc_10e9_l         | 1.5     | is not applicable |
      | anc_10e9_l         | unknown | is undetermined   |
      | platelets_10e9_l   | 99      | is firm           |
      | platelets_10e9_l   | 100     | is not applicable |
      | platelets_10e9_l   | unknown | is undetermined   |
      | bilirubin_x_uln    | 1.5     | is not applicable |
      | bilirubin_x_uln    | 1.6     | is firm           |
      | bilirubin_x_uln    | unknown | is undetermined   |
      | transaminase_x_uln | 3       | is not applicable |
      | transaminase_x_uln | 3.1     | is firm           |
      | transaminase_x_uln | unknown | is undetermined   |

  @rule:SAF-08
  Scenario Outline: chemotherapy <status> after surgery, and few neutrophils
    Given the patient "surgery first, nothing against capecitabine"
    And the patient's anc_10e9_l is 1.2
    And the patient's adj_chemo_status is <status>
    When the rules are evaluated
    Then SAF-08 <outcome>

    Examples:
      | status      | outcome      |
      | not_started | is firm      |
      | ongoing     | is firm      |
      | completed   | is ruled out |
      | unknown     | is firm      |

  @rule:SAF-08
  Scenario: after drugs and surgery there is no next cycle of chemotherapy
    Given the patient "mastectomy after neoadjuvant treatment, node-positive"
    And the patient's anc_10e9_l is 1.2
    When the rules are evaluated
    Then SAF-08 is not applicable

  # ---- hepatitis B ------------------------------------------------------------------------------------------

  @rule:SAF-09
  Scenario Outline: hepatitis B, surface antigen <hbsag> and core antibody <anti_hbc>
    Given the patient "new diagnosis, nothing against any drug"
    And the patient's hbsag is <hbsag>
    And the patient's anti_hbc is <anti_hbc>
    When the rules are evaluated
    Then SAF-09 <outcome>

    Examples:
      | hbsag    | anti_hbc | outcome           |
      | positive | negative | is firm           |
      | positive | unknown  | is firm           |
      | negative | positive | is firm           |
      | unknown  | positive | is firm           |
      | negative | negative | is not applicable |
      | negative | unknown  | is undetermined   |
      | unknown  | unknown  | is undetermined   |

  @rule:SAF-09
  Scenario: hepatitis B is protected against in every phase
    Given the patient "follow-up after surgery first"
    And the patient's hbsag is positive
    When the rules are evaluated
    Then SAF-09 is shown
    And SAF-09 has strength strong
    And SAF-09 has certainty moderate
    And SAF-09 cites asco-hbv-2020#three_tests_for_all
