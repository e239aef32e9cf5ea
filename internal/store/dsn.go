package store

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// parseDSN tells the two kinds of database apart.
func parseDSN(dsn string) (dialect, error) {
	scheme, _, isURL := strings.Cut(dsn, "://")
	switch {
	case isURL && (scheme == "postgres" || scheme == "postgresql"):
		config, err := pgx.ParseConfig(dsn)
		if err != nil { // pgx leaves the password out of its message
			return nil, &InvalidError{Field: "database", Message: "address is wrong: " + err.Error() +
				"; write it as postgres://user:password@host:5432/name?sslmode=verify-full"}
		}
		return &postgres{config: config}, nil
	case isURL, strings.HasPrefix(dsn, "file:"), strings.Contains(dsn, ":memory:"):
		return nil, &InvalidError{Field: "database", Message: fmt.Sprintf(
			"%.20q is neither a file path nor a postgres:// address; give a path such as meshplan.db", dsn)}
	case dsn == "", strings.ContainsRune(dsn, 0):
		return nil, &InvalidError{Field: "database", Message: "is empty; give a path such as meshplan.db"}
	}
	path, err := filepath.Abs(dsn)
	if err != nil {
		return nil, &InvalidError{Field: "database", Message: "path cannot be made absolute: " + err.Error()}
	}
	return &sqlite{path: path}, nil
}
