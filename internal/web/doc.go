// Package web serves the planner over HTTP: the JSON, CSV, TSV and XML API under
// /api/v1 and the pages.
//
// A request travels one road: decode (query.go, body.go) → plan (planner.go, bounded
// and cached) → respond (respond.go, format.go). Handlers return errors; problem.go is
// the one place that knows which status and which words an error becomes. Everything is
// written late: the body is complete before the first header leaves, the streamed batch
// excepted.
//
// routes.go lists every address. Files named page*.go hold the pages.
package web
