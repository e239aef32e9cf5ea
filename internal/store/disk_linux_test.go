package store

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// inOwnMounts runs the calling test again in a child process that may mount file systems
// without anyone else seeing them, and returns true in that child.
func inOwnMounts(t *testing.T) bool {
	t.Helper()
	if os.Getenv("STORE_TEST_CHILD") == t.Name() {
		return true
	}
	child := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), "STORE_TEST_CHILD="+t.Name())
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	output, err := child.CombinedOutput()
	switch {
	case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.EACCES), errors.Is(err, syscall.ENOSPC):
		t.Skip("this machine does not allow user namespaces: ", err)
	case err != nil:
		t.Fatalf("%v\n%s", err, output)
	case !strings.Contains(string(output), "--- PASS: "+t.Name()):
		t.Fatalf("the child did not run the test:\n%s", output)
	}
	return false
}

// mountSmallDisk returns a folder on a disk of its own with the given bytes.
func mountSmallDisk(t *testing.T, size string) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size="+size); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

func TestAFullDiskGivesAClearErrorAndLosesNothing(t *testing.T) {
	if !inOwnMounts(t) {
		return
	}
	folder := mountSmallDisk(t, "2m")
	f := fixture{filepath.Join(folder, "meshplan.db"), newClock()}
	s := f.open(t)
	ballast := filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	d := draft(1)
	d.Document = documentOf(30_000)
	saved := map[string]string{}
	var full error
	for n := 0; full == nil && n < 200; n++ {
		var one Scenario
		var key string
		if one, key, full = s.Create(t.Context(), d); full == nil {
			saved[one.ID] = key
		}
	}
	wantError(t, full, ErrFull)
	wantError(t, full, ErrUnavailable)
	if len(saved) == 0 {
		t.Fatal("not even one scenario fitted")
	}
	for id := range saved {
		if got := get(t, s, id, 0); string(got.Document) != string(d.Document) {
			t.Fatal("a saved document changed")
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Create(t.Context(), d); err != nil {
		t.Fatalf("with space again: %v", err)
	}
	report, err := s.Check(t.Context())
	if err != nil || len(report.Problems) > 0 || report.Scenarios != int64(len(saved))+1 {
		t.Fatalf("%+v, %v after %d saves", report, err, len(saved)+1)
	}
}

func TestABackupToAFullDiskFailsAndLeavesNothing(t *testing.T) {
	if !inOwnMounts(t) {
		return
	}
	f := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	s := f.open(t)
	d := draft(1)
	d.Document = documentOf(2 << 20)
	create(t, s, d)
	folder := mountSmallDisk(t, "1m")
	_, err := s.Backup(t.Context(), filepath.Join(folder, "backup.db"))
	wantError(t, err, ErrFull)
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Fatalf("left %v, %v", left, err)
	}
}

func TestAReadOnlyDiskServesWhatIsSaved(t *testing.T) {
	if !inOwnMounts(t) {
		return
	}
	folder := mountSmallDisk(t, "4m")
	f := fixture{filepath.Join(folder, "meshplan.db"), newClock()}
	writer, err := Open(t.Context(), f.dsn, Options{Now: f.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	saved, key := create(t, writer, draft(1))
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("none", folder, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	s := f.open(t)
	sameRevision(t, get(t, s, saved.ID, 0), saved)
	wantError(t, s.Ping(t.Context()), ErrReadOnly)
	_, _, err = s.Create(t.Context(), draft(2))
	wantError(t, err, ErrReadOnly)
	_, err = s.Update(t.Context(), saved.ID, key, 1, draft(2))
	wantError(t, err, ErrReadOnly)
	wantError(t, s.Delete(t.Context(), saved.ID, key), ErrReadOnly)
	_, err = s.Expire(t.Context(), start.Add(time.Hour))
	wantError(t, err, ErrReadOnly)
	if report, err := s.Check(t.Context()); err != nil || len(report.Problems) > 0 || report.Scenarios != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	_, err = Open(t.Context(), filepath.Join(folder, "new.db"), Options{})
	wantError(t, err, ErrUnavailable)
}
