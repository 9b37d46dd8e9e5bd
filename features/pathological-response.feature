Feature: Pathological response after treatment before surgery
  From ypT and ypN; a response that was reported fills in what they leave open.

  Background:
    Given the guideline as of 2026-11-22

  Scenario Outline: The response from ypT and ypN, y<tumour> y<nodes>, reported
    Given a patient
    And the patient's ypt is <tumour>
    And the patient's ypn is <nodes>
    When the rules are evaluated
    Then the fact path_response is <answer>

    Examples:
      | tumour  | nodes   | answer   |
      | unknown | N2      | residual |
      | unknown | N3      | residual |
      | T1      | unknown | residual |
      | TX      | N0      | unknown  |
      | TX      | N0(i+)  | unknown  |
      | T0      | NX      | unknown  |
      | T2      | unknown | residual |
      | T3      | unknown | residual |
      | T4a     | unknown | residual |
      | T4b     | unknown | residual |
      | T4c     | unknown | residual |
      | T4d     | unknown | residual |
