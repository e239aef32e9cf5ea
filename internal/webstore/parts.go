package webstore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"meshplan/internal/store"
	"meshplan/internal/web"
)

func (a adapter) SetExpiry(ctx context.Context, id, editKey string, at *time.Time) error {
	return translate(a.store.SetExpiry(ctx, id, editKey, at))
}

func (a adapter) Comment(ctx context.Context, id string, revision int64, author, text string) (web.Comment, error) {
	c, err := a.store.Comment(ctx, id, revision, author, text)
	return comment(c), translate(err)
}

func (a adapter) Comments(ctx context.Context, id string, revision int64) ([]web.Comment, error) {
	found, err := a.store.Comments(ctx, id, revision)
	all := make([]web.Comment, len(found))
	for i, c := range found {
		all[i] = comment(c)
	}
	return all, translate(err)
}

func (a adapter) DeleteComment(ctx context.Context, id, editKey, commentID string) error {
	return translate(a.store.DeleteComment(ctx, id, editKey, commentID))
}

func comment(c store.Comment) web.Comment {
	return web.Comment{ID: c.ID, Revision: c.Revision, Author: c.Author, Text: c.Body, CreatedAt: c.CreatedAt}
}

func (a adapter) List(ctx context.Context, owner string, limit int) ([]web.Listed, error) {
	found, err := a.store.List(ctx, owner, limit)
	list := make([]web.Listed, len(found))
	for i, l := range found {
		list[i] = web.Listed{ID: l.ID, Title: l.Title, Revisions: l.Revisions, ChangedAt: l.ChangedAt, ExpiresAt: l.ExpiresAt}
	}
	return list, translate(err)
}

func (a adapter) Export(ctx context.Context, ids []string) ([]byte, []string, error) {
	bundle, missing, err := a.store.Export(ctx, ids)
	if err != nil {
		return nil, nil, translate(err)
	}
	file, err := json.Marshal(bundle)
	return file, missing, err
}

func (a adapter) Import(ctx context.Context, file []byte, owner string, check func(string, []byte, []byte) error) ([]web.Imported, error) {
	bundle, err := store.DecodeBundle(bytes.NewReader(file))
	if err != nil {
		return nil, translate(err)
	}
	for i, one := range bundle.Scenarios {
		for n, r := range one.Revisions {
			if err := check(fmt.Sprintf("scenarios[%d].revisions[%d]", i, n), []byte(r.Document), []byte(r.Plan)); err != nil {
				return nil, err
			}
		}
	}
	found, err := a.store.Import(ctx, bundle, owner)
	list := make([]web.Imported, len(found))
	for i, one := range found {
		list[i] = web.Imported{OldID: one.OldID, ID: one.ID, EditKey: one.EditKey, Title: one.Title}
	}
	return list, translate(err)
}
