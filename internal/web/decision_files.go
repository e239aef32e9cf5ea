package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
	"meshplan/internal/takeaway"
	"meshplan/templates"
)

// FilesAnswer lists the files to take away.
type FilesAnswer struct {
	Pattern string      `json:"pattern" doc:"\"\" when no mesh pattern fits on the nodes: the decision record is the only file then"`
	Files   []FileEntry `json:"files"`
}

// FileEntry is one file to take away.
type FileEntry struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	MediaType string `json:"media_type"`
	Path      string `json:"path" doc:"path and query of the file; \"\" when the scenario is too long for an address: POST it to /api/v1/files/{name} then"`
}

// fileList names the files. Which there are does not depend on analyses, only on the plan.
func (s *server) fileList(ctx context.Context, of subject) (FilesAnswer, bool, error) {
	in, keep, err := s.takeawayInput(ctx, of)
	if err != nil {
		return FilesAnswer{}, false, err
	}
	files, err := takeaway.Files(in)
	if err != nil {
		return FilesAnswer{}, false, err
	}
	answer := FilesAnswer{Pattern: meshPattern(&in.Plan, of.pattern)}
	for _, f := range files {
		answer.Files = append(answer.Files, FileEntry{f.Name, f.Title, f.MediaType, filePath(f.Name, of)})
	}
	return answer, keep, nil
}

// filePath is the address of a file; "" when it would be too long for one.
func filePath(name string, of subject) string {
	pattern := ""
	if of.pattern != "" {
		pattern = "&" + url.Values{namePattern: {of.pattern}}.Encode()
	}
	query, fits := model.EncodeQueryWithin(of.scenario, maxQueryColumn-len(pattern))
	if !fits {
		return ""
	}
	query = strings.TrimPrefix(query+pattern, "&")
	return strings.TrimSuffix("/api/v1/files/"+name+"?"+query, "?")
}

// takeawayInput gathers what every file but the record and the runbook is written from.
func (s *server) takeawayInput(ctx context.Context, of subject) (takeaway.Input, bool, error) {
	plan, err := s.planner.plan(ctx, of.scenario)
	if err != nil {
		return takeaway.Input{}, false, err
	}
	in := takeaway.Input{Scenario: of.scenario, Plan: *plan, Pattern: of.pattern}
	keep := complete(*plan)
	if in.Workloads, err = model.ResolvedWorkloads(of.scenario, s.catalog); err != nil {
		return in, false, err
	}
	if scoped, open := takeaway.ScopedScenario(of.scenario); open {
		if in.Scoped, err = s.planner.plan(ctx, scoped); err != nil {
			return in, false, err
		}
		keep = keep && complete(*in.Scoped)
	}
	return in, keep, nil
}

// recordInput adds the analyses that the decision record tells of. base is the public
// address of the site.
func (s *server) recordInput(ctx context.Context, of subject, base string) (takeaway.Input, bool, error) {
	in, keep, err := s.takeawayInput(ctx, of)
	if err != nil {
		return in, false, err
	}
	road, keepRoad, err := s.rollout(ctx, of)
	if err != nil {
		return in, false, err
	}
	money, keepMoney, err := s.money(ctx, of)
	if err != nil {
		return in, false, err
	}
	made, err := study(ctx, s.planner, "flips", of.scenario, nil, analysis.Flips)
	if err != nil {
		return in, false, err
	}
	flips := made.value.(analysis.FlipsResult)
	for _, f := range flips.Flips {
		in.Flips = append(in.Flips, templates.FlipWords(f))
	}
	in.Rollout, in.Money = road.Rollout, money.Study
	if to := address(of.scenario); to != "" {
		in.Link = base + to
	}
	return in, keep && keepRoad && keepMoney && !flips.Interrupted, nil
}

// file writes one file. Only Markdown tells of the analyses, so nothing else waits for them.
func (s *server) file(ctx context.Context, name string, of subject, base string) (takeaway.File, bool, error) {
	gather := s.takeawayInput
	if strings.HasSuffix(name, ".md") {
		gather = func(ctx context.Context, of subject) (takeaway.Input, bool, error) {
			return s.recordInput(ctx, of, base)
		}
	}
	in, keep, err := gather(ctx, of)
	if err != nil {
		return takeaway.File{}, false, err
	}
	files, err := takeaway.Files(in)
	if err != nil {
		return takeaway.File{}, false, err
	}
	names := make([]string, len(files))
	for i, f := range files {
		if f.Name == name {
			return f, keep, nil
		}
		names[i] = f.Name
	}
	slices.Sort(names)
	return takeaway.File{}, false, notFound("There is no file called " + strconv.Quote(shorten(name)) + " for this pattern. There are " + strings.Join(names, ", "))
}

func (s *server) getFile(w http.ResponseWriter, r *http.Request) error {
	q, own, err := s.readQuery(r, namePattern)
	if err != nil {
		return err
	}
	return s.sendFile(w, r, q, own)
}

func (s *server) postFile(w http.ResponseWriter, r *http.Request) error {
	q, own, err := s.readPosted(w, r, namePattern)
	if err != nil {
		return err
	}
	return s.sendFile(w, r, q, own)
}

func (s *server) sendFile(w http.ResponseWriter, r *http.Request, q query, own url.Values) error {
	if err := oneScenario(q, "a file"); err != nil {
		return err
	}
	pattern, err := readPattern(own)
	if err != nil {
		return err
	}
	return s.sendFileOf(w, r, subject{scenario: q.scenario, pattern: pattern}, q.saved)
}

// sendFileOf sends the file that the address names, for a scenario.
func (s *server) sendFileOf(w http.ResponseWriter, r *http.Request, of subject, saved bool) error {
	f, keep, err := s.file(r.Context(), chi.URLParam(r, "name"), of, s.baseURL(r))
	if err != nil {
		return err
	}
	cacheControl := cacheShared
	if !keep {
		cacheControl = cacheNever
	} else if saved {
		cacheControl = cacheCheck
	}
	a := newAnswer(f.MediaType+"; charset=utf-8", cacheControl, []byte(f.Content))
	a.filename = f.Name
	return s.send(w, r, a)
}
