package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// postgres is a PostgreSQL database.
type postgres struct{ config *pgx.ConnConfig }

func (d *postgres) String() string {
	host := net.JoinHostPort(d.config.Host, strconv.Itoa(int(d.config.Port)))
	return "postgres://" + d.config.User + "@" + host + "/" + d.config.Database
}

func (d *postgres) connect(ctx context.Context, options Options) (*database, error) {
	config := d.config.Copy()
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "meshplan"
	}
	n := options.MaxConns
	if n == 0 {
		n = 10
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	pool.SetConnMaxLifetime(30 * time.Minute) // so that a fail-over or a new address is noticed
	db := &database{write: pool, read: pool, snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}}
	if err := d.prepare(ctx, db); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

// prepare checks what the tables rely on and brings them up to date. Replicas that start
// together wait for each other on an advisory lock.
func (d *postgres) prepare(ctx context.Context, db *database) error {
	var encoding, readOnly string
	row := db.read.QueryRowContext(ctx, "SELECT current_setting('server_encoding'), current_setting('transaction_read_only')")
	if err := row.Scan(&encoding, &readOnly); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return unavailable(ErrUnavailable, fmt.Errorf("the database's encoding is %s, not UTF8; create it with ENCODING 'UTF8'", encoding))
	}
	const everySecond, attempts = 1, 120
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(everySecond, attempts))
	if err != nil {
		return err
	}
	db.schema, err = migrate(ctx, db.write, goose.DialectPostgres, readOnly == "off", goose.WithSessionLocker(locker))
	return err
}

// ping asks for writability each time: a fail-over can turn a primary into a standby.
func (d *postgres) ping(ctx context.Context, db *database) error {
	var readOnly string
	if err := db.read.QueryRowContext(ctx, "SELECT current_setting('transaction_read_only')").Scan(&readOnly); err != nil {
		return err
	}
	if readOnly != "off" {
		return ErrReadOnly
	}
	return nil
}

func (d *postgres) beforeWrite(*database) error { return nil }

// classify goes by SQLSTATE (PostgreSQL manual, appendix A). Whatever else the driver
// reports is about the connection.
func (d *postgres) classify(err error) error {
	var failed *pgconn.PgError
	if !errors.As(err, &failed) {
		var network net.Error
		var connect *pgconn.ConnectError
		if errors.As(err, &network) || errors.As(err, &connect) || pgconn.SafeToRetry(err) || isClosed(err) {
			return ErrUnavailable
		}
		return nil
	}
	switch failed.Code {
	case "25006", "42501": // read_only_sql_transaction, insufficient_privilege
		return ErrReadOnly
	case "53100": // disk_full
		return ErrFull
	case "XX001", "XX002": // data_corrupted, index_corrupted
		return ErrCorrupt
	case "40001", "40P01", "55P03", "57014": // serialization, deadlock, lock not available, query canceled
		return ErrUnavailable
	}
	switch failed.Code[:2] {
	// connection, authorization, no such database, resources, intervention, system
	case "08", "28", "3D", "53", "57", "58":
		return ErrUnavailable
	}
	return nil
}

// isClosed recognises a connection that ended in the middle of a conversation.
func isClosed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn, pgx.ErrTxClosed} {
		if errors.Is(err, end) {
			return true
		}
	}
	return pgconn.Timeout(err)
}
