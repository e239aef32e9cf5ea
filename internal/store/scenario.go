package store

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of what is stored. Characters are Unicode code points.
const (
	MaxDocumentBytes    = 4 << 20
	MaxPlanBytes        = 8 << 20 // a plan lists what a document only implies
	MaxTitleCharacters  = 253
	MaxNotesCharacters  = 20_000
	MaxAuthorCharacters = 100
	MaxCommentChars     = 4_000
	MaxRevisions        = 1_000 // of one scenario
	MaxComments         = 1_000 // on one scenario
)

// idLength is the length of rand.Text: base32 of at least 128 random bits.
const idLength = 26

// Scenario is one revision of a saved scenario.
type Scenario struct {
	ID             string
	Revision       int64 // 1 is the first
	Revisions      int64 // number of the newest
	Title, Notes   string
	Document       []byte // scenario as JSON, the bytes that were saved
	Plan           []byte // plan as JSON, the bytes that were saved
	Digest         string // SHA-256 over document and plan, hexadecimal: an ETag
	ModelVersion   string
	CatalogAsOf    string // date of the prices
	Parent         string // id of the scenario this is a copy of, "" for none
	ParentRevision int64
	Owner          string     // user named by a trusted proxy, "" without sign-on
	CreatedAt      time.Time  // of this revision
	ImportedAt     *time.Time // when a file brought the scenario here: earlier dates and plans are the file's claim
	ExpiresAt      *time.Time // nil: never
}

// RevisionInfo describes a revision without its contents.
type RevisionInfo struct {
	Revision      int64
	Title         string
	Digest        string
	ModelVersion  string
	CatalogAsOf   string
	CreatedAt     time.Time
	DocumentBytes int64
	Comments      int64
}

// Draft is what a caller saves.
type Draft struct {
	Title, Notes   string
	Document       []byte // scenario as JSON
	Plan           []byte // plan as JSON
	ModelVersion   string
	CatalogAsOf    string
	Parent         string     // [Store.Create] only: an existing scenario this is a copy of
	ParentRevision int64      // 0: its newest
	Owner          string     // [Store.Create] only
	ExpiresAt      *time.Time // nil: never on Create, as before on Update
}

// Validate reports the first value that cannot be stored: an [*InvalidError] or a
// [*TooLargeError]. Saving does it too; a caller may want to know before planning.
func (d *Draft) Validate() error {
	for _, text := range []struct {
		field, value string
		characters   int64
	}{
		{"title", d.Title, MaxTitleCharacters},
		{"notes", d.Notes, MaxNotesCharacters},
		{"model_version", d.ModelVersion, 100},
		{"catalog_as_of", d.CatalogAsOf, 100},
		{"owner", d.Owner, MaxTitleCharacters},
	} {
		if err := checkText(text.field, text.value, text.characters); err != nil {
			return err
		}
	}
	if err := checkJSON("document", d.Document, MaxDocumentBytes); err != nil {
		return err
	}
	return checkJSON("plan", d.Plan, MaxPlanBytes)
}

// checkText refuses what PostgreSQL cannot hold, on SQLite too: the stores must agree.
func checkText(field, value string, characters int64) error {
	if n := int64(utf8.RuneCountInString(value)); n > characters {
		return &TooLargeError{Field: field, Size: n, Limit: characters, Unit: "characters"}
	}
	if !utf8.ValidString(value) {
		return &InvalidError{Field: field, Message: "is not valid UTF-8; send it encoded as UTF-8"}
	}
	if strings.ContainsRune(value, 0) {
		return &InvalidError{Field: field, Message: "contains a zero character; remove it"}
	}
	return nil
}

func checkJSON(field string, value []byte, limit int64) error {
	if n := int64(len(value)); n > limit {
		return &TooLargeError{Field: field, Size: n, Limit: limit, Unit: "bytes"}
	}
	if !utf8.Valid(value) || !json.Valid(value) { // valid JSON has no zero byte
		return &InvalidError{Field: field, Message: "is not a JSON document in UTF-8"}
	}
	return nil
}

// newSecret returns an id or edit key: 130 random bits in base32, safe in an address.
func newSecret() string { return rand.Text() }

// looksLikeID tells whether id could ever have been given out, so that hostile ids never
// reach the database.
func looksLikeID(id string) bool {
	if len(id) != idLength {
		return false
	}
	return strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// hashKey needs no salt and no slow hash: a key is random, not a password.
func hashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func sameHash(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// digest covers document and plan; the zero byte between them occurs in neither.
func digest(document, plan []byte) string {
	h := sha256.New()
	h.Write(document)
	h.Write([]byte{0})
	h.Write(plan)
	return hex.EncodeToString(h.Sum(nil))
}
