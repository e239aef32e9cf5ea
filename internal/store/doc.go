// Package store keeps scenarios: numbered revisions of one JSON document that never
// change, with the plan as it was when saved. The same SQL runs on an embedded SQLite
// file and on PostgreSQL.
//
// A scenario is guarded by two capabilities of 130 random bits each. Whoever knows the id
// may read, copy and comment on it; whoever knows the edit key may add revisions, set an
// expiry and delete it. Of the key only a hash is stored.
//
// Saving is optimistic: an update names the revision it started from, and when that is no
// longer the newest it fails with a [*ConflictError] that holds both.
//
// What has been acknowledged is durable: SQLite runs with synchronous=FULL, PostgreSQL
// with whatever its administrator set, which [Store.Check] reports. A database that is
// away, read-only or full gives an error that is [ErrUnavailable]; a [Store] survives it
// and serves again once the database is back.
//
// Reading order: store.go (life of a store), scenario.go (types and limits), read.go,
// write.go, comment.go; then bundle.go (files), copy.go, backup.go and check.go
// (operations). Only sqlite.go and postgres.go know which database runs.
package store
