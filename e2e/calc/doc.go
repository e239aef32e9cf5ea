// Package calc tests the API with a real spreadsheet: a headless LibreOffice Calc, driven
// through its own interface for programs, whose cells call the running program.
package calc
