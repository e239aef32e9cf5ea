package web

import (
	"context"
	"errors"
	"sync"
	"time"
)

// storeState remembers for a moment whether the store serves, so that every page can say
// so without asking the database each time.
type storeState struct {
	mu    sync.Mutex
	asked time.Time
	err   error
}

const (
	storeStateFresh   = 2 * time.Second
	storeStatePatient = time.Second
)

// check returns nil when the store serves; it asks at most every [storeStateFresh], and
// whoever comes while it asks gets the answer before.
func (st *storeState) check(ctx context.Context, kept Store) error {
	st.mu.Lock()
	if time.Since(st.asked) < storeStateFresh {
		defer st.mu.Unlock()
		return st.err
	}
	st.asked = time.Now()
	st.mu.Unlock()
	bounded, cancel := context.WithTimeout(ctx, storeStatePatient)
	defer cancel()
	err := kept.Ping(bounded)
	if ctx.Err() != nil { // the visitor left: that says nothing about the store
		return nil
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.err = err
	return err
}

// storeNotice is what every page says while scenarios cannot be saved, "" while they can.
func (s *server) storeNotice(ctx context.Context) string {
	if s.store == nil {
		return ""
	}
	const works = " Planning works, and so do links that hold their scenario in the address."
	switch err := s.state.check(ctx, s.store); {
	case err == nil:
		return ""
	case errors.Is(err, ErrStoreReadOnly):
		return "Read-only mode: saved scenarios open, but nothing can be saved at the moment." + works
	case errors.Is(err, ErrStoreFull):
		return "Read-only mode: there is no room to save. Saved scenarios open." + works
	default:
		return "Read-only mode: the database is away, so saved scenarios can be neither opened nor saved." + works
	}
}
