// Package workbook writes a plan as an .xlsx file that stays alive: inputs are named
// cells, demand, cost, growth and break-even are formulas over them, and a sheet asks the
// server for new node counts.
//
// Packing pods on nodes is no formula. The node counts are therefore values, marked as
// such, with the fewest nodes that CPU and memory allow beside them as a live formula, and
// with the request that packs anew. Every other number follows the inputs.
//
// Sheets: Summary, Inputs, Demand, Nodes, Break-even, Refresh, Notes. A formula is only
// written where it gives the plan's own number for the plan's own inputs; where it would
// not (a list of workloads has no one pod size), the number is written instead.
package workbook
