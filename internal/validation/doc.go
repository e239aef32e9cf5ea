// Package validation holds the planning model against published figures: every
// measurement in the facts registry that the model can speak of, with the inputs of its
// source, what the model predicts, and whether the published figure lies inside the
// model's interval.
//
// The cases are data, in data/cases.json; a case names its fact, which brings figure,
// unit, source and date, so that nothing is stated twice. [Run] is what the /validation
// page shows and what the tests check: there is one set of numbers.
//
// A case counts towards the score only when somebody measured it, its source states the
// inputs, it is about Istio 1.5 or later, and no constant of the model was taken from
// it. Every other case is shown with the reason why it does not count.
//
// The error of a case is (predicted − published) ÷ published, where a published range
// stands for its middle. A case is covered when the published figure, or part of the
// published range, lies between the model's low and high ends.
package validation
