// Package static embeds the script and stylesheet of the pages, with the licences of the
// libraries in them.
//
// Sources are in src/. "go generate ./static" bundles them into dist/ with esbuild, under
// names that carry a hash of their content, so that they can be cached for ever; the
// bundle is committed, and running the program needs no Node.
package static

//go:generate npm --prefix .. ci --no-audit --no-fund
//go:generate npm --prefix .. run build
