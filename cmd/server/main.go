// Command server is meshplan: the planner's pages and API, and the tools for its
// database. Run it with -h for the settings and commands.
//
// Exit codes: 0 success, 1 failure, 2 wrong use (a setting, a command or an argument),
// 3 check found damage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const (
	exitOK = iota
	exitFailed
	exitUsage
	exitDamaged
)

// usageError is a mistake in how the program was started; its text says the cure.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// errDamaged is what the check command ends with when the database is not sound.
var errDamaged = errors.New("the database is damaged")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments; it returns the exit code.
func run(ctx context.Context, args []string, env func(string) (string, bool), stdout, stderr io.Writer) int {
	err := execute(ctx, args, env, stdout, stderr)
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "meshplan: %s\nRun with -h for settings and commands.\n", err)
		return exitUsage
	case errors.Is(err, errDamaged):
		fmt.Fprintln(stderr, "meshplan:", err)
		return exitDamaged
	}
	fmt.Fprintln(stderr, "meshplan:", err)
	return exitFailed
}

func execute(ctx context.Context, args []string, env func(string) (string, bool), stdout, stderr io.Writer) error {
	name, args := splitCommand(args)
	c, err := commandNamed(name)
	if err != nil {
		return err
	}
	config, rest, err := readConfig(args, env, stdout)
	if err != nil {
		return err
	}
	if len(rest) != len(c.arguments) {
		return &usageError{fmt.Sprintf("%s takes %d arguments and got %d; write it as: %s", c.label(), len(c.arguments), len(rest), c.usage())}
	}
	return c.run(ctx, environment{config: config, arguments: rest, stdout: stdout, stderr: stderr})
}

// splitCommand takes the command off the front; without one the server runs. Versions are
// asked for as a flag too, as of other programs.
func splitCommand(args []string) (string, []string) {
	if len(args) == 1 && (args[0] == "-version" || args[0] == "--version") {
		return "version", nil
	}
	if len(args) == 0 || len(args[0]) > 0 && args[0][0] == '-' {
		return "", args
	}
	return args[0], args[1:]
}
