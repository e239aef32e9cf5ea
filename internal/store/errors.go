package store

import (
	"errors"
	"fmt"
)

// What can go wrong, to be told apart with errors.Is.
var (
	// ErrNotFound: there is no such scenario, revision or comment, or it has expired.
	ErrNotFound = errors.New("not found")
	// ErrWrongKey: the edit key is not that of the scenario.
	ErrWrongKey = errors.New("wrong edit key")
	// ErrInvalid: a value cannot be stored; the error is an [*InvalidError].
	ErrInvalid = errors.New("invalid value")
	// ErrTooLarge: a value is beyond its limit; the error is a [*TooLargeError].
	ErrTooLarge = errors.New("too large")
	// ErrConflict: someone else saved first; the error is a [*ConflictError].
	ErrConflict = errors.New("conflict")
	// ErrNotEmpty: a database that is to be filled has scenarios already.
	ErrNotEmpty = errors.New("the target database is not empty")
	// ErrUnavailable: the database cannot serve this now; nothing was acknowledged.
	ErrUnavailable = errors.New("the database is unavailable")
	// ErrReadOnly is an ErrUnavailable for writes only.
	ErrReadOnly = fmt.Errorf("%w for writing: it is read-only", ErrUnavailable)
	// ErrFull is an ErrUnavailable for writes only.
	ErrFull = fmt.Errorf("%w for writing: its disk is full", ErrUnavailable)
	// ErrCorrupt is an ErrUnavailable: what was read is not what was written.
	ErrCorrupt = fmt.Errorf("%w: its contents are damaged", ErrUnavailable)
)

// InvalidError names a value that cannot be stored and why.
type InvalidError struct {
	Field   string // as in [Draft], in lower case with underscores
	Message string
}

func (e *InvalidError) Error() string { return e.Field + " " + e.Message }

// Unwrap makes the error an [ErrInvalid].
func (e *InvalidError) Unwrap() error { return ErrInvalid }

// TooLargeError names a value beyond its limit.
type TooLargeError struct {
	Field       string // document, plan, title, notes, author, comment, revisions, comments, bundle
	Size, Limit int64
	Unit        string // bytes, characters, or what Field counts
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s has %d %s, the limit is %d", e.Field, e.Size, e.Unit, e.Limit)
}

// Unwrap makes the error an [ErrTooLarge].
func (e *TooLargeError) Unwrap() error { return ErrTooLarge }

// ConflictError says that an update started from a revision that is no longer the newest.
type ConflictError struct {
	Base   Scenario // the revision the update started from
	Newest Scenario // the revision that someone else saved meanwhile
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("revision %d is no longer the newest: revision %d was saved meanwhile", e.Base.Revision, e.Newest.Revision)
}

// Unwrap makes the error an [ErrConflict].
func (e *ConflictError) Unwrap() error { return ErrConflict }

// unavailable wraps a database's error, which stays in the chain for the log, in one of
// the sentinels above.
func unavailable(kind, cause error) error { return fmt.Errorf("%w: %w", kind, cause) }
