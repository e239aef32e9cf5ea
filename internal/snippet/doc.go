// Package snippet writes copy-ready formulas and scripts that pull a scenario's numbers
// into spreadsheets and programs: Google Sheets, Excel, LibreOffice, Apps Script, Power
// Query, Office Scripts, curl, R and Python.
//
// Each names the addresses it calls, so that a test can call every one of them.
package snippet
