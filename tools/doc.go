// Package tools holds the versions of the linters that scripts/check runs, in a module
// of its own so that the program's go.mod stays small.
package tools
