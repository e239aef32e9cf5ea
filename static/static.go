package static

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"
)

//go:embed dist
var dist embed.FS

// Bundle is the names under which the script and the stylesheet are served.
type Bundle struct {
	Script string // app-HASH.js
	Style  string // app-HASH.css
}

// Read returns an embedded file: one of the bundle, or LICENSES.txt.
func Read(name string) ([]byte, error) { return dist.ReadFile("dist/" + name) }

// Hashed says whether the file's name changes with its content, so that it may be cached
// for ever.
func Hashed(name string) bool { return hashed.MatchString(name) }

var hashed = regexp.MustCompile(`-[A-Z0-9]{8}\.(js|css)$`)

// Names returns the names of the embedded bundle. The error says which file is missing
// or there twice: the bundle was not generated cleanly.
var Names = sync.OnceValues(func() (Bundle, error) {
	script, err := only("app-*.js")
	if err != nil {
		return Bundle{}, err
	}
	style, err := only("app-*.css")
	if err != nil {
		return Bundle{}, err
	}
	return Bundle{Script: script, Style: style}, nil
})

func only(pattern string) (string, error) {
	found, err := fs.Glob(dist, "dist/"+pattern)
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", fmt.Errorf("static: %d files match dist/%s, want one: run go generate ./static", len(found), pattern)
	}
	return strings.TrimPrefix(found[0], "dist/"), nil
}
