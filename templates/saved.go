package templates

import (
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// Editing is a saved scenario that gets a new revision from the planner.
type Editing struct {
	ID   string
	Base int64 // the revision that the change starts from
}

// History is what a saved page tells beside the numbers.
type History struct {
	Parent         string // id of the scenario this is a copy of, "" for none
	ParentRevision int64
	ImportedAt     string // date, "" unless a file brought the scenario here
	ExpiresOn      string // last day as 2006-01-02, "" for never
	NotToday       string // why today's model cannot plan it: the numbers are those saved
	UnreadableThen bool   // the saved numbers are of a form that this program does not know
	Newest         int64
	Revisions      []SavedRevision // the newest first
	Before         *Differences    // what this revision changed, nil for the first
	Comments       []SavedComment
	EditAddress    string // of the planner that makes a new revision; "" when too long for one
}

// SavedRevision is a line of the history.
type SavedRevision struct {
	Revision, Comments                          int64
	Title, CreatedAt, ModelVersion, CatalogAsOf string
}

// SavedComment is a comment on a revision.
type SavedComment struct {
	ID, Author, CreatedAt string
	Revision              int64
	Lines                 []string
}

// Differences are what changed from one revision to another.
type Differences struct {
	From, To int64
	Inputs   []model.Change
	Numbers  []Difference
}

// Review is a new revision before it is saved, or after someone else saved first.
type Review struct {
	ID       string
	Base     int64
	Title    string
	Notes    string
	Document string
	Mine     Differences  // from base to what is to be saved
	Theirs   *Differences // what was saved meanwhile, nil for nothing
	EditKey  string       // as typed before
}

// Mine is the page of a user's scenarios, and of files of scenarios.
type Mine struct {
	User     string
	List     []MineRow
	Imported []ImportedRow
	Wrong    []model.FieldError
}

// MineRow is a scenario of the user.
type MineRow struct {
	ID, Title, ChangedAt, ExpiresOn string
	Revisions                       int64
}

// ImportedRow is a scenario that a file brought, with its key, told once.
type ImportedRow struct{ ID, Title, EditKey string }

// mostChangesShown bounds a list of differences on a page; the API tells all.
const mostChangesShown = 60

func (d *Differences) none() bool { return len(d.Inputs) == 0 && len(d.Numbers) == 0 }

func (d *Differences) inputs() []model.Change {
	return d.Inputs[:min(len(d.Inputs), mostChangesShown)]
}

func (d *Differences) rest() int64 { return int64(len(d.Inputs) - len(d.inputs())) }

func orNothing(text string) string {
	if text == "" {
		return "not given"
	}
	return text
}

func savedAddress(id string) string { return "/s/" + id }

func revisionAddress(id string, revision int64) string {
	return "/s/" + id + "/revisions/" + strconv.FormatInt(revision, 10)
}

func differencesAddress(id string, from, to int64) string {
	return "/s/" + id + "/differences?from=" + strconv.FormatInt(from, 10) + "&to=" + strconv.FormatInt(to, 10)
}

func titled(title string) string {
	if strings.TrimSpace(title) == "" {
		return "untitled"
	}
	return title
}

func mineLabel(site Site) string {
	if site.User != "" {
		return "My scenarios"
	}
	return "Export and import scenarios"
}

// workloadsAddress is the table of the scenario's workloads, to be imported again.
func (p *Planner) workloadsAddress() string {
	return "/api/v1/workloads.csv?" + model.EncodeQuery(p.Scenario)
}
