// Package templates renders the pages. Each page has one struct that holds all it shows
// (see planner.go, pages.go); the .templ file of the same name lays it out, and the
// generated *_templ.go is committed.
//
// Pages are complete without JavaScript: tables stand where charts would be drawn, the
// planner is a plain form, and numbers open to their formulas as details elements. The
// script in meshplan/static adds live answers and draws the charts from the same tables.
package templates

//go:generate go tool templ generate
