// Package e2e drives the built program in Chromium as a person would. It is a module of
// its own, so that the product's go.mod stays free of the browser driver.
//
//	cd e2e && go test ./...
//
// The browser is E2E_CHROME, else chromium or google-chrome on the path; the tests are
// skipped with a message when there is none. E2E_PROGRAM names a built server to test;
// without it the tests build ./cmd/server. axe-core comes from node_modules (npm ci).
package e2e
