package model

import (
	"cmp"
	"strconv"
	"strings"
)

// MinorVersion is the major.minor of a version such as v1.30.4-eks-1, or "" for a text
// that is none.
func MinorVersion(version string) string {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return ""
	}
	minor, _, _ := strings.Cut(parts[1], "-")
	minor, _, _ = strings.Cut(minor, "+")
	for _, digits := range []string{parts[0], minor} {
		if _, err := strconv.Atoi(digits); err != nil {
			return ""
		}
	}
	return parts[0] + "." + minor
}

// CompareVersions orders dotted versions by their numbers: 1.9 before 1.10. Parts that
// are missing or not numbers count as 0.
func CompareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if order := cmp.Compare(part(as, i), part(bs, i)); order != 0 {
			return order
		}
	}
	return 0
}

func part(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, _ := strconv.Atoi(parts[i])
	return n
}
