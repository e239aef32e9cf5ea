// Package openapi holds the API's own description against other people's validators and
// a client that another generator makes of it. It is a module of its own, so that none of
// them reaches the program.
package openapi
