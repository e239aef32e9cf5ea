package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"meshplan/internal/model"
)

// version is stamped by the release script: -ldflags "-X main.version=v1.2.3".
var version string

// programVersion is the stamped version, else the revision the program was built from.
func programVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+changes"
		}
	}
	if revision == "" {
		return "dev"
	}
	return "dev-" + revision[:min(12, len(revision))] + modified
}

func versionText() string {
	return fmt.Sprintf("meshplan %s, model %s, %s %s/%s", programVersion(), model.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
