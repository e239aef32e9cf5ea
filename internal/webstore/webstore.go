// Package webstore lets package web keep its scenarios in a store: it gives
// meshplan/internal/store the shape and the errors that web declares, so that neither
// knows the other.
package webstore

import (
	"context"
	"errors"
	"fmt"

	"meshplan/internal/store"
	"meshplan/internal/web"
)

// New returns the store as web wants it.
func New(s *store.Store) web.Store { return adapter{s} }

type adapter struct{ store *store.Store }

func (a adapter) Create(ctx context.Context, d web.Draft) (web.Saved, string, error) {
	saved, key, err := a.store.Create(ctx, draft(d))
	return scenario(saved), key, translate(err)
}

func (a adapter) Get(ctx context.Context, id string, revision int64) (web.Saved, error) {
	saved, err := a.store.Get(ctx, id, revision)
	return scenario(saved), translate(err)
}

func (a adapter) Update(ctx context.Context, id, editKey string, base int64, d web.Draft) (web.Saved, error) {
	saved, err := a.store.Update(ctx, id, editKey, base, draft(d))
	return scenario(saved), translate(err)
}

func (a adapter) Delete(ctx context.Context, id, editKey string) error {
	return translate(a.store.Delete(ctx, id, editKey))
}

func (a adapter) Revisions(ctx context.Context, id string) ([]web.Revision, error) {
	found, err := a.store.Revisions(ctx, id)
	revisions := make([]web.Revision, len(found))
	for i, r := range found {
		revisions[i] = web.Revision{
			Revision: r.Revision, Title: r.Title, Digest: r.Digest,
			ModelVersion: r.ModelVersion, CatalogAsOf: r.CatalogAsOf, CreatedAt: r.CreatedAt, Comments: r.Comments,
		}
	}
	return revisions, translate(err)
}

func (a adapter) Ping(ctx context.Context) error { return translate(a.store.Ping(ctx)) }

func draft(d web.Draft) store.Draft {
	return store.Draft{
		Title: d.Title, Notes: d.Notes, Document: d.Document, Plan: d.Plan,
		ModelVersion: d.ModelVersion, CatalogAsOf: d.CatalogAsOf,
		Parent: d.Parent, ParentRevision: d.ParentRevision, Owner: d.Owner, ExpiresAt: d.ExpiresAt,
	}
}

func scenario(s store.Scenario) web.Saved {
	return web.Saved{
		ID: s.ID, Revision: s.Revision, Revisions: s.Revisions, Title: s.Title, Notes: s.Notes,
		Document: s.Document, Plan: s.Plan, Digest: s.Digest, ModelVersion: s.ModelVersion, CatalogAsOf: s.CatalogAsOf,
		Parent: s.Parent, ParentRevision: s.ParentRevision, CreatedAt: s.CreatedAt,
		ImportedAt: s.ImportedAt, ExpiresAt: s.ExpiresAt,
	}
}

// translate puts the store's errors into web's words; the cause stays in the chain for
// the log.
func translate(err error) error {
	var conflict *store.ConflictError
	var tooLarge *store.TooLargeError
	var bad *store.InvalidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &conflict):
		return &web.StoreConflict{Base: scenario(conflict.Base), Newest: scenario(conflict.Newest)}
	case errors.As(err, &tooLarge):
		return &web.StoreRefusal{
			Field: tooLarge.Field, TooLarge: true,
			Message: fmt.Sprintf("has %d %s, the limit is %d", tooLarge.Size, tooLarge.Unit, tooLarge.Limit),
		}
	case errors.As(err, &bad):
		return &web.StoreRefusal{Field: bad.Field, Message: bad.Message}
	case errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("%w: %w", web.ErrStoreNotFound, err)
	case errors.Is(err, store.ErrWrongKey):
		return fmt.Errorf("%w: %w", web.ErrStoreWrongKey, err)
	case errors.Is(err, store.ErrReadOnly):
		return fmt.Errorf("%w: %w", web.ErrStoreReadOnly, err)
	case errors.Is(err, store.ErrFull):
		return fmt.Errorf("%w: %w", web.ErrStoreFull, err)
	case errors.Is(err, store.ErrUnavailable):
		return fmt.Errorf("%w: %w", web.ErrStoreUnavailable, err)
	}
	return err
}
